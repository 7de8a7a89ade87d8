"""Reader of one row of the catalogue's CSV: a procedure at a unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from phucvu.facts.applied_procedures import OnlineLevel
from phucvu.facts.procedures import TermUnit
from phucvu.register.rows import EXTRA, Fault, unguard
from phucvu.register.terms import LONGEST_TERM, Term
from phucvu.units.models import Unit

__all__ = ["COLUMNS", "PARTS", "SUBJECTS", "CatalogueRow", "ProcedureFacts", "read_catalogue_row"]

COLUMNS = (
    "code", "name", "field", "subjects", "fee", "term", "term_unit", "published", "parts",
    "unit_code", "online_level",
)  # fmt: skip
PARTS = ("name", "steps", "methods", "components", "term", "subjects", "body")
SUBJECTS = ("citizen", "overseas", "foreigner", "business", "organisation", "state")

_CODE = re.compile(r"[0-9A-Za-zĐđ][0-9A-Za-zĐđ._/-]{0,39}")
_TERM = re.compile(r"[0-9]{1,4}")
_FEE = re.compile(r"[0-9]{1,15}")
_NAME_LENGTH, _FIELD_LENGTH = 1000, 300


@dataclass(frozen=True, slots=True)
class ProcedureFacts:
    """Data of a procedure wherever it is applied; `fee` in VND, 0 for none.

    `says_term`: the file has terms, so that no `term` means that there is none. `published` and
    `parts` (of the seven that have to be published) are None where the file is silent.
    """

    code: str
    name: str
    field: str
    fee: int
    subjects: frozenset[str]
    says_term: bool
    term: Term | None
    published: bool | None
    parts: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A checked row."""

    procedure: ProcedureFacts
    unit: Unit
    online_level: int


def read_catalogue_row(
    cells: Mapping[str, str], units: Mapping[str, Unit]
) -> CatalogueRow | list[Fault]:
    """Read the row, or return all its faults. `units` are those in force, by code."""
    faults: list[Fault] = []

    def cell(field: str) -> str:
        return (cells.get(field) or "").strip()

    def fault(field: str, expected: str, remedy: str) -> None:
        faults.append(Fault(field, cell(field), expected, remedy))

    def text(field: str, longest: int) -> str:
        value = unguard(cell(field))
        if len(value) > longest:
            expected = _("at most %(number)d letters") % {"number": longest}
            fault(field, expected, _("Shorten the text."))
        return value

    if not _CODE.fullmatch(cell("code")):
        fault(
            "code",
            _("a procedure code such as 1.001193, at most 40 letters"),
            _("Use the code of the national catalogue."),
        )
    name = text("name", _NAME_LENGTH)
    if not name:
        fault("name", _("the procedure's name"), _("Write the name in full."))
    subjects = frozenset(filter(None, (word.strip() for word in cell("subjects").split("|"))))
    if not subjects or not subjects.issubset(SUBJECTS):
        fault(
            "subjects",
            _("some of %(words)s, separated by |") % {"words": ", ".join(SUBJECTS)},
            _("Name everybody who may apply."),
        )
    if not _FEE.fullmatch(cell("fee")):
        fault(
            "fee",
            _("the highest fee in VND, a whole number of digits only"),
            _("Write 0 where there is nothing to pay."),
        )
    if cell("unit_code") not in units:
        fault(
            "unit_code",
            _("the code of a unit in force"),
            _("Add the unit first (phucvu units add), or correct the code."),
        )
    if cell("online_level") not in (str(int(level)) for level in OnlineLevel):
        fault(
            "online_level",
            _("2 (information only), 3 (partial) or 4 (full)"),
            _("Write the level of the online service at this unit."),
        )
    if cell(EXTRA).strip(","):
        fault(EXTRA, _("nothing"), _("Put quotes around a text with a comma."))
    field = text("field", _FIELD_LENGTH)
    number, unit = cell("term"), cell("term_unit")
    if number and not (_TERM.fullmatch(number) and int(number) <= LONGEST_TERM):
        expected = _("a whole number up to %(number)d, or nothing") % {"number": LONGEST_TERM}
        fault("term", expected, _("Leave it empty where the term is not known."))
    if (number or unit) and unit not in list(TermUnit):
        fault(
            "term_unit",
            _("one of %(words)s") % {"words": ", ".join(TermUnit)},
            _("Say what the term is counted in."),
        )
    if cell("published") not in ("", "0", "1"):
        fault("published", _("1 or 0"), _("Say whether it is published now."))
    parts = frozenset(filter(None, (word.strip() for word in cell("parts").split("|"))))
    if not parts.issubset(PARTS):
        fault(
            "parts",
            _("some of %(words)s, separated by |") % {"words": ", ".join(PARTS)},
            _("Name the parts that are published."),
        )
    if faults:
        return faults
    return CatalogueRow(
        ProcedureFacts(
            cell("code"),
            name,
            field,
            int(cell("fee")),
            subjects,
            says_term=cells.get("term") is not None,
            term=Term(int(number), unit) if number else None,
            published=cell("published") == "1" if cells.get("published") is not None else None,
            parts=parts if cells.get("parts") is not None else None,
        ),
        units[cell("unit_code")],
        int(cell("online_level")),
    )
