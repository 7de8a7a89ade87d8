"""Taking in figures that are not counted here: typed in by people, or published by the portal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction

from phucvu.register import indicators
from phucvu.register.models import NationalReport, Source, StatedFigure
from phucvu.register.rows import COLUMNS, StatedRow, Vocabulary, guard, read_row
from phucvu.register.signals import figures_stated
from phucvu.register.tables import ImportReport, RefusedRow, read_table
from phucvu.units.models import Unit

__all__ = ["REQUIRED", "export_figures", "import_figures", "state_figures"]

REQUIRED = ("unit_code", "period", "indicator", "as_of")
_BATCH = 500


def import_figures(lines: Iterable[str], origin: str) -> ImportReport:
    """Check every row of a stated-figures CSV and take in the good ones, in one transaction.

    `lines` may be an open text file; `origin` names it in messages.
    Raises TableError where the file has not the columns it needs.
    """
    return state_figures(read_table(lines, origin, COLUMNS, REQUIRED), origin)


def state_figures(
    rows: Iterable[tuple[int, dict[str, str]]],
    origin: str,
    may_state: Callable[[Unit], frozenset[str] | None] = lambda unit: None,
    sources: Sequence[str] = tuple(Source.values),
) -> ImportReport:
    """Check rows of cells by column, each with its number, and take in the good ones at once.

    The same figure (unit, period, indicator, source, as of) with the same values is unchanged,
    with others updated. `may_state`: of which indicators figures may be stated of a unit; None:
    of every one. `sources`: those a row may name.
    """
    report = ImportReport(origin)
    units = Unit.objects.filter(valid_to=None)
    within = {unit.code: (unit, may_state(unit)) for unit in units}
    words = Vocabulary(
        units={code: unit for code, (unit, stated) in within.items() if stated != frozenset()},
        sources=sources,
        limits={code: stated for code, (_unit, stated) in within.items() if stated},
        indicators=frozenset(indicators.known()),
        percentages=frozenset(indicators.percentages()),
    )
    good: list[tuple[int, StatedRow]] = []
    for number, cells in rows:
        outcome = read_row(cells, words)
        if isinstance(outcome, StatedRow):
            good.append((number, outcome))
        else:
            report.refused.append(RefusedRow(number, cells, outcome))
    with transaction.atomic():
        changed = _store(good, report)
        if changed:
            figures_stated.send(sender=state_figures, unit_ids=changed)
    return report


def _store(rows: Sequence[tuple[int, StatedRow]], report: ImportReport) -> set[int]:
    """Write what is new or different; tell `report`; return the units touched."""
    held = _held([row for _number, row in rows])
    write: dict[tuple[Any, ...], StatedRow] = {}
    for number, row in rows:
        before = held.get(row.key)
        if before == _values(row):
            report.tell(number, "unchanged")
            continue
        report.tell(number, "added" if before is None else "updated")
        held[row.key] = _values(row)
        write[row.key] = row
    figures = [row for row in write.values() if row.indicator != indicators.NATIONAL_REPORT]
    reports = [row for row in write.values() if row.indicator == indicators.NATIONAL_REPORT]
    StatedFigure.objects.bulk_create(
        [_figure(row) for row in figures],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["unit", "period", "indicator", "source", "as_of"],
        update_fields=["numerator", "denominator", "ratio", "points", "flags", "note"],
    )
    NationalReport.objects.bulk_create(
        [_national_report(row) for row in reports],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["unit", "period", "as_of"],
        update_fields=["received", "flags"],
    )
    return {row.unit.pk for row in write.values()}


def _values(row: StatedRow) -> tuple[Any, ...]:
    # A national report keeps neither note nor source.
    if row.indicator == indicators.NATIONAL_REPORT:
        return (row.denominator, row.flags)
    return row.values


def _held(rows: Sequence[StatedRow]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What the register holds under the keys of `rows`, and a little more."""
    periods = {row.period for row in rows}
    units = {row.unit.pk for row in rows}
    held: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for item in StatedFigure.objects.filter(period__in=periods, unit__in=units):
        key = (item.unit_id, item.period, item.indicator, item.source, item.as_of)
        held[key] = (
            item.numerator, item.denominator, item.ratio, item.points, item.flags, item.note,
        )  # fmt: skip
    for report in NationalReport.objects.filter(period__in=periods, unit__in=units):
        key = (report.unit_id, report.period, indicators.NATIONAL_REPORT, "", report.as_of)
        held[key] = (report.received, report.flags)
    return held


def _figure(row: StatedRow) -> StatedFigure:
    return StatedFigure(
        unit=row.unit,
        period=row.period,
        indicator=row.indicator,
        numerator=row.numerator,
        denominator=row.denominator,
        ratio=row.ratio,
        points=row.points,
        source=row.source,
        as_of=row.as_of,
        flags=row.flags,
        note=row.note,
    )


def _national_report(row: StatedRow) -> NationalReport:
    assert row.denominator is not None  # noqa: S101 - `read_row` has seen to it
    return NationalReport(
        unit=row.unit,
        period=row.period,
        received=row.denominator,
        as_of=row.as_of,
        flags=row.flags,
    )


def export_figures() -> Iterator[list[str]]:
    """Every stated figure as rows of the same CSV, the names of the columns first."""
    yield list(COLUMNS)
    figures = StatedFigure.objects.select_related("unit").order_by(
        "unit__code", "period", "indicator", "source", "as_of"
    )
    for item in figures.iterator(chunk_size=2_000):
        yield _cells(
            item.unit.code, item.period, item.indicator, item.numerator, item.denominator,
            item.ratio, item.points, item.source, item.as_of.isoformat(),
            item.flags, item.note,
        )  # fmt: skip
    reports = NationalReport.objects.select_related("unit").order_by(
        "unit__code", "period", "as_of"
    )
    for report in reports.iterator(chunk_size=2_000):
        yield _cells(
            report.unit.code, report.period, indicators.NATIONAL_REPORT, None, report.received,
            None, None, "typed", report.as_of.isoformat(), report.flags, "",
        )  # fmt: skip


def _cells(*values: Any) -> list[str]:
    return ["" if value is None else guard(str(value)) for value in values]
