"""Reader of petitions: the moments of their states, singly or as a history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from phucvu.facts.petitions import STATES, Petition
from phucvu.intake.declared_reading import DeclaredReader
from phucvu.intake.form_reading import FormFields
from phucvu.register.walltime import DAY_MS
from phucvu.units.tree import UnitNode

__all__ = ["PetitionReader", "petition_stage"]

_STATES = {state: state for state in STATES}
_ORDER = {state: place for place, state in enumerate(STATES)}
_MOST_STEPS = 1_000

# A state with the wall time at which it began.
_Step = tuple[int, str]


def petition_stage(petition: Petition) -> int:
    """Return how far a petition is: the place of its state among those it goes through."""
    return _ORDER[petition.state]


class PetitionReader(DeclaredReader):
    """Reader of petitions. `history` is a list of `{"state", "at"}` beside the single moments."""

    def make(
        self, values: Mapping[str, Any], unit: UnitNode | None, fields: FormFields
    ) -> Petition | None:
        """Make the petition; its state is the one that began last."""
        steps = set(self._history(unit, fields))
        for state in STATES:
            if (moment := values[f"{state}_at"]) is not None:
                steps.add((moment, state))
        received = values["received_at"]
        if unit is None or received is None or fields.problems:
            return None
        for moment, state in steps:
            if moment // DAY_MS < received // DAY_MS:
                fields.refuse(f"{state}_at", _("lies before the day it was sent (received_at)"))
        if values["follows_code"] == values["code"]:
            fields.refuse("follows_code", _("a petition cannot repeat itself"))
        in_order = sorted(steps, key=lambda step: (step[0], _ORDER[step[1]]))
        latest = {state: moment for moment, state in in_order}
        # Of what began several times, the last time tells; sent in it was once.
        latest["received"] = received
        same = ("code", "about", "complained_again", "follows_code", "dossier_code")
        columns = {name: values[name] for name in same}
        columns |= {f"{state}_at": latest.get(state) for state in STATES}
        return Petition(
            **columns,
            unit_id=unit.id,
            state=in_order[-1][1],
            likes=values["likes"] or 0,
            dislikes=values["dislikes"] or 0,
            history=_as_text(in_order),
        )

    def _history(self, unit: UnitNode | None, fields: FormFields) -> list[_Step]:
        steps: list[_Step] = []
        rows = fields.rows("history")
        if len(rows) > _MOST_STEPS:
            reason = _("has %(rows)d rows, at most %(most)d are taken")
            fields.refuse("history", reason % {"rows": len(rows), "most": _MOST_STEPS})
            return []
        for index, row in enumerate(rows):
            step = FormFields(row, fields.problems, f"history[{index}].")
            state = step.choice("state", _STATES, gettext_noop("unknown state"))
            moment: datetime | None = step.dated("at", required=True)
            wall = self.wall("at", moment, unit, step)
            if wall is not None:
                steps.append((wall, state))
        return steps


def _as_text(steps: list[_Step]) -> str:
    return msgspec.json.encode([[state, moment] for moment, state in steps]).decode()
