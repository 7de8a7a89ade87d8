"""`POST /dossiers`: the synchronisation message (`DongBoHoSoMC`) over HTTP."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from phucvu.api.bodies import read_json
from phucvu.api.message_schema import OPENAPI
from phucvu.api.problems import ProblemError
from phucvu.api.security import KEY_AUTH
from phucvu.intake.actions import Receipt, receive

__all__ = ["MAX_RECORDS", "router"]

MAX_RECORDS = 10_000
_SERVICE = "DongBoHoSoMC"

router = Router(tags=["dossiers"])


@router.post(
    "/dossiers",
    auth=KEY_AUTH,
    operation_id="receiveDossiers",
    summary="Send dossiers",
    openapi_extra=OPENAPI,
)
def receive_dossiers(request: HttpRequest) -> HttpResponse:
    """Insert dossiers, or overwrite those whose `MaHoSo` is known: sending again is harmless.

    The body is a list of dossiers, or the envelope older adapters use. The whole request is
    stored, or nothing of it; dossiers that are refused are answered with field and reason and do
    not keep the others out.
    """
    sent = read_json(request)
    envelope = isinstance(sent, dict)
    records = _records(sent)
    receipt = receive(
        records,
        key=request.auth,  # type: ignore[attr-defined]
        origin=_origin(request),
        correction=_is_correction(sent),
    )
    answer = _enveloped(receipt) if envelope else receipt
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json")


def _records(sent: Any) -> list[Any]:
    if isinstance(sent, dict):
        service = sent.get("service", _SERVICE)
        if service != _SERVICE:
            raise ProblemError(400, _("This address takes the service DongBoHoSoMC only."))
        sent = sent.get("data")
    if not isinstance(sent, list):
        raise ProblemError(
            400, _("Send a list of dossiers, or an envelope with such a list as its “data”.")
        )
    if len(sent) > MAX_RECORDS:
        raise ProblemError(
            413,
            _("A request may hold %(most)d dossiers; this one holds %(sent)d. Send several.")
            % {"most": MAX_RECORDS, "sent": len(sent)},
        )
    return sent


def _is_correction(sent: Any) -> bool:
    """Whether an envelope says that it mends what was sent: it then stands in any case."""
    return isinstance(sent, dict) and sent.get("isUpdating") in (True, "true", "True", "1")


def _enveloped(receipt: Receipt) -> dict[str, Any]:
    """What older adapters look for, before the answer to all."""
    message = _("%(accepted)d accepted, %(unchanged)d unchanged, %(refused)d refused") % {
        "accepted": receipt.accepted,
        "unchanged": receipt.unchanged,
        "refused": receipt.refused,
    }
    error_code = "0" if receipt.refused == 0 else "1"
    return {"error_code": error_code, "message": message} | msgspec.structs.asdict(receipt)


def _origin(request: HttpRequest) -> str:
    return f"API {request.META.get('REMOTE_ADDR', '')}".strip()
