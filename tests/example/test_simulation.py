"""The simulated city: deterministic, never ahead of the clock, plausible."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import islice

import pytest

from phucvu.example.vungtau.calendar import (
    add_working_days,
    in_office_hours,
    is_working_day,
    next_office_moment,
)
from phucvu.example.vungtau.catalogue import procedures_of, profiles
from phucvu.example.vungtau.dossiers import Ending, SimulatedDossier, live_number
from phucvu.example.vungtau.messages import is_over, message_at
from phucvu.example.vungtau.simulation import events, first_day, history, simulated_dossiers

FIRST, NOW = date(2026, 8, 1), datetime(2026, 10, 12, 10, 5)
HAPPENED = ("NgayNopHoSo", "NgayTiepNhan", "NgayKetThucXuLy", "NgayTra", "NgayTuChoi")
FORWARD = {"1": 0, "2": 1, "4": 2, "5": 2, "9": 3, "10": 4, "3": 5, "7": 5, "8": 5}


@pytest.fixture(scope="module")
def messages():
    return list(history(simulated_dossiers(FIRST, NOW.date()), NOW))


def moments(message) -> list[str]:
    """Everything the message says has happened."""
    supplements = message["DanhSachHoSoBoSung"]
    told = [message[name] for name in HAPPENED]
    told += [row[name] for row in supplements for name in ("NgayBoSung", "NgayTiepNhanBoSung")]
    return [text for text in told if text]


def test_the_same_seed_tells_the_same_story(messages):
    assert json.dumps(messages) == json.dumps(
        list(history(simulated_dossiers(FIRST, NOW.date()), NOW))
    )
    some = simulated_dossiers(FIRST, FIRST + timedelta(days=5))
    assert [SimulatedDossier.of(dossier.code, dossier.submitted) for dossier in some] == list(
        simulated_dossiers(FIRST, FIRST + timedelta(days=5))
    )


def test_nothing_is_told_before_it_happens(messages):
    now = f"{NOW:%Y%m%d%H%M%S}"
    assert all(moment <= now for message in messages for moment in moments(message))


def test_every_value_is_a_string_or_a_list_of_them(messages):
    for message in messages:
        for value in message.values():
            rows = value if isinstance(value, list) else [{"": value}]
            assert all(isinstance(text, str) for row in rows for text in row.values())


def test_codes_are_unique_and_well_formed(messages):
    codes = [message["MaHoSo"] for message in messages]
    assert len(set(codes)) == len(codes)
    for message in messages:
        unit, day, number = message["MaHoSo"].split("-")
        assert unit in profiles(_moment(message).date())
        assert message["NgayNopHoSo"].startswith(f"20{day}")
        assert len(number) == 5


def test_events_of_a_dossier_are_in_order():
    for dossier in simulated_dossiers(FIRST, FIRST + timedelta(days=40)):
        told = [dossier.submitted, dossier.received, dossier.started]
        for item in dossier.supplements:
            told += [item.asked, item.answered]
        told += [dossier.ended, dossier.handed_over]
        known = [moment for moment in told if moment is not None]
        assert known == sorted(known), dossier
        statuses = [FORWARD[message_at(dossier, m)["TrangThaiHoSo"]] for m in dossier.changes]
        assert statuses == sorted(statuses), dossier
        assert is_over(dossier, dossier.changes[-1])
        if dossier.ending is Ending.RESULT:
            assert message_at(dossier, dossier.changes[-1])["TrangThaiHoSo"] == "10"


def test_the_city_is_plausible(messages):
    share = Counter(message["KenhThucHien"] for message in messages)["2"] / len(messages)
    assert 0.7 < share < 0.98
    finished = [m for m in messages if m["NgayKetThucXuLy"]]
    late = sum(m["NgayKetThucXuLy"][:8] > m["NgayHenTra"][:8] for m in finished)
    assert 0.03 < late / len(finished) < 0.25
    hours = Counter(int(message["NgayNopHoSo"][8:10]) for message in messages)
    assert hours[9] > 2 * hours[12] > 0
    at_the_counter = [m for m in messages if m["KenhThucHien"] != "2"]
    for message in at_the_counter:
        assert in_office_hours(_moment(message))
    days_off = [m for m in messages if not is_working_day(_moment(m).date())]
    assert len(days_off) < 0.05 * len(messages)
    by_unit = Counter(message["MaHoSo"].partition("-")[0] for message in messages)
    assert by_unit["VT.26506"] > by_unit["VT.26545"]
    assert set(by_unit) <= set(profiles(_moment(messages[0]).date()))


def _moment(message) -> datetime:
    text = message["NgayNopHoSo"]
    return datetime.fromisoformat(f"{text[:8]}T{text[8:]}")


def test_each_office_has_procedures_and_they_are_real(shared):
    with (shared / "data/tthc/tthc_catalogue_2642.csv").open(encoding="utf-8", newline="") as file:
        catalogue = {row["code"]: row for row in csv.DictReader(file)}
    known = {item.code: item for unit in profiles(FIRST) for item in procedures_of(unit)}
    assert len(known) >= 40
    for item in known.values():
        real = catalogue[item.code]
        assert item.name == " ".join(real["name"].split()).rstrip(":")
        assert item.field == real["field"]
        assert item.term == int(real["time_value"] or 0)


def test_the_calendar_agrees_with_the_published_one(shared):
    (file,) = (shared / "data/calendar").glob("*.csv")
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        day = date.fromisoformat(row["date"])
        if day.year in (2026, 2027):
            assert is_working_day(day) == (row["kind"] == "working_weekend"), row


def test_working_days_and_hours():
    assert add_working_days(date(2026, 8, 21), 1) == date(2026, 8, 22)  # a Saturday, made up
    assert add_working_days(date(2026, 8, 28), 1) == date(2026, 9, 3)  # the National Day
    assert next_office_moment(datetime(2026, 10, 9, 17, 30)) == datetime(2026, 10, 12, 7)
    assert next_office_moment(datetime(2026, 10, 9, 12)) == datetime(2026, 10, 9, 13, 30)


def test_a_young_year_has_a_history_too():
    assert first_day(date(2027, 2, 3)) == date(2026, 10, 1)
    assert first_day(date(2026, 11, 24)) == date(2026, 1, 1)


# -- live ------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [NOW, datetime(2026, 11, 22, 2, 30)])
def test_something_moves_every_one_to_three_seconds(start):
    previous = start
    for moment, batch in islice(events(start), 2_000):
        assert timedelta(seconds=0.7) < moment - previous < timedelta(seconds=3.1)
        assert batch
        now = f"{moment:%Y%m%d%H%M%S}"
        assert all(told <= now for message in batch for told in moments(message))
        previous = moment


def test_live_dossiers_move_on_and_their_codes_are_unique():
    seen: dict[str, list[int]] = defaultdict(list)
    submitted: dict[str, str] = {}
    for _moment, batch in islice(events(NOW, speed=20), 5_000):
        for message in batch:
            code = message["MaHoSo"]
            assert submitted.setdefault(code, message["NgayNopHoSo"]) == message["NgayNopHoSo"]
            seen[code].append(FORWARD[message["TrangThaiHoSo"]])
    assert all(states == sorted(states) for states in seen.values())
    assert sum(states[-1] >= 4 for states in seen.values()) > 20
    assert len(seen) > 400
    assert live_number(datetime(2026, 1, 1, 23, 59, 59)) < 100_000


def test_live_goes_on_with_what_was_open():
    going = [
        dossier for dossier in simulated_dossiers(FIRST, NOW.date()) if not is_over(dossier, NOW)
    ]
    arrears = []
    for moment, batch in events(NOW, going=going):
        if moment > NOW:
            break
        arrears += batch
    expected = {dossier.code for dossier in going if dossier.submitted <= NOW}
    assert {message["MaHoSo"] for message in arrears} == expected


def test_the_live_stream_is_deterministic():
    assert list(islice(events(NOW), 300)) == list(islice(events(NOW), 300))
