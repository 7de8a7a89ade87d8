"""Opening of one dossier's personal data, for accounts that the policy allows."""

from __future__ import annotations

from django.conf import settings

from phucvu.intake import journal
from phucvu.intake.kinds import DOSSIERS
from phucvu.intake.personal.models import SealedPersonal
from phucvu.intake.personal.sealing import open_sealed

__all__ = ["persons_of"]


def persons_of(code: str) -> dict[str, str]:
    """Return the personal data of the version of a dossier that stands, of the fields turned on.

    Empty where there is none or it was purged. Raises `UnreadableError`.
    """
    place = journal.standing(DOSSIERS, [code]).get(code)
    if place is None:
        return {}
    row = SealedPersonal.objects.filter(
        code=code, batch=place.batch, position=place.position
    ).first()
    if row is None:
        return {}
    values = open_sealed(code, bytes(row.sealed))
    return {name: values[name] for name in settings.PHUCVU_PERSONAL if name in values}
