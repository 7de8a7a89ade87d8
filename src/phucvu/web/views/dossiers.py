"""What became of one dossier, for those who may see it in the administration site."""

from __future__ import annotations

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from phucvu.accounts.asking import may
from phucvu.accounts.doors import RefusedError
from phucvu.accounts.policy import Thing
from phucvu.register.models import Dossier
from phucvu.results.boards import current_edition
from phucvu.results.explaining import explain, period_of
from phucvu.results.verdict_words import belonging_text, reasons, sentence
from phucvu.scoring import Period, PeriodError

__all__ = ["explanation"]


@require_safe
def _explanation(request: HttpRequest, pk: int) -> HttpResponse:
    dossier = get_object_or_404(Dossier.objects.select_related("unit"), pk=pk)
    if not may(request.user, Thing.VERDICTS, dossier.unit):
        raise RefusedError(Thing.VERDICTS, dossier.unit)
    edition, now, language = current_edition(), timezone.now(), get_language() or "vi"
    written = request.GET.get("ky", "")
    try:
        period = (
            Period.parse(written)
            if written
            else period_of(dossier, edition, timezone.localdate(now))
        )
    except PeriodError as error:
        raise Http404(gettext("%(text)s is not a period.") % {"text": written}) from error
    found = explain(dossier, period, edition, now)
    card = edition.scorecard
    context = {
        **admin.site.each_context(request),
        "title": gettext("Explain the verdict"),
        "found": found,
        "period": period.label(language),
        "sentence": sentence(found),
        "belonging": belonging_text(found),
        "measures": [
            {
                "label": card.measures[name].label.get(language),
                "value": outcome.value,
                "reasons": reasons(found, outcome),
            }
            for name, outcome in found.measures.items()
        ],
        "indicators": [
            {"outcome": item, "name": item.indicator.name.get(language)}
            for item in found.indicators
        ],
    }
    return render(request, "web/explanation.html", context)


explanation = admin.site.admin_view(_explanation)
