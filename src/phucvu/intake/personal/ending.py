"""End of a dossier's personal data: `PHUCVU_PERSONAL_DAYS` after the dossier's end.

The end is the moment it was handed over, else finished, else refused; for one that is withdrawn,
stopped or not accepted without any of these, its reception, else its submission. An open dossier
has no end.
"""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from phucvu.intake.record import DossierRecord
from phucvu.register.models import Dossier, Status
from phucvu.register.walltime import DAY_MS, wall_now

__all__ = ["long_ended", "long_ended_dossiers"]

_MOMENTS = ("handed_over_at", "finished_at", "refused_at", "received_at", "submitted_at")
_ENDS = _MOMENTS[:3]
_OVER = frozenset(
    {
        Status.NOT_ACCEPTED.value, Status.WITHDRAWN.value, Status.STOPPED.value,
        Status.FINISHED.value, Status.HANDED_OVER.value,
    }
)  # fmt: skip


def long_ended(record: DossierRecord) -> bool:
    """Tell by a record whether a dossier's personal data is due to be deleted."""
    moments = [getattr(record, name) for name in _MOMENTS]
    if record.status not in _OVER and not any(moment is not None for moment in moments[:3]):
        return False
    end = next((moment for moment in moments if moment is not None), None)
    return end is not None and end < _bound()


def long_ended_dossiers() -> QuerySet[Dossier]:
    """Return the dossiers of the register whose personal data is due to be deleted."""
    over = Q(status__in=_OVER)
    for name in _ENDS:
        over |= Q(**{f"{name}__isnull": False})
    return Dossier.objects.filter(over).annotate(end=Coalesce(*_MOMENTS)).filter(end__lt=_bound())


def _bound() -> int:
    return wall_now() - settings.PHUCVU_PERSONAL_DAYS * DAY_MS
