"""Command `phucvu portal`: check figures published by the national portal against their counts."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from phucvu.scorecards import ScorecardError, load

from .check import Check, CheckReport, check
from .register import Contradiction, RegisterError, read_register, shipped_register
from .table import PublishedTableError, read_table

UNEXPLAINED = 1
UNREADABLE = 2
_SHOWN = 200


@click.group()
def portal() -> None:
    """Work with the figures published by the national portal."""


@portal.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--register",
    "register_file",
    type=click.Path(path_type=Path),
    help="A register of known contradictions to use in place of the one shipped.",
)
@click.option("--edition", default="qd766-portal-2026", show_default=True, help="Scorecard id.")
@click.option(
    "--folder",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A further folder of scorecards; may be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def check_command(
    file: Path,
    register_file: Path | None,
    edition: str,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Recompute every figure in FILE (CSV) that has its counts.

    Exit code: 0 nothing unexplained; 1 differences or rows that cannot be read; 2 a file, register
    or scorecard that cannot be used.
    """
    try:
        scorecard = load(edition, folders).scorecard
        register = shipped_register() if register_file is None else read_register(register_file)
        table = read_table(file)
        if not table.rows and not table.bad_rows:
            raise PublishedTableError(f"{file} has no rows: there is nothing to check.")
        report = check(table, scorecard, register)
    except (PublishedTableError, RegisterError, ScorecardError) as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNREADABLE) from error
    if as_json:
        click.echo(json.dumps(_as_json(report, file, edition), ensure_ascii=False, indent=2))
    else:
        _print(report, len(table.rows), file, edition)
    if not report.clean:
        raise SystemExit(UNEXPLAINED)


def _print(report: CheckReport, rows: int, file: Path, edition: str) -> None:
    console = Console(highlight=False)
    grid = Grid(title=escape(f"{file.name}: {rows:,} rows against {edition}"), title_justify="left")
    for heading in ("indicator", "matched", "different", "known", "not computable"):
        grid.add_column(heading, justify="left" if heading == "indicator" else "right")
    totals = [0, 0, 0, 0]
    for name, counts in report.tally().items():
        grid.add_row(name, *(f"{n:,}" for n in counts.values()))
        totals = [a + b for a, b in zip(totals, counts.values(), strict=True)]
    grid.add_section()
    grid.add_row("all", *(f"{n:,}" for n in totals))
    console.print(grid)
    _print_reasons(console, report)
    if report.bad_rows:
        console.print(f"\n[bold red]Rows that cannot be read: {len(report.bad_rows)}")
        for bad in report.bad_rows[:_SHOWN]:
            console.print(f"  {escape(str(bad))}")
        _print_more(console, len(report.bad_rows))
    if report.known_contradictions:
        known = report.known_contradictions
        console.print(f"\n[bold]Known contradictions of the portal itself: {len(known)}")
        for item in known:
            console.print(f"  {escape(_line(item))}")
    if report.stale:
        console.print(f"\n[bold yellow]Register entries that no longer occur: {len(report.stale)}")
        for entry in report.stale:
            console.print(f"  {escape(_stale_line(entry))}")
    if report.differences:
        console.print(f"\n[bold red]Differences: {len(report.differences)}")
        for item in report.differences[:_SHOWN]:
            console.print(f"  {escape(_line(item))}")
        _print_more(console, len(report.differences))
    else:
        console.print("\n[bold green]No unexplained difference.")


def _print_reasons(console: Console, report: CheckReport) -> None:
    """Print why figures are not computable, the commonest reason first."""
    reasons: dict[str, int] = {}
    for item in report.not_computable:
        key = f"{item.indicator} {item.what}: {item.reason}"
        reasons[key] = reasons.get(key, 0) + 1
    if reasons:
        console.print("\n[bold]Not computable")
    for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1]):
        console.print(f"  {count:>6,}  {escape(reason)}")


def _print_more(console: Console, count: int) -> None:
    if count > _SHOWN:
        console.print(f"  … and {count - _SHOWN:,} more (all of them with --json)")


def _line(item: Check) -> str:
    row = item.row
    why = item.known.why if item.known is not None else item.reason
    return (
        f"row {row.line}: {row.unit_code} {row.unit_name}, {row.snapshot}, {row.period}, "
        f"{item.indicator} {item.what}: published {_number(item.published)}, "
        f"computed {_number(item.computed)} ({why})"
    )


def _stale_line(entry: Contradiction) -> str:
    return (
        f"{entry.unit}, {entry.snapshot}, {entry.period}, {entry.indicator} {entry.what}: "
        f"published {_number(entry.published)} no longer found"
    )


def _number(value: Decimal | None) -> str:
    return "null" if value is None else f"{value:f}"


def _as_json(report: CheckReport, file: Path, edition: str) -> dict[str, Any]:
    return {
        "file": str(file),
        "edition": edition,
        "clean": report.clean,
        "indicators": report.tally(),
        "differences": [_check_json(c) for c in report.differences],
        "known_contradictions": [
            _check_json(c) | {"why": c.known.why, "since": c.known.since.isoformat()}
            for c in report.known_contradictions
            if c.known is not None
        ],
        "not_computable": [_check_json(c) for c in report.not_computable],
        "bad_rows": [
            {"row": bad.line, "column": bad.column, "message": bad.message}
            for bad in report.bad_rows
        ],
        "stale": [
            {
                "snapshot": e.snapshot,
                "period": e.period,
                "unit": e.unit,
                "indicator": e.indicator,
                "what": e.what,
                "published": _number(e.published),
            }
            for e in report.stale
        ],
    }


def _check_json(item: Check) -> dict[str, Any]:
    row = item.row
    return {
        "row": row.line,
        "snapshot": row.snapshot,
        "period": row.period,
        "unit": row.unit_code,
        "unit_name": row.unit_name,
        "indicator": item.indicator,
        "what": item.what,
        "published": None if item.published is None else _number(item.published),
        "computed": None if item.computed is None else _number(item.computed),
        "reason": item.reason,
    }
