"""Ratings of dossiers as they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from phucvu.intake.excel.columns import load_form
from phucvu.intake.form_reading import FormFields, FormReader
from phucvu.intake.record import FactRecord
from phucvu.units.tree import UnitNode

__all__ = ["RatingReader", "RatingRecord"]


class RatingRecord(FactRecord, frozen=True, gc=False):
    """The columns of `register.DossierRating` that come from outside."""

    rated_at: int | None
    level: str
    sent_for: str = ""


class RatingReader(FormReader):
    """Reads ratings. `code` is the dossier's: a later rating of it takes the place of the first."""

    form = load_form("ratings")
    placed = "rated_at"

    def make(
        self, values: Mapping[str, Any], unit: UnitNode | None, fields: FormFields
    ) -> RatingRecord | None:
        """The rating."""
        if unit is None:
            return None
        return RatingRecord(values["code"], unit.id, values["rated_at"], values["level"])
