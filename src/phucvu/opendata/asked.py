"""Reading of an address of open data: its unit, period and moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from phucvu.editions.finding import Editions, PeriodEdition, UnknownEditionError
from phucvu.editions.words import unknown
from phucvu.opendata.writing.forms import FORMS
from phucvu.results.maps import Atlas, View
from phucvu.results.periods import NotBegunError, require_begun
from phucvu.scorecards import Edition
from phucvu.scoring import Period, PeriodError
from phucvu.units.models import Kind
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["FileRequest", "asked_of"]


@dataclass(frozen=True)
class FileRequest:
    """Unit and period of an open-data file, read out of its address."""

    atlas: Atlas
    unit: UnitNode
    period: Period
    editions: Editions
    compared: Edition | None
    """another edition that was asked for"""
    as_of: datetime | None
    """known at: values reported later are left out"""
    kind: Kind | None
    component: str

    def scored(self, kind: str) -> PeriodEdition:
        """Find what scores units of a kind, or was asked for in its place."""
        return self.editions.of(self.period, kind, asked=self.compared, known_at=self.as_of)

    @property
    def tree(self) -> UnitTree:
        """Return the units of the period."""
        return self.atlas.tree(self.period)

    @property
    def earlier(self) -> UnitTree:
        """Return the units of the period before."""
        return self.atlas.before(self.period)


def asked_of(request: HttpRequest, code: str, period: str, form: str) -> FileRequest:
    """Read an address. Raises Http404 with a text that says what is wrong with it.

    `?tai=2026-10-10T08:30:00+07:00` selects the values reported by then, `?loai=` units of a kind,
    `?chi-so=` one component, `?ban-do=nay` the units of today's map, `?bo=` another edition than
    the one that scores the period.
    """
    if form not in FORMS:
        raise Http404(
            _("There is no %(form)s file; there are %(forms)s.")
            % {"form": form, "forms": ", ".join(FORMS)}
        )
    try:
        when = Period.parse(period)
    except PeriodError as error:
        raise Http404(_("%(text)s is not a period.") % {"text": period}) from error
    atlas = Atlas.open(View.TODAY if request.GET.get("ban-do") == "nay" else View.THEN)
    unit = atlas.tree(when).by_code(code)
    if unit is None:
        raise Http404(_("There is no unit with the code %(code)s.") % {"code": code})
    try:
        require_begun(when, unit)
    except NotBegunError as error:
        raise Http404(str(error)) from error
    editions = Editions.open()
    asked = FileRequest(
        atlas, unit, when, editions, _compared(request, editions), _moment(request),
        _kind(request), request.GET.get("chi-so", ""),
    )  # fmt: skip
    card = asked.scored(asked.kind or unit.kind).edition.scorecard
    if asked.component and asked.component not in card.indicators:
        raise Http404(_("The scorecard has no component %(id)s.") % {"id": asked.component})
    return asked


def _compared(request: HttpRequest, editions: Editions) -> Edition | None:
    written = request.GET.get("bo", "")
    if not written:
        return None
    try:
        return editions.named(written)
    except UnknownEditionError as error:
        raise Http404(unknown(error)) from error


def _kind(request: HttpRequest) -> Kind | None:
    wanted = request.GET.get("loai", "")
    if not wanted:
        return None
    try:
        return Kind(wanted)
    except ValueError:
        raise Http404(_("There are no units of this kind here.")) from None


def _moment(request: HttpRequest) -> datetime | None:
    written = request.GET.get("tai", "")
    if not written:
        return None
    try:
        # In an address a plus that nobody escaped arrives as a blank.
        moment = parse_datetime(written.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None:
        raise Http404(
            _("%(text)s is not a moment; write it as 2026-10-10T08:30:00+07:00.")
            % {"text": written}
        )
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
