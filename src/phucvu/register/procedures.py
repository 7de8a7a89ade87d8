"""Catalogue of procedures (TTHC): what each is, and which units apply it, through time.

Each row holds from its `from_at` (empty: as far back as anybody asks) until its `until_at`, or
until another row of the same procedure begins. So the catalogue can be read as it was at any
moment.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Model
from django.db.models.expressions import RawSQL

__all__ = ["Dated", "holds_at", "spans", "standing_at"]


class Dated(models.QuerySet[Any]):
    """Query set of rows that hold for a time."""

    def newest_last(self) -> Dated:
        """Order the rows of one procedure by the time they take effect."""
        return self.order_by(F("from_at").asc(nulls_first=True), "pk")


# By the model: which columns tell rows of the same procedure.
_SAME = {"Procedure": ("procedure_code",), "ProcedureAtUnit": ("procedure_code", "unit_id")}


def holds_at(model: type[Model], alias: str, wall: int) -> str:
    """Write the SQL condition that a row of the model's table is the one that holds at a moment.

    `alias` names the table in the query; `wall` is on the units' own clocks (`register.walltime`).
    """
    at = int(wall)
    same = " AND ".join(f"later.{name} = earlier.{name}" for name in _SAME[model.__name__])
    table = model._meta.db_table
    return (
        f"({alias}.from_at IS NULL OR {alias}.from_at <= {at})"  # noqa: S608
        f" AND ({alias}.until_at IS NULL OR {alias}.until_at > {at})"
        # Found from the rows that begin, which are few, and not asked of every row.
        f" AND {alias}.id NOT IN (SELECT earlier.id FROM {table} AS later"
        f" JOIN {table} AS earlier ON {same} WHERE later.from_at <= {at}"
        f" AND (earlier.from_at IS NULL OR earlier.from_at < later.from_at))"
    )


def spans(model: type[Model]) -> str:
    """Write a SELECT of the model's rows, each with `next_at`, when another takes its place.

    A row holds from `from_at` (null: ever) until the first of `until_at` and `next_at`: at each
    moment the rows that `holds_at` picks.
    """
    same = " AND ".join(f"later.{name} = earlier.{name}" for name in _SAME[model.__name__])
    table = model._meta.db_table
    return (
        f"SELECT held.*, succeeded.next_at FROM {table} AS held LEFT JOIN ("  # noqa: S608
        f"SELECT earlier.id, MIN(later.from_at) AS next_at FROM {table} AS later"
        f" JOIN {table} AS earlier ON {same} WHERE later.from_at IS NOT NULL"
        f" AND (earlier.from_at IS NULL OR earlier.from_at < later.from_at) GROUP BY earlier.id"
        f") AS succeeded ON succeeded.id = held.id"
    )


def standing_at(model: type[Model], wall: int | None) -> Dated:
    """Return the rows that hold at a moment; without one, those that hold as far back as known."""
    rows = Dated(model).order_by()
    if wall is None:
        return rows.filter(from_at=None)
    table = model._meta.db_table
    inside = f"SELECT held.id FROM {table} AS held WHERE {holds_at(model, 'held', wall)}"  # noqa: S608
    return rows.filter(pk__in=RawSQL(inside, ()))  # noqa: S611 - no text from outside in it
