"""Authority of senders over dossiers: a fact about one counts for it only from such a sender.

A rating, petition, payment or lookup moves the score of its dossier's unit, whatever unit it names
itself. So it is taken only from a sender who may send for the dossier's unit. Where the dossier is
not there yet, its code may name the unit (`<unit code>-yyMMdd-…`); else the fact is stored with the
units its sender may send for, and judged when the dossier comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from phucvu.accounts.policy import Scope
from phucvu.intake.codes import unit_code_in
from phucvu.intake.reaching import covers
from phucvu.intake.record import FactRecord
from phucvu.intake.store import each
from phucvu.register.facts import DOSSIERS, FACTS, Fact
from phucvu.units.tree import UnitEras, load_eras

__all__ = ["foreign", "judge", "judge_all", "marked", "names_foreign", "speaks", "told", "units_of"]

_LINKED = tuple(fact for fact in FACTS.values() if fact.on_dossiers)
_ALONE = "="


def told(reach: Scope | None) -> str:
    """Write a scope as text: the ids of its units, `=` before one that excludes those below it."""
    if reach is None or reach.everywhere:
        return ""
    alone = [f"{_ALONE}{unit}" for unit in sorted(reach.own)]
    return " ".join([*map(str, sorted(reach.subtrees)), *alone]) or _ALONE


def marked(fact: FactRecord, sent_for: str) -> FactRecord:
    """Return the fact with its sender's scope, where it is about a dossier and counted for it."""
    if sent_for and "sent_for" in fact.__struct_fields__ and _named_by(fact):
        return msgspec.structs.replace(fact, sent_for=sent_for)
    return fact


def _named_by(fact: FactRecord) -> str:
    return str(getattr(fact, "dossier_code", fact.code))


# --- as a batch comes -----------------------------------------------------------------------


def foreign(
    fact: Fact, records: Iterable[FactRecord], reach: Scope | None, units: UnitEras
) -> dict[str, str]:
    """Return the dossiers these facts may not be about, by code, with the reason."""
    if reach is None or reach.everywhere or not fact.names_dossier:
        return {}
    named = {getattr(record, fact.names_dossier) for record in records} - {""}
    there = units_of(named)
    reason = _("the dossier belongs to a unit the sender may not send for")
    return {
        code: reason
        for code in named
        if not (
            covers(reach, units, there[code])
            if code in there
            else not names_foreign(code, reach, units)
        )
    }


def names_foreign(dossier: str, reach: Scope, units: UnitEras) -> bool:
    """Tell whether a dossier's code begins with a unit's, and no unit of that code is in scope."""
    if reach.everywhere:
        return False
    unit_code = unit_code_in(dossier)
    bearers = units.bearing(unit_code) if unit_code and units.knows(unit_code) else []
    return bool(bearers) and not any(covers(reach, units, state.node.id) for state in bearers)


def units_of(dossiers: Iterable[str]) -> dict[str, int]:
    """Return the units of these dossiers, those that are in the register, by code."""
    codes = sorted(dossiers)
    if not codes:
        return {}
    wanted, parameter = each(codes)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT code, unit_id FROM {DOSSIERS.table} WHERE code IN ({wanted})",  # noqa: S608
            [parameter],
        )
        return dict(cursor.fetchall())


def speaks(records: Sequence[FactRecord]) -> list[tuple[bool, ...]]:
    """Return the column `speaks` of each of these facts, all of one kind."""
    limited = [record for record in records if getattr(record, "sent_for", "")]
    if not limited:
        return [(True,)] * len(records)
    there, units = units_of(map(_named_by, limited)), load_eras()
    return [
        (not sent_for or _reached(sent_for, there.get(_named_by(record)), units),)
        for record in records
        for sent_for in (getattr(record, "sent_for", ""),)
    ]


def _reached(sent_for: str, unit_id: int | None, units: UnitEras) -> bool:
    """Tell whether a sender with this scope could ever send for the unit."""
    if unit_id is None:
        return False
    for text in sent_for.split():
        if text.startswith(_ALONE):
            if text == f"{_ALONE}{unit_id}":
                return True
        elif units.ever_within(int(text), unit_id):
            return True
    return False


# --- as the dossier comes -------------------------------------------------------------------


def judge(dossiers: Mapping[str, int]) -> None:
    """Decide, before these dossiers are written, which facts count for them.

    Inside a transaction; `dossiers` are their units by code. No count follows: the dossier's own
    row is counted.
    """
    codes = sorted(dossiers)
    wanted, parameter = each(codes)
    asked = " UNION ALL ".join(
        f"SELECT {place}, {fact.names_dossier}, sent_for, speaks FROM {fact.table}"  # noqa: S608
        # Of a kind that never came, the codes are not even looked at.
        f" WHERE EXISTS (SELECT 1 FROM {fact.table}) AND {fact.names_dossier} <> ''"
        f" AND {fact.names_dossier} IN ({wanted}) AND sent_for <> ''"
        for place, fact in enumerate(_LINKED)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [parameter] * len(_LINKED))
        found = set(cursor.fetchall())
        if not found:
            return
        units = load_eras()
        for place, dossier, sent_for, stood in sorted(found):
            says = _reached(sent_for, dossiers[dossier], units)
            if says != bool(stood):
                fact = _LINKED[place]
                cursor.execute(
                    f"UPDATE {fact.table} SET speaks = %s"  # noqa: S608
                    f" WHERE {fact.names_dossier} = %s AND sent_for = %s",
                    [says, dossier, sent_for],
                )


def judge_all(store: BaseDatabaseWrapper | None = None) -> None:
    """Decide anew which facts of the register count for their dossiers. No count follows."""
    units = load_eras()
    with (store or connection).cursor() as cursor:
        for fact in _LINKED:
            cursor.execute(
                f"SELECT DISTINCT f.sent_for, d.unit_id FROM {fact.table} f"  # noqa: S608
                f" JOIN {DOSSIERS.table} d ON d.code = f.{fact.names_dossier}"
                " WHERE f.sent_for <> ''"
            )
            reached: dict[str, set[int]] = {}
            for sent_for, unit_id in cursor.fetchall():
                within = reached.setdefault(sent_for, set())
                if _reached(sent_for, unit_id, units):
                    within.add(unit_id)
            cursor.execute(
                f"UPDATE {fact.table} SET speaks = %s WHERE sent_for <> ''",  # noqa: S608
                [False],
            )
            for sent_for, within in reached.items():
                ids = ", ".join(map(str, sorted(within))) or "NULL"
                cursor.execute(
                    f"UPDATE {fact.table} SET speaks = %s WHERE sent_for = %s"  # noqa: S608
                    f" AND {fact.names_dossier} IN"
                    f" (SELECT code FROM {DOSSIERS.table} WHERE unit_id IN ({ids}))",
                    [True, sent_for],
                )


def unentitled(fact: Fact, codes: Iterable[str]) -> dict[str, int]:
    """Return those of these facts that do not count for their dossier though it is there.

    The value is the unit of that dossier, by the fact's code.
    """
    wanted, parameter = each(sorted(codes))
    if not fact.on_dossiers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT f.code, d.unit_id FROM {fact.table} f"  # noqa: S608
            f" JOIN {DOSSIERS.table} d ON d.code = f.{fact.names_dossier}"
            f" WHERE f.code IN ({wanted}) AND NOT f.speaks",
            [parameter],
        )
        return dict(cursor.fetchall())
