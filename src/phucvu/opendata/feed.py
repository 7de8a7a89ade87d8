"""Atom feed of changed totals: of all units, or of one and those below it."""

from __future__ import annotations

from contextlib import suppress
from uuid import NAMESPACE_URL, uuid5

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from phucvu.editions.finding import Editions
from phucvu.opendata.licence import licence
from phucvu.opendata.serving import conditional, version_of
from phucvu.results.changes import TotalChange, total_changes
from phucvu.results.maps import Atlas
from phucvu.results.periods import SHOWN, NotBegunError, require_begun
from phucvu.scoring import Period, PeriodError, number
from phucvu.scoring.periods import Kind
from phucvu.units.codes import code_in_address
from phucvu.units.tree import UnitNode, UnitTree

__all__ = ["changes_feed"]

_MOST = 200
_KINDS = {
    Kind.YEAR: _("years"),
    Kind.NINE_MONTHS: _("nine months"),
    Kind.HALF: _("half-years"),
    Kind.QUARTER: _("quarters"),
    Kind.MONTH: _("months"),
    Kind.SPAN: _("spans of months"),
}
_MINUS = "\N{MINUS SIGN}"
# No XML can hold these, and a name of an old store might.
_NOT_IN_XML = dict.fromkeys({*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13}, "\N{REPLACEMENT CHARACTER}")


@require_safe
def changes_feed(request: HttpRequest, code: str = "") -> HttpResponseBase:
    """Answer with the newest changes of totals, at most 200.

    `?ky=` selects one period or a kind of period.
    """
    atlas, of = Atlas.open(), _periods(request.GET.get("ky", ""))
    tree = atlas.newest
    units = _units(tree, code)
    if not units:
        raise Http404(gettext("There is no unit with the code %(code)s.") % {"code": code})
    top = max(units, key=lambda unit: len(tree.descendants(unit.id)))
    if isinstance(of, Period):
        try:
            require_begun(of, top)
        except NotBegunError as error:
            raise Http404(str(error)) from error
    editions = Editions.open()
    digests = (each.edition.digest for each in editions.in_use)
    version = version_of(tree, top, None, "atom", code, of, request.get_host(), *digests)

    def whole() -> HttpResponseBase:
        changes = total_changes(units, editions=editions, trees=atlas.tree, most=_MOST, of=of)
        # Always in Vietnamese: a reader of feeds has no cookie to say otherwise.
        with translation.override("vi"):
            feed = _feed(request, top, code, of, changes)
        response = HttpResponse(content_type=feed.content_type)
        feed.write(response, "utf-8")
        return response

    return conditional(request, version, whole)


def _units(tree: UnitTree, code: str) -> list[UnitNode]:
    if not code:
        return list(tree)
    unit = tree.by_code(code)
    return [] if unit is None else [unit, *tree.descendants(unit.id)]


def _periods(written: str) -> Period | Kind | None:
    """Read `?ky=`: a kind of period, one period, or None where it is not given."""
    if not written:
        return None
    with suppress(ValueError):
        return Kind(written)
    try:
        return Period.parse(written)
    except PeriodError as error:
        raise Http404(
            gettext("%(text)s is neither a period nor a kind of period: %(kinds)s.")
            % {"text": written, "kinds": ", ".join(SHOWN)}
        ) from error


def _feed(
    request: HttpRequest,
    top: UnitNode,
    code: str,
    of: Period | Kind | None,
    changes: list[TotalChange],
) -> Atom1Feed:
    address = reverse("opendata:changes_of", args=[code]) if code else reverse("opendata:changes")
    here = request.build_absolute_uri(address + (f"?ky={of}" if of else ""))
    title = gettext("Changes of the totals: %(unit)s") % {
        "unit": _name(top) if code else gettext("all units")
    }
    feed = Atom1Feed(
        title=f"{title}, {_said(of)}" if of else title,
        link=request.build_absolute_uri("/du-lieu/"),
        description=gettext(
            "When a publication, newly typed figures or a day’s counts change a unit’s total."
        ),
        language="vi",
        author_name=_name(top),
        feed_url=here,
        feed_guid=_id(f"feed/{code}/{of}" if of else f"feed/{code}"),
        feed_copyright=f"{licence().name}: {licence().address}",
    )
    for change in changes:
        page = request.build_absolute_uri(
            f"/don-vi/{code_in_address(change.unit.code)}/?ky={change.period}"
        )
        feed.add_item(
            title=_title(change),
            link=page,
            description=_summary(change),
            pubdate=change.moment,
            updateddate=change.moment,
            unique_id=_id(f"{change.unit.code}/{change.period}/{change.moment.timestamp():.6f}"),
            categories=[change.unit.code.translate(_NOT_IN_XML), str(change.period)],
        )
    return feed


def _said(of: Period | Kind) -> str:
    return of.label("vi") if isinstance(of, Period) else str(_KINDS[of])


def _id(name: str) -> str:
    """Return an identifier that lasts for ever, whatever name the site is reached by."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'phucvu/{name}')}"


def _name(unit: UnitNode) -> str:
    return unit.name.translate(_NOT_IN_XML)


def _title(change: TotalChange) -> str:
    sign = "+" if change.by > 0 else _MINUS
    return gettext("%(unit)s: %(points)s points (%(change)s), %(period)s") % {
        "unit": _name(change.unit),
        "points": number(change.after),
        "change": sign + number(abs(change.by)),
        "period": change.period.label("vi"),
    }


def _summary(change: TotalChange) -> str:
    text = gettext("From %(before)s to %(after)s points, by the figures of %(moment)s.") % {
        "before": number(change.before),
        "after": number(change.after),
        "moment": timezone.localtime(change.moment).strftime("%d/%m/%Y %H:%M"),
    }
    old, new = change.band_before, change.band_after
    if old is not None and new is not None and old != new:
        text += " " + gettext("Band: %(before)s → %(after)s.") % {
            "before": old.name.vi,
            "after": new.name.vi,
        }
    if change.unit.simulated:
        text += " " + gettext("Simulated data.")
    return text
