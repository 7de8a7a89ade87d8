"""Operations `POST /petitions` and so on: kinds of fact sent as the fields of their template."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from phucvu.accounts.policy import SENT_BY_KEY, Resource
from phucvu.api.bodies import decode, read_body
from phucvu.api.fact_schema import openapi
from phucvu.api.parameters import Correction
from phucvu.api.problems import ProblemError
from phucvu.api.requests import answered, check_number, take_in
from phucvu.api.security import key_to
from phucvu.intake.kinds import DOSSIERS, KINDS, FactKind

__all__ = ["router"]

router = Router(tags=["facts"])


def _add(kind: FactKind) -> None:
    """Add the address for one kind of fact."""

    def receive_facts(request: HttpRequest, correction: Correction = False) -> HttpResponse:
        body = read_body(request)
        records = decode(body)
        if not isinstance(records, list):
            raise ProblemError(400, _("Send a list of records."))
        check_number(records)
        return answered(take_in(request, kind, records, body, correction=correction))

    thing = SENT_BY_KEY[kind.thing]
    words = kind.plural.replace("-", " ")
    receive_facts.__doc__ = (
        f"Insert {words}, or overwrite those whose `code` is known: sending again is harmless. "
        "The whole request is stored, or nothing of it; records that are refused are answered "
        "with field and reason and do not keep the others out."
    )
    router.add_api_operation(
        f"/{kind.plural}",
        ["POST"],
        receive_facts,
        auth=key_to(thing),
        url_name="receive_catalogue" if thing is Resource.SEND_CATALOGUE else "receive_facts",
        operation_id="receive" + "".join(word.capitalize() for word in words.split()),
        summary=f"Send {words}",
        openapi_extra=openapi(kind),
    )


for _kind in KINDS.values():
    if _kind is not DOSSIERS:
        _add(_kind)
