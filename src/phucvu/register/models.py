"""The register: the current image of every fact the scorecard is counted from."""

from __future__ import annotations

from phucvu.register.announcements import AnnouncedAction, AnnouncedProcedure
from phucvu.register.calendar_day import CalendarDay
from phucvu.register.digital import CertifiedCopy, Lookup
from phucvu.register.dossiers import Channel, Dossier, Settlement, Status, Subject
from phucvu.register.figures import Source, StatedFigure
from phucvu.register.payments import Payment, PaymentMethod, PaymentPurpose
from phucvu.register.petitions import Petition
from phucvu.register.procedures import (
    LONGEST_TERM,
    OnlineLevel,
    Procedure,
    ProcedureAtUnit,
    ResultKind,
    TermUnit,
)
from phucvu.register.ratings import DossierRating, Rating
from phucvu.register.steps import ProgressStep

__all__ = [
    "LONGEST_TERM",
    "AnnouncedAction",
    "AnnouncedProcedure",
    "CalendarDay",
    "CertifiedCopy",
    "Channel",
    "Dossier",
    "DossierRating",
    "Lookup",
    "OnlineLevel",
    "Payment",
    "PaymentMethod",
    "PaymentPurpose",
    "Petition",
    "Procedure",
    "ProcedureAtUnit",
    "ProgressStep",
    "Rating",
    "ResultKind",
    "Settlement",
    "Source",
    "StatedFigure",
    "Status",
    "Subject",
    "TermUnit",
]
