"""A small country: one province with published figures, one with none, one with zero points,
and a simulated city whose ward has dossiers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.facts.figures import Source
from phucvu.units.models import Kind, Unit
from tests.dossiers import dossier, store, unit
from tests.figures import stated

AS_OF = datetime(2026, 10, 10, 1, 30, tzinfo=UTC)  # 08:30 in Vietnam


@pytest.fixture
def measures(db: None) -> Iterator[None]:
    """The shipped measures, registered in this test's store."""
    count_new_measures()
    yield
    active.forget()


def state(of: Unit, indicator: str, *counts: int, flags: str = "", **values: object) -> None:
    """A published figure of 2026."""
    numerator, denominator = counts or (None, None)
    stated(
        unit=of,
        period="2026",
        indicator=indicator,
        numerator=numerator,
        denominator=denominator,
        source=Source.PUBLISHED,
        as_of=AS_OF,
        flags=flags,
        **values,
    )


@pytest.fixture
def country(measures: None) -> SimpleNamespace:
    top = unit("VN", kind=Kind.COUNTRY)
    good = unit("H20", top, Kind.PROVINCE)
    silent = unit("H30", top, Kind.PROVINCE)
    zero = unit("H40", top, Kind.PROVINCE)
    city = unit("VT", kind=Kind.DISTRICT, simulated=True)
    ward = unit("VT.26506", city, simulated=True)
    office = unit("VT.VP", city, Kind.DISTRICT_DEPARTMENT, simulated=True)
    state(good, "2.1", 358_660, 405_424)
    state(good, "1.4", 349_383, 349_383, flags="TEMP_NATIONAL_REPORT_DENOMINATOR")
    state(zero, "2.1", 0, 10)
    store(
        dossier("VT.26506-1", ward, "2026-03-02", status=9, finished_at="2026-03-10"),
        dossier("VT.26506-2", ward, "2026-03-02", status=9, finished_at="2026-03-30"),
    )
    return SimpleNamespace(
        top=top, good=good, silent=silent, zero=zero, city=city, ward=ward, office=office
    )
