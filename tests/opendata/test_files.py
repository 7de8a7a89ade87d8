"""Every figure shown can be had as a file, in every form, exactly."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from phucvu.changes.publishing import publish
from phucvu.facts.figures import Source
from phucvu.opendata.columns import SCORES, STATES
from phucvu.results.boards import unit_score
from phucvu.scoring import Period
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree
from tests.dossiers import dossier, store, unit
from tests.figures import stated
from tests.web.conftest import AS_OF, state

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BOARD = "/du-lieu/diem/VN/2026"
NAMES = [column.name for column in SCORES]


def body(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, (address, response.content)
    return response.getvalue()


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    text = body(client, address).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def only(rows: list[dict[str, Any]], **wanted: str) -> dict[str, Any]:
    (found,) = [row for row in rows if all(row[k] == v for k, v in wanted.items())]
    return found


def test_a_board_has_the_total_every_group_and_component_of_every_unit(
    client: Client, country: SimpleNamespace
) -> None:
    rows = rows_of(client, f"{BOARD}.csv")
    card = unit_score(load_tree().by_code("H20"), Period.parse("2026")).edition.scorecard  # type: ignore[arg-type]

    assert list(rows[0]) == NAMES
    assert len(rows) == 3 * (1 + len(card.groups) + len(card.indicators))
    found = only(rows, unit="H20", component="2.1")
    assert (found["numerator"], found["denominator"]) == ("358660", "405424")
    assert (found["ratio"], found["points"], found["maximum"]) == ("88.47", "17.69", "20")
    assert (found["state"], found["source"], found["how"]) == ("value", "published", "own")
    assert found["as_of"] == "2026-10-10T08:30:00+07:00"
    assert only(rows, unit="H20", component="1.4")["flags"] == "TEMP_NATIONAL_REPORT_DENOMINATOR"
    assert {row["state"] for row in rows} <= set(STATES)


def test_what_nobody_gave_is_empty_and_a_zero_is_a_zero(
    client: Client, country: SimpleNamespace
) -> None:
    rows = rows_of(client, f"{BOARD}.csv")

    silent = only(rows, unit="H30", level="total")
    assert (silent["points"], silent["state"], silent["rank"]) == ("", "not_provided", "")
    zero = only(rows, unit="H40", component="2.1")
    assert (zero["numerator"], zero["ratio"], zero["points"]) == ("0", "0.00", "0.00")
    assert only(rows, unit="H40", level="total")["state"] == "partial"
    assert only(rows, unit="H30", component="2.1")["numerator"] == ""


def test_every_form_says_the_same(client: Client, country: SimpleNamespace) -> None:
    plain = rows_of(client, f"{BOARD}.csv")
    document = json.loads(body(client, f"{BOARD}.json"), parse_float=Decimal)
    table = pq.read_table(io.BytesIO(body(client, f"{BOARD}.parquet")))
    book = CalamineWorkbook.from_object(io.BytesIO(body(client, f"{BOARD}.xlsx")))
    sheet = book.get_sheet_by_name("Số liệu").to_python()

    assert document["columns"] == table.column_names == sheet[0] == NAMES
    assert document["about"]["licence"] == "CC BY 4.0"
    assert table.schema.metadata[b"licence"] == b"CC BY 4.0"
    parquet = table.to_pylist()
    assert len(plain) == len(document["rows"]) == len(parquet) == len(sheet) - 1
    for text, found, packed, cells in zip(plain, document["rows"], parquet, sheet[1:], strict=True):
        shown = dict(zip(NAMES, cells, strict=True))
        for name in ("numerator", "denominator", "ratio", "points", "maximum"):
            expected = None if text[name] == "" else Decimal(text[name])
            assert found[name] == packed[name] == expected
            assert shown[name] == ("" if expected is None else float(expected))
        for name in ("unit", "unit_name", "state", "band"):
            assert (found[name] or "") == (packed[name] or "") == shown[name] == text[name]


def test_a_unit_with_counted_figures_says_so(client: Client, country: SimpleNamespace) -> None:
    found = only(rows_of(client, "/du-lieu/don-vi/VT/2026.csv"), component="2.1")

    assert (found["source"], found["how"], found["simulated"]) == ("counted", "pooled", "true")
    assert (found["unit"], found["parent"], found["numerator"]) == ("VT", "", "1")


def test_a_board_can_be_narrowed(client: Client, country: SimpleNamespace) -> None:
    rows = rows_of(client, f"{BOARD}.csv?loai=province&chi-so=2.1")

    assert {row["component"] for row in rows} == {"2.1"} and len(rows) == 3
    assert rows_of(client, f"{BOARD}.csv?loai=commune") == []


def test_communes_further_below_are_one_file(client: Client, country: SimpleNamespace) -> None:
    for number, province in enumerate([country.good, country.zero]):
        state(unit(f"X{number}", province, Kind.COMMUNE), "2.1", 9 + number, 10)

    rows = rows_of(client, f"{BOARD}.csv?loai=commune&chi-so=2.1")

    assert [(row["unit"], row["parent"], row["ratio"]) for row in rows] == [
        ("X1", "H40", "100.00"), ("X0", "H20", "90.00"),
    ]  # fmt: skip
    named = client.get(f"{BOARD}.xlsx?loai=commune")["Content-Disposition"]
    assert 'filename="diem-VN-2026-commune.xlsx"' in named


def test_text_never_becomes_a_formula(client: Client, country: SimpleNamespace) -> None:
    for name in ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx"):
        Unit.objects.filter(code="H20").update(name=name)
        row = only(rows_of(client, f"{BOARD}.csv"), unit="H20", level="total")
        assert row["unit_name"] == f"'{name}"
        book = CalamineWorkbook.from_object(io.BytesIO(body(client, f"{BOARD}.xlsx")))
        cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row]
        assert name in cells


def test_a_moment_leaves_out_what_was_stated_later(
    client: Client, country: SimpleNamespace
) -> None:
    stated(
        unit=country.good, period="2026", indicator="2.1", numerator=1, denominator=2,
        source=Source.PUBLISHED, as_of=AS_OF + timedelta(days=30),
    )  # fmt: skip

    now = only(rows_of(client, f"{BOARD}.csv"), unit="H20", component="2.1")
    then = rows_of(client, f"{BOARD}.csv?tai=2026-10-10T08:30:00%2B07:00")

    assert now["numerator"] == "1"
    assert only(then, unit="H20", component="2.1")["numerator"] == "358660"


@pytest.mark.parametrize(
    "address",
    [
        f"{BOARD}.docx",
        "/du-lieu/diem/KHONG/2026.csv",
        "/du-lieu/diem/VN/2026-13.csv",
        f"{BOARD}.csv?tai=hom-qua",
        f"{BOARD}.csv?loai=xyz",
        f"{BOARD}.csv?chi-so=9.9",
    ],
)
def test_an_address_that_means_nothing_is_not_found(
    client: Client, country: SimpleNamespace, address: str
) -> None:
    assert client.get(address).status_code == 404


def test_whoever_has_a_file_need_not_load_it_again(
    client: Client, country: SimpleNamespace
) -> None:
    publish([country.good.id])
    first = client.get(f"{BOARD}.csv")
    known = {"If-None-Match": first["ETag"]}
    since = {"If-Modified-Since": first["Last-Modified"]}

    assert client.get(f"{BOARD}.csv", headers=known).status_code == 304
    assert client.get(f"{BOARD}.csv", headers=since).status_code == 304
    assert client.get(f"{BOARD}.json", headers=known).status_code == 200
    assert first["Cache-Control"] == "public, max-age=60"
    assert first["Access-Control-Allow-Origin"] == "*"
    assert "license" in first["Link"]
    assert not first.cookies

    state(country.good, "3.6", 1, 2)
    publish([country.good.id])
    assert client.get(f"{BOARD}.csv", headers=known).status_code == 200
    Unit.objects.filter(code="H20").update(name="Tên mới")
    renamed = client.get(f"{BOARD}.csv", headers=known)
    assert renamed.status_code == 200 and "Tên mới".encode() in renamed.getvalue()


def test_one_version_has_the_same_bytes(client: Client, country: SimpleNamespace) -> None:
    address = "/du-lieu/don-vi/VT/2026.csv"
    first, second = client.get(address), client.get(address)
    if first["ETag"] == second["ETag"]:  # not so across the turn of a minute
        assert first.getvalue() == second.getvalue()
    assert datetime.fromisoformat(rows_of(client, address)[0]["as_of"])


def test_no_file_holds_the_code_of_a_dossier(
    client: Client, country: SimpleNamespace, settings: Any
) -> None:
    settings.PHUCVU_SMALLEST_CELL = 0
    for name in ("2026", "2026/dien-bien", "2026/thu-tuc"):
        for form in ("csv", "json"):
            content = body(client, f"/du-lieu/don-vi/VT.26506/{name}.{form}")
            assert b"VT.26506-1" not in content and b"VT.26506-2" not in content


def test_small_cells_are_hidden_by_procedure(
    client: Client, country: SimpleNamespace, settings: Any
) -> None:
    store(*(dossier(f"VT.26506-A{n}", country.ward, "2026-03-02", procedure_code="9.1")
            for n in range(7)))  # fmt: skip
    address = "/du-lieu/don-vi/VT.26506/2026/thu-tuc.csv"
    rows = [row for row in rows_of(client, address) if row["component"] == "3.3"]
    small = next(row for row in rows if row["procedure"] != "9.1")

    assert small["state"] == "suppressed"
    assert small["numerator"] == small["denominator"] == small["ratio"] == ""
    # Nor can it be found as what the others leave of the unit's own figure.
    assert only(rows, procedure="9.1")["state"] == "suppressed"

    settings.PHUCVU_SMALLEST_CELL = 2
    shown = [row for row in rows_of(client, address) if row["component"] == "3.3"]
    assert [row["denominator"] for row in shown] == ["2", "7"] or [
        row["denominator"] for row in shown
    ] == ["7", "2"]
    assert {row["state"] for row in shown} == {"value"}
