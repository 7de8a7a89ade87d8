"""Operation `GET /units/{code}/dossiers`: a unit's open dossiers, for a system with a key to
read.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from phucvu.accounts import audit
from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import Resource
from phucvu.api.parameters import Start
from phucvu.api.problems import ProblemError
from phucvu.api.security import key_of, key_to, require
from phucvu.register.models import Dossier
from phucvu.register.walltime import from_wall
from phucvu.register.worklist import open_dossiers
from phucvu.results.maps import Atlas, View

__all__ = ["router"]

MOST = 1_000
router = Router(tags=["dossiers"])


class OpenDossier(Schema):
    """A dossier that is not finished; moments are the unit's own clock's, with its offset."""

    code: str
    procedure_code: str
    status: int
    received_at: datetime | None
    promised_at: datetime | None


class OpenDossiers(Schema):
    """Open dossiers of a unit; `total` counts all, at most 1,000 are listed from `start` on, the
    most urgent first.
    """

    unit: str
    total: int
    start: int
    dossiers: list[OpenDossier]


@router.get(
    "/units/{raw_code:code}/dossiers",
    auth=key_to(Resource.READ),
    response=OpenDossiers,
    operation_id="listOpenDossiers",
    summary="List a unit's open dossiers",
)
def list_open_dossiers(request: HttpRequest, code: str, start: Start = 0) -> OpenDossiers:
    """List the open dossiers of the unit itself, and of the ended units whose work it has.

    Needs a key to read; every call is audited.
    """
    tree = Atlas.open(View.TODAY).newest
    unit = tree.by_code(code)
    if unit is None:
        raise ProblemError(404, _("There is no unit with the code %(code)s.") % {"code": code})
    require(request, Resource.READ, unit)
    found = open_dossiers(tree.own(unit.id))
    shown = list(found[start : start + MOST])
    audit.note(
        str(key_of(request)),
        "api.dossiers",
        Resource.READ,
        unit=unit,
        outcome=AuditEntry.Outcome.SEEN,
        address=str(request.META.get("REMOTE_ADDR", "")),
        rows=len(shown),
    )
    zone = ZoneInfo(unit.time_zone)
    return OpenDossiers(
        unit=unit.code,
        total=found.count(),
        start=start,
        dossiers=[_shown(dossier, zone) for dossier in shown],
    )


def _shown(dossier: Dossier, zone: ZoneInfo) -> OpenDossier:
    return OpenDossier(
        code=dossier.code,
        procedure_code=dossier.procedure_code,
        status=dossier.status,
        received_at=_moment(dossier.received_at, zone),
        promised_at=_moment(dossier.promised_at, zone),
    )


def _moment(wall: int | None, zone: ZoneInfo) -> datetime | None:
    return None if wall is None else from_wall(wall).replace(tzinfo=zone)
