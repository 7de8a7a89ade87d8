"""What each measure counts, and how each engine is told, is what it was.

A change that is meant is taken over by `python -m tests.snapshots`, and read in the diff.
"""

from __future__ import annotations

import difflib
from functools import cache

import pytest

from phucvu.scorecards import available
from tests.snapshots.taking_measures import MEASURES, measure_snapshots

NAMES = [f"{id_}.yaml" for id_ in available()]

taken = cache(measure_snapshots)


def test_every_edition_has_a_snapshot() -> None:
    assert sorted(path.name for path in MEASURES.glob("*.yaml")) == sorted(taken()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_measures_are_what_they_were(name: str) -> None:
    before = (MEASURES / name).read_text(encoding="utf-8").splitlines()
    changed = [*difflib.unified_diff(before, taken()[name].splitlines(), "was", "is", lineterm="")]
    meant = f"{name} has changed. Where that is meant: python -m tests.snapshots"
    assert not changed, "\n".join([meant, *changed])
