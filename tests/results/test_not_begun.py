"""A period that has not begun where the unit is has no score: on no face."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from click.testing import CliRunner
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from phucvu.results.commands import score
from phucvu.results.periods import SHOWN, has_begun
from phucvu.scoring import Period
from phucvu.units.models import Kind, Unit
from tests.dossiers import unit
from tests.web.conftest import country, measures

__all__ = ["country", "measures"]

# 23:59 of 30 November in Vietnam.
EVE = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)

PAGES = (
    "/don-vi/{unit}/?ky={ky}", "/don-vi/{unit}/thu-tuc/?ky={ky}", "/ban-do/{unit}/?ky={ky}",
    "/ban-do/{unit}/hinh.geojson?ky={ky}", "/bang-xep-hang/{unit}/?ky={ky}",
    "/bang-xep-hang/{unit}/dien-bien/?ky={ky}", "/chi-so/2.1/?don-vi={unit}&ky={ky}",
    "/du-lieu/?don-vi={unit}&ky={ky}",
    "/nhung/?don-vi={unit}&ky={ky}", "/nhung/{unit}/huy-hieu.svg?ky={ky}",
    "/nhung/{unit}/ban-do/?ky={ky}", "/nhung/{unit}/bang/?ky={ky}",
    "/du-lieu/diem/{unit}/{ky}.json", "/du-lieu/don-vi/{unit}/{ky}.csv",
    "/du-lieu/don-vi/{unit}/{ky}/dien-bien.json", "/du-lieu/don-vi/{unit}/{ky}/thu-tuc.json",
    "/du-lieu/don-vi/{unit}/thay-doi.atom?ky={ky}",
    "/api/v1/units/{unit}/score?period={ky}", "/api/v1/units/{unit}/trend?period={ky}",
    "/api/v1/units/{unit}/scoreboard?period={ky}&kind=commune",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("address", PAGES)
def test_no_face_shows_a_period_before_it_begins(
    client: Client, country: SimpleNamespace, address: str
) -> None:
    def status(period: str) -> int:
        return client.get(address.format(unit="VT", ky=period)).status_code

    with time_machine.travel(EVE, tick=False):
        assert [status(p) for p in ("2026-11", "2026-Q4", "2026-H2", "2026")] == [200] * 4
        later = ("2026-12", "2027-01", "2027-Q1", "2027-H1", "2027-9M", "2027", "9998")
        assert [status(p) for p in later] == [404] * len(later)
    with time_machine.travel(MIDNIGHT, tick=False):
        assert [status(p) for p in ("2026-12", "2027")] == [200, 404]
    with time_machine.travel(NEW_YEAR, tick=False):
        assert [status(p) for p in ("2027-01", "2027-Q1", "2027-H1", "2027")] == [200] * 4


@pytest.mark.django_db
def test_the_reader_is_told_when_it_begins(client: Client, country: SimpleNamespace) -> None:
    with time_machine.travel(EVE, tick=False):
        told = client.get("/api/v1/units/VT/score?period=2027").json()["detail"]
        assert "01/01/2027" in told and "2027" in told
        refused = CliRunner().invoke(score, ["VT", "2027-Q1"])
        assert refused.exit_code == 2
        assert "01/01/2027" in refused.output and "PERIOD" in refused.output
        assert CliRunner().invoke(score, ["VT", "2026-Q4"]).exit_code == 0


@pytest.mark.django_db
@pytest.mark.database
def test_what_is_stated_ahead_is_neither_listed_nor_shown_by_default(
    client: Client, country: SimpleNamespace
) -> None:
    from tests.figures import stated

    stated(unit=country.good, period="2027", indicator="2.1", numerator=1, denominator=2,
           as_of=EVE)  # fmt: skip
    with time_machine.travel(EVE, tick=False):
        listed = [each["period"] for each in client.get("/api/v1/units/H20/periods").json()]
        assert "2026" in listed and "2027" not in listed
        assert "2026" in client.get("/nhung/H20/huy-hieu.svg").text
        assert "2027" not in client.get("/du-lieu/thay-doi.atom").text
    with time_machine.travel(NEW_YEAR, tick=False):
        listed = [each["period"] for each in client.get("/api/v1/units/H20/periods").json()]
        assert "2027" in listed


@pytest.mark.django_db
def test_each_unit_goes_by_its_own_clock(client: Client, measures: None) -> None:
    for code, zone in (("EAST", "Pacific/Kiritimati"), ("HOME", "Asia/Ho_Chi_Minh"),
                       ("WEST", "America/Los_Angeles")):  # fmt: skip
        unit(code, kind=Kind.PROVINCE)
        Unit.objects.filter(code=code).update(time_zone=zone)

    def shown(at: datetime) -> list[str]:
        with time_machine.travel(at, tick=False):
            return [
                code
                for code in ("EAST", "HOME", "WEST")
                if client.get(f"/nhung/{code}/huy-hieu.svg?ky=2027").status_code == 200
            ]

    assert shown(datetime(2026, 12, 31, 9, 59, 59, tzinfo=UTC)) == []
    assert shown(datetime(2026, 12, 31, 10, 0, tzinfo=UTC)) == ["EAST"]
    assert shown(NEW_YEAR) == ["EAST", "HOME"]
    assert shown(datetime(2027, 1, 1, 8, 0, tzinfo=UTC)) == ["EAST", "HOME", "WEST"]


@given(
    at=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(["Asia/Ho_Chi_Minh", "Pacific/Kiritimati", "America/Los_Angeles", "UTC"]),
    kind=st.sampled_from(SHOWN),
)
def test_the_running_period_has_begun_and_the_one_after_has_not(at, zone, kind) -> None:
    here = Unit(code="X", time_zone=zone)
    running = Period.containing(at.astimezone(ZoneInfo(zone)).date(), kind)
    following = Period.block(kind, _month_after(running.last))
    assert has_begun(running, here, at)
    assert not has_begun(following, here, at)


def _month_after(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89
