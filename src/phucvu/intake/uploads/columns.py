"""Columns of a foreign table as a person confirms them: our field ← your column.

The page shows the content of a mapping (`intake.mapping`); the filled form becomes one. It begins
with a proposal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from phucvu.intake.cells import text_of
from phucvu.intake.codes import unit_code_in
from phucvu.intake.excel.columns import Column, load_form
from phucvu.intake.mapping import MappedFields, load_mapping, mapped_fields
from phucvu.intake.propose import propose_mapping, sample_of
from phucvu.intake.sample import Sample
from phucvu.intake.synonyms import plain, words_of
from phucvu.intake.uploads.folders import file_of, mapping_of
from phucvu.intake.uploads.models import Upload

__all__ = ["Asked", "Meaning", "Table", "asked", "keep", "stated"]

_STATUS = "TrangThaiHoSo"
_SAMPLES = 3
_MOST_VALUES = 30
_Content = dict[str, Any]


@dataclass(frozen=True)
class Meaning:
    """Value of a coded column, and the code it stands for ("" where nobody said yet)."""

    text: str
    code: str


@dataclass(frozen=True)
class Asked:
    """A field of ours, with its column in the table as far as it is known.

    `may_be_constant`: one value may hold for every row. `condition`: the column whose being filled
    means *finished*. `problem`: what is missing.
    """

    column: Column
    may_be_constant: bool
    chosen: str = ""
    constant: str = ""
    condition: str = ""
    meanings: Sequence[Meaning] = ()
    samples: Sequence[str] = ()
    problem: str = ""

    @property
    def is_status(self) -> bool:
        """Tell whether it is the state, which may follow from a date."""
        return self.column.name == _STATUS


@dataclass
class Table:
    """Fields of the page; `header`: the columns there are to choose from."""

    header: Sequence[str]
    fields: list[Asked] = field(default_factory=list)
    unit_code: str = ""
    unit_column: str = ""
    complete: bool = True


def asked(upload: Upload) -> Table:
    """Return the page's content: as it was confirmed before, else as it is proposed. Raises
    `FileError`.
    """
    path, kept = file_of(upload), mapping_of(upload)
    kind = upload.kind_of_table
    sample = sample_of(path, kind)
    text = kept.read_text("utf-8") if kept.exists() else _proposed(path, kind, sample)
    return _Desk(kind, sample).table(_loaded(text), upload.unit_code)


def stated(upload: Upload, words: Mapping[str, str]) -> tuple[Table, _Content | None]:
    """Return what somebody filled in, and the mapping it makes; None where something is missing.

    Raises `FileError`.
    """
    path, kind = file_of(upload), upload.kind_of_table
    sample = sample_of(path, kind)
    desk = _Desk(kind, sample)
    content = {
        name: value
        for name, value in _loaded(_proposed(path, kind, sample)).items()
        if name not in ("case", "unit", "fields")
    }
    content["date_format"] = "mixed"
    unit_code = words.get("don-vi", "").partition(" ")[0].strip()
    if column := words.get("don-vi.cot", ""):
        content["unit"] = {"column": column}
    case = words.get(f"{desk.fields.code}.cot", "")
    content |= {"case": case, "fields": {}}
    new_values = False
    for name in desk.names:
        rule = desk.rule(name, words)
        if rule is not None:
            content["fields"][name] = rule
        chosen = words.get(f"{name}.cot", "")
        if chosen and chosen != words.get(f"{name}.xem", "") and desk.meanings(name, chosen):
            new_values = True
    codes = [text_of(cell) for cell in sample.values(case)] if case in sample.header else []
    if kind == "dossiers" and unit_code and not all(unit_code_in(code) for code in codes):
        # Two offices may have the same number; with the unit's code before it there is one.
        content["code"] = f"{unit_code}-{{case}}"
    table = desk.table(content, unit_code)
    return table, content if table.complete and not new_values else None


def keep(upload: Upload, content: _Content, unit_code: str) -> None:
    """Make it the upload's mapping. Raises `MappingError` where it is none."""
    text = yaml.safe_dump({"schema": 1, **content}, allow_unicode=True, sort_keys=False)
    path = mapping_of(upload)
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    load_mapping(draft)
    draft.replace(path)
    upload.unit_code = unit_code
    upload.save(update_fields=["unit_code"])


def _proposed(path: Path, kind: str, sample: Sample) -> str:
    # The page asks for columns: what is taken of single events needs a mapping file.
    return propose_mapping(path, kind, sample, events=False).text


def _loaded(text: str) -> _Content:
    # Every value as text: a code `04` stays one, a value `no` does not become false.
    found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it only makes texts
    content: _Content = found if isinstance(found, dict) else {}
    content.pop("schema", None)
    # Of a table of which nothing was recognised a proposal has the key alone.
    content["fields"] = content.get("fields") or {}
    if "header_row" in content:
        content["header_row"] = int(content["header_row"])
    if "adjacent" in content:
        content["adjacent"] = content["adjacent"] == "true"
    return content


class _Desk:
    """A table of one kind of fact on the desk: its sample, and the words of the kind."""

    def __init__(self, kind: str, sample: Sample) -> None:
        self.sample = sample
        self.fields: MappedFields = mapped_fields(kind)
        self.columns = load_form(kind).columns
        self.values = words_of(kind).values
        self.header = [name for name in sample.header if name and sample.header.count(name) == 1]

    @property
    def names(self) -> list[str]:
        """Return the fields a mapping fills, as the template has them."""
        mapped = {*self.fields.codes, *self.fields.names, *self.fields.dates}
        return [column.name for column in self.columns if column.name in mapped]

    def rule(self, name: str, words: Mapping[str, str]) -> _Content | None:
        """Return the mapping's rule for a field from what was filled in."""
        column = words.get(f"{name}.cot", "")
        if column in self.header:
            codes = self._codes(name, column, words)
            return {"column": column, "values": codes} if codes else {"column": column}
        condition = words.get(f"{name}.neu", "")
        if condition in self.header and name == _STATUS:
            return {"if": condition, "then": "9", "else": "4"}
        constant = words.get(f"{name}.la", "").strip()
        if constant and name not in self.fields.dates:
            return {"constant": constant}
        return None

    def _codes(self, name: str, column: str, words: Mapping[str, str]) -> dict[str, str] | None:
        """Return the code of each value of a coded column; None where it has the codes already."""
        meanings = self.meanings(name, column)
        if not meanings:
            return None
        filled: dict[str, str] = {}
        for place in range(_MOST_VALUES):
            text = words.get(f"{name}.gia-tri.{place}")
            if text is not None:
                filled[text] = words.get(f"{name}.ma.{place}", "")
        codes = {code: code for code in self.values[name]}
        for meaning in meanings:
            code = filled.get(meaning.text, meaning.code)
            if code:
                codes[meaning.text] = code
        return codes

    def meanings(
        self, name: str, column: str, stated: Mapping[str, str] | None = None
    ) -> list[Meaning]:
        """Return the values of a coded column that are no codes yet; none where they are too
        many.
        """
        known = self.values.get(name)
        if known is None or column not in self.header:
            return []
        texts = dict.fromkeys(text_of(cell) for cell in self.sample.values(column))
        foreign = [text for text in texts if text not in known]
        if len(foreign) > _MOST_VALUES:
            return []
        if stated is not None:
            return [Meaning(text, str(stated.get(text, ""))) for text in foreign]
        guesses = {word: code for code, words in known.items() for word in words}
        return [Meaning(text, guesses.get(plain(text), "")) for text in foreign]

    def table(self, content: _Content, unit_code: str) -> Table:
        """Return the page's table for the content of a mapping."""
        unit = content.get("unit") or {}
        table = Table(self.header, unit_code=unit_code, unit_column=unit.get("column", ""))
        rules = {**content["fields"], self.fields.code: {"column": content.get("case")}}
        names = {self.fields.code, *self.names}
        for column in self.columns:
            if column.name in names:
                found = self._asked(column, rules.get(column.name) or {})
                table.fields.append(found)
                table.complete = table.complete and not found.problem
        return table

    def _asked(self, column: Column, rule: _Content) -> Asked:
        name = column.name
        chosen = rule.get("column") or ""
        chosen = chosen if chosen in self.header else ""
        condition = rule.get("if", "")
        shown = chosen or condition
        cells = self.sample.values(shown) if shown else []
        samples = dict.fromkeys(text_of(cell) for cell in cells)
        required = column.required or name == self.fields.code
        problem = ""
        if required and not (chosen or condition or rule.get("constant")):
            problem = _("Choose a column, or say what holds for every row.")
            if name == self.fields.code:
                problem = _("Choose the column with the number of the dossier.")
        return Asked(
            column,
            name in self.fields.codes or name in self.fields.names,
            chosen=chosen,
            constant=rule.get("constant", ""),
            condition=condition,
            meanings=self.meanings(name, chosen, rule.get("values")),
            samples=[text[:40] for text in list(samples)[:_SAMPLES]],
            problem=problem,
        )
