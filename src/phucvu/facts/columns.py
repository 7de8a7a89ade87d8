"""The columns of facts: each is declared once, and everything else about it follows.

A column stands in the annotation of a record's field:

    paid_at: Annotated[int | None, Moment("when it was paid", "thời điểm nộp", …)]

From it follow the column of the table and its name on the site (`register.building`), the word of
the vocabulary (`Kind.vocabulary`), the column of the Excel template, the field of the interface
and of mappings (`Kind.sent`), and what of it may be kept of a refused record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from phucvu.facts.words import gettext_noop
from phucvu.measures.vocabulary import Type

__all__ = [
    "Choice",
    "Code",
    "Column",
    "Decimals",
    "Flag",
    "Inner",
    "Instant",
    "Level",
    "LongText",
    "Moment",
    "Money",
    "Name",
    "Number",
    "Pseudonym",
    "Shape",
    "UnitCode",
]

Shape = Literal["code", "name", "choice", "moment", "number", "decimal", "money"]
"""The shape of a value: how it is read, and whether it may be kept of a refused record."""


@dataclass(frozen=True)
class Column:
    """A column of a kind of fact.

    `en`, `vi`: its meaning, for measures and for those who send it; `vi` is empty where no measure
    may speak of it.
    `label`: its name on the site, a text that `locale` translates; `hint`: more about it there.
    `field`: the field of a record it is sent as, where that is called otherwise.

    Of the template, whose texts are Vietnamese: `heading` (a column without one is not in it),
    `help`, `also` (what other tables call it), `width`, and an `example` as it would be sent.

    `required`: whether a record without it is refused.
    `private`: whether it is never kept of a refused record.
    `default`: what stands where it is not given.
    """

    shape: ClassVar[Shape]
    type: ClassVar[Type]

    en: str
    vi: str = ""
    label: str = ""
    hint: str = ""
    field: str = ""
    heading: str = ""
    help: str = ""
    also: Sequence[str] = ()
    width: int = 18
    example: str = ""
    required: bool = False
    private: bool = False
    default: str | int | bool | None = None

    @property
    def meaning(self) -> str:
        """Tell those who send it what it is."""
        return self.en


@dataclass(frozen=True)
class Code(Column):
    """A code: at most `longest` characters, none of them a control character."""

    shape = "code"
    type = Type.TEXT
    longest: int = 64


@dataclass(frozen=True)
class Pseudonym(Code):
    """A code in place of which a mark is kept: of the same code the same, and not turned back."""

    mark: int = 32
    """how many characters of the table the mark may take"""


@dataclass(frozen=True)
class UnitCode(Code):
    """The unit a fact is booked on: sent as its code, kept as its number."""

    type = Type.INTEGER
    longest: int = 40
    label: str = gettext_noop("unit")
    field: str = "unit"
    heading: str = "Mã đơn vị"
    example: str = "H29.01"
    required: bool = True

    @property
    def meaning(self) -> str:
        """Tell those who send it what it is."""
        return f"the code of {self.en}"


@dataclass(frozen=True)
class Name(Column):
    """A text for people to read, which is shortened to `longest` characters."""

    shape = "name"
    type = Type.TEXT
    longest: int = 64


@dataclass(frozen=True)
class LongText(Column):
    """A text of any length, which is not sent as it is kept."""

    shape = "code"
    type = Type.TEXT


@dataclass(frozen=True)
class Choice(Column):
    """One of a few codes.

    `options`: by code its name on the site, a text that `locale` translates, and its name in the
    template.
    `longest`: how many characters the column of the table holds.
    """

    shape = "choice"
    type = Type.TEXT
    options: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    longest: int = 16


@dataclass(frozen=True)
class Level(Choice):
    """One of a few whole numbers, with a meaning each; `named`: whether the site names them."""

    type = Type.INTEGER
    named: bool = True


@dataclass(frozen=True)
class Flag(Column):
    """Yes or no: sent as `1` or `0`. Its meaning is a sentence that holds or not."""

    shape = "choice"
    type = Type.BOOLEAN

    @property
    def meaning(self) -> str:
        """Tell those who send it what it is."""
        return f"whether {self.en}"


@dataclass(frozen=True)
class Number(Column):
    """A whole number from 0, of at most so many digits; `most`: the largest there may be."""

    shape = "number"
    type = Type.INTEGER
    digits: int = 9
    most: int | None = None


@dataclass(frozen=True)
class Money(Column):
    """An amount in VND, whole and not negative; `not_negative`: what the store calls that rule."""

    shape = "money"
    type = Type.INTEGER
    not_negative: str = ""


@dataclass(frozen=True)
class Decimals(Column):
    """A number from 0 with at most two decimals; `digits`: of which it may have so many in all."""

    shape = "decimal"
    type = Type.UNKNOWN
    digits: int = 12


@dataclass(frozen=True)
class Moment(Column):
    """A wall time, in milliseconds (`register.walltime`), or none.

    `ahead`: whether it may lie in the future.
    """

    shape = "moment"
    type = Type.WALL_TIME
    ahead: bool = False


@dataclass(frozen=True)
class Instant(Moment):
    """A moment in UTC."""

    type = Type.UNKNOWN


@dataclass(frozen=True)
class Inner(Column):
    """A text that is kept for the program's own use: neither sent nor counted nor shown."""

    shape = "code"
    type = Type.TEXT
