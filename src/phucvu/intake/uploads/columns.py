"""The columns of a foreign table as a person confirms them: our field ← your column.

What stands on the page is the content of a mapping (`intake.mapping`); what comes back becomes
one. A proposal is where it begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from phucvu.intake.cells import text_of
from phucvu.intake.codes import unit_code_in
from phucvu.intake.excel.columns import Column, form
from phucvu.intake.mapping import CODES, DATES, NAMES, load_mapping
from phucvu.intake.propose import Sample, propose_mapping, sample_of
from phucvu.intake.synonyms import VALUES, plain
from phucvu.intake.uploads.folders import file_of, mapping_of
from phucvu.intake.uploads.models import Upload

__all__ = ["CASE", "Asked", "Meaning", "Table", "asked", "keep", "stated"]

CASE = "MaHoSo"
_STATUS = "TrangThaiHoSo"
_MAPPED = frozenset({*CODES, *NAMES, *DATES})
_SAMPLES = 3
_MOST_VALUES = 30
_Content = dict[str, Any]


@dataclass(frozen=True)
class Meaning:
    """A value of a coded column, and the code it stands for ("" where nobody said yet)."""

    text: str
    code: str


@dataclass(frozen=True)
class Asked:
    """One field of ours, and what is known of where it comes from.

    `condition`: the column whose being filled means *finished*. `problem`: what is missing.
    """

    column: Column
    chosen: str = ""
    constant: str = ""
    condition: str = ""
    meanings: Sequence[Meaning] = ()
    samples: Sequence[str] = ()
    problem: str = ""

    @property
    def is_status(self) -> bool:
        """Whether it is the state, which may follow from a date."""
        return self.column.name == _STATUS

    @property
    def is_case(self) -> bool:
        """Whether it is the dossier's number."""
        return self.column.name == CASE

    @property
    def may_be_constant(self) -> bool:
        """Whether one value may hold for every row."""
        return self.column.name in CODES or self.column.name in NAMES


@dataclass
class Table:
    """Every field as it is asked for; `header`: the columns there are to choose from."""

    header: Sequence[str]
    fields: list[Asked] = field(default_factory=list)
    unit_code: str = ""
    unit_column: str = ""
    complete: bool = True


def asked(upload: Upload) -> Table:
    """What to show: as it was confirmed before, else as it is proposed. Raises `FileError`."""
    path, kept = file_of(upload), mapping_of(upload)
    sample = sample_of(path)
    text = kept.read_text("utf-8") if kept.exists() else propose_mapping(path, sample).text
    return _table(sample, _loaded(text), upload.unit_code)


def stated(upload: Upload, words: Mapping[str, str]) -> tuple[Table, _Content | None]:
    """What somebody filled in, and the mapping it makes; None where something is missing.

    Raises `FileError`.
    """
    path = file_of(upload)
    sample = sample_of(path)
    content = {
        name: value
        for name, value in _loaded(propose_mapping(path, sample).text).items()
        if name not in ("case", "unit", "fields")
    }
    content["date_format"] = "mixed"
    unit_code = words.get("don-vi", "").partition(" ")[0].strip()
    if column := words.get("don-vi.cot", ""):
        content["unit"] = {"column": column}
    case = words.get(f"{CASE}.cot", "")
    content |= {"case": case, "fields": {}}
    new_values = False
    for name in _names():
        rule = _rule(name, words, sample)
        if rule is not None:
            content["fields"][name] = rule
        shown_for = words.get(f"{name}.xem", "")
        chosen = words.get(f"{name}.cot", "")
        if chosen and chosen != shown_for and _meanings(name, chosen, sample, None):
            new_values = True
    codes = [text_of(cell) for cell in sample.values(case)] if case in sample.header else []
    if unit_code and not all(unit_code_in(code) for code in codes):
        # Two offices may have the same number; with the unit's code before it there is one.
        content["code"] = f"{unit_code}-{{case}}"
    table = _table(sample, content, unit_code)
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


def _names() -> list[str]:
    return [column.name for column in form().columns if column.name in _MAPPED]


def _loaded(text: str) -> _Content:
    # Every value as text: a code `04` stays one, a value `no` does not become false.
    found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it only makes texts
    content: _Content = found if isinstance(found, dict) else {}
    content.pop("schema", None)
    if "header_row" in content:
        content["header_row"] = int(content["header_row"])
    if "adjacent" in content:
        content["adjacent"] = content["adjacent"] == "true"
    return content


def _rule(name: str, words: Mapping[str, str], sample: Sample) -> _Content | None:
    """The mapping's rule for a field from what was filled in."""
    column = words.get(f"{name}.cot", "")
    if column in sample.header and column:
        codes = _codes(name, column, words, sample)
        return {"column": column, "values": codes} if codes else {"column": column}
    condition = words.get(f"{name}.neu", "")
    if condition in sample.header and condition and name == _STATUS:
        return {"if": condition, "then": "9", "else": "4"}
    constant = words.get(f"{name}.la", "").strip()
    if constant and name not in DATES:
        return {"constant": constant}
    return None


def _codes(
    name: str, column: str, words: Mapping[str, str], sample: Sample
) -> dict[str, str] | None:
    """The code of each value of a coded column; None where the column has the codes already."""
    meanings = _meanings(name, column, sample, None)
    if not meanings:
        return None
    filled: dict[str, str] = {}
    for place in range(_MOST_VALUES):
        text = words.get(f"{name}.gia-tri.{place}")
        if text is not None:
            filled[text] = words.get(f"{name}.ma.{place}", "")
    codes = {code: code for code in VALUES[name]}
    for meaning in meanings:
        code = filled.get(meaning.text, meaning.code)
        if code:
            codes[meaning.text] = code
    return codes


def _meanings(
    name: str, column: str, sample: Sample, values: Mapping[str, str] | None
) -> list[Meaning]:
    """The values of a coded column that are no codes yet; none where they are too many."""
    known = VALUES.get(name)
    if known is None or column not in sample.header:
        return []
    texts = dict.fromkeys(text_of(cell) for cell in sample.values(column))
    foreign = [text for text in texts if text not in known]
    if len(foreign) > _MOST_VALUES:
        return []
    guesses = {word: code for code, words in known.items() for word in words}
    if values is not None:
        return [Meaning(text, str(values.get(text, ""))) for text in foreign]
    return [Meaning(text, guesses.get(plain(text), "")) for text in foreign]


def _table(sample: Sample, content: _Content, unit_code: str) -> Table:
    header = [name for name in sample.header if name and sample.header.count(name) == 1]
    unit = content.get("unit") or {}
    table = Table(header, unit_code=unit_code, unit_column=unit.get("column", ""))
    rules = {**content.get("fields", {}), CASE: {"column": content.get("case", "")}}
    for column in form().columns:
        if column.name == CASE or column.name in _MAPPED:
            found = _asked(column, rules.get(column.name) or {}, sample, header)
            table.fields.append(found)
            table.complete = table.complete and not found.problem
    return table


def _asked(column: Column, rule: _Content, sample: Sample, header: Sequence[str]) -> Asked:
    chosen = rule.get("column", "")
    chosen = chosen if chosen in header else ""
    condition = rule.get("if", "")
    shown = chosen or condition
    samples = dict.fromkeys(text_of(cell) for cell in sample.values(shown)) if shown else {}
    problem = ""
    if column.required and not (chosen or condition or rule.get("constant")):
        problem = _("Choose a column, or say what holds for every row.")
        if column.name == CASE:
            problem = _("Choose the column with the number of the dossier.")
    return Asked(
        column,
        chosen=chosen,
        constant=rule.get("constant", ""),
        condition=condition,
        meanings=_meanings(column.name, chosen, sample, rule.get("values")),
        samples=[text[:40] for text in list(samples)[:_SAMPLES]],
        problem=problem,
    )
