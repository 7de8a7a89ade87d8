"""Words for codes: kinds of unit, sources, quality flags."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from phucvu.results.figures import FigureSource, How, Provenance
from phucvu.results.inputs import IN_PART, LAST_YEAR
from phucvu.results.shares import LEFT_OUT, SHARE
from phucvu.scoring import Indicator
from phucvu.scoring import Kind as PeriodKind
from phucvu.units.models import Kind
from phucvu.web import formatting

__all__ = [
    "FLAGS",
    "FlagWords",
    "briefly",
    "flag_words",
    "kind_in_plural",
    "period_kind",
    "source_words",
    "whose_words",
]


@dataclass(frozen=True)
class FlagWords:
    """Words for a quality flag: a short label, and its meaning for the figure."""

    label: str | Promise
    meaning: str | Promise


FLAGS: dict[str, FlagWords] = {
    "TEMP_NATIONAL_REPORT_DENOMINATOR": FlagWords(
        _("provisional denominator"),
        _(
            "The national report has no figure for this period yet, so the portal divides by "
            "what it received itself."
        ),
    ),
    "NO_NATIONAL_REPORT_DATA": FlagWords(
        _("no national report"),
        _("The national report has no figure for this unit and period to divide by."),
    ),
    LAST_YEAR: FlagWords(
        _("last year's report"),
        _("The national report of last year, cut down to this period, stands in."),
    ),
    IN_PART: FlagWords(
        _("national report in part"),
        _(
            "Some units below reported to the national report for this period, others that have "
            "dossiers did not: the denominator is of part of them, the numerator of all."
        ),
    ),
    "ENDED_WITHOUT_DATE": FlagWords(
        _("ended without a date"),
        _(
            "Some dossiers are said to have ended, but no date says when. Nobody knows whether "
            "they were late, so they are counted neither for nor against. Send their dates."
        ),
    ),
    "SIMULATED": FlagWords(_("simulated"), _("The figure is made up for a demonstration.")),
    SHARE: FlagWords(
        _("share of a predecessor"),
        _(
            "A unit that was split counts here by the share its decision gave this part, as an "
            "exact fraction."
        ),
    ),
    LEFT_OUT: FlagWords(
        _("predecessor left out"),
        _(
            "A unit that was split counts different procedures, which cannot be shared out; they "
            "count only where all its parts are together."
        ),
    ),
    "NUMERATOR_NOT_PUBLISHED": FlagWords(
        _("numerator not published"), _("The portal publishes only the denominator.")
    ),
    "DENOMINATOR_NOT_PUBLISHED": FlagWords(
        _("denominator not published"), _("The portal publishes only the numerator.")
    ),
}


def flag_words(code: str) -> FlagWords:
    """Return the words for a flag; an unknown flag is shown as it came."""
    return FLAGS.get(code) or FlagWords(
        code.replace("_", " ").lower(), _("The source marks the figure with this flag.")
    )


_SOURCES = {
    FigureSource.COUNTED: _("counted from dossiers"),
    FigureSource.TYPED: _("typed in"),
    FigureSource.PUBLISHED: _("published by the portal"),
}


_COUNTED = {
    frozenset({"petition"}): _("counted from petitions"),
    frozenset({"certified_copy"}): _("counted from certified e-copies"),
}


def source_words(provenance: Provenance) -> str:
    """Write the source of a figure."""
    if provenance.source is FigureSource.COUNTED and provenance.catalogued:
        return gettext("counted by the catalogue of procedures")
    if provenance.source is FigureSource.COUNTED and provenance.facts in _COUNTED:
        return str(_COUNTED[provenance.facts])
    return str(_SOURCES[provenance.source])


def whose_words(provenance: Provenance) -> str:
    """Write whose figure it is, where it is not the unit's own."""
    if provenance.how is How.INHERITED and provenance.from_unit is not None:
        return gettext("inherited from %(unit)s") % {"unit": provenance.from_unit.name}
    if provenance.how is How.DISTINCT and provenance.parts is not None:
        return gettext("each procedure once over %(units)s units") % {
            "units": formatting.count(provenance.parts[1])
        }
    if provenance.how is How.POOLED and provenance.parts is not None:
        known, units = provenance.parts
        return gettext("pooled from %(known)s of %(units)s units") % {
            "known": formatting.count(known),
            "units": formatting.count(units),
        }
    return ""


_PERIODS = {
    PeriodKind.MONTH: _("Months"),
    PeriodKind.QUARTER: _("Quarters"),
    PeriodKind.HALF: _("Half-years"),
    PeriodKind.NINE_MONTHS: _("Nine months"),
    PeriodKind.YEAR: _("Years"),
    PeriodKind.SPAN: _("Spans"),
}


def period_kind(kind: PeriodKind) -> str:
    """Return the heading over the periods of a kind."""
    return str(_PERIODS[kind])


_PLURAL = {
    Kind.COUNTRY: _("Countries"),
    Kind.MINISTRY: _("Ministries"),
    Kind.PROVINCE: _("Provinces and cities"),
    Kind.DEPARTMENT: _("Provincial departments"),
    Kind.DISTRICT: _("Districts and cities"),
    Kind.DISTRICT_DEPARTMENT: _("District departments"),
    Kind.COMMUNE: _("Communes and wards"),
}


def kind_in_plural(kind: Kind | str) -> str:
    """Return the heading over the units of a kind."""
    return str(_PLURAL[Kind(kind)])


def briefly(rule: Indicator) -> str:
    """Return a component's name for a narrow column; its number where there is no short name."""
    return rule.id if rule.short is None else formatting.said(rule.short)
