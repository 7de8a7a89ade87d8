"""One row of the stated-figures CSV: read, checked, and written again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from phucvu.register.indicators import NATIONAL_REPORT
from phucvu.register.models import Source
from phucvu.scoring.periods import Period, PeriodError
from phucvu.units.models import Unit

__all__ = [
    "ABOVE",
    "COLUMNS",
    "EXTRA",
    "Fault",
    "StatedRow",
    "Vocabulary",
    "guard",
    "read_row",
    "unguard",
]

COLUMNS = (
    "unit_code", "period", "indicator", "numerator", "denominator", "ratio", "points",
    "source", "as_of", "flags", "note",
)  # fmt: skip
# Where a reader puts the cells a row has too many.
EXTRA = "(beyond the last column)"
# Set by the import itself: a share above 100 % is kept as stated, and marked.
ABOVE = "NUMERATOR_ABOVE_DENOMINATOR"

_COUNT = re.compile(r"[0-9]{1,18}")
_DECIMAL = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
_FLAG = re.compile(r"[A-Z0-9_]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FLAGS_LENGTH, _NOTE_LENGTH = 200, 300
_POINTS_LIMIT = Decimal(10_000)


class Fault(NamedTuple):
    """What is wrong with one field, what was expected, and what to do."""

    field: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return _("%(field)s is “%(found)s”: expected %(expected)s. %(remedy)s") % self._asdict()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the rows of one import are checked against.

    `limits`: by the code of a unit, the indicators that may be stated of it, where not every one.
    """

    units: Mapping[str, Unit]
    indicators: frozenset[str]
    percentages: frozenset[str]
    limits: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sources: Sequence[str] = tuple(Source.values)


@dataclass(frozen=True, slots=True)
class StatedRow:
    """A checked row; `flags` separated by `|`, in the store as in the file."""

    unit: Unit
    period: str
    indicator: str
    numerator: int | None
    denominator: int | None
    ratio: Decimal | None
    points: Decimal | None
    source: str
    as_of: datetime
    flags: str
    note: str

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes a later row with the same words the same figure."""
        # The national report has one source, whatever the row says of it.
        source = "" if self.indicator == NATIONAL_REPORT else self.source
        return (self.unit.pk, self.period, self.indicator, source, self.as_of)

    @property
    def values(self) -> tuple[Any, ...]:
        """What the row states."""
        return (
            self.numerator, self.denominator, self.ratio, self.points, self.flags, self.note,
        )  # fmt: skip


def guard(text: str) -> str:
    """A text that no spreadsheet takes for a formula. `unguard` undoes it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def read_row(cells: Mapping[str, str], words: Vocabulary) -> StatedRow | list[Fault]:
    """The row, or everything that is wrong with it."""
    reader = _Reader(cells, words)
    row = reader.row()
    return reader.faults or row


class _Reader:
    """Reads the fields of one row and collects the faults."""

    def __init__(self, cells: Mapping[str, str], words: Vocabulary) -> None:
        self._cells = cells
        self._words = words
        self.faults: list[Fault] = []

    def row(self) -> StatedRow:
        unit = self._unit()
        indicator = self._indicator()
        source = self._source()
        numerator, denominator = self._count("numerator"), self._count("denominator")
        ratio, points = self._decimal("ratio"), self._decimal("points")
        if points is not None and points >= _POINTS_LIMIT:
            self._fault("points", _("fewer than 10,000 points"), _("Correct the number."))
        flags = self._flags()
        row = StatedRow(
            unit=unit,
            period=self._period(),
            indicator=indicator,
            numerator=numerator,
            denominator=denominator,
            ratio=ratio,
            points=points,
            source=source,
            as_of=self._as_of(unit),
            flags="|".join(self._mark(flags, indicator, numerator, denominator)),
            note=self._note(),
        )
        self._check_whole(row)
        return row

    def _check_whole(self, row: StatedRow) -> None:
        """What only the fields together can show."""
        # Empty cells at the end are a spreadsheet's habit, unless everything has moved.
        if EXTRA in self._cells and (self._cell(EXTRA).strip(",") or self.faults):
            self._fault(
                EXTRA,
                _("nothing"),
                _("Write decimals with a point, and put quotes around a text with a comma."),
            )
        if row.indicator == NATIONAL_REPORT:
            if row.denominator is None and not self._cell("denominator"):
                self._fault(
                    "denominator",
                    _("the number of dossiers received, which BCQG states here"),
                    _("Give the number, or leave the row out."),
                )
            for field in ("numerator", "ratio", "points"):
                if self._cell(field):
                    self._fault(
                        field, _("nothing, for BCQG"), _("Put the number into denominator.")
                    )
            return
        given = any(self._cell(field) for field in ("numerator", "denominator", "ratio", "points"))
        if not given and not row.flags and row.source == Source.TYPED:
            self._fault(
                "numerator",
                _("a figure in numerator and denominator, or in ratio or points"),
                _("Give one, or leave the row out: what is not stated is not provided, never 0."),
            )

    # -- fields -------------------------------------------------------------------------------

    def _unit(self) -> Unit:
        code = self._cell("unit_code")
        unit = self._words.units.get(code)
        if unit is None:
            self._fault(
                "unit_code",
                _("the code of a unit in force"),
                _("Add the unit first (phucvu units add), or correct the code."),
            )
            return Unit(code=code)
        return unit

    def _period(self) -> str:
        text = self._cell("period")
        try:
            return str(Period.parse(text))
        except PeriodError:
            self._fault(
                "period",
                _("a month (2026-08), quarter (2026-Q3), half (2026-H1), 2026-9M or year (2026)"),
                _("Write the period in one of these forms."),
            )
            return text

    def _indicator(self) -> str:
        word = self._cell("indicator")
        if word not in self._words.indicators:
            self._fault(
                "indicator",
                _("one of %(words)s") % {"words": ", ".join(sorted(self._words.indicators))},
                _("Use the number or code of the scorecard in force."),
            )
            return word
        limit = self._words.limits.get(self._cell("unit_code"))
        if limit is not None and word not in limit:
            self._fault(
                "indicator",
                _("one that you lead: %(words)s") % {"words": ", ".join(sorted(limit))},
                _("Leave the row to whoever leads that indicator, or to the unit itself."),
            )
        return word

    def _source(self) -> str:
        word = self._cell("source") or Source.TYPED.value
        if word not in self._words.sources:
            expected = _(" or ").join(self._words.sources)
            self._fault("source", expected, _("Use this word, or leave the cell empty."))
        return word

    def _count(self, field: str) -> int | None:
        text = self._cell(field)
        if not text:
            return None
        if not _COUNT.fullmatch(text):
            self._number_fault(
                field, _("a whole number of digits only"), _("Write 12345, without separators.")
            )
            return None
        return int(text)

    def _decimal(self, field: str) -> Decimal | None:
        text = self._cell(field)
        if not text:
            return None
        if not _DECIMAL.fullmatch(text):
            self._number_fault(
                field,
                _("a number with a decimal point and at most two decimals"),
                _("Write 88.47, without separators or a per cent sign."),
            )
            return None
        return Decimal(text)

    def _number_fault(self, field: str, expected: str, remedy: str) -> None:
        text = self._cell(field)
        if text.startswith("-"):
            remedy = _("A figure cannot be negative; leave the cell empty if it is not known.")
        elif "," in text:
            remedy = _("Write a decimal point (88.47), and no thousands separators.")
        self._fault(field, expected, remedy)

    def _as_of(self, unit: Unit) -> datetime:
        text = self._cell("as_of")
        zone = ZoneInfo(unit.time_zone)
        try:
            moment = (
                datetime.combine(date.fromisoformat(text), time())
                if len(text) == len("2026-10-10")
                else datetime.fromisoformat(text)
            )
        except ValueError:
            self._fault(
                "as_of",
                _("a date (2026-10-10) or date and time (2026-10-10T08:30)"),
                _("Say as of when the figure was true."),
            )
            return datetime(1970, 1, 1, tzinfo=zone)
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)

    def _flags(self) -> list[str]:
        flags = [flag.strip() for flag in self._cell("flags").split("|") if flag.strip()]
        if not all(_FLAG.fullmatch(flag) for flag in flags) or len("|".join(flags)) > _FLAGS_LENGTH:
            self._fault(
                "flags",
                _("codes in capitals separated by |, at most 200 letters in all"),
                _("Write, for example, TEMP_NATIONAL_REPORT_DENOMINATOR."),
            )
        return flags

    def _mark(
        self, flags: list[str], indicator: str, numerator: int | None, denominator: int | None
    ) -> list[str]:
        above = (
            indicator in self._words.percentages
            and numerator is not None
            and denominator is not None
            and numerator > denominator
        )
        return [*flags, ABOVE] if above and ABOVE not in flags else flags

    def _note(self) -> str:
        note = unguard(self._cell("note"))
        if len(note) > _NOTE_LENGTH:
            self._fault("note", _("at most 300 letters"), _("Shorten the note."))
        return note

    def _cell(self, field: str) -> str:
        return (self._cells.get(field) or "").strip()

    def _fault(self, field: str, expected: str, remedy: str) -> None:
        self.faults.append(Fault(field, self._cell(field), expected, remedy))
