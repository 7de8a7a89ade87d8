"""Kinds of fact in the register, each described once.

Whatever works on facts (counting, the journal, the ways in) takes its knowledge of a kind from
here, so that a new kind needs a description and no machinery.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from django.db.models import Model

from phucvu.facts import KINDS
from phucvu.facts.kind import Kind, OnDossiers
from phucvu.measures import DOSSIER, Vocabulary
from phucvu.register.models import MODELS, Dossier

__all__ = [
    "DECLARED",
    "DOSSIERS",
    "FACTS",
    "FIGURES",
    "PETITIONS",
    "PROGRESS_STEPS",
    "Fact",
    "OnDossiers",
]


@dataclass(frozen=True)
class Fact:
    """Kind of fact: one table, one row a fact, known by its `code` and booked on a `unit`.

    `plural`: its name in commands and addresses. `clock_columns`: the moments that only ever get
    later in the course of a fact; the latest of them is a version's own clock. Without any, no
    version is older than another. `restated`: whether it is corrected by sending it again, so that
    of versions of one clock the last to come stands; else content that came before is a repeat.
    `by_procedure`: whether it has a `procedure_code`, and is counted by it too. `one_feed`: whether
    one feed brings the facts of a whole tree of units, so that where any unit of the tree has one,
    the others are known to have none. Otherwise nothing is known of a unit without any.
    `names_dossier`: the column with the code of the dossier such a fact is about. `on_dossiers`:
    the derived columns of dossiers that follow from such facts.
    """

    plural: str
    model: type[Model]
    vocabulary: Vocabulary
    clock_columns: tuple[str, ...]
    restated: bool = False
    by_procedure: bool = False
    one_feed: bool = False
    names_dossier: str = ""
    on_dossiers: tuple[OnDossiers, ...] = ()

    @property
    def name(self) -> str:
        """Return the kind's name: of its vocabulary, in scorecards and in the journal."""
        return self.vocabulary.fact

    @cached_property
    def table(self) -> str:
        """Return the name of its table in the store."""
        return self.model._meta.db_table


def _declared(kind: Kind) -> Fact:
    """Make the fact that a declaration of `phucvu.facts` describes."""
    return Fact(
        kind.plural,
        MODELS[kind.name],
        kind.vocabulary,
        tuple(kind.clock),
        kind.restated,
        kind.by_procedure,
        kind.one_feed,
        kind.names_dossier,
        kind.on_dossiers,
    )


_DOSSIERS = Fact(
    "dossiers",
    Dossier,
    DOSSIER,
    # The promise is none of them: it may be moved. Nor is a supplement's: of those answered only
    # the time they took is kept, so an answer would look older than the question.
    ("submitted_at", "received_at", "finished_at", "handed_over_at", "refused_at"),
    by_procedure=True,
)
DECLARED = {kind.name: _declared(kind) for kind in KINDS.values()}
"""Every declared kind by its name, those too that no measure counts."""

FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "dossier": _DOSSIERS,
        **{kind.name: DECLARED[kind.name] for kind in KINDS.values() if kind.measured},
    }
)
"""Every kind that measures count, by its name, dossiers first."""

DOSSIERS = FACTS["dossier"]
PETITIONS = FACTS["petition"]
PROGRESS_STEPS = FACTS["progress_step"]

FIGURES = DECLARED["figure"]
"""Figures that are stated. None of their columns is a measure's, so nothing counts them; and each
is of one moment, which is part of its code, so that of its versions the last to come stands."""
