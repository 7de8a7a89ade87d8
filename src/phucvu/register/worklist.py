"""Open dossiers: the work to be done, and the part of it that is past its date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from phucvu.register.models import Dossier, Status
from phucvu.register.walltime import wall_now

__all__ = ["Work", "is_open", "open_dossiers", "work_of"]

# Nobody waits for these any more, though they have no end of processing.
_GIVEN_UP = (Status.NOT_ACCEPTED, Status.WITHDRAWN, Status.STOPPED)
_OPEN = Q(finished_at=None, handed_over_at=None) & ~Q(status__in=_GIVEN_UP)


@dataclass(frozen=True)
class Work:
    """Number of open dossiers, and of overdue ones among them."""

    open: int = 0
    overdue: int = 0


def is_open(dossier: Dossier) -> bool:
    """Tell whether a dossier is open: not finished, withdrawn, stopped or turned away."""
    ended = dossier.finished_at is not None or dossier.handed_over_at is not None
    return not ended and dossier.status not in _GIVEN_UP


def open_dossiers(unit_ids: Collection[int]) -> QuerySet[Dossier]:
    """Return the open dossiers of these units, the most urgent first; without a date, last."""
    rows = Dossier.objects.filter(_OPEN, unit_id__in=unit_ids)
    return rows.order_by(F("promised_at").asc(nulls_last=True), "id")


def work_of(parts: Mapping[int, Collection[int]], now: int | None = None) -> dict[int, Work]:
    """Count the work of each unit that has any, in one query; `now` is a wall time.

    `parts` maps a unit (id) to the ids of those whose open dossiers are its work, each of one unit.
    """
    now = wall_now() if now is None else now
    whose = {part: unit for unit, ids in parts.items() for part in ids}
    rows = (
        Dossier.objects.filter(_OPEN, unit_id__in=whose)
        .order_by()
        .values("unit_id")
        .annotate(open=Count("id"), overdue=Count("id", filter=Q(promised_at__lt=now)))
    )
    found: dict[int, Work] = {}
    for row in rows:
        before = found.get(whose[row["unit_id"]], Work())
        found[whose[row["unit_id"]]] = Work(
            before.open + row["open"], before.overdue + row["overdue"]
        )
    return found
