"""Command `phucvu explain`: the verdict on one fact, and its reasons."""

from __future__ import annotations

import json

import click
from django.utils import translation
from rich.console import Console
from rich.table import Table

from phucvu import clock
from phucvu.editions.finding import Editions
from phucvu.register.facts import DOSSIERS, FACTS
from phucvu.results.asked_edition import EDITION_OPTION, edition_asked
from phucvu.results.explained_period import period_and_edition
from phucvu.results.explaining import Explanation, UncountedKindError, explain
from phucvu.results.explaining_json import as_plain
from phucvu.results.verdict_words import belonging_text, reasons, sentence
from phucvu.scoring import PeriodError

__all__ = ["explain_"]

_console = Console(highlight=False)


@click.command("explain")
@click.argument("code")
@click.argument("period", required=False)
@click.option(
    "--kind",
    "plural",
    type=click.Choice([fact.plural for fact in FACTS.values()]),
    default=DOSSIERS.plural,
    show_default=True,
    help="What kind of fact CODE is of.",
)
@EDITION_OPTION
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead.")
def explain_(
    code: str, period: str | None, plural: str, edition_id: str | None, lang: str, as_json: bool
) -> None:
    """Explain what became of a fact in a PERIOD (else the year it was received in).

    Of a dossier: on time or overdue, by which end and which due date. Of every kind: for each
    measure whether it counts or what left it out.
    """
    kind = next(fact for fact in FACTS.values() if fact.plural == plural)
    fact = kind.model._default_manager.filter(code=code).first()
    if fact is None:
        raise click.BadParameter(
            f"there is no {kind.name} {code!r} in the register", param_hint="CODE"
        )
    edition, now = edition_asked(edition_id), clock.now()
    try:
        when, edition = period_and_edition(fact, period, edition, now, kind)
        found = explain(fact, when, edition, now, kind)
    except PeriodError as error:
        raise click.BadParameter(str(error), param_hint="PERIOD") from error
    except UncountedKindError as error:
        name = (edition or Editions.open().today()).id
        message = f"{name} counts nothing of this kind: {plural}"
        raise click.BadParameter(message, param_hint="--kind") from error
    if as_json:
        click.echo(json.dumps(as_plain(found), ensure_ascii=False, indent=2))
        return
    with translation.override(lang):
        _print(found, lang)


def _print(found: Explanation, lang: str) -> None:
    card = found.edition.scorecard
    _console.print(f"[bold]{found.fact.code}[/] {getattr(found.fact, 'procedure_code', '')}")
    _console.print(f"{found.period.label(lang)} ({card.id}): {belonging_text(found)}.")
    if found.kind is DOSSIERS:
        _console.print(f"[bold]{sentence(found)}[/]")
    table = Table("", "", "", show_header=False)
    for name, outcome in found.measures.items():
        why = "\n".join(reasons(found, outcome))
        table.add_row(found.labels[name].get(lang), str(outcome.value), why)
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
