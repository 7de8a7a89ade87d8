"""The catalogue at a moment: one row is one procedure as far online as it is somewhere."""

from __future__ import annotations

from phucvu.facts.applied_procedures import APPLIED_PROCEDURES
from phucvu.facts.procedures import PROCEDURES
from phucvu.measures.vocabulary import Vocabulary

__all__ = ["CATALOGUE"]

_APPLIED, _PROCEDURE = APPLIED_PROCEDURES.vocabulary, PROCEDURES.vocabulary
# What tells records from each other, names for people, and the term, which is reckoned otherwise.
_LEFT_OUT = frozenset(_APPLIED) | {"name", "promulgated_by", "executed_by", "term", "term_unit"}

CATALOGUE = Vocabulary(
    "catalogue",
    [
        _APPLIED["procedure_code"],
        _APPLIED["online_level"],
        *(word for name, word in _PROCEDURE.items() if name not in _LEFT_OUT),
    ],
)
"""The columns that measures of the catalogue may speak of.

Not by unit: whether a measure holds is asked of each procedure and level once, for all units.
"""
