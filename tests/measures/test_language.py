"""What the language takes, what it refuses, and how it says so."""

from __future__ import annotations

import pickle

import pytest

from phucvu.measures import MeasureErrors, Type, compile_expression
from phucvu.measures.tokens import MAX_DIGITS, MAX_LENGTH


def problem(text: str) -> str:
    """The only complaint about a text, with its place."""
    with pytest.raises(MeasureErrors) as caught:
        compile_expression(text)
    assert len(caught.value.errors) == 1, str(caught.value)
    error = caught.value.errors[0]
    return error.problem if error.position is None else f"column {error.position}: {error.problem}"


@pytest.mark.parametrize(
    ("text", "type_", "nullable"),
    [
        ("status", Type.INTEGER, False),
        ("promised_at", Type.WALL_TIME, True),
        ("coalesce(received_at, bound)", Type.WALL_TIME, False),
        ("finished_at - received_at", Type.DURATION, True),
        ("finished_at - received_at - supplement_ms", Type.DURATION, True),
        ("finished_at - supplement_ms", Type.WALL_TIME, True),
        ("supplement_ms + received_at", Type.WALL_TIME, True),
        ("received_at + 30 * 86400000", Type.WALL_TIME, True),
        ("supplement_ms * supplements", Type.DURATION, False),
        ("supplement_ms > 5 * 86400000", Type.BOOLEAN, False),
        ("coalesce(nullif(supplement_ms, 0), -1)", Type.DURATION, False),
        ("day(promised_at)", Type.DAY, True),
        ("day(promised_at) + 1", Type.DAY, True),
        ("day(promised_at) - day(received_at)", Type.INTEGER, True),
        ("month(received_at)", Type.INTEGER, True),
        ("abs(-components)", Type.INTEGER, False),
        ("nullif(fees, 0)", Type.INTEGER, True),
        ("vneid", Type.BOOLEAN, False),
        ("vneid is null", Type.BOOLEAN, False),
        ("NOT vneid AND channel IN ('online', 'post')", Type.BOOLEAN, False),
        ("promised_at is not null", Type.BOOLEAN, False),
        ("promised_at < bound", Type.BOOLEAN, True),
        ("status not between 2 and 4", Type.BOOLEAN, False),
        ("vneid = (fees > 0)", Type.BOOLEAN, False),
        ("case when vneid then received_at end", Type.WALL_TIME, True),
        ("case when vneid then 1 else 0 end", Type.INTEGER, False),
        ("case when vneid then null else 'x' end", Type.TEXT, True),
        ("procedure_name = 'Cấp giấy phép ''A''; --'", Type.BOOLEAN, False),
    ],
)
def test_types(text: str, type_: Type, nullable: bool) -> None:
    expression = compile_expression(text)
    assert (expression.type, expression.nullable) == (type_, nullable)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "promissed_at is null",
            ("column 1: unknown name 'promissed_at'; did you mean 'promised_at'?"),
        ),
        (
            "status in (7, 8) and recieved_at is null",
            ("column 22: unknown name 'recieved_at'; did you mean 'received_at'?"),
        ),
        (
            "zzz = 1",
            ("column 1: unknown name 'zzz' (a name is a column of the vocabulary or a definition)"),
        ),
        ("Status = 1", "column 1: unknown name 'Status'; did you mean 'status'?"),
        (
            "count(id)",
            (
                "column 1: 'count' is not a function of the language; did you mean 'month'?"
                " (functions: abs, coalesce, day, month, nullif)"
            ),
        ),
        (
            "load_extension('x')",
            (
                "column 1: 'load_extension' is not a function of the language"
                " (functions: abs, coalesce, day, month, nullif)"
            ),
        ),
        (
            "status(1)",
            (
                "column 1: 'status' is not a function of the language (functions: abs,"
                " coalesce, day, month, nullif)"
            ),
        ),
        ("day = 1", "column 1: 'day' is a function: write day(…)"),
        ("", "the expression is empty"),
        (" \n ", "the expression is empty"),
        ("x" * (MAX_LENGTH + 1), f"the expression is longer than {MAX_LENGTH} characters"),
        ("(" * 40, "column 25: nested deeper than 24 levels: use definitions"),
        ("not " * 500 + "vneid", "nested too deeply: use definitions"),
        ("status" + " + 1" * 400, "nested too deeply: use definitions"),
        ("status" + " + 1" * 120, "too large with its definitions inlined"),
        ("(vneid", "column 1: '(' has no closing ')'"),
        ("vneid)", "column 6: ')' without its '('"),
        ("case when vneid then 1", "column 1: 'case' has no closing 'end'"),
        ("vneid end", "column 7: 'end' without its 'case'"),
        ("code = 'x", "column 8: the text that begins here has no closing quote"),
        ("vneid and", "column 7: something is missing or too much at 'and'"),
        ("vneid\n  and status = = 1", "column 22: something is missing or too much at '='"),
        ("vneid status", "column 7: unexpected 'status'"),
        ("vneid, status", "column 6: unexpected ',' after 'vneid'"),
        ("day(promised_at, 1)", "column 19: something is missing or too much at ')'"),
        ("coalesce(status)", "column 1: coalesce() takes two values"),
        ("status in ()", "column 1: 'in' needs at least one value"),
        ("status is true", "column 1: after 'is' comes null or not null"),
        ("status = null", "column 1: null may stand only after 'is', 'then' or 'else'"),
        ("null", "null may stand only after 'is', 'then' or 'else'"),
        ("case when vneid then null end", "it is always null"),
        (
            "case status when 1 then 2 end",
            ("column 6: write 'case when x = 1 then …', not 'case x when 1 then …'"),
        ),
        ("9" * (MAX_DIGITS + 1) + " = status", "column 1: the number has more than 15 digits"),
    ],
)
def test_mistakes(text: str, complaint: str) -> None:
    assert problem(text) == complaint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("status = 'x'", "compares integer with text"),
        ("promised_at = status", "compares wall time with integer"),
        ("promised_at = 0", "compares wall time with integer"),
        ("day(promised_at) < promised_at", "compares day with wall time"),
        ("supplement_ms > supplements", "compares duration with integer"),
        ("vneid = 1", "compares boolean with integer"),
        ("status in (1, 'x')", "looks for text in a list for integer"),
        ("status between 1 and promised_at", "'between' mixes integer, integer, wall time"),
        ("code < 'x'", "text has no order here: use = or <>"),
        ("vneid >= has_digitised", "boolean has no order here: use = or <>"),
        ("code between 'a' and 'b'", "text has no order here: use = or in"),
        ("promised_at + received_at", "'+' does not go between wall time and wall time"),
        ("promised_at + status", "'+' does not go between wall time and integer"),
        ("supplement_ms - promised_at", "'-' does not go between duration and wall time"),
        ("promised_at * 2", "'*' does not go between wall time and integer"),
        ("code + 1", "'+' does not go between text and integer"),
        ("vneid + 1", "'+' does not go between boolean and integer"),
        ("-promised_at", "'-' takes integer or duration, not wall time"),
        ("abs(code)", "abs() takes integer or duration, not text"),
        ("day(status)", "day() takes a wall time, not integer"),
        ("month(supplement_ms)", "month() takes a wall time, not duration"),
        ("coalesce(status, code)", "coalesce() mixes integer, text"),
        ("nullif(status, vneid)", "nullif() mixes boolean, integer"),
        ("case when vneid then 1 else 'x' end", "the results of 'case' mix integer, text"),
        ("case when status then 1 end", "'when' takes a boolean, not integer"),
        ("vneid and status", "'and' takes a boolean, not integer"),
        ("status or vneid", "'or' takes a boolean, not integer"),
        ("not status", "'not' takes a boolean, not integer"),
        ("1 < status < 3", "compares boolean with integer"),
    ],
)
def test_types_that_do_not_go_together(text: str, complaint: str) -> None:
    assert problem(text).split(": ", 1)[1] == complaint


@pytest.mark.parametrize(
    "text",
    [
        "1); drop table register_dossier; --",
        "status = 1; delete from x",
        "status = 1 -- rest",
        "status - --1",
        "status /* x */ = 1",
        "code = 'a' or 'a' 'b' = 'ab'",
        "code = 'a\\' or 1=1'",
        "code = 'a%sb'",
        "code = 'a\x00b'",
        "code = 'a\nb'",
        "code = E'a'",
        "code = x'41'",
        "code = N'a'",
        "code = $$a$$",
        '"code" = 1',
        '"status"" or 1=1" = 1',
        "`status` = 1",
        "[status] = 1",
        "f.status = 1",
        "status = ?",
        "status = :x",
        "status = $1",
        "status = @x",
        "status = %(x)s",
        "status = {{ x }}",
        "*",
        "count(*)",
        "status in (select 1)",
        "exists (select 1)",
        "(select 1) = 1",
        "select 1",
        "status in status",
        "status = any (1)",
        "cast(status as text) = '1'",
        "status::text = '1'",
        "code || code = 'x'",
        "code like 'a'",
        "code collate nocase = 'a'",
        "status / 2 = 1",
        "status % 2 = 1",
        "status <=> 1",
        "status is distinct from 1",
        "status is not distinct from 1",
        "status == 1",
        "status as s",
        "1.5 > status",
        "1e3 > status",
        "0x1f > status",
        "current_timestamp > promised_at",
        "date '2020-01-01' = promised_at",
        "interval '1' day = supplement_ms",
        "promised_at at time zone 'utc' is null",
        "if(vneid, 1, 2) = 1",
        "ifnull(status, 1) = 1",
        "status between symmetric 1 and 2",
        "sum(status) over () = 1",
        "status # 1",
        "status & 1 = 1",
        "status\u00a0= 1 \u2028; x",
        "ſtatus = 1",
    ],
)
def test_nothing_else_gets_in(text: str) -> None:
    with pytest.raises(MeasureErrors):
        compile_expression(text)


def test_all_mistakes_of_a_text_are_named() -> None:
    with pytest.raises(MeasureErrors) as caught:
        compile_expression("foo = 1 and upper(code) = 'X' and status = ?", "definition x")
    assert [(error.where, error.position) for error in caught.value.errors] == [
        ("definition x", 1),
        ("definition x", 13),
        ("definition x", 44),
    ]
    with pytest.raises(MeasureErrors) as caught:
        compile_expression("status = 'x' and code = 1")
    assert [error.position for error in caught.value.errors] == [1, 18]


def test_positions_count_through_lines() -> None:
    with pytest.raises(MeasureErrors) as caught:
        compile_expression("vneid\n  and status = 'x'")
    assert caught.value.errors[0].position == 13


def test_errors_travel_between_processes() -> None:
    with pytest.raises(MeasureErrors) as caught:
        compile_expression("foo")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert str(again) == str(caught.value)
    assert again.errors[0].position == 1


def test_columns_are_known() -> None:
    expression = compile_expression("promised_at < bound and status = 1")
    assert expression.columns == {"promised_at", "status"}
    assert expression.mentions_bound
