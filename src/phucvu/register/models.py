"""Tables of the register: the current image of every fact the scorecard is counted from."""

from __future__ import annotations

from typing import Any

from phucvu.facts import KINDS
from phucvu.register.building import model_of
from phucvu.register.calendar_day import CalendarDay
from phucvu.register.dossiers import Channel, Dossier, Status, Subject
from phucvu.register.figures import Figures
from phucvu.register.procedures import Dated

__all__ = [
    "MODELS",
    "AnnouncedProcedure",
    "CalendarDay",
    "CertifiedCopy",
    "Channel",
    "Dossier",
    "DossierRating",
    "Lookup",
    "Payment",
    "Petition",
    "Procedure",
    "ProcedureAtUnit",
    "ProgressStep",
    "StatedFigure",
    "Status",
    "Subject",
]

_ROWS = {"figure": Figures, "procedure": Dated, "applied_procedure": Dated}
MODELS: dict[str, Any] = {
    kind.name: model_of(kind, _ROWS.get(kind.name)) for kind in KINDS.values()
}
"""The tables of declared kinds, by the kind's name."""

AnnouncedProcedure = MODELS["announcement"]
CertifiedCopy = MODELS["certified_copy"]
DossierRating = MODELS["rating"]
Lookup = MODELS["lookup"]
Payment = MODELS["payment"]
Petition = MODELS["petition"]
Procedure = MODELS["procedure"]
ProcedureAtUnit = MODELS["applied_procedure"]
ProgressStep = MODELS["progress_step"]
StatedFigure = MODELS["figure"]
