"""Reading without scripts, by keys alone, on paper; and how little comes over the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import City
from tests.browser.test_accessible import PAGES

pytestmark = pytest.mark.browser
FIRST_VIEW = 300 * 1024  # bytes, everything included
WITHOUT_MAP = ["/", "/don-vi/VT.26506/", "/bang-xep-hang/VT/?loai=commune", "/chi-so/2.1/"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_every_page_can_be_read_without_scripts(city: City, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    for address in PAGES:
        page.goto(city.url + address)
        main = page.locator("main")
        assert len(main.inner_text()) > 60, address
        # Whatever needs a script is not there, rather than there and dead.
        for needing in (".chart", "[data-map]", ".map-tools", ".map-card"):
            assert page.locator(f"{needing}:visible").count() == 0, f"{address}: {needing}"
        for form in page.locator("main form.chooser").all():
            expect(form.locator("button[type=submit]")).to_be_visible()
    # Choosing goes by the form's button, and sorting and the tabs by links.
    page.goto(f"{city.url}/bang-xep-hang/VT/?loai=commune")
    page.locator("#ky").select_option(index=1)
    page.locator("form.chooser button[type=submit]").first.click()
    assert "ky=" in page.url
    page.get_by_role("link", name="So sánh diễn biến").click()
    expect(page.locator("h1")).to_contain_text("So sánh diễn biến")
    context.close()


def test_keys_alone_lead_from_the_map_to_how_a_figure_is_worked_out(
    city: City, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{city.url}/ban-do/VT/?loai=commune")
    expect(page.locator("[data-map] canvas")).to_be_visible()
    to(page, "document.activeElement.matches('[data-map]')")
    page.keyboard.press("ArrowRight")
    name = page.locator("[data-map-card] strong").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/don-vi/VT.*/?ky=*")
    assert page.locator("h1").inner_text() == name
    # The first stop leads past the head.
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "noi-dung"
    to(page, "document.activeElement.matches('.part-how summary')")
    seen = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(seen) != "none"
    page.keyboard.press("Enter")
    expect(page.locator(".part-how[open] .working").first).to_be_visible()
    context.close()


def to(page: Page, condition: str) -> None:
    """Press Tab until this holds."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    raise AssertionError(f"no key leads there: {condition}")


def test_paper_shows_figures_and_no_controls(city: City, page: Page) -> None:
    page.emulate_media(media="print")
    page.goto(f"{city.url}/don-vi/VT.26506/")
    for control in (".top", ".chooser", ".search", ".foot"):
        assert page.locator(f"{control}:visible").count() == 0, control
    expect(page.locator("#chi-so-2\\.1 .part-ratio")).to_be_visible()
    dark = browser_colours(page)
    assert dark == "rgb(255, 255, 255)"
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    page.goto(f"{city.url}/bang-xep-hang/VN/dien-bien/")
    expect(page.locator(".multiple-chart").first).to_be_visible()


def browser_colours(page: Page) -> str:
    found: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


@pytest.mark.parametrize("address", WITHOUT_MAP)
def test_a_first_view_is_light(city: City, browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(city.url + address, wait_until="load")
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")  # the charts too
    page.wait_for_timeout(1000)
    assert len(sizes) > 5
    assert sum(sizes) < FIRST_VIEW, f"{sum(sizes) / 1024:.0f} KB"
    context.close()
