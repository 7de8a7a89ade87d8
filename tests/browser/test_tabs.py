"""Many tabs of one browser: one stream for all that are seen, none for those that are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import City

pytestmark = pytest.mark.browser

WARD, OTHER = "VT.26536", "VT.26506"
# More than the six connections a browser keeps to a site.
TABS = [
    f"/don-vi/{WARD}/", "/don-vi/VT/", "/bang-xep-hang/VT/?loai=commune",
    "/ban-do/VT/?loai=commune&chi-so=2.1", "/chi-so/2.1/?don-vi=VT", f"/don-vi/{OTHER}/",
    "/nhung/VT/bang/?loai=commune", f"/don-vi/{WARD}/thu-tuc/", "/thu-tuc/1.013395/?don-vi=VT",
]  # fmt: skip
SEEN = """seen => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => !seen });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class Streams:
    """The streams that a browser holds now."""

    def __init__(self, context: BrowserContext) -> None:
        self.open: dict[Page, int] = {}
        context.on("request", lambda request: self._count(request, 1))
        context.on("requestfinished", lambda request: self._count(request, -1))
        context.on("requestfailed", lambda request: self._count(request, -1))

    def _count(self, request, by: int) -> None:
        if request.resource_type == "eventsource":
            page = request.frame.page
            self.open[page] = self.open.get(page, 0) + by

    @property
    def number(self) -> int:
        return sum(self.open.values())

    @property
    def holder(self) -> Page:
        (page,) = [page for page, count in self.open.items() if count]
        return page


@pytest.fixture
def context(browser: Browser, city: City) -> Iterator[BrowserContext]:
    for ward in (WARD, OTHER):
        city.send(ward)
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    yield context
    context.close()


def followed(page: Page) -> None:
    if page.locator("[data-live-sign]").count():
        expect(page.locator("[data-live-sign]")).to_have_attribute("data-live-sign", "on")
    page.evaluate("""() => {
      window.moved = 0;
      document.addEventListener("phucvu:updated", () => { window.moved += 1; });
    }""")


def moves(page: Page, times: int = 1) -> None:
    page.wait_for_function("times => window.moved >= times", arg=times, timeout=10_000)


def test_nine_tabs_all_load_and_all_move(context: BrowserContext, city: City) -> None:
    streams = Streams(context)
    tabs = []
    for address in TABS:
        page = context.new_page()
        page.goto(city.url + address, timeout=10_000)
        tabs.append(page)
    for page in tabs:
        followed(page)
    tabs[0].wait_for_timeout(300)
    assert streams.number == 1
    for _ in range(3):
        city.send(WARD, late=True)
    for address, page in zip(TABS, tabs, strict=True):
        if OTHER not in address:
            moves(page)
    other = tabs[TABS.index(f"/don-vi/{OTHER}/")]
    assert other.evaluate("window.moved") == 0
    city.send(OTHER, late=True)
    moves(other)

    # The tab that holds it goes; another takes it up, and nothing is lost between.
    holder = streams.holder
    rest = [page for page in tabs if page is not holder]
    before = {page: page.evaluate("window.moved") for page in rest}
    holder.close()
    city.send(WARD, late=True)
    city.send(OTHER, late=True)
    for page in rest:
        moves(page, before[page] + 1)
    assert sum(count for page, count in streams.open.items() if page is not holder) == 1


def test_out_of_sight_a_tab_holds_nothing_and_catches_up_when_it_is_seen(
    context: BrowserContext, city: City
) -> None:
    streams = Streams(context)
    one, two = context.new_page(), context.new_page()
    for page in (one, two):
        page.goto(f"{city.url}/don-vi/{WARD}/")
        followed(page)
    first = streams.holder
    second = two if first is one else one

    first.evaluate(SEEN, False)
    expect(first.locator("[data-live-sign]")).to_have_attribute("data-live-sign", "paused")
    expect(second.locator("[data-live-sign]")).to_have_attribute("data-live-sign", "on")
    second.wait_for_timeout(300)
    assert (streams.open.get(first, 0), streams.open.get(second, 0)) == (0, 1)
    city.send(WARD, late=True)
    moves(second)
    assert first.evaluate("window.moved") == 0
    first.evaluate(SEEN, True)
    moves(first)
    number = "[data-number='d-2.1']"
    assert first.locator(number).first.inner_text() == second.locator(number).first.inner_text()
    assert streams.number == 1

    # Both out of sight: nothing is held; the first to be seen catches up by the stream itself.
    for page in (first, second):
        page.evaluate(SEEN, False)
    first.wait_for_timeout(300)
    assert streams.number == 0
    city.send(WARD, late=True)
    before = second.evaluate("window.moved")
    second.evaluate(SEEN, True)
    moves(second, before + 1)
    second.wait_for_timeout(300)
    assert streams.number == 1


def test_where_a_browser_shares_nothing_a_tab_that_is_seen_has_its_own(
    context: BrowserContext, city: City
) -> None:
    """An address without TLS has no locks to lead by."""
    context.add_init_script("delete Navigator.prototype.locks")
    streams = Streams(context)
    tabs: list[Page] = []
    for address in TABS:
        page = context.new_page()
        page.goto(city.url + address, timeout=10_000)
        followed(page)
        assert streams.open[page] == 1
        page.evaluate(SEEN, False)
        page.wait_for_timeout(100)
        assert streams.number == 0
        tabs.append(page)
    city.send(WARD, late=True)
    tabs[0].evaluate(SEEN, True)
    moves(tabs[0])


def test_an_embedded_table_moves(context: BrowserContext, city: City) -> None:
    page = context.new_page()
    page.goto(f"{city.url}/nhung/VT/bang/?loai=commune&ngon-ngu=en")
    followed(page)
    heading = page.locator("h1").inner_text()
    for _ in range(3):
        city.send(WARD, late=True)
    moves(page)
    assert page.locator("h1").inner_text() == heading
    assert page.locator("main").count() == 1 and page.locator("tbody tr").count() == 5
    with page.expect_popup() as opened:
        page.locator("tbody a").first.click()
    assert "/don-vi/VT." in opened.value.url


def test_procedures_pages_move_with_the_others(context: BrowserContext, city: City) -> None:
    pages = []
    for address in (f"/don-vi/{WARD}/thu-tuc/", f"/thu-tuc/1.013395/?don-vi={WARD}"):
        page = context.new_page()
        page.goto(city.url + address)
        followed(page)
        pages.append(page)
    city.send(WARD, late=True)
    for page in pages:
        moves(page)
