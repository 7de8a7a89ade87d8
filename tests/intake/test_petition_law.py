"""Deadlines of petitions follow the law of the day they were received."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phucvu.counters import active
from phucvu.counters.models import ClockCount, UnitCount
from phucvu.counters.recount import count_new_measures, recount
from phucvu.counters.verify import verify
from phucvu.intake.actions import receive
from phucvu.intake.kinds import PETITIONS
from phucvu.register.models import Petition
from phucvu.register.walltime import from_wall
from phucvu.scorecards import ScorecardError, load
from tests.intake.rows import petition

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ID = "made-up-april"
_SOURCE = "source: {from: [L], clause: x, confidence: low}"
FIVE_DAYS = f"process_due_at: {{working_days: 5, from: [received_at], {_SOURCE}}}"


@pytest.fixture(autouse=True)
def followed() -> None:
    """Here the counters are the real ones."""


@pytest.fixture(autouse=True)
def read_anew(db: None) -> Iterator[None]:
    count_new_measures()
    yield
    active.forget()


def add(folder: Path, terms: str) -> Path:
    """Add an edition in force from April on that says `terms` of petitions."""
    path = folder / f"{ID}.yaml"
    path.write_text(
        f"schema: 1\nid: {ID}\nextends: qd766-portal-2026\nin_force: {{from: 2026-04-01}}\n"
        f"facts:\n  petition:\n    terms:\n      {terms}\n",
        encoding="utf-8",
    )
    return path


def due() -> dict[str, date]:
    """The day each petition has to be processed by."""
    rows = Petition.objects.order_by("code").values_list("code", "process_due_at")
    return {code: from_wall(at).date() for code, at in rows}


def counts() -> set[str]:
    """Every count that comes to anything."""
    rows = [*UnitCount.objects.values(), *ClockCount.objects.values()]
    numbers = ({**row, "id": None} for row in rows)
    cells = ({name: value for name, value in row.items() if value} for row in numbers)
    return {str(cell) for cell in cells if any(name[0] == "v" for name in cell)}


NEW = {"P-1": date(2026, 3, 23), "P-2": date(2026, 4, 13)}


def test_an_edition_gives_what_is_received_while_it_is_in_force_its_terms(
    units: SimpleNamespace, tmp_path: Path, settings: LazySettings
) -> None:
    sent = [petition("P-1"), petition("P-2", received_at="2026-04-06T08:00:00")]
    receive(sent, kind=PETITIONS)
    before = due()
    assert before["P-1"] == NEW["P-1"]
    assert before["P-2"] > NEW["P-2"]
    untouched = counts()

    settings.PHUCVU_SCORECARDS = [tmp_path]
    add(tmp_path, FIVE_DAYS)
    count_new_measures()
    assert due() == NEW
    assert counts() != untouched
    assert verify().clean
    followed = counts()
    # One that comes now has the terms of its day too; the counts are those of counting anew.
    receive([petition("P-3", received_at="2026-03-31T08:00:00")], kind=PETITIONS)
    receive([petition("P-4", received_at="2026-04-01T08:00:00")], kind=PETITIONS)
    assert (due()["P-3"], due()["P-4"]) == (date(2026, 4, 21), date(2026, 4, 8))
    assert verify().clean
    Petition.objects.filter(code__in=("P-3", "P-4")).delete()
    recount()
    assert counts() == followed

    settings.PHUCVU_SCORECARDS = []
    count_new_measures()
    assert due() == before
    assert counts() == untouched


def test_nothing_is_reckoned_where_the_law_is_what_it_was(units: SimpleNamespace) -> None:
    receive([petition("P-1")], kind=PETITIONS)
    with CaptureQueriesContext(connection) as asked:
        count_new_measures()
    assert not any("register_petition" in query["sql"] for query in asked)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (FIVE_DAYS.replace("process_", "proces_"), "'proces_due_at' keeps no deadline of it"),
        (FIVE_DAYS.replace("[received_at]", "[process_due_at]"), "'process_due_at' is no moment"),
        (FIVE_DAYS.replace("5,", "-1,"), "expected at least 0, found -1"),
        (FIVE_DAYS.replace("[L]", "[Z]"), "expected one of P, D, M, L"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, terms: str, said: str) -> None:
    path = add(tmp_path, terms)
    with pytest.raises(ScorecardError) as found:
        load(ID, [tmp_path])
    assert any(str(each).startswith(f"{path}:8:") and said in str(each)
               for each in found.value.problems), str(found.value)  # fmt: skip
