"""`phucvu scorecard`: the editions in use, adding one, choosing one for a period."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
from django.conf import settings
from rich.console import Console

from phucvu import scorecards
from phucvu.editions.choosing import ChoiceError, choose, take_back
from phucvu.editions.finding import Editions, UnknownEditionError
from phucvu.scoring import Period, PeriodError, ScorecardError
from phucvu.units.models import Kind

__all__ = ["scorecard"]

_console = Console(highlight=False)


@click.group()
def scorecard() -> None:
    """Manage the law as data: list, check, add and choose scorecards."""


@scorecard.command("list")
def list_() -> None:
    """List the scorecards in use, and what was chosen for single periods.

    An asterisk marks the one that scores the month that runs.
    """
    editions = Editions.open()
    today = editions.today()
    for each in editions.in_use:
        card = each.edition.scorecard
        mark = "*" if each.edition.digest == today.digest else " "
        until = card.in_force_to or "…"
        kinds = f" ({', '.join(card.kinds)})" if card.kinds else ""
        _console.print(
            f"{mark} {each.edition.id}  {card.in_force_from} – {until}{kinds}  {card.title.vi}"
        )
    if editions.setting is not None:
        _console.print(f"PHUCVU_SCORECARD: {editions.setting.id} scores every period.")
    for choice in editions.choices:
        what = choice.edition or "taken back"
        _console.print(
            f"{choice.at:%Y-%m-%d} {choice.by}: {choice.period} {choice.kind or 'all kinds'}:"
            f" {what}. {choice.reason}"
        )


_PERIODS = click.argument("periods", nargs=-1, required=True)
_REASON = click.option("--reason", required=True, help="Why: shown on every page of the period.")
_KIND = click.option(
    "--kind", type=click.Choice(Kind.values), help="Only for units of this kind; else for all."
)


@scorecard.command("choose")
@click.argument("edition_id", metavar="EDITION")
@_PERIODS
@_REASON
@_KIND
def choose_(edition_id: str, periods: tuple[str, ...], reason: str, kind: str | None) -> None:
    """Let EDITION score PERIODS in place of the one that is in force then.

    It holds for exactly these periods: the months of a year are periods of their own.
    """
    try:
        choose(edition_id, _periods(periods), reason=reason, kind=kind or "")
    except (ChoiceError, UnknownEditionError) as error:
        raise click.ClickException(str(error)) from error
    _console.print(f"{edition_id} scores {', '.join(periods)}.")


@scorecard.command("take-back")
@_PERIODS
@_REASON
@_KIND
def take_back_(periods: tuple[str, ...], reason: str, kind: str | None) -> None:
    """Take a choice back: the scorecard in force scores PERIODS again."""
    try:
        take_back(_periods(periods), reason=reason, kind=kind or "")
    except ChoiceError as error:
        raise click.ClickException(str(error)) from error
    _console.print(f"{', '.join(periods)}: the choice is taken back.")


def _periods(written: tuple[str, ...]) -> list[Period]:
    try:
        return [Period.parse(each) for each in written]
    except PeriodError as error:
        raise click.BadParameter(str(error), param_hint="PERIODS") from error


@scorecard.command("add")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
def add(files: tuple[Path, ...]) -> None:
    """Check scorecard FILES, keep a copy of each and count what their measures need.

    A scorecard that is kept never changes: a new rule is a new file with its own id.
    """
    from phucvu.counters.recount import count_new_measures

    folder: Path = settings.PHUCVU_SCORECARDS[0]
    folder.mkdir(parents=True, exist_ok=True)
    new: list[Path] = []
    for file in files:
        if file.suffix != ".yaml":
            _undo(new)
            raise click.ClickException(f"{file}: expected a scorecard, a file named ID.yaml.")
        kept = folder / file.name
        if not kept.exists():
            new.append(kept)
            shutil.copyfile(file, kept)
        elif kept.read_bytes() != file.read_bytes():
            _undo(new)
            raise click.ClickException(
                f"{file}: a scorecard of this name is kept already and says something else. "
                "Give the new rule a file name and an id of its own."
            )
    try:
        for name in scorecards.available(settings.PHUCVU_SCORECARDS):
            scorecards.load(name, settings.PHUCVU_SCORECARDS)
        for kept in new:  # a base, which nothing extends yet, is not loaded
            scorecards.check_text(kept)
    except ScorecardError as error:
        _undo(new)
        said = str(error)
        for file in files:  # the copies are gone again
            said = said.replace(str(folder / file.name), str(file))
        raise click.ClickException(said) from error
    except BaseException:
        # A file that breaks its reader must not stay: every page would meet it.
        _undo(new)
        raise
    counted = count_new_measures()
    _console.print(f"{len(new)} added; {len(counted)} new measures counted.")


def _undo(files: list[Path]) -> None:
    for file in files:
        file.unlink()
