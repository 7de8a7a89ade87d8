"""Provinces of square communes with their borders, on a running server."""

from __future__ import annotations

import json
from pathlib import Path

from phucvu.web.view_models.maps import LARGE
from tests.server import Server

__all__ = ["COMMUNES", "SIDE", "land_of_squares"]

SIDE = 21
_SMALL = 16
COMMUNES = SIDE * SIDE + _SMALL
"""those of the square province 01, and of province 02, a smaller square to the north of it"""
_SILENT = 10


def land_of_squares(folder: Path) -> Server:
    """More communes than the library draws, and a province of few. One has no figure, and the
    last of the large province no border."""
    assert SIDE * SIDE > LARGE > _SMALL
    server = Server(folder)
    server.migrate()
    communes = range(COMMUNES)
    rows = [f"{_province(n)},{n:05d},Xã Ô {n:05d},{_place(n)[1]},{_place(n)[0]}" for n in communes]
    figures = [f"{n:05d},2026,2.1,{50 + n % 50},100,2026-10-10" for n in communes if n != _SILENT]
    head = "province_code,province_name,ward_code,ward_name,lat,lon"
    (folder / "units.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    head = "unit_code,period,indicator,numerator,denominator,as_of"
    (folder / "figures.csv").write_text("\n".join([head, *figures]), encoding="utf-8")
    features = [_square(n) for n in communes if n != SIDE * SIDE - 1]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "map.geojson").write_text(text, encoding="utf-8")
    server.command("units", "import", str(folder / "units.csv"))
    server.command("units", "boundaries", str(folder / "map.geojson"), "--on", "2025-07-01")
    server.command("figures", "import", str(folder / "figures.csv"))
    server.start()
    return server


def _province(number: int) -> str:
    return "01,Tỉnh Vuông" if number < SIDE * SIDE else "02,Tỉnh Con"


def _place(number: int) -> tuple[float, float]:
    """The south-western corner of a commune."""
    if number < SIDE * SIDE:
        return 107 + number % SIDE / 10, 10 + number // SIDE / 10
    row, column = divmod(number - SIDE * SIDE, 4)
    return 107 + column / 10, 10 + (SIDE + row) / 10


def _square(number: int) -> dict[str, object]:
    x, y = _place(number)
    ring = [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": f"{number:05d}"}, "geometry": geometry}
