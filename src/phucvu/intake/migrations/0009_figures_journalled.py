"""The stated figures that were there get their batches: without one, a rebuild would drop them.

Nobody wrote down when they came. They are taken to have been known from the moment they are of,
so that a register as of a past moment has the ones it had: a batch for each such moment.
"""

import hashlib
import zlib
from datetime import UTC

import msgspec
from django.db import migrations
from django.utils import timezone

_NO_CLOCK = -(2**62)
_AT_ONCE = 1_000
_COLUMNS = (
    "code", "unit_id", "period", "indicator", "numerator", "denominator", "ratio", "points",
    "source", "as_of", "flags", "note",
)  # fmt: skip


def write_down(apps, schema_editor):
    figures = apps.get_model("register", "StatedFigure").objects.filter(digest="")
    moments = figures.order_by("as_of").values_list("as_of", flat=True).distinct()
    for moment in list(moments):
        while rows := list(figures.filter(as_of=moment).order_by("pk")[:_AT_ONCE]):
            _write(apps, rows, min(moment, timezone.now()))


def _write(apps, rows, received_at):
    facts = [[_value(row, name) for name in _COLUMNS] for row in rows]
    for row, fact in zip(rows, facts, strict=True):
        row.digest = hashlib.blake2b(msgspec.json.encode(fact), digest_size=16).hexdigest()
    apps.get_model("register", "StatedFigure").objects.bulk_update(rows, ["digest"])
    batch = apps.get_model("intake", "Batch").objects.create(
        kind="figure",
        received_at=received_at,
        origin="figures as they stood",
        digest=hashlib.sha256(msgspec.json.encode(facts)).hexdigest(),
        accepted=len(rows),
    )
    packed = {
        "positions": list(range(len(rows))),
        "columns": dict(zip(_COLUMNS, zip(*facts, strict=True), strict=True)),
    }
    apps.get_model("intake", "BatchContent").objects.create(
        batch=batch, packed=zlib.compress(msgspec.json.encode(packed), 3)
    )
    version = apps.get_model("intake", "FactVersion")
    version.objects.bulk_create(
        version(code=row.code, batch=batch, position=position, clock=_NO_CLOCK)
        for position, row in enumerate(rows)
    )


def _value(row, name):
    value = getattr(row, name)
    return value.astimezone(UTC) if name == "as_of" else value


class Migration(migrations.Migration):

    dependencies = [
        ("intake", "0008_versions_by_word"),
        ("register", "0012_figures_by_code"),
    ]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop, elidable=True)]
