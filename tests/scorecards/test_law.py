"""The law's expressions, run on single dossiers: who counts, as what, and at which bound."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import pytest

from phucvu.measures import DOSSIER, Type
from phucvu.scorecards import load

EDITION = load("qd766-portal-2026")
EPOCH = datetime(1970, 1, 1)
HOUR = 3_600_000


def wall(text: str) -> int:
    return round((datetime.fromisoformat(text) - EPOCH).total_seconds() * 1000)


RECEIVED, PROMISED = wall("2026-03-02T08:00"), wall("2026-03-10T10:00")
BOUND = wall("2026-03-31T23:59")


def counts(bound: int = BOUND, **columns: object) -> set[str]:
    """The measures that count a dossier received and in process unless `columns` say otherwise."""
    book = EDITION.measures
    values: dict[str, object] = {
        column.name: None if column.nullable else ("" if column.type is Type.TEXT else 0)
        for column in DOSSIER.values()
    }
    values |= {"status": 4, "received_at": RECEIVED, "promised_at": PROMISED, **columns}
    with sqlite3.connect(":memory:") as store:
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        store.execute(f"create table dossier ({names})")
        store.execute(f"insert into dossier values ({marks})", tuple(values.values()))
        return {
            name
            for name, measure in book.items()
            if measure.fact == DOSSIER.fact
            and store.execute(
                f"select {measure.value_sql('sqlite', bound=bound)} from dossier"
            ).fetchone()[0]
        }


def on_time(bound: int = BOUND, **columns: object) -> bool:
    """2.1: whether the dossier is in the numerator."""
    names = counts(bound, **columns)
    quantities = {name: int(name in names) for name in EDITION.measures}
    numerator = EDITION.scorecard.indicators["2.1"].numerator.count
    assert numerator is not None
    return bool(numerator.evaluate(quantities))


@pytest.mark.parametrize("status", [1, 3])
def test_what_was_not_received_counts_nowhere(status: int) -> None:
    assert counts(status=status, finished_at=PROMISED, result_files=1, fee_total=5) == set()


@pytest.mark.parametrize("status", [2, 4, 5, 6, 7, 8, 9, 10])
def test_what_was_received_is_in_the_period(status: int) -> None:
    assert {"received", "in_period"} <= counts(status=status, refused_at=PROMISED)


@pytest.mark.parametrize("status", [7, 8, 9, 10])
def test_an_end_without_a_date_is_counted_apart(status: int) -> None:
    assert counts(status=status, result_files=1, vneid=1) == {"received", "ended_without_date"}


def test_the_grain_is_the_day() -> None:
    assert on_time(status=9, finished_at=wall("2026-03-10T23:00"))
    assert not on_time(status=9, finished_at=wall("2026-03-11T00:00"))


def test_the_first_end_that_exists_decides() -> None:
    late = wall("2026-03-20T08:00")
    assert on_time(status=10, finished_at=wall("2026-03-09T08:00"), handed_over_at=late)
    assert not on_time(status=10, handed_over_at=late)
    assert on_time(status=8, refused_at=wall("2026-03-09T08:00"))
    # In process again after a refusal: it has not ended, and is overdue by now.
    assert not on_time(status=4, refused_at=wall("2026-03-09T08:00"))


def test_open_dossiers_are_on_time_until_their_day_has_passed() -> None:
    assert on_time(bound=wall("2026-03-10T23:59"))
    assert not on_time(bound=wall("2026-03-11T00:00"))
    assert on_time(promised_at=None)


def test_supplements() -> None:
    asked = wall("2026-03-05T08:00")
    assert on_time(status=5, supplements=1, supplement_open_at=asked)
    assert not on_time(status=5, supplements=1, supplement_open_at=wall("2026-03-12T08:00"))
    # Asked more than once and not finished: overdue, whatever the promised date.
    again = {"supplements": 2, "supplement_open_at": asked}
    assert not on_time(bound=wall("2026-03-06T08:00"), status=5, **again)
    # Waiting for the applicant is taken off.
    three_days = 72 * HOUR
    end = wall("2026-03-13T09:00")
    assert on_time(status=9, finished_at=end, supplements=2, supplement_ms=three_days)
    assert not on_time(
        status=9, finished_at=end, supplements=2, supplement_ms=three_days - 34 * HOUR
    )


def test_the_timestamp_grain_is_one_override_away() -> None:
    definitions = EDITION.scorecard.definitions
    assert definitions["on_time"] == "on_time_by_date"
    assert definitions["overdue_at_bound"] == "overdue_at_bound_by_date"
    assert "on_time_by_timestamp" in definitions
    assert "overdue_at_bound_by_timestamp" in definitions


@pytest.mark.parametrize(
    ("measure", "yes", "no"),
    [
        ("received_online", {"channel": "online"}, {"channel": "post"}),
        ("fee_bearing", {"fee_total": 1}, {"fees": 2, "fee_total": 0}),
        ("paid_online", {"fee_total": 1, "payment": 2}, {"fee_total": 1, "payment": 3}),
        ("paid_online", {"fee_total": 1, "payment": 1}, {"fee_total": 0, "payment": 1}),
        ("electronic_result", {"result_files": 1}, {"results": 1}),
        ("reused", {"components_reused": 1}, {"components": 1}),
        ("shared", {"components_from_store": 1}, {"components": 1}),
        ("shared", {"results_coded": 1}, {"results": 1}),
        ("population_data", {"vneid": 1}, {}),
        ("population_data", {"population_db": 1}, {"databases": 1}),
        ("digitised", {"has_digitised": 1}, {}),
        (
            "digitised",
            {"components": 2, "components_digitised": 2},
            {"components": 2, "components_digitised": 1, "has_digitised": 1},
        ),
        (
            "digitised",
            {"has_digitised": 1, "finished_at": PROMISED, "result_files": 1},
            {"has_digitised": 1, "finished_at": PROMISED},
        ),
    ],
)
def test_measures(measure: str, yes: dict[str, object], no: dict[str, object]) -> None:
    assert measure in counts(**yes)
    assert measure not in counts(**no)


def test_handling_time_is_never_negative() -> None:
    assert "handling_ms" in counts(status=9, finished_at=PROMISED)
    early = counts(status=9, finished_at=RECEIVED - HOUR)
    assert "finished" in early
    assert "handling_ms" not in early
