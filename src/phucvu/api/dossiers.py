"""Operation `POST /dossiers`: the synchronisation message (`DongBoHoSoMC`) over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from phucvu.api.bodies import decode, read_body
from phucvu.api.message_schema import OPENAPI
from phucvu.api.problems import ProblemError
from phucvu.api.requests import MAX_RECORDS, answered, take_in
from phucvu.api.security import KEY_AUTH
from phucvu.intake.actions import Receipt
from phucvu.intake.kinds import DOSSIERS
from phucvu.intake.quick import Sent, SentRecords

__all__ = ["MAX_RECORDS", "router"]

_SERVICE = "DongBoHoSoMC"


class _Envelope(msgspec.Struct):
    """Envelope that older adapters put round the dossiers, as far as it is read."""

    data: list[Sent]
    service: Any = _SERVICE
    isUpdating: Any = None  # noqa: N815 - its name in the message


_USUAL = msgspec.json.Decoder(list[Sent] | _Envelope)

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
    body = read_body(request)
    sent = _usual(body)
    if sent is None:
        sent = decode(body)
    envelope = isinstance(sent, dict)
    receipt = take_in(
        request, DOSSIERS, _records(sent, body), body, correction=_is_correction(sent)
    )
    return answered(_enveloped(receipt) if envelope else receipt)


def _usual(body: bytes) -> list[Sent] | dict[str, Any] | None:
    """Decode the body for the short way, its records no further than they are read.

    None where a part of it is of an unexpected type, or it is no JSON at all.
    """
    try:
        sent = _USUAL.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return sent if isinstance(sent, list) else msgspec.structs.asdict(sent)


def _records(sent: Any, body: bytes) -> Sequence[object]:
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
    if sent and isinstance(sent[0], Sent):
        return SentRecords(sent, lambda: _listed(decode(body)))
    return sent


def _listed(sent: Any) -> list[object]:
    records: list[object] = sent["data"] if isinstance(sent, dict) else sent
    return records


def _is_correction(sent: Any) -> bool:
    """Tell whether an envelope is marked as a correction, which stands in any case."""
    return isinstance(sent, dict) and sent.get("isUpdating") in (True, "true", "True", "1")


def _enveloped(receipt: Receipt) -> dict[str, Any]:
    """Return the fields older adapters look for, before the answer to all."""
    message = _("%(accepted)d accepted, %(unchanged)d unchanged, %(refused)d refused") % {
        "accepted": receipt.accepted,
        "unchanged": receipt.unchanged,
        "refused": receipt.refused,
    }
    error_code = "0" if receipt.refused == 0 else "1"
    return {"error_code": error_code, "message": message} | msgspec.structs.asdict(receipt)
