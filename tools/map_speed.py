"""How the map of all communes behaves on a phone: sizes, times, frames while it is dragged.

    python tools/map_speed.py COMMUNES.csv PROVINCES.topo.json ISLANDS.geojson [FOLDER]

FOLDER is where the country is built; one that is there already is used as it is.

The communes are the country's own, by code, name and place. Their borders are not: each province's
territory is shared out among them by nearness, with borders as ragged as simplified ones are.
Chromium shows the page as a phone would, with its processor slowed down four times.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import shapely
from playwright.sync_api import CDPSession, Page, sync_playwright
from rich.console import Console
from shapely.geometry import LineString, MultiPoint, mapping
from shapely.ops import polygonize, unary_union, voronoi_diagram

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
DAY = "2025-07-01"
SLOWER = 4
WITHOUT = 0.05  # of the communes have no figure
STEP = 0.02  # degrees between the corners of a border
console = Console(highlight=False)


def main(communes: Path, provinces: Path, islands: Path, folder: Path) -> None:
    """Build the country in a folder, show it, print what was measured."""
    from tests.server import Server

    new = not (folder / "phucvu.sqlite3").exists()
    server = Server(folder)
    server.environment["PHUCVU_PAGES_KEPT"] = "600"
    if new:
        build(server, communes, provinces, islands)
    server.start()
    try:
        measure(f"{server.url}/ban-do/VN/?loai=commune&chi-so=2.1&ky=2026")
    finally:
        server.kill()


def build(server: Any, communes: Path, provinces: Path, islands: Path) -> None:
    """Put the country's units, borders and figures into the server's store."""
    import django

    os.environ |= server.environment
    django.setup()
    server.command("migrate")
    server.command("units", "import", str(communes))
    server.command("units", "boundaries", str(provinces), "--on", DAY, "--islands", str(islands))
    borders, figures = server.folder / "communes.geojson", server.folder / "figures.csv"
    borders.write_text(json.dumps(shared_out(communes, provinces)), encoding="utf-8")
    console.print(server.command("units", "boundaries", str(borders), "--on", DAY).stdout[:300])
    write_figures(communes, figures)
    server.command("figures", "import", str(figures))


# --- the country ----------------------------------------------------------------------------


def rows_of(communes: Path) -> list[dict[str, str]]:
    """The list of communes."""
    with communes.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def shared_out(communes: Path, provinces: Path) -> dict[str, Any]:
    """A territory for each commune, as GeoJSON."""
    from phucvu.units.boundaries import read

    by_province: dict[str, list[dict[str, str]]] = {}
    for row in rows_of(communes):
        if row["lon"]:  # the archipelagos have no place in the list
            by_province.setdefault(row["province_code"], []).append(row)
    features = []
    for province in read(provinces.read_text(encoding="utf-8"), provinces.name):
        rows = by_province.get(province.code, [])
        for row, territory in zip(rows, _parts(province.territory, rows), strict=True):
            if territory is not None:
                code = {"code": row["ward_code"]}
                features.append(
                    {"type": "Feature", "properties": code, "geometry": mapping(territory)}
                )
    return {"type": "FeatureCollection", "features": features}


def _parts(territory: Any, rows: list[dict[str, str]]) -> list[Any]:
    """The part of a territory nearest to each row's place, borders made ragged alike on both."""
    points = [shapely.Point(float(row["lon"]), float(row["lat"])) for row in rows]
    cells = voronoi_diagram(MultiPoint(points), envelope=territory.envelope)
    edges = unary_union([cell.exterior for cell in cells.geoms])
    lines = [_ragged(line) for line in getattr(edges, "geoms", [edges])]
    cells = list(polygonize(unary_union(lines)))
    tree = shapely.STRtree(cells)
    found = []
    for point in points:
        near = [cells[at] for at in tree.query(point, predicate="intersects")]
        part = shapely.make_valid(near[0].intersection(territory)) if near else None
        areas = [g for g in getattr(part, "geoms", [part]) if getattr(g, "area", 0) > 0]
        found.append(unary_union(areas) if areas else None)
    return found


def _ragged(line: Any) -> LineString:
    corners = []
    for (x1, y1), (x2, y2) in zip(line.coords, line.coords[1:], strict=False):
        steps = max(1, math.ceil(math.hypot(x2 - x1, y2 - y1) / STEP))
        for step in range(steps):
            x, y = x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps
            if step:
                noise = hashlib.sha256(f"{x:.6f} {y:.6f}".encode()).digest()
                x += (noise[0] / 255 - 0.5) * STEP / 3
                y += (noise[1] / 255 - 0.5) * STEP / 3
            corners.append((x, y))
    return LineString([*corners, line.coords[-1]])


def write_figures(communes: Path, to: Path) -> None:
    """A figure of 2.1 for most communes."""
    chance = random.Random(766)  # noqa: S311 - figures made up
    with to.open("w", encoding="utf-8") as file:
        print("unit_code,period,indicator,numerator,denominator,source,as_of", file=file)
        for row in rows_of(communes):
            if chance.random() >= WITHOUT:
                of = chance.randrange(50, 4000)
                done = int(of * (1 - chance.random() ** 2 * 0.7))
                print(f"{row['ward_code']},2026,2.1,{done},{of},published,2026-10-10", file=file)


# --- measuring ------------------------------------------------------------------------------

FRAMES = """() => { window.frames_ = []; let last = performance.now();
  const step = (now) => { window.frames_.push(now - last); last = now;
    window.going_ = requestAnimationFrame(step); };
  window.going_ = requestAnimationFrame(step); }"""
STOP = "() => { cancelAnimationFrame(window.going_); return window.frames_.slice(2); }"


def measure(address: str) -> None:
    """Open the map as a phone, drag and zoom it, print the numbers."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True,
            is_mobile=True,
        )  # fmt: skip
        page = context.new_page()
        cdp = context.new_cdp_session(page)
        cdp.send("Network.enable")
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        sizes: dict[str, float] = {}
        names: dict[str, str] = {}
        cdp.on(
            "Network.responseReceived",
            lambda e: names.update({e["requestId"]: e["response"]["url"]}),
        )
        cdp.on(
            "Network.loadingFinished",
            lambda e: sizes.update({names.get(e["requestId"], "?"): e["encodedDataLength"]}),
        )
        page.goto(address.replace("?", "?xem-truoc=1&"))  # the page is made before it is measured
        page.wait_for_selector(".map canvas", timeout=120_000)
        sizes.clear()
        context.clear_cookies()
        cdp.send("Network.clearBrowserCache")
        page.goto(address, wait_until="commit")
        page.wait_for_selector(".map[data-drawn]", timeout=120_000)
        drawn = page.evaluate("performance.now()")
        page.wait_for_timeout(1500)
        console.print(f"drawn after {drawn / 1000:.1f} s, {sum(sizes.values()) / 1024:.0f} KB")
        for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:6]:
            console.print(f"  {size / 1024:6.1f} KB  {name.split('/', 3)[-1][:70]}")
        page.locator("[data-map]").scroll_into_view_if_needed()
        for zoom in (2, 4, 4):  # presses of the button: 2.25, 11 and 58 times as large
            for _ in range(zoom):
                page.locator("[data-map-zoom='1.5']").click()
            page.wait_for_timeout(2500)
            console.print(f"dragging, {_said(drag(page, cdp))}")
        page.screenshot(path=os.environ.get("PHUCVU_SHOT", "/dev/null"), type="png")
        browser.close()


def drag(page: Page, cdp: CDPSession) -> list[float]:
    """The times of the frames while a finger drags the map about, in milliseconds."""
    box = page.locator("[data-map]").bounding_box()
    if box is None:
        raise SystemExit("there is no map to drag")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(kind: str, *points: tuple[float, float]) -> None:
        cdp.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]},
        )

    page.evaluate(FRAMES)
    touch("touchStart", (x, y))
    for step in range(90):
        angle = step / 90 * 4 * math.pi
        touch("touchMove", (x + 60 * math.sin(angle), y + 60 * math.sin(angle / 2)))
        page.wait_for_timeout(16)
    touch("touchEnd")
    page.wait_for_timeout(600)  # the picture is drawn anew where it was let go
    frames: list[float] = page.evaluate(STOP)
    return frames


def _said(frames: list[float]) -> str:
    ordered = sorted(frames)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return (
        f"{len(frames)} frames: {middle:.0f} ms in the middle, 95 of 100 within {late:.0f} ms, "
        f"the longest {ordered[-1]:.0f} ms"
    )


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as made:
        given = [Path(word) for word in sys.argv[1:]]
        main(*given[:3], *(given[3:] or [Path(made)]))
