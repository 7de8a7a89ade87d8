"""Errors in a scorecard's measures, in words for the person who wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class MeasureError(ValueError):
    """Error of one expression.

    ``where`` names the entry ("definition on_time"), ``problem`` says what is wrong and what would
    be right, ``position`` is the column in the text, counted from 1, or None where the mistake is
    not at one place.
    """

    def __init__(self, where: str, problem: str, position: int | None = None) -> None:
        self.where = where
        self.problem = problem
        self.position = position
        place = where if position is None else f"{where}, column {position}"
        super().__init__(f"{place}: {problem}")

    def __reduce__(self) -> tuple[type[MeasureError], tuple[str, str, int | None]]:
        return (type(self), (self.where, self.problem, self.position))


class MeasureErrors(ValueError):  # noqa: N818 - it is many of them
    """Errors of a book, in the order of its entries; ``errors`` is never empty."""

    def __init__(self, errors: Iterable[MeasureError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in self.errors))

    def __reduce__(self) -> tuple[type[MeasureErrors], tuple[tuple[MeasureError, ...]]]:
        return (type(self), (self.errors,))


def did_you_mean(word: str, candidates: Sequence[str]) -> str:
    """Write ``"; did you mean 'promised_at'?"``, or nothing when no candidate is near."""
    near = get_close_matches(word.lower(), candidates, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
