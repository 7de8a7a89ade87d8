"""Midnights, worked out from the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from phucvu.units.midnights import last_midnight, seconds_to_midnight, zones_past_midnight

ZONES = ("Asia/Ho_Chi_Minh", "Asia/Tokyo", "America/Los_Angeles", "Africa/Cairo", "UTC")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
SOME = st.sets(st.sampled_from(ZONES), min_size=1)


@given(MOMENTS, SOME)
def test_the_date_is_the_same_in_every_zone_from_the_last_midnight_to_the_next(now, zones) -> None:
    def dates(moment: datetime) -> list[object]:
        return [moment.astimezone(ZoneInfo(zone)).date() for zone in sorted(zones)]

    last = datetime.fromtimestamp(last_midnight(zones, now), UTC)
    following = now + timedelta(seconds=seconds_to_midnight(zones, now))
    instant = timedelta(milliseconds=1)
    assert last <= now < following
    assert dates(last) == dates(now) == dates(following - instant)
    assert dates(last - instant) != dates(last)
    assert dates(following + instant) != dates(now)


@given(MOMENTS, MOMENTS, SOME)
def test_a_zone_turned_where_its_date_changed_between(one, other, zones) -> None:
    before, after = sorted((one.replace(microsecond=0), other.replace(microsecond=0)))
    found = zones_past_midnight(zones, int(before.timestamp()), int(after.timestamp()))
    assert found == {
        zone
        for zone in zones
        if before.astimezone(ZoneInfo(zone)).date() != after.astimezone(ZoneInfo(zone)).date()
    }
