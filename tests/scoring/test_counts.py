"""The grammar of `count:` and how *not provided* travels through it."""

from __future__ import annotations

import pytest

from phucvu.scoring import CountError, CountExpression


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a + b - c", {"a": 5, "b": 3, "c": 2}, 6),
        ("a", {"a": 0}, 0),
        ("a + b", {"a": 5}, None),
        ("a - b", {"a": 5, "b": None}, None),
        ("max(a, b)", {"a": 5, "b": 7}, 7),
        ("max(a, b)", {"a": 5, "b": None}, 5),
        ("max(a, b)", {"a": None}, None),
        ("max(a + b, c) - d", {"a": 1, "b": 2, "c": 1, "d": 1}, 2),
        ("procedures(b, a)", {"procedures(a, b)": 4, "a": 9, "b": 9}, 4),
        ("procedures(a)", {"a": 9}, None),
        ("procedures(a) + procedures(b)", {"procedures(a)": 4, "procedures(b)": 2}, 6),
        ("units(commune, b, a)", {"units(commune, a, b)": 4}, 4),
        ("units(commune)", {"units(commune)": 9}, 9),
        ("units(commune, a)", {"a": 9}, None),
        ("a + units(commune)", {"a": 1, "units(commune)": 9}, 10),
        ("units()", {}, "error"),
        ("units(commune, a + b)", {}, "error"),
        ("procedures()", {}, "error"),
        ("procedures(a + b)", {}, "error"),
        ("procedures(max(a, b))", {}, "error"),
        ("procedures(a", {}, "error"),
        ("procedures(a,)", {}, "error"),
        ("max + 1x", {}, "error"),
        ("max(a", {}, "error"),
        ("a b", {}, "error"),
        ("a +", {}, "error"),
        ("a * b", {}, "error"),
        ("min(a, b)", {}, "error"),
        ("", {}, "error"),
    ],
)
def test_evaluate(text: str, values: dict[str, int | None], expected: object) -> None:
    if expected == "error":
        with pytest.raises(CountError):
            CountExpression.parse(text)
    else:
        assert CountExpression.parse(text).evaluate(values) == expected


def test_names_and_errors() -> None:
    assert CountExpression.parse("max(a, b) + a - c").names == ("a", "b", "c")
    count = CountExpression.parse("max(a, b) + procedures(d, c, d) - procedures(c, d)")
    assert count.names == ("a", "b")
    assert [term.name for term in count.procedures] == ["procedures(c, d)"]
    assert count.mentioned == {"a", "b", "c", "d"}
    count = CountExpression.parse("units(commune, a) + units(commune)")
    assert count.names == ()
    assert [term.name for term in count.units] == ["units(commune, a)", "units(commune)"]
    assert count.mentioned == {"a"}
    with pytest.raises(CountError, match=r"'\*' at position 3"):
        CountExpression.parse("a * b")
