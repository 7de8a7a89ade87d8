"""Proposal of a first mapping for a foreign table, from its headers and its first rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from phucvu.intake.apart.asking import look
from phucvu.intake.cells import text_of
from phucvu.intake.codes import unit_code_in
from phucvu.intake.event_log import (
    EventLog,
    are_apart,
    event_log_in,
    fields_at_events,
    is_moment,
)
from phucvu.intake.formats.base import Cell, kind_of
from phucvu.intake.mapping import MappedFields, mapped_fields
from phucvu.intake.sample import Sample
from phucvu.intake.synonyms import UNIT_HEADERS, Words, header_names, plain, words_of

__all__ = ["Proposal", "propose_mapping", "sample_of"]

_MOST_VALUES = 30
_PROCEDURE = re.compile(r"\d\.\d{6}(\.\S+)?")
# A column so called has the procedure's code only where its values are codes.
_CODE_OR_NAME = frozenset({"thu tuc", "thu tuc hanh chinh", "tthc"})
_FROM_EVENTS = frozenset({".xes"})


@dataclass(frozen=True)
class Proposal:
    """Proposed mapping: its text, the fields it lacks, and how many of its lines are unsure."""

    text: str
    missing: Sequence[str]
    unsure: int


def sample_of(path: Path, kind: str = "dossiers") -> Sample:
    """Look at the beginning of a table. Raises `FileError`."""
    return Sample(*look(path, "sample", kind))


def propose_mapping(
    path: Path, kind: str = "dossiers", sample: Sample | None = None, *, events: bool = True
) -> Proposal:
    """Guess what the columns of a table of one kind of fact mean, by its sample.

    `events`: whether fields may be taken from single events of a case. Raises `FileError`.
    """
    words, fields = words_of(kind), mapped_fields(kind)
    sample = sample or sample_of(path, kind)
    guess = _guess(sample, words, fields)
    writer = _Writer(path, kind, fields, words, sample, guess)
    case = guess.get(fields.code)
    if events and case is not None and writer.has_several_rows(case.column):
        taken = {found.column for found in guess.values()}
        writer.log = event_log_in(sample, case.column, taken)
    if writer.log is not None and kind == "dossiers":
        wanted = [name for name in fields.dates if name not in guess]
        writer.at = fields_at_events(writer.log, wanted)
    return writer.proposal()


@dataclass
class _Guess:
    column: str
    sure: bool


def _guess(sample: Sample, words: Words, fields: MappedFields) -> dict[str, _Guess]:
    """Return the column of each field that has one; a column is used once."""
    found: dict[str, _Guess] = {}
    columns = {name: header_names(name) for name in sample.header if name}
    taken: set[str] = set()
    for sure in (True, False):
        for name, synonyms in (*words.headers.items(), ("unit", UNIT_HEADERS)):
            if name in found:
                continue
            for column in _matching(columns, (plain(name), *synonyms), exactly=sure):
                if (
                    column not in taken
                    and sample.header.count(column) == 1
                    and _fits(name, columns[column], sample.values(column), fields)
                ):
                    found[name] = _Guess(column, sure)
                    taken.add(column)
                    break
    return found


def _matching(columns: dict[str, list[str]], names: Sequence[str], *, exactly: bool) -> list[str]:
    """Return the columns called one of `names`, the most usual first; or those with all its
    words.
    """
    if exactly:
        ranks = {name.replace(" ", ""): rank for rank, name in reversed([*enumerate(names)])}
        hits = {
            column: [ranks[n] for n in (c.replace(" ", "") for c in called) if n in ranks]
            for column, called in columns.items()
        }
        return sorted((c for c, hit in hits.items() if hit), key=lambda column: min(hits[column]))
    wanted = [set(name.split()) for name in names if " " in name]
    return [
        column
        for column, called in columns.items()
        if any(words <= set(name.split()) for words in wanted for name in called)
    ]


def _fits(name: str, called: Sequence[str], values: Sequence[Cell], fields: MappedFields) -> bool:
    """Tell whether the values do not contradict the guess."""
    if name == "MaTTHC" and _CODE_OR_NAME & set(called):
        return bool(values) and all(_PROCEDURE.fullmatch(text_of(value)) for value in values)
    if not values:
        return True
    if name in fields.dates:
        good = sum(is_moment(value) for value in values)
        return good * 2 > len(values)
    if name == "MaTTHC":
        return all(len(text_of(value)) <= 40 for value in values)
    return True


@dataclass
class _Writer:
    """Writer of the YAML line by line, with unsure lines marked."""

    path: Path
    kind: str
    fields: MappedFields
    words: Words
    sample: Sample
    guess: dict[str, _Guess]
    log: EventLog | None = None
    at: dict[str, list[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def proposal(self) -> Proposal:
        self.lines = [
            "# "
            + _("Proposed from the headers and the first rows of %(file)s.")
            % {"file": self.path.name},
            "# " + _("Read it through: what is marked “# ?” is a guess."),
            "schema: 1",
        ]
        if self.kind != "dossiers":
            self.lines.append(f"kind: {self.kind}")
        if self.sample.header_row > 1:
            self.lines.append(f"header_row: {self.sample.header_row}")
        self._case()
        self._unit()
        self._dates()
        self.lines.append("fields:")
        for name in (*self.fields.codes, *self.fields.names, *self.fields.dates):
            self._field(name)
        read = {guess.column for guess in self.guess.values()}
        if self.log is not None:
            read.add(self.log.event)
            if self.at:
                read.add(self.log.time)
        unread = [name for name in self.sample.header if name and name not in read]
        if unread:
            self.lines += ["", "# " + _("Columns that are not read:")]
            self.lines += [f"#   {_quoted(name)}" for name in unread]
        text = "\n".join(self.lines) + "\n"
        return Proposal(text, self.missing, sum("# ?" in line for line in self.lines[2:]))

    def _case(self) -> None:
        guess = self.guess.get(self.fields.code)
        if guess is None:
            self.missing.append("case")
            self.lines.append("# ? case: " + _("the column with the number of the dossier"))
            return
        self._add(f"case: {_quoted(guess.column)}", guess.sure)
        if not self.has_several_rows(guess.column):
            return
        self.lines.append("one_row_per: case     # " + _("its numbers come more than once"))
        # An event can have several rows, its beginning among them: the last one is its end.
        self.lines.append(f"take: {'last' if self.at else 'first'}")
        if are_apart([text_of(value) for value in self.sample.values(guess.column)]):
            self.lines.append("adjacent: false")
        if self.log is not None:
            self._events(self.log)

    def has_several_rows(self, case: str) -> bool:
        """Tell whether a case has a row for each of its events."""
        cases = [text_of(value) for value in self.sample.values(case)]
        return kind_of(self.path) in _FROM_EVENTS or len(set(cases)) < len(cases)

    def _events(self, log: EventLog) -> None:
        self.lines.append(f"event: {_quoted(log.event)}")
        listed = _("The events, with their times in the column %(column)s:")
        self.lines.append("# " + listed % {"column": _quoted(log.time)})
        self.lines += [f"#   {_quoted(name)}" for name in log.names[:_MOST_VALUES]]

    def _unit(self) -> None:
        guess = self.guess.get("unit")
        case = self.guess.get(self.fields.code)
        codes = self.sample.values(case.column) if case else []
        if codes and all(unit_code_in(text_of(code)) for code in codes):
            return  # the number of the dossier begins with it
        if guess is not None:
            self._add(f"unit: {{column: {_quoted(guess.column)}}}", sure=False)
        else:
            self.lines.append("# ? unit: {constant: " + _("the code of the unit") + "}")

    def _dates(self) -> None:
        columns = [self.guess[name].column for name in self.fields.dates if name in self.guess]
        if self.log is not None and self.at:
            columns.append(self.log.time)
        texts = [
            text_of(value)
            for column in columns
            for value in self.sample.values(column)
            if isinstance(value, str)
        ]
        iso = all(re.match(r"\d{4}-\d\d-\d\d", text) for text in texts)
        self.lines.append(f"date_format: {'iso' if iso else 'mixed'}")
        if any(re.search(r"\d([+-]\d\d:?\d\d|Z)$", text) for text in texts if len(text) > 10):
            hint = _("the moments have an offset: name the zone of the unit's own clocks")
            self.lines.append(f"# ? time_zone: Asia/Ho_Chi_Minh     # {hint}")

    def _field(self, name: str) -> None:
        guess = self.guess.get(name)
        if guess is None:
            self._without_column(name)
            return
        column = _quoted(guess.column)
        values = self._values(name, guess.column)
        if values is None:
            self._add(f"  {name}: {{column: {column}}}", self._is_sure(name, guess))
            return
        self._add(f"  {name}:", guess.sure)
        self.lines += [f"    column: {column}", "    values:"]
        for text, code in values.items():
            # What is not known is left out: a record with it is refused, and says so.
            line = f"      {_quoted(text)}: {code or '…'}"
            self.lines.append(line if code else f"#{line}     # ?")

    def _is_sure(self, name: str, guess: _Guess) -> bool:
        texts = [text_of(value) for value in self.sample.values(guess.column)]
        if name == "MaTTHC":
            return guess.sure and all(_PROCEDURE.fullmatch(text) for text in texts)
        return guess.sure

    def _values(self, name: str, column: str) -> dict[str, str] | None:
        """Return the meaning of each value of a coded column ("" where that is not known).

        None where the column has the message's codes already, or is no coded one.
        """
        known = self.words.values.get(name)
        if known is None:
            return None
        texts = dict.fromkeys(text_of(value) for value in self.sample.values(column))
        if set(texts) <= set(known) or len(texts) > _MOST_VALUES:
            return None
        codes = {word: code for code, words in known.items() for word in words}
        found = {text: codes.get(plain(text), "") for text in texts}
        return found if any(found.values()) else None

    def _without_column(self, name: str) -> None:
        if self.log is not None and name in self.at:
            events = ", ".join(_quoted(event) for event in self.at[name])
            column = _quoted(self.log.time)
            self._add(f"  {name}: {{column: {column}, at: [{events}]}}", sure=False)
            return
        ended = self.guess.get("NgayKetThucXuLy") or self.guess.get("NgayTra")
        if name == "TrangThaiHoSo" and ended is not None:
            column = _quoted(ended.column)
            self._add(f"  {name}: {{if: {column}, then: 9, else: 4}}", sure=False)
        elif name == "TrangThaiHoSo" and (ending := self._ending_events()):
            listed = ", ".join(_quoted(event) for event in ending)
            self._add(f"  {name}: {{happened: [{listed}], then: 9, else: 4}}", sure=False)
        elif name in self.fields.required:
            self.missing.append(name)
            self.lines.append(f"#   {name}: {{constant: …}}     # ?")

    def _ending_events(self) -> list[str]:
        return [*self.at.get("NgayKetThucXuLy", ()), *self.at.get("NgayTra", ())]

    def _add(self, line: str, sure: bool) -> None:
        self.lines.append(line if sure else f"{line}     # ?")


def _quoted(text: str) -> str:
    """Quote text as YAML takes it in one line."""
    return yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10**6).strip()
