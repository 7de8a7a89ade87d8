"""Table of the policy: role × resource → answer. `docs/permissions.md` is generated from it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from phucvu.accounts.policy.resources import BY_KEY, PUBLIC, Resource
from phucvu.accounts.policy.roles import LEADING, Role, Standing

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


_GRANTED: dict[Resource, _Row] = {
    Resource.ACCOUNT: {Standing.ACCOUNT: Answer.OWN},
    Resource.DESK: {Standing.ACCOUNT: Answer.OWN},
    # Numbers of dossiers open and overdue, without a code: what a leader needs to urge.
    Resource.WORK: _subtree(
        Role.VIEWER, _HEAD, _OFFICE, *LEADING, Role.HOME_AFFAIRS, _AUDITOR, own=(_OFFICER,)
    ),
    Resource.DOSSIERS: _subtree(_HEAD, _OFFICE, _AUDITOR, own=(_OFFICER,)),
    # Whoever handles the dossier, and answers for those who do: nobody above, no administrator.
    Resource.PERSONAL: _subtree(own=(_OFFICER, _HEAD)),
    Resource.VERDICTS: _subtree(_HEAD, _OFFICE, *LEADING, _AUDITOR, own=(_OFFICER,)),
    Resource.EXPORTS: _subtree(_HEAD, _OFFICE, _AUDITOR),
    Resource.BATCHES: _subtree(_HEAD, _OFFICE, _IT, _AUDITOR, own=(_OFFICER,)),
    Resource.REFUSALS: _subtree(_HEAD, _OFFICE, _IT, _AUDITOR, own=(_OFFICER,)),
    Resource.BRING: _subtree(_HEAD, _OFFICE, _IT, own=(_OFFICER,)),
    Resource.WITHDRAW: _subtree(_HEAD, _IT),
    Resource.TEMPLATES: dict.fromkeys((_OFFICER, _HEAD, _OFFICE, *LEADING, _IT), Answer.YES),
    Resource.FIGURES: _subtree(_HEAD, _OFFICE, *LEADING, own=(_OFFICER,)),
    Resource.CATALOGUE: _subtree(_OFFICE, _IT),
    Resource.CALENDAR: _subtree(_OFFICE, _IT),
    Resource.UNITS: _subtree(Role.HOME_AFFAIRS, _IT),
    Resource.REQUESTS: _subtree(_HEAD, _IT),
    Resource.GRANTS: _subtree(_IT),
    Resource.REVIEW: _subtree(_HEAD, _IT),
    Resource.KEYS: _subtree(_IT),
    Resource.AUDIT: _subtree(_AUDITOR),
    Resource.ADMIN: dict.fromkeys([role for role in Role if role != Role.VIEWER], Answer.YES),
    Resource.SYSTEM: {},
    Resource.SEND: {Standing.SENDING_KEY: Answer.SUBTREE},
    # Whoever is measured by the catalogue does not change it by the way, with the key of its feed.
    Resource.SEND_CATALOGUE: {Standing.CATALOGUE_KEY: Answer.SUBTREE},
    Resource.READ: {Standing.READING_KEY: Answer.SUBTREE},
}


def _table() -> Mapping[Resource, _Row]:
    table: dict[Resource, _Row] = {thing: {Standing.ANYONE: Answer.YES} for thing in PUBLIC}
    for thing, row in _GRANTED.items():
        granted_only = thing in BY_KEY or thing is Resource.PERSONAL
        table[thing] = row if granted_only else {**row, Standing.ADMINISTRATOR: Answer.YES}
    return table


TABLE: Mapping[Resource, Mapping[Role | Standing, Answer]] = _table()
