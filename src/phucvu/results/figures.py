"""Figures known of a unit in a period, each with its provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from phucvu.scoring import Figure
from phucvu.units.tree import UnitNode

__all__ = ["FigureSet", "FigureSource", "How", "Provenance", "UnitFigures"]


class FigureSource(StrEnum):
    """Source of a figure."""

    COUNTED = "counted"
    PUBLISHED = "published"
    TYPED = "typed"


class How(StrEnum):
    """Way in which a unit comes by a figure."""

    OWN = "own"
    POOLED = "pooled"
    INHERITED = "inherited"
    DISTINCT = "distinct"
    """over the units below too, each procedure once"""


@dataclass(frozen=True)
class Provenance:
    """Provenance of a figure: its source, its moment, and its flags."""

    source: FigureSource
    how: How
    as_of: datetime | None
    flags: tuple[str, ...] = ()
    from_unit: UnitNode | None = None
    """the unit above that it is inherited from"""
    parts: tuple[int, int] | None = None
    """pooled from n of m units; of a distinct count, the units with a catalogue"""
    facts: frozenset[str] = frozenset()
    """the kinds of fact it is counted from"""
    catalogued: bool = False
    """whether the catalogue of procedures has a part in it"""


@dataclass
class UnitFigures:
    """Figures known of one unit in one period."""

    figures: dict[str, Figure] = field(default_factory=dict)
    provenance: dict[str, Provenance] = field(default_factory=dict)
    groups: dict[str, Decimal | None] = field(default_factory=dict)
    """points of groups, as published"""
    published_total: Decimal | None = None
    published_at: datetime | None = None
    """the moment of the published groups and total"""
    published_by: FigureSource | None = None
    """who stated them: the portal, or somebody who typed them in"""

    def take(self, other: UnitFigures) -> None:
        """Take over the figures of another collection."""
        self.figures |= other.figures
        self.provenance |= other.provenance
        self.groups |= other.groups
        self.published_total = other.published_total
        self.published_at = other.published_at
        self.published_by = other.published_by


FigureSet = Mapping[int, UnitFigures]
