"""An open page at midnight: it moves without a reload, and a reload is of the new day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.process.test_midnight import WARD, eve, server
from tests.server import Server

__all__ = ["eve", "server"]

pytestmark = pytest.mark.browser


def test_an_open_page_moves_at_midnight(server: Server, browser: Browser, eve: datetime) -> None:
    context = browser.new_context()
    page, embedded = context.new_page(), context.new_page()
    page.goto(f"{server.url}/don-vi/{WARD}/?ky={eve.year}")
    embedded.goto(f"{server.url}/nhung/VT/bang/?loai=commune&ky={eve.year}")
    expect(page.locator("[data-live-sign]")).to_have_attribute("data-live-sign", "on")
    page.evaluate("window.sameDocument = true")
    points = page.locator("[data-number='p-2.1']").first
    before, table = points.inner_text(), embedded.locator("tbody").inner_text()

    server.set_clock(eve + timedelta(hours=4))

    expect(points).not_to_have_text(before, timeout=5_000)
    expect(embedded.locator("tbody")).not_to_have_text(table, timeout=5_000)
    assert page.evaluate("window.sameDocument"), "the page was loaded again"
    after = points.inner_text()
    page.reload()
    assert points.inner_text() == after
    context.close()
