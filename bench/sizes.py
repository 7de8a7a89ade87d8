"""How much is measured: the whole budget, or a small version for every day."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FULL", "QUICK", "SIZES", "Size"]


@dataclass(frozen=True)
class Size:
    """Sizes of one run."""

    name: str
    dossiers: int
    """sent in bulk, and in the register when single ones are timed"""
    few: int
    """in the register when single ones are timed for comparison"""
    singles: int
    """single dossiers timed"""
    again: int
    """sent once more unchanged, and once more changed"""
    imported: int
    """rows of the file whose import must stay small"""
    units: int


FULL = Size(
    "full", dossiers=1_000_000, few=10_000, singles=500, again=20_000, imported=5_000_000, units=170
)
QUICK = Size(
    "quick", dossiers=20_000, few=2_000, singles=80, again=2_000, imported=3_000, units=170
)
SIZES = {size.name: size for size in (FULL, QUICK)}
