"""Tags and filters of the pages' templates: formats, icons, built files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from phucvu.editions.finding import PeriodEdition
from phucvu.editions.words import not_compared, notes
from phucvu.opendata.writing.forms import FORMS
from phucvu.results.boards import Scoreboard
from phucvu.results.scores import UnitScore
from phucvu.scorecards import Edition
from phucvu.units.tree import UnitNode
from phucvu.web import formatting
from phucvu.web.assets import asset_url
from phucvu.web.pages import MAP_TODAY, PageChoice
from phucvu.web.view_models.bands import provisional_band
from phucvu.web.view_models.words import briefly, period_kind

register = template.Library()


def _or_nothing(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Make a filter that writes None as nothing: the template then says why there is no figure."""

    def filtered(value: Any) -> str:
        return "" if value is None else write(value)

    return filtered


_FILTERS: dict[str, Callable[[Any], str]] = {
    "briefly": briefly,
    "count": formatting.count,
    "moment": formatting.moment,
    "percent": formatting.percent,
    "period_kind": period_kind,
    "period_label": formatting.period_label,
    "points": formatting.points,
    "said": formatting.said,
    "signed": formatting.signed,
    "time_of_day": formatting.time_of_day,
    "wall_moment": formatting.wall_moment,
    "whole_percent": formatting.whole_percent,
    "whole_points": formatting.whole_points,
}
for _name, _write in _FILTERS.items():
    register.filter(_name, _or_nothing(_write))


@register.filter
def width(ratio: Any) -> str:
    """Write a ratio as the width of a bar: never below 0 % or above 100 %, with a decimal point."""
    return "0%" if ratio is None else f"{max(0, min(100, ratio)):.2f}%"


@register.filter
def dash(ratio: Any) -> str:
    """Write a ratio as the dashes of a ring of length 100."""
    return "0 100" if ratio is None else f"{max(0, min(100, ratio)):.2f} 100"


@register.filter
def before_last(path: Sequence[UnitNode]) -> str:
    """Return the code of the parent of the unit a path leads to."""
    return path[-2].code if len(path) > 1 else path[-1].code


register.filter("provisional_band", provisional_band)

_TONES = {
    "accepted": "tone-good",
    "broken": "tone-bad",
    "done": "tone-good",
    "interrupted": "tone-bad",
    "new": "tone-good",
    "refused": "tone-bad",
    "running": "tone-busy",
    "waiting": "tone-busy",
}


@register.filter
def tone(state: str) -> str:
    """Return the CSS class of a state or a result: good, bad, or at work."""
    return _TONES.get(state, "")


@register.filter
def control(field: BoundField) -> SafeString:
    """Render the input of a form in this site's look."""
    kind = getattr(field.field.widget, "input_type", "")
    look = {"checkbox": None, "radio": None, "select": "form-select"}.get(kind, "form-control")
    attributes = {} if look is None else {"class": look}
    return field.as_widget(attrs={**attributes, "placeholder": ""})


register.simple_tag(asset_url, name="asset")


@register.simple_tag
def icon(name: str) -> SafeString:
    """Render a decorative icon; the words beside it have its meaning."""
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true"><use href="{}#{}"/></svg>',
        asset_url("icons.svg"),
        name,
    )


@register.simple_tag
def not_provided() -> SafeString:
    """Render the mark of a figure that nobody provided. Never a zero."""
    return format_html('<span class="absent">{}</span>', gettext("not provided"))


@register.simple_tag
def file_forms() -> list[dict[str, str]]:
    """List the forms of file in which figures can be had: ending and name."""
    return [{"ending": ending, "label": form.label} for ending, form in FORMS.items()]


@register.simple_tag
def file_query(query: str, asked: PageChoice) -> str:
    """Write the query of a file's address: the page's own, and the map where it is today's."""
    parts = [query] if query else []
    if asked.on_todays_map:
        parts.append(f"ban-do={MAP_TODAY}")
    if asked.compared is not None:
        parts.append(f"bo={asked.compared.id}")
    return f"?{'&'.join(parts)}" if parts else ""


@register.filter
def edition_notes(scored: PeriodEdition) -> list[str]:
    """Say what is unusual about the edition that scores a page."""
    return notes(scored)


@register.filter
def why_not_compared(score: UnitScore | Scoreboard) -> str:
    """Why a score, or a board, has no change from the period before."""
    other = score.not_compared
    return "" if other is None else not_compared(score.scored, other)


@register.simple_tag
def other_editions(asked: PageChoice, scored: PeriodEdition) -> list[Edition]:
    """List the editions a page can be compared by: those that had begun by the period's end.

    A rule that came later changes nothing on a page of a period gone by; who wants to may ask.
    """
    shown = {scored.edition.digest, scored.standing.digest}
    return [
        each.edition
        for each in asked.editions.in_use
        if each.edition.digest not in shown
        and each.edition.scorecard.in_force_from <= scored.period.last_day
    ]


@register.simple_tag(takes_context=True)
def here(context: template.Context, **changes: Any) -> str:
    """Write this page's address with some of its query changed; None removes a parameter.

    Parameters have the names readers see: `ky` (period), `loai` (kind), `sap_xep` (`sap-xep`).
    """
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for key, value in changes.items():
        name = key.replace("_", "-")
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}" if query else request.path


@register.simple_tag(takes_context=True)
def carried(context: template.Context, *names: str) -> str:
    """Write the parameters of these names in this page's address, for a link to another page."""
    request: HttpRequest = context["request"]
    return urlencode({name: request.GET[name] for name in names if name in request.GET})
