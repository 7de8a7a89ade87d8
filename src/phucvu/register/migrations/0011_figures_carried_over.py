"""The national report's figures go among the stated ones, and every figure gets its code.

The code is what intake made of such a figure when this migration was written.
"""

from zoneinfo import ZoneInfo

from django.db import migrations

_AT_ONCE = 1_000
_LONGEST = 64


def carry_over(apps, schema_editor):
    StatedFigure = apps.get_model("register", "StatedFigure")
    _join(apps.get_model("register", "NationalReport"), StatedFigure)
    units = {
        pk: (code, ZoneInfo(zone))
        for pk, code, zone in apps.get_model("units", "Unit").objects.values_list("pk", "code", "time_zone")
    }
    taken = set()
    last = 0
    while part := list(StatedFigure.objects.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        for row in part:
            row.code = _code(row, *units[row.unit_id])
            if row.code in taken or len(row.code) > _LONGEST:
                # Of two units that bore the same code, or of moments closer than it tells apart.
                more = f" #{row.pk}"
                row.code = row.code[: _LONGEST - len(more)] + more
            taken.add(row.code)
        StatedFigure.objects.bulk_update(part, ["code"])
        last = part[-1].pk


def _join(reports, figures):
    last = 0
    while part := list(reports.objects.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        figures.objects.bulk_create(
            figures(
                unit_id=report.unit_id, period=report.period, indicator="BCQG",
                denominator=report.received, source="typed", as_of=report.as_of,
                flags=report.flags,
            )
            for report in part
        )
        last = part[-1].pk


def _code(row, unit, zone):
    at = row.as_of.astimezone(zone)
    midnight = (at.hour, at.minute, at.second, at.microsecond // 1000) == (0, 0, 0, 0)
    moment = f"{at:%Y%m%d}" if midnight else f"{at:%Y%m%dT%H%M%S}"
    if at.microsecond // 1000:
        moment += f".{at.microsecond // 1000:03}"
    published = [row.source] if row.source == "published" else []
    return " ".join([unit, row.period, row.indicator, moment, *published])


class Migration(migrations.Migration):

    dependencies = [
        ("register", "0010_figures_as_facts"),
        ("units", "0001_initial"),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True)]
