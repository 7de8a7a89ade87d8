"""Page of a dossier's personal data, where it is turned on; each view is audited."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phucvu.accounts.asking import may
from phucvu.accounts.policy import Resource
from phucvu.accounts.route_permissions import RefusedError
from phucvu.intake.personal.fields import FIELDS
from phucvu.intake.personal.sealing import UnreadableError
from phucvu.intake.personal.showing import persons_of
from phucvu.register.models import Dossier
from phucvu.web.desk.gate import desk_page, officer, saw, show_desk

__all__ = ["personal"]


@require_safe
@desk_page(Resource.PERSONAL, unit_in="code")
def personal(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """Show the personal data stored of one dossier; the dossier's own unit decides who may."""
    if not settings.PHUCVU_PERSONAL:
        raise Http404(_("No personal data is kept here."))
    found = get_object_or_404(Dossier.objects.select_related("unit"), code=number)
    if not may(officer(request), Resource.PERSONAL, found.unit):
        raise RefusedError(Resource.PERSONAL, found.unit, dossier=number)
    values, problem = {}, ""
    try:
        values = persons_of(number)
    except UnreadableError as error:
        problem = str(error)
    saw(
        request, "dossiers.personal", Resource.PERSONAL, found.unit,
        dossier=number, fields=list(values),
    )  # fmt: skip
    context = {
        "dossier": found,
        "rows": [(FIELDS[name], text) for name, text in values.items()],
        "problem": problem,
        "days": settings.PHUCVU_PERSONAL_DAYS,
    }
    return show_desk(request, "desk/personal.html", context)
