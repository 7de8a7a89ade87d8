"""Codes inside the synchronisation message: the unit in a dossier code, and consulted databases."""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings

__all__ = ["POPULATION_DB_CODES", "normal_unit_code", "population_db_codes", "unit_code_in"]

# Assumption: no published list names the national population database in DSKetNoiCSDL; these
# are the codes we expect. The setting PHUCVU_POPULATION_DB_CODES replaces them.
POPULATION_DB_CODES = frozenset({"DANCU", "CSDLDC", "CSDLQGDC", "01"})

# <unit code>-yyMMdd-<rest>
_DOSSIER_CODE = re.compile(r"([^\s-]+)-[0-9]{6}-\S+")
# 000.00.01.H22: digits first, the province's letter-and-digits last.
_RIGHT_TO_LEFT = re.compile(r"(?:[0-9]+\.)+[A-Z][A-Z0-9]*")


def population_db_codes() -> frozenset[str]:
    """Return the codes under which DSKetNoiCSDL names the population database."""
    return frozenset(getattr(settings, "PHUCVU_POPULATION_DB_CODES", None) or POPULATION_DB_CODES)


def unit_code_in(dossier_code: str) -> str | None:
    """Return the normal form of the unit code a dossier code begins with, or None."""
    match = _DOSSIER_CODE.fullmatch(dossier_code)
    return normal_unit_code(match[1]) if match else None


@lru_cache(maxsize=8_192)
def normal_unit_code(code: str) -> str:
    """Return the dotted form of a unit code, province first (Decision 20/2020).

    The older form reads from right to left and is padded in front with groups of zeros. It is
    turned round and the padding dropped: `000.00.01.H22` is `H22.01`, `001.03.05.H22` is
    `H22.05.03.001`. Any other code is left as it is.
    """
    if not _RIGHT_TO_LEFT.fullmatch(code):
        return code
    groups = code.split(".")
    while len(groups) > 1 and not groups[0].strip("0"):
        del groups[0]
    return ".".join(reversed(groups))
