"""A first mapping for a foreign table, guessed from its headers and its first rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from phucvu.intake.apart.asking import look
from phucvu.intake.cells import DateError, moment_of, text_of
from phucvu.intake.codes import unit_code_in
from phucvu.intake.formats.base import Cell, kind_of
from phucvu.intake.mapping import MappedFields, mapped_fields
from phucvu.intake.sample import Sample
from phucvu.intake.synonyms import UNIT_HEADERS, Words, plain, words_of

__all__ = ["Proposal", "propose_mapping", "sample_of"]

_MOST_VALUES = 30
_PROCEDURE = re.compile(r"\d\.\d{6}(\.\S+)?")
_FROM_EVENTS = frozenset({".xes"})


@dataclass(frozen=True)
class Proposal:
    """A mapping's text, the fields it still lacks, and how many of its lines are unsure."""

    text: str
    missing: Sequence[str]
    unsure: int


def sample_of(path: Path, kind: str = "dossiers") -> Sample:
    """Look at the beginning of a table. Raises `FileError`."""
    return Sample(*look(path, "sample", kind))


def propose_mapping(path: Path, kind: str = "dossiers", sample: Sample | None = None) -> Proposal:
    """Guess what the columns of a table of one kind of fact mean, by its sample.

    Raises `FileError`.
    """
    words, fields = words_of(kind), mapped_fields(kind)
    sample = sample or sample_of(path, kind)
    return _Writer(path, kind, fields, words, sample, _guess(sample, words, fields)).proposal()


@dataclass
class _Guess:
    column: str
    sure: bool


def _guess(sample: Sample, words: Words, fields: MappedFields) -> dict[str, _Guess]:
    """The column of each field that has one; a column is used once."""
    found: dict[str, _Guess] = {}
    columns = {name: plain(name) for name in sample.header if name}
    taken: set[str] = set()
    for sure in (True, False):
        for name, synonyms in (*words.headers.items(), ("unit", UNIT_HEADERS)):
            if name in found:
                continue
            for column in _matching(columns, (plain(name), *synonyms), exactly=sure):
                if (
                    column not in taken
                    and sample.header.count(column) == 1
                    and _fits(name, sample.values(column), fields)
                ):
                    found[name] = _Guess(column, sure)
                    taken.add(column)
                    break
    return found


def _matching(columns: dict[str, str], names: Sequence[str], *, exactly: bool) -> list[str]:
    """The columns called one of `names`, the most usual first; or those that have all its words."""
    if exactly:
        compact = [name.replace(" ", "") for name in names]
        hits = {column: name.replace(" ", "") for column, name in columns.items()}
        found = [column for column, hit in hits.items() if hit in compact]
        return sorted(found, key=lambda column: compact.index(hits[column]))
    wanted = [set(name.split()) for name in names if " " in name]
    return [c for c, p in columns.items() if any(words <= set(p.split()) for words in wanted)]


def _fits(name: str, values: Sequence[Cell], fields: MappedFields) -> bool:
    """Whether the values do not speak against the guess."""
    if not values:
        return True
    if name in fields.dates:
        good = sum(_is_moment(value) for value in values)
        return good * 2 > len(values)
    if name == "MaTTHC":
        return all(len(text_of(value)) <= 40 for value in values)
    return True


def _is_moment(value: Cell) -> bool:
    try:
        return moment_of(value) is not None
    except DateError:
        return False


@dataclass
class _Writer:
    """Writes the YAML line by line, with what is unsure marked."""

    path: Path
    kind: str
    fields: MappedFields
    words: Words
    sample: Sample
    guess: dict[str, _Guess]
    lines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def proposal(self) -> Proposal:
        self.lines = [
            f"# {_('Proposed from the headers and the first rows of')} {self.path.name}.",
            f"# {_('Read it through: what is marked “# ?” is a guess.')}",
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
        unread = [name for name in self.sample.header if name and name not in read]
        if unread:
            self.lines += ["", f"# {_('Columns that are not read:')}"]
            self.lines += [f"#   {_quoted(name)}" for name in unread]
        text = "\n".join(self.lines) + "\n"
        return Proposal(text, self.missing, sum("# ?" in line for line in self.lines[2:]))

    def _case(self) -> None:
        guess = self.guess.get(self.fields.code)
        if guess is None:
            self.missing.append("case")
            self.lines.append(f"# ? case: {_('the column with the number of the dossier')}")
            return
        self._add(f"case: {_quoted(guess.column)}", guess.sure)
        cases = [text_of(value) for value in self.sample.values(guess.column)]
        if kind_of(self.path) in _FROM_EVENTS or len(set(cases)) < len(cases):
            self.lines.append("one_row_per: case     # " + _("its numbers come more than once"))
            self.lines.append("take: first")

    def _unit(self) -> None:
        guess = self.guess.get("unit")
        case = self.guess.get(self.fields.code)
        codes = self.sample.values(case.column) if case else []
        if codes and all(unit_code_in(text_of(code)) for code in codes):
            return  # the number of the dossier begins with it
        if guess is not None:
            self._add(f"unit: {{column: {_quoted(guess.column)}}}", sure=False)
        else:
            self.lines.append(f"# ? unit: {{constant: {_('the code of the unit')}}}")

    def _dates(self) -> None:
        texts = [
            text_of(value)
            for name in self.fields.dates
            if name in self.guess
            for value in self.sample.values(self.guess[name].column)
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
        """What each value of a coded column means ("" where that is not known).

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
        ended = self.guess.get("NgayKetThucXuLy") or self.guess.get("NgayTra")
        if name == "TrangThaiHoSo" and ended is not None:
            column = _quoted(ended.column)
            self._add(f"  {name}: {{if: {column}, then: 9, else: 4}}", sure=False)
        elif name in self.fields.required:
            self.missing.append(name)
            self.lines.append(f"#   {name}: {{constant: …}}     # ?")

    def _add(self, line: str, sure: bool) -> None:
        self.lines.append(line if sure else f"{line}     # ?")


def _quoted(text: str) -> str:
    """Text as YAML takes it in one line."""
    return yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10**6).strip()
