"""Another edition, as commands are asked for it."""

from __future__ import annotations

import click

from phucvu.editions.finding import Editions, UnknownEditionError
from phucvu.scorecards import Edition

__all__ = ["EDITION_OPTION", "edition_asked"]

EDITION_OPTION = click.option(
    "--edition",
    "--scorecard",
    "edition_id",
    help="Another edition than the one that scores the period, to compare with.",
)


def edition_asked(id_: str | None) -> Edition | None:
    """Find the edition with this id; None where none was asked for. Raises click.BadParameter."""
    if id_ is None:
        return None
    try:
        return Editions.open().named(id_)
    except UnknownEditionError as error:
        raise click.BadParameter(str(error), param_hint="--edition") from error
