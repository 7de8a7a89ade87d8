"""Questions to the policy for an account or a key: the bridge from the store to `policy`."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils import timezone

from phucvu.accounts.policy import (
    PUBLIC,
    FiguresScope,
    Held,
    Resource,
    Role,
    Scope,
    Standing,
    Who,
    decide,
    figures_scope,
    reach,
)
from phucvu.accounts.records.grants import Grant
from phucvu.accounts.records.keys import ApiKey
from phucvu.units.map import map_of
from phucvu.units.models import Unit
from phucvu.units.tree import UnitNode, UnitTree, load_eras, load_tree

__all__ = [
    "Asker",
    "figures_scope_of",
    "forget",
    "holder_of",
    "ids_within",
    "may",
    "path_of",
    "scope_of",
    "who_is",
]

Asker = AbstractBaseUser | AnonymousUser | ApiKey
_KEPT = "_phucvu_who"
_OF_KEYS = {
    ApiKey.Purpose.SEND: Standing.SENDING_KEY,
    ApiKey.Purpose.READ: Standing.READING_KEY,
    ApiKey.Purpose.CATALOGUE: Standing.CATALOGUE_KEY,
}


def who_is(asker: Asker) -> Who:
    """Return the standings and grants of an account or a key.

    They are cached on the object, which lives for one request.
    """
    who: Who | None = getattr(asker, _KEPT, None)
    if who is None:
        who = _key(asker) if isinstance(asker, ApiKey) else _account(asker)
        setattr(asker, _KEPT, who)
    return who


def _account(account: AbstractBaseUser | AnonymousUser) -> Who:
    if isinstance(account, AnonymousUser) or not account.is_active:
        return Who()
    standings = {Standing.ANYONE, Standing.ACCOUNT}
    if getattr(account, "is_superuser", False):
        standings.add(Standing.ADMINISTRATOR)
    today = timezone.localdate()
    rows = Grant.objects.filter(account_id=account.pk, ends_on__gt=today).values_list(
        "role", "unit_id", "starts_on", "ends_on"
    )
    held = tuple(Held(Role(role), unit, first, end) for role, unit, first, end in rows)
    return Who(frozenset(standings), held)


def _key(key: ApiKey) -> Who:
    standing = _OF_KEYS[ApiKey.Purpose(key.purpose)]
    return Who(held=(Held(standing, key.unit_id, date.min, None),))


def may(
    asker: Asker,
    thing: Resource,
    unit: Unit | UnitNode | int | None = None,
    *,
    tree: UnitTree | None = None,
) -> bool:
    """Tell whether the account or key has the permission today; of a unit, where one is named.

    An ended unit is judged by its parents on its last day, and by the unit that has its work now
    (`holder_of`).
    """
    if thing in PUBLIC:
        return True
    who, day = who_is(asker), timezone.localdate()
    if unit is None:
        return decide(who, thing, day)
    unit_id = unit if isinstance(unit, int) else unit.id
    path = path_of(unit_id, tree)
    if path and decide(who, thing, day, path):
        return True
    holder = None if tree is not None and unit_id in tree else holder_of(unit_id)
    return holder is not None and decide(who, thing, day, path_of(holder))


def holder_of(unit_id: int) -> int | None:
    """Return the unit (id) that has the work of an ended unit today, or None.

    It is the nearest unit in force above the ended one on today's map: the one that took it over
    whole, or else the nearest unit above all its successors, or above itself.
    """
    eras, today = load_eras(), timezone.localdate()
    if unit_id not in eras or eras.in_force(unit_id, today):
        return None
    tree = map_of(eras, today)
    return next((node.id for node in tree.ancestors(unit_id) if node.id in tree), None)


def path_of(unit_id: int, tree: UnitTree | None = None) -> tuple[int, ...]:
    """Return a unit's id and those above it, the nearest first; empty for an unknown unit."""
    if tree is not None and unit_id in tree:
        return tuple(node.id for node in reversed(tree.path(unit_id)))
    day = timezone.localdate()
    eras = load_eras()
    nodes = eras.on(day).path(unit_id)
    if not nodes and unit_id in eras:
        unit = Unit.objects.get(pk=unit_id)
        last = unit.valid_to - date.resolution if unit.valid_to else unit.valid_from
        nodes = eras.on(last).path(unit_id) if last else []
    return tuple(node.id for node in reversed(nodes))


def scope_of(asker: Asker, thing: Resource) -> Scope:
    """Return the scope of a permission today; for reported values, with their indicators."""
    if thing is Resource.FIGURES:
        return figures_scope_of(asker)
    return reach(who_is(asker), thing, timezone.localdate())


def figures_scope_of(asker: Asker) -> FiguresScope:
    """Return the units and indicators for which values may be reported today."""
    return figures_scope(who_is(asker), timezone.localdate())


def ids_within(asker: Asker, thing: Resource, tree: UnitTree | None = None) -> set[int] | None:
    """Return the ids of the units within the scope, for a query; None for every unit."""
    within = scope_of(asker, thing)
    if within.everywhere:
        return None
    ids = set(within.own | within.subtrees)
    if within.subtrees:
        tree = tree or load_tree()
        for top in within.subtrees:
            ids.update(node.id for node in tree.descendants(top))
    return ids


def forget(asker: Asker) -> None:
    """Forget the cached grants, after a grant was made or ended."""
    asker.__dict__.pop(_KEPT, None)
