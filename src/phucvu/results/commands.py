"""Commands for scores."""

from __future__ import annotations

import json
from fractions import Fraction

import click
from rich.console import Console
from rich.table import Table

from phucvu.editions.words import not_compared, notes
from phucvu.results.asked_edition import EDITION_OPTION, edition_asked
from phucvu.results.boards import unit_score
from phucvu.results.keeping import keep_day
from phucvu.results.maps import Atlas, View
from phucvu.results.periods import NotBegunError, require_begun
from phucvu.results.scores import UnitScore
from phucvu.scoring import Count, Counted, Period, PeriodError

__all__ = ["keep", "score"]

_console = Console(highlight=False)


@click.command()
@click.argument("unit_code")
@click.argument("period")
@EDITION_OPTION
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option(
    "--map",
    "map_",
    type=click.Choice([view.value for view in View]),
    default=View.THEN.value,
    show_default=True,
    help="The units of then, or today's with what those did that became them.",
)
def score(unit_code: str, period: str, edition_id: str | None, as_json: bool, map_: str) -> None:
    """Print a unit's scorecard for a PERIOD such as 2026, 2026-Q3, 2026-08 or 2010-10..2012-01."""
    try:
        when = Period.parse(period)
    except PeriodError as error:
        raise click.BadParameter(str(error), param_hint="PERIOD") from error
    atlas = Atlas.open(View(map_))
    tree = atlas.tree(when)
    unit = tree.by_code(unit_code)
    if unit is None:
        raise click.BadParameter(
            f"no unit has the code {unit_code!r} on the {map_} map of {when}; "
            f"`phucvu units life {unit_code}` tells what became of it",
            param_hint="UNIT_CODE",
        )
    try:
        require_begun(when, unit)
    except NotBegunError as error:
        raise click.BadParameter(str(error), param_hint="PERIOD") from error
    edition = edition_asked(edition_id)
    found = unit_score(unit, when, edition, tree=tree, earlier=atlas.before(when))
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
    else:
        _print(found)


def _as_json(found: UnitScore) -> dict[str, object]:
    return {
        "unit": found.unit.code,
        "period": str(found.period),
        "scorecard": found.edition.id,
        "basis": str(found.scored.basis),
        "notes": _notes(found),
        "total": None if found.total is None else str(found.total),
        "missing": list(found.result.missing),
        "indicators": {
            id_: {
                "numerator": _exactly(getattr(item.figure, "numerator", None)),
                "denominator": _exactly(getattr(item.figure, "denominator", None)),
                "ratio": None if item.ratio is None else str(item.ratio),
                "points": None if item.points is None else str(item.points),
                "max": str(item.maximum),
                "source": found.provenance[id_].source if id_ in found.provenance else None,
                "flags": list(found.provenance[id_].flags) if id_ in found.provenance else [],
            }
            for id_, item in found.result.indicators.items()
        },
    }


def _notes(found: UnitScore) -> list[str]:
    other = found.not_compared
    return notes(found.scored) + ([not_compared(found.scored, other)] if other else [])


def _print(found: UnitScore) -> None:
    card = found.edition.scorecard
    for note in _notes(found):
        _console.print(note)
    table = Table(title=f"{found.unit.name}: {found.period.label()} ({card.id})")
    table.add_column("")
    table.add_column("Chỉ số")
    for heading in ("Tử số", "Mẫu số", "Tỷ lệ", "Điểm", "Tối đa"):
        table.add_column(heading, justify="right")
    table.add_column("Nguồn")
    for id_, item in found.result.indicators.items():
        counts = item.figure if isinstance(item.figure, Counted) else None
        table.add_row(
            id_,
            item.indicator.name.vi,
            _number(counts and counts.numerator),
            _number(counts and counts.denominator),
            _number(item.ratio),
            _number(item.points),
            _number(item.maximum) if item.indicator.scored else "",
            found.provenance[id_].source if id_ in found.provenance else "chưa cung cấp",
        )
    _console.print(table)
    lacking = f", thiếu {found.missing} chỉ số" if found.missing else ""
    _console.print(f"Tổng: {_number(found.total)} / {_number(card.points)}{lacking}")


def _exactly(count: Count | None) -> int | str | None:
    """Return a count; a fraction, of which JSON has none, as text such as 37/3."""
    return str(count) if isinstance(count, Fraction) else count


def _number(value: object) -> str:
    return "" if value is None else str(value)


@click.command()
def keep() -> None:
    """Store today's scores, so that a week later one can see what moved.

    `phucvu serve` does it by itself; this is for sites that are started in another way.
    """
    kept = keep_day()
    if kept is None:
        _console.print("Today's scores are kept already.")
    else:
        _console.print(f"Kept: {kept.day}.")
