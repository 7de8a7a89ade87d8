"""SQLite, PostgreSQL and DuckDB give the same answers, and the ones Python gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phucvu.measures import (
    DOSSIER,
    NOT_ENDED,
    Column,
    Placeholder,
    Type,
    compile_book,
    compile_expression,
    parts_of,
    render,
)
from tests.measures.conftest import Engine, Row
from tests.measures.evaluating import evaluate
from tests.measures.examples import CALENDAR, DEFINITIONS, MEASURES

BOUND = 1_786_000_000_000
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BOOK = compile_book(DEFINITIONS, MEASURES, CALENDAR)

EXPRESSIONS = [
    "status",
    "vneid",
    "not vneid",
    "vneid = population_db",
    "vneid <> (fees > 1)",
    "coalesce(vneid, false) or promised_at is null",
    "promised_at < received_at",
    "not promised_at < received_at",
    "promised_at < received_at or vneid",
    "promised_at < received_at and vneid",
    "promised_at in (received_at, finished_at)",
    "status not in (1, fees, 5)",
    "received_at between submitted_at and promised_at",
    "status not between 2 and fees + 3",
    "day(promised_at)",
    "day(promised_at - supplement_ms) - day(received_at)",
    "day(received_at) + 3 > day(promised_at)",
    "month(promised_at)",
    "month(coalesce(finished_at, received_at, bound))",
    "finished_at - (received_at + supplement_ms)",
    "supplement_ms * supplements - 3 * 86400000",
    "fees * 86400000 * 30",
    "86400000 * 30 + fees",
    "2 - -fees * (3 - payment)",
    "abs(fees - components)",
    "nullif(fees, components)",
    "nullif(channel, 'online')",
    "coalesce(nullif(code, ''), 'không''có')",
    "code in ('', 'Ấp Đông', 'it''s')",
    "channel <> 'online'",
    "case when vneid then promised_at when status = 1 then null else received_at end",
    "case when promised_at < received_at then vneid else not vneid end",
    "case when vneid then 'a' end = 'a'",
    "bound - promised_at < 86400000",
    *DEFINITIONS.values(),
]


def _values(column: Column) -> st.SearchStrategy[Any]:
    if column.type is Type.BOOLEAN:
        return st.booleans()
    if column.type is Type.TEXT:
        return st.sampled_from(["", "online", "counter", "Ấp Đông", "it's", "a%b\\"])
    if column.type is Type.DURATION:
        return st.sampled_from([0, 1, 86_399_999, 86_400_000, 3_000_000_000])
    if column.type is Type.WALL_TIME:
        return st.none() | st.one_of(
            # Close together around midnights, at months' ends, and before 1970.
            st.builds(
                lambda day, off: BOUND // 86_400_000 * 86_400_000 + day * 86_400_000 + off,
                st.integers(-40, 40),
                st.sampled_from([-1, 0, 1, 43_200_000]),
            ),
            st.integers(-2_208_988_800_000, 4_102_444_800_000),
        )
    return st.integers(0, 10 if column.name == "status" else 4)


ROWS = st.lists(
    st.fixed_dictionaries({name: _values(column) for name, column in DOSSIER.items()}),
    min_size=1,
    max_size=12,
)
SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _load(engines: list[Engine], rows: list[Row]) -> list[Row]:
    numbered = [{**row, "id": i} for i, row in enumerate(rows)]
    for engine in engines:
        engine.load(numbered)
    return numbered


def _same(engines: list[Engine], sql_of: Callable[[Engine], list[str]]) -> list[tuple[Any, ...]]:
    """What all engines answer (True equals SQLite's 1)."""
    answers = [engine.evaluate(*sql_of(engine)) for engine in engines]
    assert answers[0] == answers[1] == answers[2]
    return answers[0]


@SETTINGS
@given(rows=ROWS)
def test_engines_agree(engines: list[Engine], rows: list[Row]) -> None:
    numbered = _load(engines, rows)
    compiled = [
        compile_expression(
            text,
            definitions={name: BOOK.definitions[name] for name in DEFINITIONS},
        )
        for text in EXPRESSIONS
    ]
    answers = _same(
        engines,
        lambda engine: [render(e, engine.dialect, bound=BOUND, alias="f") for e in compiled],
    )
    # What explains a single fact says the same as what counts them all.
    assert answers == [tuple(evaluate(e, row, BOUND) for e in compiled) for row in numbered]


@SETTINGS
@given(rows=ROWS)
def test_the_parts_of_a_condition_explain_it(engines: list[Engine], rows: list[Row]) -> None:
    numbered = _load(engines, rows)
    for measure in BOOK.values():
        counts = _same(engines, lambda e, m=measure: [m.value_sql(e.dialect, bound=BOUND)])
        for row, (value,) in zip(numbered, counts, strict=True):
            parts = parts_of(measure.when, row, partial(evaluate, row=row, bound=BOUND))
            holds = all(part.holds for part in parts)
            assert holds or not value
            assert holds == (evaluate(measure.when, row, BOUND) is True)
            assert holds == (not [reason for part in parts for reason in part.failing()])


# An evaluation written by hand, with dates instead of numbers.


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else EPOCH + timedelta(milliseconds=ms)


def _received(row: Row) -> bool:
    return row["status"] not in (0, 1, 3)


def _ended(row: Row) -> datetime | None:
    for name in ("finished_at", "handed_over_at"):
        if row[name] is not None:
            return _moment(row[name])
    if row["status"] in (7, 8) and row["refused_at"] is not None:
        return _moment(row["refused_at"])
    return _moment(row["supplement_open_at"]) if row["supplements"] == 1 else None


def _ended_on_time(row: Row) -> bool:
    ended, promised = _ended(row), _moment(row["promised_at"])
    if not _received(row) or ended is None:
        return False
    if promised is None:
        return True
    return (ended - timedelta(milliseconds=row["supplement_ms"])).date() <= promised.date()


def _open_overdue(row: Row) -> bool:
    promised, bound = _moment(row["promised_at"]), _moment(BOUND)
    if not _received(row) or _ended(row) is not None or row["supplements"] >= 2:
        return False
    return promised is not None and bound is not None and promised.date() < bound.date()


def _handling_ms(row: Row) -> int:
    ended, received = _ended(row), _moment(row["received_at"])
    if not _received(row) or ended is None or received is None:
        return 0
    return (ended - received) // timedelta(milliseconds=1) - int(row["supplement_ms"])


def _month(moment: datetime | None) -> int | None:
    return None if moment is None else moment.year * 100 + moment.month


def _by_hand(row: Row) -> tuple[Any, ...]:
    placed = row["submitted_at"] if row["received_at"] is None else row["received_at"]
    return (
        _received(row),
        _ended_on_time(row),
        _received(row) and row["has_digitised"] and not row["return_by_post"],
        _handling_ms(row),
        _open_overdue(row),
        _month(_moment(placed)),
        _month(_ended(row)) or NOT_ENDED,
    )


@SETTINGS
@given(rows=ROWS)
def test_engines_and_python_agree(engines: list[Engine], rows: list[Row]) -> None:
    numbered = _load(engines, rows)
    answers = _same(
        engines,
        lambda engine: [
            *(m.value_sql(engine.dialect, bound=BOUND) for m in BOOK.values()),
            BOOK["received"].placed_month_sql(engine.dialect, alias="f"),
            BOOK["received"].ended_month_sql(engine.dialect, alias="f"),
        ],
    )
    assert answers == [_by_hand(row) for row in numbered]


def test_bound_as_parameter(engines: list[Engine]) -> None:
    styles = {"sqlite": ":bound", "postgresql": "%(bound)s", "duckdb": "$bound"}
    row = dict.fromkeys(DOSSIER, 0) | {
        c.name: False for c in DOSSIER.values() if c.type is Type.BOOLEAN
    }
    row |= {c.name: "" for c in DOSSIER.values() if c.type is Type.TEXT}
    expression = compile_expression("day(promised_at) < day(bound) and bound - 5 > received_at")
    for engine in engines:
        engine.load([row])
        where = render(expression, engine.dialect, bound=Placeholder(styles[engine.dialect]))
        sql = f"SELECT id FROM facts WHERE {where}"
        assert engine.query(sql, {"bound": BOUND}) == [(0,)]
        assert engine.query(sql, {"bound": 0}) == []
