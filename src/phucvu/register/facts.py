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
from phucvu.measures.catalogue import APPLIED_PROCEDURE, PROCEDURE
from phucvu.measures.facts import (
    ANNOUNCEMENT,
    CERTIFIED_COPY,
    LOOKUP,
    PAYMENT,
    PETITION,
    PROGRESS_STEP,
    RATING,
)
from phucvu.register.models import (
    AnnouncedProcedure,
    CertifiedCopy,
    Dossier,
    DossierRating,
    Lookup,
    Payment,
    Petition,
    Procedure,
    ProcedureAtUnit,
    ProgressStep,
    StatedFigure,
)

__all__ = ["DOSSIERS", "FACTS", "FIGURES", "PETITIONS", "PROGRESS_STEPS", "Fact", "OnDossiers"]


@dataclass(frozen=True)
class OnDossiers:
    """What the row of a dossier says of the facts that name it.

    `column`: of dossiers. `value`: SQL of what those of one dossier come to; `nothing`: what stands
    where there are none. Only facts that speak for their dossier (`register.linked`) are asked.
    """

    column: str
    value: str = "COUNT(*)"
    nothing: int | str = 0


@dataclass(frozen=True)
class Fact:
    """One kind of fact: one table, one row a fact, known by its `code` and booked on a `unit`.

    `plural`: what commands and addresses call it.
    `clock_columns`: the moments that only ever get later while such a fact lives; the latest of
    them is a version's own clock. Without any, no version is older than another.
    `restated`: whether it is put right by saying it again, so that of versions of one clock the
    last to come stands; else content that came before is a repeat, and no news.
    `by_procedure`: whether it has a `procedure_code`, and is counted by it too.
    `one_feed`: whether one feed brings those of a whole tree of units, so that where any unit of
    the tree has one, the others are known to have none. Otherwise nothing is known of a unit
    without any.
    `names_dossier`: the column that holds the code of the dossier such a fact is about.
    `on_dossiers`: what dossiers say of such facts.
    """

    plural: str
    model: type[Model]
    vocabulary: Vocabulary
    clock_columns: tuple[str, ...]
    restated: bool = False
    by_procedure: bool = False
    one_feed: bool = False
    names_dossier: str = ""
    on_dossiers: OnDossiers | None = None

    @property
    def name(self) -> str:
        """The kind's name: of its vocabulary, in scorecards and in the journal."""
        return self.vocabulary.fact

    @cached_property
    def table(self) -> str:
        """The table of the store."""
        return self.model._meta.db_table


# What the payments of a dossier come to. One that was cancelled says nothing: an attempt to pay
# online that came to nothing leaves the fee as it was. One that was paid back is open again.
_ASKED = "cancelled_at IS NULL"
_DUE = f"{_ASKED} AND NOT exempt AND amount > 0"
_PAID = "paid_at IS NOT NULL AND refunded_at IS NULL"
_SETTLEMENT = (
    f"CASE WHEN SUM(CASE WHEN {_ASKED} THEN 1 ELSE 0 END) = 0 THEN ''"
    f" WHEN SUM(CASE WHEN {_DUE} THEN 1 ELSE 0 END) = 0 THEN 'free'"
    f" WHEN SUM(CASE WHEN {_DUE} AND {_PAID} AND method IN ('national', 'gateway')"
    " THEN 1 ELSE 0 END) > 0 THEN 'online'"
    f" WHEN SUM(CASE WHEN {_DUE} AND NOT ({_PAID}) THEN 1 ELSE 0 END) > 0 THEN 'open'"
    " ELSE 'paid' END"
)

FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        fact.name: fact
        for fact in (
            Fact(
                "dossiers",
                Dossier,
                DOSSIER,
                # The promise is none of them: it may be moved. Nor is a supplement's: of those
                # answered only the time they took is kept, so an answer would look older than
                # the question.
                ("submitted_at", "received_at", "finished_at", "handed_over_at", "refused_at"),
                by_procedure=True,
            ),
            Fact(
                "petitions",
                Petition,
                PETITION,
                (
                    "received_at", "accepted_at", "refused_at", "supplement_asked_at",
                    "supplement_answered_at", "transferred_at", "processed_at", "waiting_at",
                    "published_at",
                ),
                one_feed=True,
                names_dossier="dossier_code",
                on_dossiers=OnDossiers("petitions"),
            ),
            Fact(
                "certified-copies",
                CertifiedCopy,
                CERTIFIED_COPY,
                ("certified_at",),
                one_feed=True,
                names_dossier="dossier_code",
            ),
            Fact(
                "lookups",
                Lookup,
                LOOKUP,
                ("looked_up_at",),
                one_feed=True,
                names_dossier="dossier_code",
                on_dossiers=OnDossiers("lookups"),
            ),
            Fact(
                "ratings",
                DossierRating,
                RATING,
                ("rated_at",),
                one_feed=True,
                # A dossier has one rating, under its own code: the last one stands.
                names_dossier="code",
                on_dossiers=OnDossiers("rating", value="MAX(level)", nothing=""),
            ),
            Fact(
                "announcements",
                AnnouncedProcedure,
                ANNOUNCEMENT,
                ("issued_at", "published_at"),
                one_feed=True,
            ),
            Fact(
                "progress-steps",
                ProgressStep,
                PROGRESS_STEP,
                ("processed_at",),
                one_feed=True,
                names_dossier="dossier_code",
            ),
            Fact(
                "payments",
                Payment,
                PAYMENT,
                ("requested_at", "paid_at", "refunded_at", "cancelled_at"),
                names_dossier="dossier_code",
                on_dossiers=OnDossiers("settlement", value=_SETTLEMENT, nothing=""),
            ),
            # The end is none of their moments: it may be moved.
            Fact("procedures", Procedure, PROCEDURE, ("from_at",), restated=True),
            Fact(
                "applied-procedures",
                ProcedureAtUnit,
                APPLIED_PROCEDURE,
                ("from_at",),
                restated=True,
            ),
        )
    }
)  # fmt: skip
"""Every kind that measures count, by its name, dossiers first."""

DOSSIERS = FACTS["dossier"]
PETITIONS = FACTS["petition"]
PROGRESS_STEPS = FACTS["progress_step"]

FIGURES = Fact("figures", StatedFigure, Vocabulary("figure", ()), (), restated=True)
"""Figures that are stated. None of their columns is a measure's, so nothing counts them; and each
is of one moment, which is part of its code, so that of its versions the last to come stands."""
