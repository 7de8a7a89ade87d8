"""A cell of a published file that is changed beside the figures is noticed, and named."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from phucvu.portal.check import check
from phucvu.portal.register import shipped_register
from phucvu.portal.table import PublishedTable, parse_table
from phucvu.scorecards import load

Cells = list[dict[str, str]]


@pytest.fixture(scope="module")
def published(shared: Path) -> Cells:
    """The official file."""
    with (shared / "data/portal/portal_2026.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def table_of(rows: Cells) -> PublishedTable:
    lines = [",".join(rows[0])]
    lines += [",".join(f'"{cell}"' for cell in row.values()) for row in rows]
    return parse_table("\n".join(lines))


def noticed(rows: Cells) -> list[tuple[str, str]]:
    """The columns and messages of what contradicts, once the arithmetic is done."""
    report = check(table_of(rows), load("qd766-portal-2026").scorecard, shipped_register())
    return [(bad.column, bad.message) for bad in report.bad_rows]


def test_the_official_file_contradicts_nothing(published: Cells) -> None:
    assert noticed(published) == []


def _other_snapshot(rows: Cells, at: int) -> None:
    rows[at]["snapshot"] = "provinces-2026-10-11"


def _known_snapshot(rows: Cells, at: int) -> None:
    rows[at]["snapshot"] = "gialai-h2101-2026-09-29"


def _code(rows: Cells, at: int) -> None:
    rows[at]["portal_code"] = "PUBLISH_LATE"


def _name(rows: Cells, at: int) -> None:
    rows[at]["unit_name"] += " (mới)"


def _level(rows: Cells, at: int) -> None:
    rows[at]["unit_level"] = "COMMUNE"


def _parent(rows: Cells, at: int) -> None:
    rows[at]["parent_code"] = "H99"


def _flag(rows: Cells, at: int) -> None:
    rows[at] |= {"quality_flag": "NUMERATOR_NOT_PUBLISHED", "numerator": "7"}


def _row(rows: Cells, at: int) -> None:
    del rows[at]


CHANGES: dict[Callable[[Cells, int], None], str] = {
    _other_snapshot: "indicator", _known_snapshot: "indicator", _code: "portal_code",
    _name: "unit_name", _level: "unit_level", _parent: "parent_code", _flag: "quality_flag",
    _row: "indicator",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__[1:])
def test_a_change_beside_the_figures_is_noticed(
    published: Cells, change: Callable[[Cells, int], None]
) -> None:
    provinces = [at for at, row in enumerate(published) if row["unit_level"] == "PROVINCE"
                 and row["snapshot"] == "provinces-2026-10-10"
                 and row["indicator"][0].isdigit()]  # fmt: skip
    for at in random.Random(766).sample(provinces, 3):
        rows = [dict(row) for row in published]
        change(rows, at)
        columns = {column for column, _message in noticed(rows)}
        assert CHANGES[change] in columns, (change.__name__, published[at])


@pytest.mark.parametrize("unit", ["H01", "H44"])
def test_a_unit_that_is_missing_is_named(published: Cells, unit: str) -> None:
    rows = [row for row in published
            if (row["snapshot"], row["unit_code"]) != ("provinces-2026-10-10", unit)]  # fmt: skip
    assert len(rows) < len(published)
    assert [(column, unit in message) for column, message in noticed(rows)] == [("unit_code", True)]


def test_without_a_code_or_flag_there_is_nothing_to_contradict(published: Cells) -> None:
    rows = [row | {"portal_code": "", "quality_flag": ""} for row in published]
    assert noticed(rows) == []
