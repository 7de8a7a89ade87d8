"""Reporting periods as the API writes them, with their first and last day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

__all__ = ["Span", "periods_of"]

Span = tuple[str, date, date]


def periods_of(year: int) -> list[Span]:
    """All periods of a year: months, quarters, halves, nine months, the year."""
    named = [(f"{year}-{month:02}", month, month) for month in range(1, 13)]
    named += [(f"{year}-Q{quarter}", 3 * quarter - 2, 3 * quarter) for quarter in range(1, 5)]
    named += [(f"{year}-H1", 1, 6), (f"{year}-H2", 7, 12), (f"{year}-9M", 1, 9), (f"{year}", 1, 12)]
    return [
        (name, date(year, first, 1), date(year, last, monthrange(year, last)[1]))
        for name, first, last in named
    ]
