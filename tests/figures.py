"""Stated figures for tests: taken in as a command would, without the file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from phucvu.intake.actions import receive
from phucvu.intake.kinds import FIGURES
from phucvu.register.models import StatedFigure
from phucvu.units.models import Unit

__all__ = ["stated"]


def stated(unit: Unit, as_of: datetime | str, **columns: Any) -> StatedFigure:
    """A figure of the unit that somebody stated."""
    at = as_of if isinstance(as_of, str) else as_of.isoformat()
    numbers = {
        name: str(columns[name])
        for name in ("ratio", "points")
        if columns.get(name) is not None
    }  # fmt: skip
    sent = {"unit_code": unit.code, "as_of": at, **columns, **numbers}
    (answer,) = receive([sent], kind=FIGURES).results
    assert answer.result == "accepted", answer
    return StatedFigure.objects.get(code=answer.code)
