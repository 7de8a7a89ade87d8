"""The map in a real browser: drawn, walked by keys, followed live, opened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WARD, City

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert errors == []
    context.close()


def drawn(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-map] canvas")).to_be_visible()


def test_keys_go_from_unit_to_unit_and_enter_opens(city: City, page: Page) -> None:
    drawn(page, f"{city.url}/ban-do/VT/?loai=commune")
    page.locator("[data-map]").focus()
    page.keyboard.press("ArrowRight")
    first = page.locator("[data-map-card] strong").inner_text()
    page.keyboard.press("ArrowRight")
    second = page.locator("[data-map-card] strong").inner_text()
    assert first != second
    assert page.locator("tr[data-chosen] th a").first.inner_text() == second
    page.keyboard.press("Escape")
    expect(page.locator("tr[data-chosen]")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/don-vi/VT.*/?ky=*")
    assert page.locator("h1").inner_text() == first


def test_a_click_opens_the_map_inside(city: City, page: Page) -> None:
    drawn(page, f"{city.url}/ban-do/")
    page.get_by_role("navigation", name="Đơn vị cấp cao nhất").get_by_text("Vũng Tàu").click()
    page.get_by_role("link", name="Xã, phường").click()
    expect(page.locator("[data-map] canvas")).to_be_visible()
    assert "/ban-do/VT/" in page.url


def test_another_period_and_another_colour_stay_chosen(city: City, page: Page) -> None:
    drawn(page, f"{city.url}/ban-do/VT/?loai=commune")
    page.get_by_label("Tô màu theo", exact=True).select_option("2.1")
    page.wait_for_url("**chi-so=2.1**")
    expect(page.locator(".map-head h2")).to_contain_text("2.1")
    page.locator("#ky").select_option(index=0)
    page.wait_for_url("**ky=**")
    assert "chi-so=2.1" in page.url
    assert "loai=commune" in page.url


def test_an_open_map_follows_the_dossiers(city: City, page: Page) -> None:
    drawn(page, f"{city.url}/ban-do/VT/?loai=commune&chi-so=2.1")
    expect(page.locator("[data-live-sign=on]")).to_be_visible()
    before = page.locator("[data-map]").get_attribute("data-map")
    for _ in range(3):
        city.send(WARD, late=True)
    expect(page.locator("[data-map]")).not_to_have_attribute("data-map", before or "", timeout=5000)
    expect(page.locator("[data-map] canvas")).to_be_visible()


def test_without_scripts_the_table_is_there(city: City, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{city.url}/ban-do/VT/?loai=commune")
    assert page.locator("[data-map-row]").count() == 5
    expect(page.locator("[data-map]")).to_be_hidden()
    context.close()
