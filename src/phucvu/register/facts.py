"""The kinds of fact the register keeps, each described once.

Whatever works on facts (counting, the journal, the ways in) takes what it needs to know of a
kind from here, so that a new kind needs a description and no machinery.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from django.db.models import Model

from phucvu.measures import DOSSIER, Vocabulary
from phucvu.measures.facts import CERTIFIED_COPY, LOOKUP, PETITION
from phucvu.register.models import CertifiedCopy, Dossier, Lookup, Petition

__all__ = ["CERTIFIED_COPIES", "DOSSIERS", "FACTS", "LOOKUPS", "PETITIONS", "Fact"]


@dataclass(frozen=True)
class Fact:
    """One kind of fact: one table, one row a fact, known by its `code` and booked on a `unit`.

    `plural`: what commands and addresses call it.
    `clock_columns`: the moments that only ever get later while such a fact lives; the latest of
    them is a version's own clock.
    `by_procedure`: whether it has a `procedure_code`, and is counted by it too.
    `one_feed`: whether one feed brings those of a whole tree of units, so that where any unit of
    the tree has one, the others are known to have none. Otherwise nothing is known of a unit
    without any.
    `counted_on_dossiers`: the column of dossiers that holds how many such facts name it in their
    `dossier_code`.
    """

    plural: str
    model: type[Model]
    vocabulary: Vocabulary
    clock_columns: tuple[str, ...]
    by_procedure: bool = False
    one_feed: bool = False
    counted_on_dossiers: str = ""

    @property
    def name(self) -> str:
        """The kind's name: of its vocabulary, in scorecards and in the journal."""
        return self.vocabulary.fact

    @cached_property
    def table(self) -> str:
        """The table of the store."""
        return self.model._meta.db_table


DOSSIERS = Fact(
    "dossiers",
    Dossier,
    DOSSIER,
    # The promise is none of them: it may be moved. Nor is a supplement's: of those answered only
    # the time they took is kept, so an answer would look older than the question.
    ("submitted_at", "received_at", "finished_at", "handed_over_at", "refused_at"),
    by_procedure=True,
)

PETITIONS = Fact(
    "petitions",
    Petition,
    PETITION,
    (
        "received_at", "accepted_at", "refused_at", "supplement_asked_at",
        "supplement_answered_at", "transferred_at", "processed_at", "waiting_at", "published_at",
    ),
    one_feed=True,
    counted_on_dossiers="petitions",
)  # fmt: skip
CERTIFIED_COPIES = Fact(
    "certified-copies", CertifiedCopy, CERTIFIED_COPY, ("certified_at",), one_feed=True
)
LOOKUPS = Fact(
    "lookups", Lookup, LOOKUP, ("looked_up_at",), one_feed=True, counted_on_dossiers="lookups"
)

FACTS: Mapping[str, Fact] = MappingProxyType(
    {fact.name: fact for fact in (DOSSIERS, PETITIONS, CERTIFIED_COPIES, LOOKUPS)}
)
"""Every kind by its name, dossiers first."""
