"""Columns of the templates, from the YAML file or the declaration of each kind of fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from phucvu.facts import KINDS
from phucvu.facts.columns import Choice, Flag, Shape
from phucvu.facts.columns import Column as Declared
from phucvu.facts.kind import Kind
from phucvu.facts.words import NO_YES
from phucvu.intake.formats.base import normal

__all__ = ["Column", "Form", "form", "form_of", "load_form", "plurals"]


@dataclass(frozen=True)
class Column:
    """A column of a template: the field of the message it fills, and how officers see it."""

    name: str
    heading: str
    kind: Shape
    help: str
    required: bool = False
    width: int = 18
    choices: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    meaning: str = ""
    """in English, for those who program"""
    longest: int = 64
    digits: int = 9
    """how many a whole number may have: as many as fit 32 bits"""
    headings: Sequence[str] = ()
    """under which other names foreign tables have it"""
    private: bool = False
    """never kept of a refused record"""
    ahead: bool = False
    """a moment that may lie in the future"""
    most: int | None = None
    """the largest whole number"""

    @property
    def is_flag(self) -> bool:
        """Tell whether the column holds yes or no."""
        return set(self.choices) == {"0", "1"}

    def shown(self, code: str) -> str:
        """Write a code as the drop-down shows it: “2 - Trực tuyến”."""
        return f"{code} - {self.choices[code]}" if code in self.choices else code

    def options(self) -> list[str]:
        """Return the entries of the drop-down."""
        return [self.shown(code) for code in self.choices]


@dataclass(frozen=True)
class Form:
    """Template of a kind of fact: its sheets, columns and texts."""

    sheet: str
    guide: str
    example_mark: str
    reason: Mapping[str, str]
    guide_lines: Sequence[str]
    guide_headings: Sequence[str]
    required_word: str
    columns: Sequence[Column]
    unit: str = "unit"
    """the column that holds the unit's code"""

    @property
    def code(self) -> str:
        """Return the column that holds the fact's code: the first."""
        return self.columns[0].name

    @property
    def names(self) -> list[str]:
        """Return the names of the columns, in order."""
        return [column.name for column in self.columns]

    def is_header(self, cells: Sequence[object]) -> bool:
        """Tell whether a row holds the names of the fields: it has all required ones."""
        found = {normal(str(cell)) for cell in cells}
        return all(column.name in found for column in self.columns if column.required)

    def is_example(self, code: str) -> bool:
        """Tell whether the code is that of the example row."""
        return normal(code).upper().startswith(self.example_mark)


def form_of(kind: Kind) -> Form:
    """Make the template of a declared kind of fact."""
    return Form(
        sheet=kind.sheet.name,
        guide="Hướng dẫn",
        example_mark="VÍ DỤ",
        reason={"name": "ly_do", "heading": "Lý do không nhận"},
        guide_lines=kind.sheet.guide,
        guide_headings=("Cột", "Tên trường", "Bắt buộc", "Giải thích"),
        required_word="có",
        columns=[_column(name, column) for name, column in kind.sent.items()],
        unit=kind.unit_field if kind.columns["unit_id"].heading else Form.unit,
    )


def _column(name: str, declared: Declared) -> Column:
    choices = NO_YES if isinstance(declared, Flag) else {}
    if isinstance(declared, Choice):
        choices = {str(code): shown for code, (_label, shown) in declared.options.items()}
    return Column(
        name=name,
        heading=declared.heading,
        kind=declared.shape,
        help=declared.help,
        required=declared.required,
        width=declared.width,
        choices=choices,
        example=declared.example,
        meaning=declared.meaning,
        longest=getattr(declared, "longest", Column.longest),
        digits=getattr(declared, "digits", Column.digits),
        headings=declared.also,
        private=declared.private,
        ahead=getattr(declared, "ahead", False),
        most=getattr(declared, "most", None),
    )


@cache
def plurals() -> tuple[str, ...]:
    """List the kinds of fact that have a template, by their names in commands."""
    return tuple(sorted({path.stem for path in Path(__file__).parent.glob("*.yaml")} | {*KINDS}))


def form() -> Form:
    """Return the template for dossiers."""
    return load_form("dossiers")


@cache
def load_form(plural: str) -> Form:
    """Return the template for a kind of fact."""
    if plural in KINDS:
        return form_of(KINDS[plural])
    text = Path(__file__).with_name(f"{plural}.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    columns = [Column(**column) for column in content.pop("columns")]
    return Form(columns=columns, **content)
