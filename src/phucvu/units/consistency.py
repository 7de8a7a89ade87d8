"""Search of the stored units for contradictions, which the actions would have refused."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from phucvu.units.tree import UnitEras, UnitState

__all__ = ["contradictions", "unexplained"]


def contradictions(eras: UnitEras) -> list[str]:
    """Describe each contradiction among the units in a sentence.

    It looks for codes borne by two units at once, units that outlive their parent, units below
    themselves, and shares that do not add up to 1.
    """
    found: list[str] = []
    by_code: dict[str, list[UnitState]] = defaultdict(list)
    by_unit: dict[int, list[UnitState]] = defaultdict(list)
    for state in eras:
        by_code[state.node.code].append(state)
        by_unit[state.node.id].append(state)
    for code, states in by_code.items():
        states.sort(key=_first)
        for one, other in pairwise(states):
            if _end(one) > _first(other):
                found.append(
                    _("The code %(code)s: %(one)s and %(other)s bear it at once.")
                    % {"code": code, "one": _named(one), "other": _named(other)}
                )
    for state in eras:
        parents = by_unit.get(state.node.parent_id or 0, [])
        if parents and not (
            _first(parents[0]) <= _first(state) and _end(state) <= _end(parents[-1])
        ):
            found.append(
                _("%(unit)s outlives what it belongs to, %(parent)s.")
                % {"unit": _named(state), "parent": _named(parents[-1])}
            )
    for day in sorted({_first(state) for state in eras}):
        tree = eras.on(day)
        reached = sum(1 + len(tree.descendants(root.id)) for root in tree.roots)
        if reached != len(tree):
            found.append(_("On %(day)s some units belong to themselves.") % {"day": day})
    for unit, parts in eras.successors.items():
        total = sum(share for _after, share in parts)
        if total != 1:
            found.append(
                _("%(unit)s: the shares of what became of it add up to %(sum)s, not to 1.")
                % {"unit": _named(by_unit[unit][-1]), "sum": total}
            )
    return found


def unexplained(eras: UnitEras) -> list[UnitState]:
    """Return the last state of each unit that ended without a successor."""
    latest = {state.node.id: state for state in eras}
    return [s for id_, s in latest.items() if s.end is not None and id_ not in eras.successors]


def _first(state: UnitState) -> date:
    return state.first or date.min


def _end(state: UnitState) -> date:
    return state.end or date.max


def _named(state: UnitState) -> str:
    return f"{state.node.name} ({state.node.code}, {state.first or '…'} – {state.end or '…'})"
