"""Reported values: typed in, or published by the portal.

A value is known by unit, period, indicator, its moment, and whether the portal published it. Sent
again for the same moment it replaces the one before; for a later moment it is another value, which
leaves the earlier one as history.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu.accounts.policy import FiguresScope
from phucvu.changes.publishing import publish
from phucvu.editions.finding import Editions
from phucvu.facts.figures import FIGURES, Figure, Source
from phucvu.intake.cells import text_of
from phucvu.intake.declared_reading import DeclaredReader
from phucvu.intake.form_reading import FormFields, unit_code_in_record
from phucvu.intake.reaching import covers
from phucvu.intake.unit_finding import EPOCH_DAY
from phucvu.intake.values import Fields
from phucvu.register import indicators
from phucvu.register.indicators import NATIONAL_REPORT, FigureWords
from phucvu.register.models import StatedFigure
from phucvu.register.walltime import DAY_MS, from_wall, to_wall
from phucvu.scoring.periods import Period, PeriodError
from phucvu.units.tree import UnitNode

__all__ = ["ABOVE", "FigureReader", "figure_code", "figures_follow"]

# Set by intake itself: a share above 100 % is kept as stated, and marked.
ABOVE = "NUMERATOR_ABOVE_DENOMINATOR"

_FLAG = re.compile(r"[A-Z0-9_]+")
_LONGEST_CODE, _LONGEST_FLAGS = 64, 200
_POINTS_LIMIT = Decimal(10_000)
_NUMBERS = ("numerator", "denominator", "ratio", "points")


class FigureReader(DeclaredReader):
    """Reader of reported values.

    The unit is the one in force on the day the value is of, else today's. A lead reports the
    indicators it leads. Published values, groups and the total, which follow from the rest, are
    taken only where no permission is needed: at the command line.
    """

    @cached_property
    def _editions(self) -> Editions:
        return Editions.open()

    @cached_property
    def _indicators(self) -> frozenset[str]:
        return frozenset(indicators.known(self._editions))

    @cached_property
    def _computed(self) -> frozenset[str]:
        return frozenset(indicators.computed(self._editions))

    def _words(self, period: str | None, unit: UnitNode | None) -> FigureWords | None:
        """Return the words of what scores a unit's period; None where one is not known."""
        if period is None or unit is None:
            return None
        return indicators.words_of(self._editions.of(Period.parse(period), unit.kind).edition)

    def _unit(
        self, record: dict[str, Any], dated: datetime | None, fields: Fields
    ) -> UnitNode | None:
        code = unit_code_in_record(record, self.form.unit) or ""
        day = None if dated is None else dated.toordinal() - EPOCH_DAY
        then = day is not None and isinstance(self._unit_on(code, day), UnitNode)
        return super()._unit(record, dated if then else None, fields)

    def make(
        self, values: Mapping[str, Any], unit: UnitNode | None, fields: FormFields
    ) -> Figure | None:
        """Make the reported value."""
        period = _period(values["period"])
        if period is None and values["period"]:
            reason = _(
                "is no month (2026-08), quarter (2026-Q3), half (2026-H1), 2026-9M or year (2026)"
            )
            fields.refuse("period", reason)
        words = self._words(period, unit)
        self._check_indicator(values["indicator"], unit, words, fields)
        if values["source"] == Source.PUBLISHED and self._within is not None:
            fields.refuse("source", _("what the portal published is not stated by hand"))
        self._check_numbers(values, fields)
        flags = self._flags(values, words.shares if words else frozenset(), fields)
        if unit is None or period is None or values["as_of"] is None:
            return None
        source = _source(values["indicator"], values["source"])
        code = _code(unit.code, period, values["indicator"], values["as_of"], source)
        if len(code) > _LONGEST_CODE:
            fields.refuse("unit_code", _("is too long together with period and indicator"))
        at = from_wall(values["as_of"]).replace(tzinfo=ZoneInfo(unit.time_zone))
        return Figure(
            code,
            unit.id,
            period,
            values["indicator"],
            values["numerator"],
            values["denominator"],
            values["ratio"],
            values["points"],
            source,
            at.astimezone(UTC),
            flags,
            values["note"],
        )

    def _check_indicator(
        self, word: str, unit: UnitNode | None, words: FigureWords | None, fields: FormFields
    ) -> None:
        if not word:
            return  # said already
        if word not in self._indicators:
            reason = _("is none of %(words)s")
            fields.refuse("indicator", reason % {"words": ", ".join(sorted(self._indicators))})
        elif words is not None and word not in words.known:
            reason = _("is none of the scorecard that scores the period: %(words)s")
            fields.refuse("indicator", reason % {"words": ", ".join(sorted(words.known))})
        elif self._within is not None and word in self._computed:
            fields.refuse("indicator", _("follows from the components, and is not stated by hand"))
        elif unit is not None and words and isinstance(self._within, FiguresScope):
            within = partial(covers, units=self._units, unit_id=unit.id)
            led = self._within.indicators(words.leads, within)
            if led is not None and word not in led:
                reason = _("is none that the sender leads: %(words)s")
                fields.refuse("indicator", reason % {"words": ", ".join(sorted(led))})

    def _check_numbers(self, values: Mapping[str, Any], fields: FormFields) -> None:
        if values["points"] is not None and values["points"] >= _POINTS_LIMIT:
            fields.refuse("points", _("must be fewer than 10,000"))
        if values["indicator"] == NATIONAL_REPORT:
            if values["denominator"] is None:
                fields.refuse(
                    "denominator",
                    _("is required: BCQG states the number of dossiers received here"),
                )
            for name in ("numerator", "ratio", "points"):
                if values[name] is not None:
                    fields.refuse(name, _("must be empty: BCQG has its number in denominator"))
            return
        # A published row may say by its flags that a number was not published.
        silent = all(values[name] is None for name in _NUMBERS)
        if silent and not (values["flags"] or values["source"] == Source.PUBLISHED):
            reason = _(
                "is required with denominator, or else ratio or points: what is not stated is not 0"
            )
            fields.refuse("numerator", reason)

    def _flags(self, values: Mapping[str, Any], shares: frozenset[str], fields: FormFields) -> str:
        flags = [flag.strip() for flag in values["flags"].split("|") if flag.strip()]
        if not all(_FLAG.fullmatch(flag) for flag in flags):
            fields.refuse("flags", _("must be codes in capitals, separated by |"))
        above = (
            values["indicator"] in shares
            and None not in (values["numerator"], values["denominator"])
            and values["numerator"] > values["denominator"]
        )
        if above and ABOVE not in flags:
            flags.append(ABOVE)
        text = "|".join(flags)
        if len(text) > _LONGEST_FLAGS:
            reason = _("is too long: at most %(longest)d characters with those added here")
            fields.refuse("flags", reason % {"longest": _LONGEST_FLAGS})
        return text


def _period(text: str) -> str | None:
    """Return the period in its one written form; None for any other text."""
    try:
        return str(Period.parse(text))
    except PeriodError:
        return None


def _source(indicator: str, word: str) -> str:
    # The national report is told by units, whatever a row says of it.
    published = word == Source.PUBLISHED and indicator != NATIONAL_REPORT
    return Source.PUBLISHED.value if published else Source.TYPED.value


def _code(unit: str, period: str, indicator: str, as_of: int, source: str) -> str:
    """Write “H29.01 2026-Q3 1.1 20261001”: with the time where it has one, and who published it."""
    rest, thousandths = as_of % DAY_MS, as_of % 1000
    moment = f"{from_wall(as_of):{'%Y%m%dT%H%M%S' if rest else '%Y%m%d'}}"
    if thousandths:
        moment += f".{thousandths:03}"
    published = (source,) if source == Source.PUBLISHED else ()
    return " ".join((unit, period, indicator, moment, *published))


def figure_code(kept: Mapping[str, Any]) -> str:
    """Return the code that the stored part of a refused value makes up, as far as it can be
    read.
    """
    unit = unit_code_in_record(kept, FIGURES.unit_field) or ""
    period, indicator = (text_of(kept.get(name)) for name in ("period", "indicator"))
    at = FormFields(dict(kept), []).dated("as_of")
    if at is None:
        return " ".join(filter(None, (unit, period, indicator)))[:_LONGEST_CODE]
    wall = to_wall(at if at.tzinfo is None else timezone.localtime(at))
    source = _source(indicator, text_of(kept.get("source")))
    return _code(unit, _period(period) or period, indicator, wall, source)[:_LONGEST_CODE]


@contextmanager
def figures_follow(codes: Sequence[str]) -> Iterator[None]:
    """Publish a change of these values around a block: open pages of their units look again."""
    before = _units(codes)
    yield
    publish(before | _units(codes), stated=True)


def _units(codes: Sequence[str]) -> set[int]:
    rows = StatedFigure.objects.filter(code__in=codes).order_by()
    return set(rows.values_list("unit_id", flat=True))
