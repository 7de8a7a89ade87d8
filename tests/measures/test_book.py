"""Books of measures: inlining, cycles, digests, and every mistake at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest

from phucvu.measures import DIALECTS, DOSSIER, MeasureErrors, Type, compile_book
from tests.measures.examples import CALENDAR, DEFINITIONS, MEASURES

CAL = {"placed": "received_at", "ended": "finished_at"}


def complaints(
    definitions: dict[str, str],
    measures: dict[str, object] | None = None,
    calendar: dict[str, str] | None = None,
) -> list[str]:
    with pytest.raises(MeasureErrors) as caught:
        compile_book(definitions, measures or {}, CAL if calendar is None else calendar)
    return str(caught.value).split("\n")


def test_book() -> None:
    book = compile_book(DEFINITIONS, MEASURES, CALENDAR)
    assert book.names == tuple(book) == tuple(MEASURES)
    assert [measure.name for measure in book.clock] == ["open_overdue"]
    assert len(book.counted) == len(book) - 1
    assert book["handling_ms"].value is not None
    assert book["handling_ms"].value.type is Type.DURATION
    assert book["received"].value is None
    assert "received" in book
    assert "recieved" not in book
    assert list(book.definitions) == list(DEFINITIONS)
    assert book["received"].columns == {
        "status",
        "received_at",
        "submitted_at",
        "finished_at",
        "handed_over_at",
        "refused_at",
        "supplements",
        "supplement_open_at",
    }
    with pytest.raises(KeyError, match="no measure 'recieved'; did you mean 'received'"):
        book["recieved"]


def test_sql_of_a_measure() -> None:
    book = compile_book(
        {"done": "finished_at is not null"},
        {
            "n": {"when": "done"},
            "days": {"when": "done", "sum": "day(finished_at) - day(received_at)"},
            "docs": {"when": "vneid", "sum": "components"},
        },
        CAL,
    )
    assert book["n"].value_sql("sqlite") == ("CASE WHEN finished_at IS NOT NULL THEN 1 ELSE 0 END")
    assert book["docs"].value_sql("duckdb", alias="d") == (
        "CASE WHEN d.vneid THEN d.components ELSE 0 END"
    )
    assert (
        book["days"]
        .value_sql("postgresql")
        .startswith("CASE WHEN finished_at IS NOT NULL THEN coalesce(")
    )
    assert book["n"].ended_month_sql("duckdb") == (
        "coalesce((year(epoch_ms(finished_at)) * 100 + month(epoch_ms(finished_at))), 999912)"
    )
    assert book["n"].placed_month_sql("duckdb", alias="d") == (
        "(year(epoch_ms(d.received_at)) * 100 + month(epoch_ms(d.received_at)))"
    )
    for dialect in DIALECTS:
        assert "%" not in book["days"].value_sql(dialect) + book["n"].ended_month_sql(dialect)


def test_specs_may_be_objects() -> None:
    @dataclass
    class Spec:
        when: str
        sum: str | None = None
        clock: bool = False

    book = compile_book({}, {"a": Spec("vneid"), "b": Spec("vneid", "fees")}, CAL)
    assert book["b"].value_sql("sqlite") == "CASE WHEN vneid THEN fees ELSE 0 END"


def test_digest_is_of_the_meaning() -> None:
    def digest(definitions: dict[str, str], when: str, **more: object) -> str:
        calendar = {**CAL, **more.pop("calendar", {})}  # type: ignore[dict-item]
        return compile_book(definitions, {"m": {"when": when, **more}}, calendar)["m"].digest

    plain = digest({}, "vneid and status = 1")
    assert plain == "a8a17e0410c7f237", "kept counts are found by it: it may never change"
    assert plain == digest({"a": "vneid", "b": "a and (status=1)"}, "b")
    others = [
        digest({}, "status = 1 and vneid"),
        digest({}, "vneid and status = 2"),
        digest({}, "vneid and status = 1", sum="fees"),
        digest({}, "vneid and status = 1", sum="1"),
        digest({}, "vneid and status = 1", calendar={"placed": "submitted_at"}),
        digest({}, "vneid and status = 1", calendar={"ended": "handed_over_at"}),
        digest({}, "vneid and status = 1 and promised_at < bound", clock=True),
        plain,
    ]
    assert len(set(others)) == len(others)


def test_cycles_are_named_by_their_path() -> None:
    definitions = {"a": "b and vneid", "b": "not c", "c": "a or vneid", "d": "vneid"}
    [complaint] = complaints(definitions, {"m": {"when": "a"}, "n": {"when": "d"}})
    path = complaint.split("circle: ")[1].split(" → ")
    assert path[0] == path[-1]
    assert set(path) == {"a", "b", "c"}
    assert {("a", "b"), ("b", "c"), ("c", "a")} == set(pairwise(path))
    assert complaints({"x": "x and vneid"}) == [
        "definition x: the definitions go in a circle: x → x"
    ]


def test_one_mistake_gives_one_message() -> None:
    definitions = {"user": "nested and vneid", "nested": "bad", "bad": "statos = 1"}
    measures: dict[str, object] = {"m": {"when": "user and not bad"}, "n": {"when": "user = 1"}}
    assert complaints(definitions, measures) == [
        "definition bad, column 1: unknown name 'statos'; did you mean 'status'?"
    ]


def test_every_mistake_of_a_book() -> None:
    definitions = {"one": "status = 'x'", "fine": "status = 1", "two": "upper(code) = 'X'"}
    measures: dict[str, object] = {
        "a": {"when": "status"},
        "b": {"sum": "1"},
        "c": {"when": "fine", "sum": "code"},
        "d": {"when": "promised_at < bound"},
        "e": {"when": "fine", "clock": True},
        "f": {"when": "fine", "clock": "yes"},
        "g": {"when": True},
        "h": {"when": "fin"},
    }
    assert complaints(definitions, measures, {"placed": "day(bound)"}) == [
        "definition one, column 1: compares integer with text",
        (
            "definition two, column 1: 'upper' is not a function of the language (functions: abs,"
            " coalesce, day, month, nullif)"
        ),
        "calendar placed: must be wall time, not day",
        "calendar ended: is missing",
        "measure a: must be boolean, not integer",
        "measure b: has no 'when'",
        "measure c, sum: must be integer or duration, not text",
        "measure d: it depends on 'bound', so it cannot be counted: set clock: true",
        "measure e: it does not depend on 'bound', so it can be counted: drop clock",
        "measure f: 'clock' is true or false, not 'yes'",
        "measure g: must be a text, not True",
        "measure h, column 1: unknown name 'fin'; did you mean 'fine'?",
    ]
    assert complaints({}, {}, {"placed": "bound", "ended": "bound"}) == [
        "calendar placed: may not depend on 'bound'",
        "calendar ended: may not depend on 'bound'",
    ]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Status2", "a name has small letters, digits and _, and begins with a letter"),
        ("a b", "a name has small letters, digits and _, and begins with a letter"),
        ("x; drop", "a name has small letters, digits and _, and begins with a letter"),
        ("status", "'status' is already a column of the vocabulary"),
        ("bound", "'bound' is a word of the language"),
        ("case", "'case' is a word of the language"),
        ("day", "'day' is a word of the language"),
        ("current_date", "'current_date' is a word of the language"),
        ("select", "'select' is a word of the language"),
    ],
)
def test_names_of_definitions(name: str, problem: str) -> None:
    assert complaints({name: "vneid"}) == [f"definition {name}: {problem}"]


def test_definitions_cannot_explode() -> None:
    definitions = {"d0": "vneid and status = 1"}
    for i in range(1, 60):
        definitions[f"d{i}"] = f"not d{i - 1} or not d{i - 1}"
    assert all("too large" in complaint for complaint in complaints(definitions))


def test_vocabulary_is_the_contract() -> None:
    assert len(DOSSIER) == 46
    assert all(c.meaning_en and c.meaning_vi for c in DOSSIER.values())
    nullable = {c.name for c in DOSSIER.values() if c.nullable}
    assert nullable == {c.name for c in DOSSIER.values() if c.type is Type.WALL_TIME}
