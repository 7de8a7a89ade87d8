"""Command `phucvu explain`: the verdict on one dossier, and its reasons."""

from __future__ import annotations

import json

import click
from django.conf import settings
from django.utils import timezone, translation
from rich.console import Console
from rich.table import Table

from phucvu import clock, scorecards
from phucvu.register.models import Dossier
from phucvu.results.boards import current_edition
from phucvu.results.explaining import Explanation, explain, period_of
from phucvu.results.explaining_json import as_plain
from phucvu.results.periods import require_begun
from phucvu.results.verdict_words import belonging_text, reasons, sentence
from phucvu.scoring import Period, PeriodError, ScorecardError

__all__ = ["explain_"]

_console = Console(highlight=False)


@click.command("explain")
@click.argument("dossier_code")
@click.argument("period", required=False)
@click.option("--scorecard", "edition_id", help="Another edition than the installation's own.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
def explain_(
    dossier_code: str, period: str | None, edition_id: str | None, lang: str, as_json: bool
) -> None:
    """Explain the verdict on a dossier in a PERIOD (else the year it was received in).

    On time or overdue, by which end and which due date; and for each measure whether it counts or
    what left it out.
    """
    dossier = Dossier.objects.select_related("unit").filter(code=dossier_code).first()
    if dossier is None:
        raise click.BadParameter(
            f"there is no dossier {dossier_code!r} in the register", param_hint="DOSSIER_CODE"
        )
    try:
        edition = current_edition(
            scorecards.load(edition_id, settings.PHUCVU_SCORECARDS) if edition_id else None
        )
    except ScorecardError as error:
        raise click.BadParameter(str(error), param_hint="--scorecard") from error
    now = clock.now()
    try:
        when = (
            Period.parse(period) if period else period_of(dossier, edition, timezone.localdate(now))
        )
        if period:
            require_begun(when, dossier.unit, now)
    except PeriodError as error:
        raise click.BadParameter(str(error), param_hint="PERIOD") from error
    found = explain(dossier, when, edition, now)
    if as_json:
        click.echo(json.dumps(as_plain(found), ensure_ascii=False, indent=2))
        return
    with translation.override(lang):
        _print(found, lang)


def _print(found: Explanation, lang: str) -> None:
    card = found.edition.scorecard
    _console.print(f"[bold]{found.dossier.code}[/] {found.dossier.procedure_code}")
    _console.print(f"{found.period.label(lang)} ({card.id}): {belonging_text(found)}.")
    _console.print(f"[bold]{sentence(found)}[/]")
    table = Table("", "", "", show_header=False)
    for name, outcome in found.measures.items():
        why = "\n".join(reasons(found, outcome))
        table.add_row(card.measures[name].label.get(lang), str(outcome.value), why)
    _console.print(table)
    table = Table("", "", "÷", "", show_header=True)
    for item in found.indicators:
        numbers = [item.numerator, item.denominator] if item.inside else ["–", "–"]
        table.add_row(
            f"{item.indicator.id} {item.indicator.name.get(lang)}",
            *("" if value is None else str(value) for value in numbers),
            item.indicator.source.clause,
        )
    _console.print(table)
