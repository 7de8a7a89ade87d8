"""What follows from the declaration of each kind of fact is what it was.

A change that is meant is taken over by `python -m tests.snapshots`, and read in the diff.
"""

from __future__ import annotations

import difflib
from functools import cache

import pytest
from django.core.management import call_command

from phucvu.intake.kinds import KINDS
from tests.snapshots.taking import FOLDER, snapshots

NAMES = [*(f"{plural}.yaml" for plural in KINDS), "catalogue.yaml"]

pytestmark = pytest.mark.django_db  # how a table is made depends on the store

taken = cache(snapshots)


def test_every_kind_has_a_snapshot() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.yaml")) == sorted(taken()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_kind_is_what_it_was(name: str) -> None:
    before = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    changed = [*difflib.unified_diff(before, taken()[name].splitlines(), "was", "is", lineterm="")]
    meant = f"{name} has changed. Where that is meant: python -m tests.snapshots"
    assert not changed, "\n".join([meant, *changed])


def test_the_migrations_make_the_tables_that_are_declared() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
