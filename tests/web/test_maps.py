"""The map of results: what it colours, its table, its shapes."""

from __future__ import annotations

import json
import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from phucvu.units.models import Kind
from phucvu.web.view_models.maps import CODE, short_name
from tests.dossiers import unit
from tests.web.conftest import state
from tests.web.test_pages import get, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def units_on(page: str) -> dict[str, dict[str, Any]]:
    found = re.search(r'data-map="([^"]*)"', page)
    assert found is not None
    data = json.loads(unescape(found.group(1)))
    units = [dict(zip(data["fields"], values, strict=True)) for values in data["units"]]
    for each in units:
        band = [None, None] if each["band"] is None else data["bands"][each["band"]]
        each["band"], each["fill"] = band
        each["page"] = data["page"].replace(CODE, each["code"])
        each["inside"] = data["inside"].replace(CODE, each["code"]) if each["inside"] else ""
    return {each["code"]: each for each in units}


def test_units_are_coloured_by_a_group_and_by_a_component(
    client: Client, country: SimpleNamespace
) -> None:
    by_group = units_on(get(client, "/ban-do/VN/?ky=2026&chi-so=TDGQ"))
    # 358,660 of 405,424 is 88.47 %: 17.69 of 20 points.
    assert by_group["H20"]["text"] == "17,69 / 20"
    assert by_group["H20"]["band"] == "Tốt"
    assert by_group["H20"]["place"] == 1
    assert by_group["H40"]["text"] == "0,00 / 20"
    assert by_group["H40"]["band"] == "Yếu"
    by_component = units_on(get(client, "/ban-do/VN/?ky=2026&chi-so=2.1"))
    assert by_component["H20"]["text"] == "88,47\N{NO-BREAK SPACE}%"
    assert by_component["H20"]["brief"] == "88"


def test_a_unit_without_a_figure_is_there_and_has_no_colour(
    client: Client, country: SimpleNamespace
) -> None:
    page = get(client, "/ban-do/VN/?ky=2026")
    silent = units_on(page)["H30"]
    assert silent["fill"] is None
    assert silent["place"] is None
    assert silent["text"] == "chưa cung cấp"
    assert "Chưa có số liệu" in text_of(page)


def test_equal_values_share_a_place(client: Client, country: SimpleNamespace) -> None:
    twin = unit("H50", country.top, Kind.PROVINCE)
    state(twin, "2.1", 358_660, 405_424)
    found = units_on(get(client, "/ban-do/VN/?ky=2026&chi-so=2.1"))
    assert [found[code]["place"] for code in ("H20", "H50", "H40")] == [1, 1, 3]


def test_a_unit_with_units_below_opens_to_the_map_inside(
    client: Client, country: SimpleNamespace
) -> None:
    unit("H20.01", country.good, Kind.COMMUNE)
    found = units_on(get(client, "/ban-do/VN/?ky=2026&chi-so=2.1"))
    assert found["H20"]["inside"] == "/ban-do/H20/?ky=2026&chi-so=2.1"
    assert found["H20"]["page"] == "/don-vi/H20/?ky=2026"
    assert found["H30"]["inside"] == ""
    assert "H20.01" in units_on(get(client, found["H20"]["inside"]))


def test_the_communes_of_the_whole_country_are_one_map(
    client: Client, country: SimpleNamespace
) -> None:
    below = [unit(f"H{n}.01", top, Kind.COMMUNE) for n, top in enumerate([country.good] * 3)]
    state(below[0], "2.1", 9, 10)
    page = get(client, "/ban-do/VN/?ky=2026&chi-so=2.1&loai=commune")
    found = units_on(page)
    assert set(found) == {"H0.01", "H1.01", "H2.01"}
    assert (found["H0.01"]["text"], found["H1.01"]["fill"]) == ("90,00\N{NO-BREAK SPACE}%", None)
    for form in ("csv", "json", "xlsx", "parquet"):
        file = f"/du-lieu/diem/VN/2026.{form}?loai=commune"
        assert f'href="{file}"' in page
        assert client.get(file).status_code == 200
    answer = client.get("/ban-do/VN/hinh.geojson?loai=commune")
    assert {each["properties"]["code"] for each in answer.json()["features"]} == set(found)


def test_the_table_is_sorted_as_asked(client: Client, country: SimpleNamespace) -> None:
    def order(sort: str) -> list[str]:
        page = get(client, f"/ban-do/VN/?ky=2026&chi-so=2.1&sap-xep={sort}")
        return re.findall(r'data-map-row="([^"]+)"', page)

    assert order("gia-tri") == ["H20", "H40", "H30"]
    assert order("-gia-tri") == ["H40", "H20", "H30"]
    assert order("-ten") == ["H40", "H30", "H20"]


def test_shapes_carry_the_codes_of_the_units(client: Client, country: SimpleNamespace) -> None:
    answer = client.get("/ban-do/VN/hinh.geojson?loai=province")
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert "public" in answer.headers["Cache-Control"]
    codes = {each["properties"]["code"] for each in answer.json()["features"]}
    assert codes == {"H20", "H30", "H40"}


@pytest.mark.parametrize(
    "address",
    ["/ban-do/XX/", "/ban-do/VN/?loai=commune", "/ban-do/H30/hinh.geojson", "/ban-do/VN/?ky=x"],
)
def test_what_is_not_there_is_a_404(client: Client, country: SimpleNamespace, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("UBND tỉnh An Giang", "An Giang"),
        ("UBND Thành phố Huế", "Huế"),
        ("Phường 1", "Phường 1"),
        ("Xã Long Sơn", "Long Sơn"),
        ("Phòng Nội vụ", "Phòng Nội vụ"),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short
