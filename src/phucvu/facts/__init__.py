"""The kinds of fact: one file declares each, and everything else about it follows.

Pure: no web framework, no store. `columns` has what a column may be, `kind` what is said of a kind
as a whole; `docs/kinds-of-fact.md` shows how a kind is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phucvu.facts.announcements import ANNOUNCEMENTS
from phucvu.facts.certified_copies import CERTIFIED_COPIES
from phucvu.facts.kind import Kind
from phucvu.facts.lookups import LOOKUPS
from phucvu.facts.payments import PAYMENTS
from phucvu.facts.ratings import RATINGS
from phucvu.measures import FACTS, Vocabulary

__all__ = [
    "ANNOUNCEMENTS",
    "CERTIFIED_COPIES",
    "KINDS",
    "LOOKUPS",
    "PAYMENTS",
    "RATINGS",
    "VOCABULARIES",
]

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.plural: kind for kind in (CERTIFIED_COPIES, LOOKUPS, RATINGS, ANNOUNCEMENTS, PAYMENTS)}
)
"""Every declared kind by its plural."""

VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(
    {**FACTS, **{kind.name: kind.vocabulary for kind in KINDS.values() if kind.measured}}
)
"""What measures may speak of, by the kind's name, dossiers first."""
