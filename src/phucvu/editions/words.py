"""What readers are told about the edition that scores a period, in the active language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from phucvu.editions.finding import Basis, PeriodEdition, Stretch, UnknownEditionError
from phucvu.scorecards import Edition
from phucvu.scoring import Period

__all__ = [
    "in_both",
    "not_by_procedure",
    "not_compared",
    "not_embedded",
    "notes",
    "title",
    "unknown",
]


def notes(scored: PeriodEdition) -> list[str]:
    """Say what is unusual about how a period is scored; nothing where nothing is."""
    words = {"edition": title(scored.edition), "period": _label(scored.period)}
    found = []
    match scored.basis:
        case Basis.COMPARED:
            words["stands"] = title(scored.standing)
            told = _(
                "For comparison only: %(period)s is scored here by “%(edition)s”. What counts is "
                "the result by “%(stands)s”. There are no ranks here, and what was published as "
                "points has no part in it."
            )
            found.append(told % words)
        case Basis.CHOSEN:
            at = timezone.localtime(scored.at) if scored.at else None
            words |= {"reason": scored.reason, "day": _day(at.date()) if at else ""}
            told = _(
                "%(period)s is scored by “%(edition)s”, which was chosen for it on %(day)s: "
                "%(reason)s"
            )
            found.append(told % words)
        case Basis.SETTING:
            told = _(
                "This installation scores every period for which nothing else is chosen by "
                "“%(edition)s”, whichever scorecard is in force."
            )
            found.append(told % words)
        case Basis.NONE_IN_FORCE:
            told = _(
                "No scorecard is in force on the last day of %(period)s. It is scored by "
                "“%(edition)s”, the nearest in time."
            )
            found.append(told % words)
    if scored.stretches:
        told = _(
            "The rule changes within %(period)s: %(stretches)s. All of it is scored by the "
            "scorecard in force on its last day."
        )
        parts = _stretches(scored.stretches, scored.period.last_day)
        found.append(told % (words | {"stretches": "; ".join(parts)}))
    return found


def not_compared(now: PeriodEdition, before: PeriodEdition) -> str:
    """Say why a result has no change from the period before, which another edition scored."""
    told = _(
        "No change is shown: %(period)s is scored by “%(edition)s”, %(before)s by “%(other)s”. "
        "Results by different rules are not compared."
    )
    return told % {
        "period": _label(now.period),
        "edition": title(now.edition),
        "before": _label(before.period),
        "other": title(before.edition),
    }


def not_by_procedure() -> str:
    """Say why there is no comparison by procedure."""
    return _(
        "By procedure there are only figures of the scorecard that scores the period: beside "
        "those of another they could give away small numbers that are hidden."
    )


def not_embedded() -> str:
    """Say why a comparison cannot be embedded."""
    return _("Only the result that counts can be embedded, not one by another scorecard.")


def unknown(error: UnknownEditionError) -> str:
    """Say that there is no such edition, and which there are."""
    told = _("There is no scorecard %(id)s in use. There are: %(known)s.")
    return told % {"id": error.id[:100], "known": ", ".join(error.known)}


def title(edition: Edition) -> str:
    """Give an edition's title."""
    return edition.scorecard.title.get(_language())


def in_both(scored: PeriodEdition) -> list[dict[str, str]]:
    """Give the notes in Vietnamese and in English, for programs."""
    found = []
    for language in ("vi", "en"):
        with translation.override(language):
            found.append(notes(scored))
    return [{"vi": vi, "en": en} for vi, en in zip(*found, strict=True)]


def _stretches(stretches: Sequence[Stretch], last: date) -> list[str]:
    ends = [*(each.first - timedelta(days=1) for each in stretches[1:]), last]
    found = []
    for stretch, end in zip(stretches, ends, strict=True):
        words = {"first": _day(stretch.first), "last": _day(end)}
        if stretch.edition is None:
            found.append(_("%(first)s to %(last)s: none in force") % words)
        else:
            words["edition"] = title(stretch.edition)
            found.append(_("%(first)s to %(last)s: “%(edition)s”") % words)
    return found


def _label(period: Period) -> str:
    return period.label(_language())


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _language() -> str:
    return translation.get_language() or "vi"
