"""Readings of the change log: how far it goes, and the changes after a point in it.

A change is known by its number. The write lock makes numbers appear in their order: a reader that
has read up to one never misses a smaller one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, Min

from phucvu.changes.models import Change

__all__ = ["Published", "after", "is_swept", "newest", "newest_change", "newest_stated"]


class Published(NamedTuple):
    """Change as it was published: its number, its units and its moment."""

    number: int
    units: Sequence[int]
    moment: datetime


def newest() -> int:
    """Return the number of the last change; 0 where there was none within the hour."""
    return Change.objects.order_by().aggregate(newest=Max("pk"))["newest"] or 0


def newest_stated() -> int:
    """Return the number of the last change of reported values; 0 where the log has none."""
    found = Change.objects.filter(stated=True).order_by().aggregate(newest=Max("pk"))["newest"]
    return found or 0


def newest_change() -> tuple[int, datetime | None]:
    """Return number and moment of the last change; 0 and None where the log is empty."""
    return Change.objects.order_by("-pk").values_list("pk", "moment").first() or (0, None)


def after(number: int, most: int) -> list[Published]:
    """Return the changes after a number, oldest first, at most `most` of them."""
    rows = Change.objects.filter(pk__gt=number).order_by("pk")
    return [Published(*row) for row in rows.values_list("pk", "unit_ids", "moment")[:most]]


def is_swept(number: int) -> bool:
    """Tell whether changes after a number have left the log: it is known no more what they were."""
    oldest = Change.objects.order_by().aggregate(oldest=Min("pk"))["oldest"]
    return oldest is not None and oldest > number + 1
