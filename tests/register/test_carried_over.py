"""A catalogue from before it was a kind of fact is carried over, and stands in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from phucvu.counters.recount import count_new_measures
from phucvu.intake import rebuild
from phucvu.register.models import Procedure, ProcedureAtUnit

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

BEFORE = [("register", "0006_progress_steps"), ("intake", "0005_batch_unit")]


def migrate(targets: list[tuple[str, str]] | None = None) -> Any:
    """The models as they are after migrating there, to the newest where nothing is named."""
    executor = MigrationExecutor(connection)
    wanted = targets or executor.loader.graph.leaf_nodes()
    executor.migrate(wanted)
    return MigrationExecutor(connection).loader.project_state(wanted).apps


@pytest.fixture
def before() -> Iterator[Any]:
    yield migrate(BEFORE)
    migrate()


def test_what_stood_stands_and_outlives_a_rebuild(before: Any) -> None:
    unit_of, since = before.get_model("units", "Unit").objects.create, date(2020, 1, 1)
    city = unit_of(code="H29", name="H29", kind="province", valid_from=since)
    wards = [
        unit_of(code=code, name=code, kind="commune", parent=city, valid_from=since)
        for code in ("H29.01", "H29.02")
    ]
    procedure_of = before.get_model("register", "Procedure").objects.create
    birth = procedure_of(code="1.1", name="Khai sinh", fee=8000, term=3, for_citizen=True)
    procedure_of(code="9.9", name="nobody applies it")
    at = before.get_model("register", "ProcedureAtUnit").objects.create
    for ward, level in zip(wards, (2, 4), strict=True):
        at(procedure=birth, unit=ward, online_level=level)

    migrate()

    count_new_measures()
    held = Procedure.objects.get()
    assert (held.code, held.procedure_code, held.unit.code) == ("1.1", "1.1", "H29")
    assert (held.fee, held.term, held.from_at) == (8000, 3, None)
    levels = dict(ProcedureAtUnit.objects.values_list("code", "online_level"))
    assert levels == {"H29.01 1.1": 2, "H29.02 1.1": 4}
    assert rebuild.compare() == rebuild.Rebuilt(facts=3, written=0, removed=0)
    rebuild.rebuild()
    assert dict(ProcedureAtUnit.objects.values_list("code", "online_level")) == levels
