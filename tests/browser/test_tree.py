"""The tree of units in a browser: branches open where they are asked for."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import City

pytestmark = pytest.mark.browser


def test_a_branch_opens_and_is_fetched_once(city: City, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{city.url}/cay-don-vi/")
    branch = page.locator("summary", has_text="Vũng Tàu")
    ward = page.get_by_role("link", name="Phường Tam Thắng")

    branch.click()
    expect(ward).to_be_visible()
    branch.click()
    expect(ward).to_be_hidden()
    branch.click()
    expect(ward).to_be_visible()

    assert sum("/cay-don-vi/" in url for url in asked) == 2  # the page and the branch
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
