"""Operation `POST /sync`: addresses for the existing sender of a provincial system.

It sends each service's rows as a list, or in the envelope that names the service, and looks for
`error_code`, `message` and `result` in the answer.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from phucvu.api.bodies import decode, read_body
from phucvu.api.problems import ProblemError
from phucvu.api.requests import answered, check_number, take_in
from phucvu.api.security import KEY_AUTH
from phucvu.api.sync_schema import openapi
from phucvu.intake.actions import Receipt
from phucvu.intake.kinds import DOSSIERS, PROGRESS_STEPS, FactKind

__all__ = ["MOST_STEPS", "SERVICES", "router"]

SERVICES: dict[str, FactKind] = {
    "DongBoHoSoMC": DOSSIERS,
    "CapNhatTienDoHoSoMC": PROGRESS_STEPS,
}
# As the service's own description has it.
MOST_STEPS = 10
_SAID = (True, "true", "True", "1")

router = Router(tags=["synchronisation"])


def _receive(request: HttpRequest, named: str | None) -> HttpResponse:
    body = read_body(request)
    sent = decode(body)
    service = named
    correction = False
    if isinstance(sent, dict):
        told = sent.get("service", named)
        if named is not None and told != named:
            raise _refused(
                400, _("This address takes the service %(name)s only.") % {"name": named}
            )
        service = told if isinstance(told, str) else None
        correction = sent.get("isUpdating") in _SAID
        sent = sent.get("data")
    if service is None or service not in SERVICES:
        reason = _("Name the service: in the envelope or in the address, one of %(names)s.")
        raise _refused(400, reason % {"names": ", ".join(SERVICES)})
    if not isinstance(sent, list):
        raise _refused(
            400, _("Send a list of rows, or an envelope with such a list as its “data”.")
        )
    kind = SERVICES[service]
    check_number(sent)
    if kind is PROGRESS_STEPS and len(sent) > MOST_STEPS:
        reason = _("A call of %(name)s holds at most %(most)d rows; this one has %(sent)d.")
        raise _refused(413, reason % {"name": service, "most": MOST_STEPS, "sent": len(sent)})
    # Insert or update, whichever the sender meant: that a row exists already is no error.
    return answered(_reply(take_in(request, kind, sent, body, correction=correction)))


def _reply(receipt: Receipt) -> dict[str, Any]:
    message = _("%(accepted)d accepted, %(unchanged)d unchanged, %(refused)d refused") % {
        "accepted": receipt.accepted,
        "unchanged": receipt.unchanged,
        "refused": receipt.refused,
    }
    error_code = "0" if receipt.refused == 0 else "1"
    result = msgspec.to_builtins(receipt)
    return {"error_code": error_code, "message": message, "result": result}


def _refused(status: int, detail: str) -> ProblemError:
    """Make a problem that says also in the sender's own fields that nothing was taken."""
    return ProblemError(status, detail, error_code="1", message=detail, result=None)


def _address(service: str | None) -> None:
    def receive_service(request: HttpRequest) -> HttpResponse:
        return _receive(request, service)

    name = service or "either service"
    receive_service.__doc__ = (
        f"Take in rows of {name}, new ones and ones that exist already alike. The whole call is "
        "stored, or nothing of it; rows that are refused are answered with field and reason."
    )
    router.add_api_operation(
        f"/sync/{service}" if service else "/sync",
        ["POST"],
        receive_service,
        auth=KEY_AUTH,
        operation_id=f"sync{service or ''}",
        summary=f"Synchronise: {name}",
        openapi_extra=openapi(service, list(SERVICES), MOST_STEPS),
    )


for _service in (None, *SERVICES):
    _address(_service)
