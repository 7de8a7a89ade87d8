"""Counts follow the register, and a recount proves it."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phucvu import scorecards
from phucvu.changes.models import Change
from phucvu.counters import active
from phucvu.counters.deltas import following
from phucvu.counters.handling import clock_by_procedure
from phucvu.counters.models import (
    COUNTS,
    ClockCount,
    ClockMonthCount,
    CountedMeasure,
    ProcedureCount,
    UnitCount,
    slot,
)
from phucvu.counters.reading import Window, by_procedure
from phucvu.counters.recount import count_new_measures, recount
from phucvu.counters.verify import verify
from phucvu.register.facts import DOSSIERS
from phucvu.register.models import Channel, Dossier, Status
from phucvu.scoring import Period
from tests.dossiers import counts_of, dossier, store, unit, wall

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BOOK = scorecards.load("qd766-portal-2026").measures
MARCH, APRIL, YEAR = Period.parse("2026-03"), Period.parse("2026-04"), Period.parse("2026")


def counts() -> dict[tuple[str, str, int, int], int]:
    """(measure, unit, placed, ended) → count, of everything that is counted."""
    measures = dict(CountedMeasure.objects.values_list("slot", "name"))
    return {
        (name, row.unit.code, row.placed_month, row.ended_month): value
        for row in UnitCount.objects.select_related("unit")
        for number, name in measures.items()
        if (value := getattr(row, slot(number)))
    }


def slot_of(measure: str) -> str:
    return slot(CountedMeasure.objects.get(name=measure).slot)


def test_a_dossier_counts_in_the_month_it_was_received_and_the_month_it_ended():
    ward = unit("A")
    store(dossier("A-1", ward, channel=Channel.ONLINE))
    assert counts_of(ward, BOOK, MARCH, Window.RECEIVED)["received_online"] == 1

    store(dossier("A-1", ward, channel=Channel.ONLINE, status=9, finished_at="2026-04-03"))
    assert counts()["received_online", "A", 202603, 202604] == 1
    assert ("received_online", "A", 202603, 999912) not in counts()
    assert verify().clean


def test_a_dossier_carried_over_is_in_the_next_period_until_it_ends():
    ward = unit("A")
    store(
        dossier("A-1", ward, "2026-02-20", status=9, finished_at="2026-03-05"),
        dossier("A-2", ward, "2026-02-20", status=9, finished_at="2026-02-25"),
        dossier("A-3", ward, "2026-02-20"),
    )
    assert counts_of(ward, BOOK, MARCH, Window.IN_PERIOD)["in_period"] == 2
    assert counts_of(ward, BOOK, APRIL, Window.IN_PERIOD)["in_period"] == 1
    assert counts_of(ward, BOOK, MARCH, Window.RECEIVED) == {}
    assert counts_of(ward, BOOK, YEAR, Window.RECEIVED)["in_period"] == 3


def test_a_dossier_that_moves_to_another_unit_leaves_the_first():
    first, second = unit("A"), unit("B")
    store(dossier("X-1", first))
    store(dossier("X-1", second))
    assert {key[1] for key in counts()} == {"B"}
    assert verify().clean


def test_a_dossier_not_yet_received_counts_nowhere():
    store(dossier("A-1", unit("A"), status=Status.REGISTERED, received_at=None))
    assert counts() == {}


def test_open_dossiers_past_their_date_are_read_at_the_bound():
    ward = unit("A")
    store(dossier("A-1", ward, promised_at="2026-03-12T17:00"))

    def overdue(bound: str) -> int:
        found = counts_of(ward, BOOK, MARCH, Window.IN_PERIOD, wall(bound))
        return found.get("open_overdue", 0)

    assert overdue("2026-03-12T23:59") == 0
    assert overdue("2026-03-13T00:00") == 1


def test_what_is_long_overdue_is_read_a_row_a_month():
    """Otherwise the cost of a page would grow with every dossier that ever got stuck."""
    ward = unit("A")
    for day in range(1, 25):
        promised = f"2026-01-{day:02}T10:00"
        store(dossier(f"A-{day}", ward, "2026-01-01", promised_at=promised))
    assert ClockCount.objects.count() == 24
    assert ClockMonthCount.objects.count() == 1
    for bound, expected in (("2026-03-01", 24), ("2026-01-11", 10), ("2026-01-10T23:59", 9)):
        found = counts_of(ward, BOOK, YEAR, Window.IN_PERIOD, wall(bound))
        assert found["open_overdue"] == expected


def test_what_is_overdue_by_procedure_is_read_by_the_index_of_open_dossiers():
    """The page of a unit's procedures reads it from the register."""
    store(*(dossier(f"A-{n}", unit(f"U{n}"), status=9, finished_at="2026-03-03") for n in range(9)))
    with CaptureQueriesContext(connection) as asked:
        clock_by_procedure(BOOK, MARCH, Window.IN_PERIOD, wall("2026-04-01"), [1, 2])
    assert asked.captured_queries
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        for query in asked.captured_queries:
            cursor.execute(f"{explain} {query['sql']}")
            assert "dossier_open_by_due" in " ".join(str(row) for row in cursor.fetchall())


def test_counts_by_procedure_add_up_to_the_units():
    ward = unit("A")
    store(*(dossier(f"A-{n}", ward, procedure_code=f"1.{n % 3}") for n in range(7)))
    found = by_procedure(BOOK, MARCH, Window.RECEIVED, [ward.pk])
    assert {code: item["received"] for code, item in found.items()} == {
        "1.0": 3,
        "1.1": 2,
        "1.2": 2,
    }


def test_a_failure_takes_the_counts_back_with_the_change():
    ward = unit("A")

    def fail() -> None:
        with transaction.atomic(), following(["A-1"]):
            dossier("A-1", ward).save()
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert counts() == {}
    assert not Change.objects.exists()


def test_each_change_names_the_units_it_touched():
    first, second = unit("A"), unit("B")
    store(dossier("A-1", first), dossier("B-1", second))
    store(dossier("A-1", second))
    assert [change.unit_ids for change in Change.objects.order_by("pk")] == [
        [first.pk, second.pk],
        [first.pk, second.pk],
    ]


def test_verify_names_a_count_that_is_wrong_and_recount_mends_it():
    ward = unit("A")
    store(dossier("A-1", ward))
    UnitCount.objects.update(**{slot_of("received"): 5})
    ProcedureCount.objects.update(**{slot_of("open_asked_once_at_most"): None})

    outcome = verify()
    named = {(item.measure, item.procedure, item.counted, item.expected)
             for item in outcome.differences}  # fmt: skip
    assert named == {("received", None, 5, 1), ("open_asked_once_at_most", "1.000001", 0, 1)}

    recount()
    assert verify().clean


def test_a_measure_that_is_new_is_counted_once_from_the_register():
    ward = unit("A")
    store(dossier("A-1", ward, channel=Channel.ONLINE))
    before = counts()
    CountedMeasure.objects.filter(name="received_online").delete()
    assert len(count_new_measures()) == 1
    assert count_new_measures() == []
    assert counts() == before
    assert verify().clean


def test_the_slot_of_a_measure_that_is_gone_is_emptied_for_the_next_one():
    store(dossier("A-1", unit("A")))
    number = CountedMeasure.objects.get(name="received").slot
    CountedMeasure.objects.filter(slot=number).update(digest="gone", name="gone")
    count_new_measures()
    assert not CountedMeasure.objects.filter(name="gone").exists()
    assert verify().clean


def test_reading_a_measure_that_was_never_counted_is_refused():
    """Its sums would read as nothing, and nothing is not a count."""
    CountedMeasure.objects.filter(name="received_online").delete()
    active.forget()
    with pytest.raises(active.UncountedError, match=r"received_online\. Run `phucvu migrate`"):
        counts_of(unit("A"), BOOK, MARCH, Window.RECEIVED)


def counted_by_clock(units, bound: str) -> dict[str, int]:
    """What the counts say of each measure that depends on the clock, of all units together."""
    found = Counter()
    for item in units:
        found.update(counts_of(item, BOOK, YEAR, Window.IN_PERIOD, wall(bound)))
    return {measure.name: found[measure.name] for measure in of_the_clock()}


def of_the_clock():
    return [measure for measure in BOOK.clock if measure.fact == DOSSIERS.name]


def read_by_clock(bound: str) -> dict[str, int]:
    """The same, each dossier judged by the condition as it is written."""
    found = {}
    with connection.cursor() as cursor:
        for measure in of_the_clock():
            value = measure.value_sql(connection.vendor, bound=wall(bound))
            within = (
                f"{measure.placed_month_sql(connection.vendor)} <= {YEAR.last}"
                f" AND {measure.ended_month_sql(connection.vendor)} >= {YEAR.first}"
            )
            cursor.execute(f"SELECT SUM({value}) FROM register_dossier WHERE {within}")
            found[measure.name] = int(cursor.fetchone()[0] or 0)
    return found


MONTHS = ["2026-01-15", "2026-02-01T23:59", "2026-02-28", "2026-03-31T12:00"]


@st.composite
def changes(draw):
    """A batch: a few dossiers of few codes, so that codes come again with other facts."""
    numbers = draw(st.lists(st.integers(0, 5), min_size=1, max_size=4, unique=True))
    return [
        {
            "number": number,
            "unit": draw(st.integers(0, 2)),
            "received": draw(st.sampled_from(MONTHS)),
            "columns": {
                "procedure_code": draw(st.sampled_from(["1.1", "1.2"])),
                "status": draw(st.sampled_from([1, 2, 3, 4, 5, 7, 8, 9, 10])),
                "channel": draw(st.sampled_from(Channel.values)),
                "finished_at": draw(
                    st.sampled_from([None, "2026-02-10", "2026-03-20", "2026-04-02"])
                ),
                "refused_at": draw(st.sampled_from([None, "2026-02-05"])),
                "promised_at": draw(st.sampled_from([None, "2026-02-10T08:00", "2026-03-19"])),
                "supplements": draw(st.integers(0, 2)),
                "supplement_ms": draw(st.sampled_from([0, 86_400_000])),
                "supplement_open_at": draw(st.sampled_from([None, "2026-02-03"])),
                "fee_total": draw(st.sampled_from([0, 20_000])),
                "payment": draw(st.integers(0, 3)),
                "components": draw(st.integers(0, 2)),
                "components_digitised": draw(st.integers(0, 2)),
                "result_files": draw(st.integers(0, 1)),
                "vneid": draw(st.booleans()),
            },
        }
        for number in numbers
    ]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(changes(), min_size=1, max_size=6),
    st.lists(st.integers(0, 5), max_size=2),
    st.sampled_from(["2026-02-10T08:00", "2026-02-11", "2026-03-19T23:59", "2026-03-20T00:01"]),
)
def test_counts_that_followed_any_changes_equal_a_recount(batches, withdrawn, bound):
    units = [unit(f"P{number}") for number in range(3)]
    try:
        for batch in batches:
            store(
                *(
                    dossier(
                        f"P-{item['number']}",
                        units[item["unit"]],
                        item["received"],
                        **item["columns"],
                    )
                    for item in batch
                )
            )
        codes = [f"P-{number}" for number in withdrawn]
        with transaction.atomic(), following(codes):
            Dossier.objects.filter(code__in=codes).delete()
        outcome = verify()
        assert outcome.clean, outcome.differences
        assert counted_by_clock(units, bound) == read_by_clock(bound)
        followed = counts()
        recount()
        assert counts() == followed
    finally:
        Dossier.objects.all().delete()
        for table in COUNTS:
            table.objects.all().delete()
        for item in units:
            item.delete()
