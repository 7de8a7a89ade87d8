"""Boundaries: read, checked, matched, simplified, given out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from shapely.geometry import shape

from phucvu.units import boundaries
from phucvu.units.boundaries import BoundaryError, Shape, read
from phucvu.units.commands import units
from phucvu.units.models import Boundary, Kind, Unit
from phucvu.units.tree import load_tree
from tests.dossiers import unit

DAY = date(2026, 1, 1)
Ring = Sequence[tuple[float, float]]


def square(x: float, y: float, side: float = 1.0) -> list[tuple[float, float]]:
    """Clockwise, as no outer ring should be."""
    return [(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)]


def feature(code: str, *rings: Ring, name: str = "") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name},
        "geometry": {"type": "MultiPolygon", "coordinates": [[list(ring)] for ring in rings]},
    }


def shapes(*features: dict[str, Any]) -> list[Shape]:
    return read(json.dumps({"type": "FeatureCollection", "features": features}), "map.json")


def test_rings_turn_the_way_the_standard_says() -> None:
    (found,) = shapes(feature("1", square(105, 10)))

    assert found.territory is not None
    assert found.territory.geoms[0].exterior.is_ccw
    assert found.territory.area == 1


def test_topojson_is_the_same_territory() -> None:
    # Two squares side by side; the border between them is one arc, walked both ways.
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [100, 10]},
        "arcs": [[[2, 0], [0, 2]], [[2, 2], [-2, 0], [0, -2], [2, 0]],
                 [[2, 0], [2, 0], [0, 2], [-2, 0]]],
        "objects": {"data": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "id": "1", "arcs": [[0, 1]]},
            {"type": "MultiPolygon", "properties": {"code": "2"}, "arcs": [[[2, -1]]]},
        ]}},
    }  # fmt: skip

    left, right = read(json.dumps(topology), "map.json")

    assert (left.code, right.code) == ("1", "2")
    assert left.territory is not None
    assert right.territory is not None
    assert left.territory.bounds == (100, 10, 101, 11)
    assert right.territory.bounds == (101, 10, 102, 11)


@pytest.mark.parametrize("text", ["", "{}", '{"type": "Feature"}', '{"type":"Topology"}', "[1]"])
def test_what_is_no_map_is_refused(text: str) -> None:
    with pytest.raises(BoundaryError, match=r"map\.json"):
        read(text, "map.json")
    with pytest.raises(BoundaryError, match=r"map\.json"):
        read('{"type": "FeatureCollection", "features": []}', "map.json")


def test_a_territory_that_cannot_be_used_says_why() -> None:
    bow = [(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)]
    line = {"type": "Feature", "properties": {"code": "5"},
            "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}  # fmt: skip
    nothing = {"type": "Feature", "properties": {"code": "6"}, "geometry": None}
    found = shapes(
        feature("1", bow), feature("2", square(500, 0)), feature("", square(0, 0)), line, nothing
    )

    assert all(each.territory is None and each.trouble for each in found)


def test_a_slip_of_the_pen_is_mended() -> None:
    # A spike out and back along the same line: no area, but not valid.
    ring = [(0, 0), (10, 0), (10, 10), (10, 12), (10, 10), (0, 10), (0, 0)]
    (found,) = shapes(feature("1", ring))

    assert found.mended
    assert found.territory is not None
    assert (found.territory.is_valid, found.territory.area) == (True, 100)


@pytest.fixture
def province(db: None) -> Unit:
    top = unit("79", kind=Kind.PROVINCE)
    for code in ("1", "2"):
        unit(code, top)
    unit("old", top, valid_to=date(2025, 7, 1))
    return top


@pytest.mark.django_db
@pytest.mark.database
def test_boundaries_are_matched_by_code_and_day(province: Unit) -> None:
    report = boundaries.load(
        shapes(feature("1", square(106, 10), name="Tên khác"), feature("old", square(107, 10)),
               feature("1", square(108, 10)), feature("x", square(109, 10))),
        DAY,
    )  # fmt: skip

    assert [node.code for node in report.stored] == ["1"]
    assert len(report.refused) == 3
    assert report.other_names == ["1: Tên khác / Đơn vị 1"]
    assert [node.code for node in report.without] == ["2"]
    assert Boundary.objects.count() == len(boundaries.LEVELS)
    placed = Unit.objects.get(code="1")
    assert (placed.latitude, placed.longitude) == (10.5, 106.5)


@pytest.mark.django_db
@pytest.mark.database
def test_they_are_given_out_as_of_a_day(province: Unit) -> None:
    boundaries.load(shapes(feature("1", square(106, 10)), feature("2", square(107, 10))), DAY)
    boundaries.load(shapes(feature("1", square(106, 10, 2))), date(2026, 6, 1))

    def areas(day: date, level: int = 0) -> dict[str, float]:
        given = json.loads(boundaries.of(province.pk, day, level))
        return {f["properties"]["code"]: shape(f["geometry"]).area for f in given["features"]}

    assert areas(date(2025, 12, 31)) == {}
    assert areas(DAY) == {"1": 1, "2": 1}
    assert areas(date(2026, 6, 1), level=3) == {"1": 4, "2": 1}
    with pytest.raises(ValueError, match="level 9"):
        boundaries.of(province.pk, DAY, 9)


@pytest.mark.django_db
@pytest.mark.database
def test_loading_again_replaces(province: Unit) -> None:
    for _ in range(2):
        boundaries.load(shapes(feature("1", square(106, 10))), DAY)

    assert Boundary.objects.count() == len(boundaries.LEVELS)


@pytest.mark.django_db
@pytest.mark.database
def test_a_map_of_the_country_shows_both_archipelagos() -> None:
    country = unit("VN", kind=Kind.COUNTRY)
    coast, south = (unit(code, country, Kind.PROVINCE) for code in ("48", "56"))
    unit("22736", south)
    mainland = [feature("48", square(107, 15)), feature("56", square(108, 12))]
    hoang_sa, truong_sa = square(112, 16, 0.1), square(114, 9, 0.1)
    with pytest.raises(BoundaryError, match="Hoàng Sa, Trường Sa"):
        boundaries.load(shapes(*mainland), DAY)
    assert not Boundary.objects.exists()

    mainland[0] = feature("48", square(107, 15), hoang_sa)
    with pytest.raises(BoundaryError, match=r"lacks Trường Sa|thiếu Trường Sa"):
        boundaries.load(shapes(*mainland), DAY)
    boundaries.load(shapes(*mainland), DAY, shapes(feature("22736", truong_sa)))

    for level in range(len(boundaries.LEVELS)):
        given = json.loads(boundaries.of(country.pk, DAY, level))["features"]
        assert sum(len(f["geometry"]["coordinates"]) for f in given) == 4, level
    assert coast.code == "48"


@pytest.mark.django_db
@pytest.mark.database
def test_they_are_served_with_cache_headers(province: Unit, client: Client) -> None:
    boundaries.load(shapes(feature("1", square(106, 10))), DAY)

    answer = client.get("/ranh-gioi/79.geojson?ngay=2026-02-01&muc=1")
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert "max-age" in answer.headers["Cache-Control"]
    assert len(answer.json()["features"]) == 1
    again = client.get(
        "/ranh-gioi/79.geojson?ngay=2026-02-01&muc=1",
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304
    boundaries.load(shapes(feature("2", square(107, 10))), DAY)
    news = client.get(
        "/ranh-gioi/79.geojson?ngay=2026-02-01&muc=1",
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert len(news.json()["features"]) == 2
    for wrong in ("x.geojson", "79.geojson?muc=9", "79.geojson?muc=a", "79.geojson?ngay=a"):
        assert client.get(f"/ranh-gioi/{wrong}").status_code == 404, wrong


@pytest.mark.django_db
def test_the_real_map_of_the_country(shared: Path) -> None:
    folder = shared / "data" / "maps"
    text = (folder / "vn34_provinces_2025.topo.json").read_text(encoding="utf-8")
    country = unit("VN", kind=Kind.COUNTRY)
    for each in read(text, "map"):
        Unit.objects.create(code=each.code, name=each.name, kind=Kind.PROVINCE, parent=country)

    done = CliRunner().invoke(
        units,
        ["boundaries", str(folder / "vn34_provinces_2025.topo.json"), "--on", "2025-07-01"],
    )

    assert done.exit_code == 0, done.output
    assert "34 boundaries stored, 0 refused" in done.output
    sizes = [len(boundaries.of(country.pk, DAY, level)) for level in range(len(boundaries.LEVELS))]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[3] < sizes[0] / 2
    given = json.loads(boundaries.of(country.pk, DAY, 3))["features"]
    assert len(given) == 34
    assert all(shape(each["geometry"]).is_valid for each in given)
    assert len(load_tree(DAY)) == 35
