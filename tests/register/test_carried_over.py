"""What stood before it was a kind of fact is carried over, and stands in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from phucvu.counters.recount import count_new_measures
from phucvu.intake import rebuild
from phucvu.intake.actions import receive
from phucvu.intake.kinds import FIGURES
from phucvu.intake.models import Batch
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Procedure, ProcedureAtUnit, StatedFigure

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

BEFORE = {
    "catalogue": [("register", "0006_progress_steps"), ("intake", "0005_batch_unit")],
    "figures": [("register", "0009_payments"), ("intake", "0008_versions_by_word")],
}


def migrate(targets: list[tuple[str, str]] | None = None) -> Any:
    """The models as they are after migrating there, to the newest where nothing is named."""
    executor = MigrationExecutor(connection)
    wanted = targets or executor.loader.graph.leaf_nodes()
    executor.migrate(wanted)
    return MigrationExecutor(connection).loader.project_state(wanted).apps


@pytest.fixture
def before(request: pytest.FixtureRequest) -> Iterator[Any]:
    yield migrate(BEFORE[request.param])
    migrate()


@pytest.mark.parametrize("before", ["catalogue"], indirect=True)
def test_the_catalogue_stands_and_outlives_a_rebuild(before: Any) -> None:
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


@pytest.mark.parametrize("before", ["figures"], indirect=True)
def test_figures_stand_and_outlive_a_rebuild(before: Any) -> None:
    ward = before.get_model("units", "Unit").objects.create(
        code="H29.01", name="H29.01", kind="commune", valid_from=date(2025, 7, 1)
    )
    # Another bore its code, and somebody said the same of it at the same moment.
    old = before.get_model("units", "Unit").objects.create(
        code="H29.01", name="old", kind="commune", valid_to=date(2025, 7, 1)
    )
    first, later = (
        datetime(2026, 9, 30, 17, tzinfo=UTC),
        datetime(2026, 11, 1, 1, 2, 3, 250_000, UTC),
    )
    state = before.get_model("register", "StatedFigure").objects.create
    one = {"unit": ward, "period": "2026-Q3", "indicator": "1.1", "as_of": first}
    state(**one, numerator=3, denominator=4, ratio=Decimal("75.5"), note="by hand")
    state(**one, source="published", points=2, flags="A|B")
    state(**one | {"as_of": later}, numerator=4, denominator=4)
    state(**one | {"unit": old}, numerator=1, denominator=4)
    tell = before.get_model("register", "NationalReport").objects.create
    for at, received in ((first, 411), (later, 412)):
        tell(unit=ward, period="2026-08", received=received, as_of=at, flags="C")

    migrate()

    count_new_measures()
    told = list(StatedFigure.objects.order_by("pk").values_list("code", flat=True))
    (twice,) = (code for code in told if "#" in code)
    assert [code for code in told if code != twice] == [
        "H29.01 2026-Q3 1.1 20261001",
        "H29.01 2026-Q3 1.1 20261001 published",
        "H29.01 2026-Q3 1.1 20261101T080203.250",
        "H29.01 2026-08 BCQG 20261001",
        "H29.01 2026-08 BCQG 20261101T080203.250",
    ]
    report = StatedFigure.objects.get(indicator="BCQG", as_of=later)
    assert (report.denominator, report.source, report.flags) == (412, "typed", "C")
    assert rebuild.compare() == rebuild.Rebuilt(facts=6, written=0, removed=0)
    rebuild.rebuild()
    assert list(StatedFigure.objects.order_by("pk").values_list("code", flat=True)) == told
    # As of a moment there is what was of it by then; said again, nothing changes.
    early, late = Batch.objects.order_by("received_at")
    assert (early.received_at, early.accepted, late.accepted) == (first, 4, 2)
    again = {"unit_code": "H29.01", "period": "2026-Q3", "indicator": "1.1", "numerator": 3}
    again |= {"denominator": 4, "ratio": 75.5, "note": "by hand", "as_of": "2026-10-01"}
    assert receive([again], kind=FIGURES).unchanged == 1
    withdraw(late.pk, "x", "y")
    assert StatedFigure.objects.count() == 4
