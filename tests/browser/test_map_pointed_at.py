"""Every kind of map, pointed at by a mouse and by a finger: it stays to be seen, and says what it
is that is pointed at."""

from __future__ import annotations

from itertools import product

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import City
from tests.server import Server

pytestmark = pytest.mark.browser

# What may lie over the map; so much of it stays to be seen.
MOST_COVERED = 0.40
# What lies over the drawing, found by where it lies: it lets the pointer through.
OVER = """map => {
  const canvas = map.querySelector("canvas");
  return [...map.querySelectorAll("div")].filter((each) => {
    const { display, visibility, opacity } = getComputedStyle(each);
    return !each.contains(canvas) && display !== "none" && visibility !== "hidden" && opacity > 0;
  });
}"""
# The share of a map's points at which something lies over its drawing.
COVERED = f"""map => {{
  const {{ left, top, width, height }} = map.getBoundingClientRect();
  const over = ({OVER})(map).map((each) => each.getBoundingClientRect());
  const canvas = map.querySelector("canvas");
  let points = 0, covered = 0;
  for (let x = 0.5; x < 20; x += 1) for (let y = 0.5; y < 20; y += 1) {{
    const [px, py] = [left + width * x / 20, top + height * y / 20];
    const under = over.some((box) =>
      px >= box.left && px <= box.right && py >= box.top && py <= box.bottom);
    points += 1;
    if (under || document.elementFromPoint(px, py) !== canvas) covered += 1;
  }}
  return covered / points;
}}"""
SAID = f"map => ({OVER})(map).map((each) => each.innerText)"
SIZES = """map => {
  const box = (node) => node.getBoundingClientRect();
  const whole = box(map), drawing = box(map.querySelector("canvas"));
  return [whole.width, whole.height, drawing.width, drawing.height];
}"""

MAPS = {
    "the country, as squares": ("city", "/ban-do/", ["desk"]),
    "inside a unit, as squares": ("city", "/ban-do/VT/?loai=commune", ["desk", "phone"]),
    "embedded": ("city", "/nhung/VT/ban-do/?loai=commune", ["desk", "phone"]),
    "inside a unit, with borders": ("land", "/ban-do/02/?chi-so=2.1", ["desk", "phone"]),
    "embedded, with borders": ("land", "/nhung/02/ban-do/?chi-so=2.1", ["desk"]),
    "all communes, many": ("land", "/ban-do/VN/?loai=commune&chi-so=2.1", ["desk", "phone"]),
    "embedded, many": ("land", "/nhung/01/ban-do/?chi-so=2.1", ["desk"]),
}
SCREENS = {"desk": (1440, 900), "phone": (320, 640)}


def points_at_everything(page: Page, address: str, *, by_finger: bool) -> None:
    page.goto(address)
    frame = page.locator("[data-map][data-drawn]")
    frame.wait_for()
    frame.scroll_into_view_if_needed()
    said = set()
    for x, y in product((0.3, 0.4, 0.5, 0.6, 0.9), (0.25, 0.6)):
        box = frame.bounding_box()
        assert box is not None
        at = (box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        if by_finger:
            page.touchscreen.tap(*at)
        else:
            page.mouse.move(*at)
        page.wait_for_timeout(50)
        covered = frame.evaluate(COVERED)
        assert covered < MOST_COVERED, f"{covered:.0%} of the map is covered at {x}, {y}"
        wide, high, drawn_wide, drawn_high = frame.evaluate(SIZES)
        # Of thousands the picture is as large as the frame too, until it is looked at closer.
        assert abs(wide - drawn_wide) < 2 and abs(high - drawn_high) < 2
        said |= {text for text in frame.evaluate(SAID) if text.strip()}
        said |= set(page.locator("[data-map-card] strong").all_inner_texts())
    assert said, "nothing was said of what was pointed at"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("kind", "screen"), [(kind, screen) for kind in MAPS for screen in MAPS[kind][2]]
)
def test_a_map_that_is_pointed_at_stays_to_be_seen(
    request: pytest.FixtureRequest, browser: Browser, kind: str, screen: str
) -> None:
    server, address, _ = MAPS[kind]
    site: City | Server = request.getfixturevalue(server)
    width, height = SCREENS[screen]
    by_finger = screen != "desk"
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=by_finger, is_mobile=by_finger
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    points_at_everything(page, site.url + address, by_finger=by_finger)
    expect(page.locator("[data-map] canvas")).to_be_visible()
    assert faults == []
    context.close()
