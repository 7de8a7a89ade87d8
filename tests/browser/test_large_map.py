"""The map of hundreds of units: on a canvas of its own, dragged, seen closer, walked by keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lands import COMMUNES
from tests.browser.test_accessible import faults
from tests.server import Server

pytestmark = pytest.mark.browser


def test_the_communes_of_a_country_on_a_phone(land: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{land.url}/ban-do/VN/?loai=commune&chi-so=2.1&ky=2026")
    page.wait_for_selector(".map[data-drawn] canvas")
    assert not any("maps-" in url and "large-maps-" not in url for url in asked)
    page.locator("[data-map]").scroll_into_view_if_needed()
    card = page.locator("[data-map-card]")
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    page.mouse.click(*middle)
    first = card.locator("strong").inner_text()
    assert first.startswith("Xã Ô")
    page.keyboard.press("Escape")
    # Looked at closer, the finer shapes come, and a drag brings another unit to the middle.
    with page.expect_response(lambda answer: "muc=2" in answer.url):
        for _ in range(4):
            page.locator("[data-map-zoom='1.5']").click()
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 150, middle[1], steps=5)
    page.mouse.up()
    page.wait_for_timeout(200)
    page.mouse.click(*middle)
    expect(card.locator("strong")).not_to_have_text(first)
    # The keys go on from there, and what is not provided is said.
    page.locator("[data-map]").focus()
    page.keyboard.press("ArrowDown")
    expect(card.locator("strong")).to_contain_text("Xã Ô")
    page.locator("[data-search]").fill("o 00010")
    assert page.locator("[data-map-row]:visible").count() <= 1
    expect(page.locator(".map-side")).to_contain_text("1 đơn vị chưa có ranh giới")
    text = page.locator(".map-table").inner_text()
    assert "200" in text
    assert str(COMMUNES) in text
    assert errors == []
    assert faults(page) == []
    context.close()

    # Without scripts the table is there, and the provinces' own maps a click away.
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{land.url}/ban-do/VN/?loai=commune&chi-so=2.1&ky=2026&sap-xep=-gia-tri")
    assert page.locator("[data-map-row]").count() == 200
    plain.close()
