"""Tables of the register: the current image of every fact the scorecard is counted from."""

from __future__ import annotations

from typing import Any

from phucvu.facts import KINDS
from phucvu.register.building import model_of
from phucvu.register.calendar_day import CalendarDay
from phucvu.register.dossiers import Channel, Dossier, Status, Subject
from phucvu.register.figures import Source, StatedFigure
from phucvu.register.petitions import Petition
from phucvu.register.procedures import (
    LONGEST_TERM,
    OnlineLevel,
    Procedure,
    ProcedureAtUnit,
    ResultKind,
    TermUnit,
)
from phucvu.register.steps import ProgressStep

__all__ = [
    "LONGEST_TERM",
    "MODELS",
    "AnnouncedProcedure",
    "CalendarDay",
    "CertifiedCopy",
    "Channel",
    "Dossier",
    "DossierRating",
    "Lookup",
    "OnlineLevel",
    "Payment",
    "Petition",
    "Procedure",
    "ProcedureAtUnit",
    "ProgressStep",
    "ResultKind",
    "Source",
    "StatedFigure",
    "Status",
    "Subject",
    "TermUnit",
]

MODELS: dict[str, Any] = {kind.name: model_of(kind) for kind in KINDS.values()}
"""The tables of declared kinds, by the kind's name."""

AnnouncedProcedure = MODELS["announcement"]
CertifiedCopy = MODELS["certified_copy"]
DossierRating = MODELS["rating"]
Lookup = MODELS["lookup"]
Payment = MODELS["payment"]
