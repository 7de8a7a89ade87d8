"""Table of the policy: role × resource → answer. `docs/permissions.md` is generated from it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from phucvu.accounts.policy.roles import LEADING, Role, Standing
from phucvu.accounts.policy.things import BY_KEY, PUBLIC, Thing

__all__ = ["TABLE", "Answer"]


class Answer(StrEnum):
    """Answer of the policy: how far a permission goes."""

    NO = "no"
    OWN = "own"
    """The unit the grant names, not those below it; without a unit: the account's own."""
    SUBTREE = "subtree"
    """The unit the grant names and all below it, as they are on the day."""
    YES = "yes"


_OFFICER, _HEAD, _OFFICE = Role.OFFICER, Role.HEAD, Role.OFFICE
_IT, _AUDITOR = Role.IT_CENTRE, Role.AUDITOR
_Row = dict[Role | Standing, Answer]


def _subtree(*roles: Role, own: tuple[Role, ...] = ()) -> _Row:
    row: _Row = dict.fromkeys(roles, Answer.SUBTREE)
    return row | dict.fromkeys(own, Answer.OWN)


_GRANTED: dict[Thing, _Row] = {
    Thing.ACCOUNT: {Standing.ACCOUNT: Answer.OWN},
    Thing.DESK: {Standing.ACCOUNT: Answer.OWN},
    # Numbers of dossiers open and overdue, without a code: what a leader needs to urge.
    Thing.WORK: _subtree(
        Role.VIEWER, _HEAD, _OFFICE, *LEADING, Role.HOME_AFFAIRS, _AUDITOR, own=(_OFFICER,)
    ),
    Thing.DOSSIERS: _subtree(_HEAD, _OFFICE, _AUDITOR, own=(_OFFICER,)),
    # Whoever handles the dossier, and answers for those who do: nobody above, no administrator.
    Thing.PERSONAL: _subtree(own=(_OFFICER, _HEAD)),
    Thing.VERDICTS: _subtree(_HEAD, _OFFICE, *LEADING, _AUDITOR, own=(_OFFICER,)),
    Thing.EXPORTS: _subtree(_HEAD, _OFFICE, _AUDITOR),
    Thing.BATCHES: _subtree(_HEAD, _OFFICE, _IT, _AUDITOR, own=(_OFFICER,)),
    Thing.REFUSALS: _subtree(_HEAD, _OFFICE, _IT, _AUDITOR, own=(_OFFICER,)),
    Thing.BRING: _subtree(_HEAD, _OFFICE, _IT, own=(_OFFICER,)),
    Thing.WITHDRAW: _subtree(_HEAD, _IT),
    Thing.TEMPLATES: dict.fromkeys((_OFFICER, _HEAD, _OFFICE, *LEADING, _IT), Answer.YES),
    Thing.FIGURES: _subtree(_HEAD, _OFFICE, *LEADING, own=(_OFFICER,)),
    Thing.CATALOGUE: _subtree(_OFFICE, _IT),
    Thing.CALENDAR: _subtree(_OFFICE, _IT),
    Thing.UNITS: _subtree(Role.HOME_AFFAIRS, _IT),
    Thing.REQUESTS: _subtree(_HEAD, _IT),
    Thing.GRANTS: _subtree(_IT),
    Thing.REVIEW: _subtree(_HEAD, _IT),
    Thing.KEYS: _subtree(_IT),
    Thing.AUDIT: _subtree(_AUDITOR),
    Thing.ADMIN: dict.fromkeys([role for role in Role if role != Role.VIEWER], Answer.YES),
    Thing.SYSTEM: {},
    Thing.SEND: {Standing.SENDING_KEY: Answer.SUBTREE},
    # Whoever is measured by the catalogue does not change it by the way, with the key of its feed.
    Thing.SEND_CATALOGUE: {Standing.CATALOGUE_KEY: Answer.SUBTREE},
    Thing.READ: {Standing.READING_KEY: Answer.SUBTREE},
}


def _table() -> Mapping[Thing, _Row]:
    table: dict[Thing, _Row] = {thing: {Standing.ANYONE: Answer.YES} for thing in PUBLIC}
    for thing, row in _GRANTED.items():
        granted_only = thing in BY_KEY or thing is Thing.PERSONAL
        table[thing] = row if granted_only else {**row, Standing.ADMINISTRATOR: Answer.YES}
    return table


TABLE: Mapping[Thing, Mapping[Role | Standing, Answer]] = _table()
