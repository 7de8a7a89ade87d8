"""Reading the CSV, the register and the command's exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from phucvu.portal import PublishedTableError, RegisterError, read_table, shipped_register
from phucvu.portal.commands import portal
from phucvu.portal.register import parse_register
from phucvu.portal.table import parse_table

from .test_check import GOOD, HEADER, row


def test_bad_rows_are_reported_and_the_rest_goes_on() -> None:
    table = parse_table(
        HEADER
        + GOOD[0]
        + row("1.1", "x,89,0,0,6")
        + row("1.1", "1,-3,0,0,6")
        + row("1.1", "1,2,NaN,0,6")
        + row("1.1", '1,2,"0,5",0,6')
        + "s,2026-13,VN,H44,N,PROVINCE,1.1,x,1,2,0,0,6,\n"
        + "s,2026,VN,,N,PROVINCE,1.1,x,1,2,0,0,6,\n"
        + "s,2026,VN\n"
        + "\n"
        + GOOD[1]
        + GOOD[1]
    )
    assert [r.indicator for r in table.rows] == ["CKMB", "1.1"]
    assert [(b.line, b.column) for b in table.bad_rows] == [
        (3, "numerator"),
        (4, "denominator"),
        (5, "ratio"),
        (6, "ratio"),
        (7, "period"),
        (8, "unit_code"),
        (9, "-"),
        (12, "indicator"),
    ]
    assert "expected a whole number of 0 or more, found 'x'" in str(table.bad_rows[0])


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(PublishedTableError, match="lacks the columns numerator"):
        parse_table(HEADER.replace("numerator", "top") + GOOD[0])
    with pytest.raises(PublishedTableError, match="is empty"):
        parse_table("")
    with pytest.raises(PublishedTableError, match="more than once"):
        parse_table(HEADER.replace("unit_name", "unit_code"))
    with pytest.raises(PublishedTableError, match="cannot be read"):
        read_table(tmp_path / "nothing.csv")
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + b"\xff\xfe")
    with pytest.raises(PublishedTableError, match="cannot be read"):
        read_table(tmp_path / "latin.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "not readable as YAML"),
        ("a: 1", "expected a list"),
        ("contradictions: [{unit: H1}]", "entry 1: .*lacking"),
        ("contradictions: [x]", "expected a mapping"),
    ],
)
def test_register_errors(text: str, message: str) -> None:
    with pytest.raises(RegisterError, match=message):
        parse_register(text, "r.yaml")


def test_the_register_holds_the_portals_own_contradictions_only() -> None:
    found = {(e.unit, e.indicator, e.what) for e in shipped_register()}
    assert found == {
        *((unit, "CKMB", what) for unit in ("H55", "H56") for what in ("points", "ratio")),
        *((unit, i, "same_denominator") for unit in ("H17", "H01") for i in ("4.1", "5.3")),
        *(("VN", group, "ratio") for group in ("ONLINE_SERVICE", "MDHL", "MDSH")),
    }


def invoke(path: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(portal, ["check", str(path), *options])
    return result.exit_code, result.output


def test_exit_codes(tmp_path: Path) -> None:
    good, wrong, bad = tmp_path / "good.csv", tmp_path / "wrong.csv", tmp_path / "bad.csv"
    good.write_text(HEADER + "".join(GOOD), encoding="utf-8")
    wrong.write_text(HEADER + row("1.1", "1,2,50,4,6"), encoding="utf-8")
    bad.write_text(HEADER + GOOD[0] + row("1.1", "x,2,50,4,6"), encoding="utf-8")
    code, output = invoke(good)
    assert code == 0
    assert "No unexplained difference" in output
    code, output = invoke(wrong)
    assert code == 1
    assert "published 4, computed 3.00" in " ".join(output.split())
    assert invoke(bad)[0] == 1
    for broken in (tmp_path / "none.csv", tmp_path):
        assert invoke(broken)[0] == 2
    (tmp_path / "empty.csv").write_text(HEADER, encoding="utf-8")
    assert invoke(tmp_path / "empty.csv")[0] == 2
    assert invoke(good, "--edition", "nonsense")[0] == 2
    assert invoke(good, "--register", str(wrong))[0] == 2


def test_json(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(HEADER + row("1.1", "1,2,50,4,6"), encoding="utf-8")
    code, output = invoke(path, "--json")
    assert code == 1
    data = json.loads(output)
    assert data["clean"] is False
    assert data["indicators"]["1.1"] == {
        "matched": 1,
        "different": 1,
        "known": 0,
        "not_computable": 0,
    }
    assert data["differences"][0]["computed"] == "3.00"


def test_the_shared_file_is_clean(shared: Path) -> None:
    code, output = invoke(shared / "data" / "portal" / "portal_2026.csv", "--json")
    assert code == 0
    data = json.loads(output)
    assert len(data["known_contradictions"]) == 11
    assert data["differences"] == data["stale"] == data["bad_rows"] == []
