"""The tree of units in a browser: branches open where they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import City
from tests.browser.test_accounts import sound
from tests.server import Server

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


def test_the_whole_country_on_a_phone(shared: Path, tmp_path: Path, browser: Browser) -> None:
    """34 provinces and 3,321 communes: a light page, and each branch when it is opened."""
    server = Server(tmp_path)
    server.migrate()
    data = shared / "data/admin"
    server.command("units", "import", str(data / "vn_2025_34_3321.csv"))
    server.start()
    page = browser.new_page(viewport={"width": 390, "height": 844})
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
    page.goto(f"{server.url}/cay-don-vi/")
    assert sizes[f"{server.url}/cay-don-vi/"] < 100_000
    page.locator("summary").click()
    provinces = page.locator("details details > summary")
    expect(provinces).to_have_count(34)

    opened = 0
    for province in provinces.all()[:3]:
        province.click()
        communes = province.locator("xpath=..").get_by_role("link")
        expect(communes.nth(40)).to_be_visible()
        opened += communes.count()
    page.fill("input[name=tim] >> nth=-1", "vung tau")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Phường Vũng Tàu").first).to_be_visible()
    sound(page)

    assert opened > 150
    page.close()
    server.kill()
