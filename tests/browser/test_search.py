"""Searching by keyboard alone, from any page to a unit; and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import City

pytestmark = pytest.mark.browser


def test_from_any_page_to_a_unit_by_keys_alone(browser: Browser, city: City) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{city.url}/bo-chi-so/")
    page.keyboard.press("/")
    page.keyboard.type("tam thang")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tìm")
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_text("Phường Tam Thắng")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường Tam Thắng")
    page.close()


def test_on_a_phone_the_key_leads_to_the_search(browser: Browser, city: City) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{city.url}/bo-chi-so/")
    page.keyboard.press("/")
    page.wait_for_url("**/tim/")
    expect(page.locator("[data-find]")).to_be_focused()
    page.close()


def test_without_scripts_everything_can_be_read(browser: Browser, city: City) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    for address, words in (
        ("/tim/?q=vung tau", "Phường Vũng Tàu"),
        ("/du-lieu/?don-vi=VT", "Từ điển dữ liệu"),
        ("/nhung/?don-vi=VT", "Không dùng mã lệnh"),
        ("/nhung/VT/bang/?loai=commune", "Phường"),
        ("/don-vi/VT/", "Tải số liệu"),
    ):
        page.goto(city.url + address)
        expect(page.locator("main")).to_contain_text(words)
    context.close()
