"""Commands that prove or rebuild the counts."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import click
from django.db import transaction
from rich.console import Console
from rich.table import Table

from phucvu.counters import recount as recounting
from phucvu.counters import verify as verifying
from phucvu.counters.deadlines import reckon_anew
from phucvu.counters.petition_deadlines import reckon_petitions
from phucvu.counters.verify import Difference
from phucvu.register.facts import DOSSIERS, FACTS

__all__ = ["difference_table", "recount", "verify"]

_console = Console(highlight=False)
_SHOWN = 50


@click.command()
def verify() -> None:
    """Count the whole register anew and compare every count. Exit code 1 on a difference.

    Prove too that at the top each fact counts once, as it was and on today's map of units.
    """
    start = time.perf_counter()
    outcome = verifying.verify()
    seconds = time.perf_counter() - start
    if outcome.clean:
        # Dossiers are named in any case; of the others, those there are.
        facts = ", ".join(
            f"{number:,} {FACTS[name].plural}"
            for name, number in outcome.facts.items()
            if number or name == DOSSIERS.name
        )
        _console.print(
            f"No difference: {facts}, {outcome.measures} measures,"
            f" {outcome.counts:,} counts compared in {seconds:.1f} s."
            " At the top each fact counts once, as it was and on today's map."
        )
        return
    if outcome.differences:
        _console.print(difference_table(outcome.differences))
        _console.print(
            f"{len(outcome.differences):,} differences. `phucvu recount` counts the register anew."
        )
    for wrong in outcome.astray[:_SHOWN]:
        _console.print(str(wrong), markup=False)
    if outcome.astray:
        _console.print(
            f"{len(outcome.astray):,} facts or sums astray on a map of units."
            " `phucvu units check` looks for contradictions among the units."
        )
    sys.exit(1)


@click.command()
def recount() -> None:
    """Throw the counts away, count the whole register anew, and compute deadlines anew."""
    start = time.perf_counter()
    with transaction.atomic():
        recounting.recount()
        reckon_anew()
        reckon_petitions()
    _console.print(f"Counted anew in {time.perf_counter() - start:.1f} s.")


def difference_table(differences: Sequence[Difference]) -> Table:
    """Lay out the first differences as a table."""
    table = Table("measure", "unit", "procedure", "placed", "ended", "counted", "expected")
    for item in differences[:_SHOWN]:
        table.add_row(
            item.measure, item.unit, item.procedure or "(all)", str(item.placed_month),
            str(item.ended_month), str(item.counted), str(item.expected),
        )  # fmt: skip
    return table
