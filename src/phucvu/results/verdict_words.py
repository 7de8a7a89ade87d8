"""Sentences for the verdict on a dossier."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from phucvu.measures import Part, Value
from phucvu.register.walltime import DAY_MS, from_wall
from phucvu.results.explaining import Belonging, Explanation, MeasureOutcome, Verdict

__all__ = ["belonging_text", "reasons", "sentence", "word"]

_HOUR_MS = 3_600_000


def sentence(found: Explanation) -> str:
    """Write the verdict in one line, in the active language."""
    match found.verdict:
        case None:
            return _("This edition does not say when a dossier is on time.")
        case Verdict.NOT_IN_PERIOD:
            return _("Not one of this period: %(why)s.") % {"why": belonging_text(found)}
        case Verdict.NOT_COUNTED:
            return _("Not counted: its status is “%(status)s”.") % {
                "status": found.dossier.get_status_display()
            }
    parts = [_end(found), _due(found)]
    if found.waited:
        parts.append(
            _("%(time)s waiting for supplements taken off") % {"time": _length(found.waited)}
        )
    return f"{_head(found)}: {'; '.join(parts)}."


def belonging_text(found: Explanation) -> str:
    """Write why it belongs to the period, or does not."""
    placed, ended = _date(found.placed_at), _date(found.ended_at)
    match found.belonging:
        case Belonging.RECEIVED:
            return _("received in the period, on %(day)s") % {"day": placed}
        case Belonging.CARRIED_OVER:
            return _("carried over: received on %(day)s and not ended before the period") % {
                "day": placed
            }
        case Belonging.ENDED_BEFORE:
            return _("ended before the period, on %(day)s") % {"day": ended}
        case Belonging.PLACED_AFTER:
            return _("received after the period, on %(day)s") % {"day": placed}
    return _("it has no date of reception or submission")


def reasons(found: Explanation, outcome: MeasureOutcome) -> list[str]:
    """Write what left the dossier out of a measure, part by part; empty where it counts."""
    innermost = [
        part for part in outcome.failing if not any(p.holds is not True for p in part.inside)
    ]
    return [_reason(found, part) for part in innermost]


def word(found: Explanation, name: str | None) -> str:
    """Write a column or definition in words, else unchanged."""
    language = translation.get_language() or "vi"
    spec = found.edition.scorecard.explain
    if name is None:
        return ""
    if spec is not None and name in spec.words:
        return spec.words[name].get(language)
    if name in found.kind.vocabulary:
        column = found.kind.vocabulary[name]
        return column.meaning_vi if language.startswith("vi") else column.meaning_en
    return name


def _head(found: Explanation) -> str:
    late = found.days_late
    if found.verdict is Verdict.OVERDUE:
        if late is not None and late > 0:
            return ngettext("%(days)d day overdue", "%(days)d days overdue", late) % {"days": late}
        if found.due_at is not None and (found.judged_at or 0) > found.due_at:
            return _("Overdue by %(time)s") % {
                "time": _length((found.judged_at or 0) - found.due_at)
            }
        return _("Overdue, having been asked for supplements %(times)d times") % {
            "times": found.dossier.supplements
        }
    if found.verdict is Verdict.WITHIN_TERM:
        if late is None or late == 0:
            return _("Still within its term")
        return ngettext(
            "Still within its term, %(days)d day left",
            "Still within its term, %(days)d days left",
            -late,
        ) % {"days": -late}
    if late is None or late >= 0:
        return _("On time")
    return ngettext("%(days)d day early", "%(days)d days early", -late) % {"days": -late}


def _end(found: Explanation) -> str:
    if found.ended_at is None:
        return _("not ended by %(day)s") % {"day": _date(found.bound)}
    return _("ended on %(day)s (%(end)s)") % {
        "day": _date(found.ended_at),
        "end": word(found, found.end),
    }


def _due(found: Explanation) -> str:
    if found.due_at is None:
        return _("no promised date, and the catalogue has no term")
    day = {"day": _date(found.due_at)}
    match found.due_by:
        case "promised_at":
            return _("promised for %(day)s") % day
        case "term_due_at":
            return _("due on %(day)s by the procedure's longest term") % day
    return _("due on %(day)s") % day


def _reason(found: Explanation, part: Part) -> str:
    values = ", ".join(f"{name} = {_value(name, value)}" for name, value in part.columns.items())
    text = f"{word(found, part.name)} ({part.text})" if part.name else part.text
    return _("does not hold: %(condition)s; here %(values)s") % {
        "condition": text,
        "values": values or "–",
    }


def _value(name: str, value: Value) -> str:
    if value is None:
        return _("not given")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) and name.endswith("_at"):
        return date_format(from_wall(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, int) and value and name.endswith("_ms"):
        return _length(value)
    return str(value) or "''"


def _date(wall: int | None) -> str:
    if wall is None:
        return "–"
    moment: datetime = from_wall(wall)
    return date_format(moment.date(), "SHORT_DATE_FORMAT")


def _length(milliseconds: int) -> str:
    """Write a duration in days, or in hours where it is less than one."""
    if milliseconds >= DAY_MS:
        days = round(milliseconds / DAY_MS)
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    hours = timedelta(milliseconds=milliseconds) / timedelta(hours=1)
    if milliseconds >= _HOUR_MS:
        return ngettext("%(hours)d hour", "%(hours)d hours", round(hours)) % {"hours": round(hours)}
    minutes = max(1, round(milliseconds / 60_000))
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}
