"""The SQL itself, as a person would read it in a query log."""

from __future__ import annotations

import pytest

from phucvu.measures import DIALECTS, Dialect, Placeholder, compile_expression, render


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("status in (7,8)", "status IN (7, 8)"),
        ("not status in (7, 8)", "status NOT IN (7, 8)"),
        ("promised_at is not null", "promised_at IS NOT NULL"),
        ("status not between 2 and 3", "status NOT BETWEEN 2 AND 3"),
        ("vneid", "vneid"),
        ("not vneid", "NOT vneid"),
        ("not (vneid and population_db)", "NOT (vneid AND population_db)"),
        ("not not vneid", "NOT (NOT vneid)"),
        ("not status = 1", "NOT (status = 1)"),
        ("(vneid and status=1) or fees>0", "(vneid AND status = 1) OR fees > 0"),
        (
            "vneid and (status=1 or (fees>0 or payment!=0))",
            "vneid AND (status = 1 OR fees > 0 OR payment <> 0)",
        ),
        ("vneid = (fees > 0)", "vneid = (fees > 0)"),
        ("(status = 1) is null", "(status = 1) IS NULL"),
        ("finished_at - (received_at + supplement_ms)",) * 2,
        ("finished_at - received_at - supplement_ms",) * 2,
        ("(finished_at - received_at) * 2",) * 2,
        ("abs( supplement_ms-(-5) )", "abs(supplement_ms - (-5))"),
        (
            "case when vneid then 'it''s' when status=1 then channel else null end",
            "CASE WHEN vneid THEN 'it''s' WHEN status = 1 THEN channel ELSE NULL END",
        ),
        ("coalesce(nullif(code, ''), 'x')",) * 2,
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_same_on_every_engine(text: str, sql: str, dialect: Dialect) -> None:
    assert render(compile_expression(text), dialect) == sql


@pytest.mark.parametrize(
    ("text", "sqlite", "postgresql", "duckdb"),
    [
        (
            "coalesce(vneid, false) or true",
            "coalesce(vneid, 0) OR 1",
            *["coalesce(vneid, FALSE) OR TRUE"] * 2,
        ),
        (
            "fees * 86400000 * 30",
            "fees * 86400000 * 30",
            *["CAST(fees AS BIGINT) * 86400000 * 30"] * 2,
        ),
        ("2 - -fees", "2 - (-fees)", *["CAST(2 AS BIGINT) - (-fees)"] * 2),
        (
            "day(promised_at)",
            "(promised_at + 86400000000000) / 86400000 - 1000000",
            "(promised_at + 86400000000000) / 86400000 - 1000000",
            "(promised_at + 86400000000000) // 86400000 - 1000000",
        ),
        (
            "day(finished_at - supplement_ms) + 2 <= day(promised_at)",
            (
                "(finished_at - supplement_ms + 86400000000000) / 86400000 - 1000000 + 2"
                " <= (promised_at + 86400000000000) / 86400000 - 1000000"
            ),
            (
                "(finished_at - supplement_ms + 86400000000000) / 86400000 - 1000000 + 2"
                " <= (promised_at + 86400000000000) / 86400000 - 1000000"
            ),
            (
                "(finished_at - supplement_ms + 86400000000000) // 86400000 - 1000000 + 2"
                " <= (promised_at + 86400000000000) // 86400000 - 1000000"
            ),
        ),
        (
            "month(received_at)",
            (
                "CAST(replace(substr(date(((received_at + 86400000000000) / 86400000 - 1000000)"
                " * 86400, 'unixepoch'), 1, 7), '-', '') AS INTEGER)"
            ),
            (
                "CAST(to_char(TIMESTAMP '1970-01-01' + ((received_at + 86400000000000) / 86400000"
                " - 1000000) * INTERVAL '1 day', 'YYYYMM') AS BIGINT)"
            ),
            "(year(epoch_ms(received_at)) * 100 + month(epoch_ms(received_at)))",
        ),
    ],
)
def test_each_engine(text: str, sqlite: str, postgresql: str, duckdb: str) -> None:
    rendered = [render(compile_expression(text), dialect) for dialect in DIALECTS]
    assert rendered == [sqlite, postgresql, duckdb]


def test_alias_stands_before_columns_only() -> None:
    expression = compile_expression("promised_at < bound and coalesce(code, 'code') = 'code'")
    assert render(expression, "sqlite", bound=7, alias="d") == (
        "d.promised_at < 7 AND coalesce(d.code, 'code') = 'code'"
    )


def test_bound() -> None:
    expression = compile_expression("promised_at < bound")
    assert render(expression, "postgresql", bound=1786000000000) == "promised_at < 1786000000000"
    assert render(expression, "postgresql", bound=5) == "promised_at < CAST(5 AS BIGINT)"
    assert render(expression, "sqlite", bound=-5) == "promised_at < (-5)"
    named = Placeholder("%(bound)s")
    assert render(expression, "sqlite", bound=named) == "promised_at < %(bound)s"
    assert render(expression, "duckdb", bound=Placeholder("$bound")) == (
        "promised_at < CAST($bound AS BIGINT)"
    )
    assert render(compile_expression("vneid"), "sqlite") == "vneid"


@pytest.mark.parametrize("bound", [None, True, 1.0, "1", "1; drop table x", 10**18])
def test_impossible_bounds(bound: object) -> None:
    with pytest.raises(ValueError, match="bound"):
        render(compile_expression("promised_at < bound"), "sqlite", bound=bound)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["x", "1", "%(bound)s or 1", "? -- ", "'x'", ""])
def test_impossible_placeholders(text: str) -> None:
    with pytest.raises(ValueError, match="not a placeholder"):
        Placeholder(text)


def test_unknown_dialect_and_alias() -> None:
    with pytest.raises(ValueError, match="no dialect 'oracle'"):
        render(compile_expression("vneid"), "oracle")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="alias"):
        render(compile_expression("vneid"), "sqlite", alias="d; --")
