"""Another edition, as programs ask for it."""

from __future__ import annotations

from phucvu.api.problems import ProblemError
from phucvu.editions.finding import Editions, UnknownEditionError
from phucvu.editions.words import unknown
from phucvu.scorecards import Edition

__all__ = ["edition_asked"]


def edition_asked(id_: str | None, editions: Editions | None = None) -> Edition | None:
    """Find the edition with this id; None where none was asked for. Raises ProblemError (404)."""
    if id_ is None:
        return None
    try:
        return (editions or Editions.open()).named(id_)
    except UnknownEditionError as error:
        headers = {"Access-Control-Allow-Origin": "*"}
        raise ProblemError(404, unknown(error), headers=headers) from error
