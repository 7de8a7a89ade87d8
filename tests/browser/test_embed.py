"""A page on another site embeds the badge, the table and the map; the rest refuses to be framed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.conftest import City

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="vi"><title>Trang của thành phố</title>
<script async src="{site}/nhung/phucvu.js"></script>
<phuc-vu id="badge" hien="huy-hieu" don-vi="VT"></phuc-vu>
<phuc-vu id="map" hien="ban-do" don-vi="VT" loai="commune"></phuc-vu>
<phuc-vu id="board" hien="bang" don-vi="VT" loai="commune"></phuc-vu>
<iframe id="plain" src="{site}/nhung/VN/bang/" width="600" height="400"></iframe>
<iframe id="refused" src="{site}/don-vi/VT/" width="600" height="400"></iframe>"""


@pytest.fixture
def other_site(city: City) -> Iterator[str]:
    """Another origin, with a page that embeds ours."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.format(site=city.url).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def page(browser: Browser, other_site: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 900, "height": 900})
    page = context.new_page()
    page.goto(other_site)
    yield page
    context.close()


def frame_at(page: Page, part: str) -> Frame:
    """The frame that shows this address; it may take a moment to come."""
    for _ in range(100):
        found = next((frame for frame in page.frames if part in frame.url), None)
        if found is not None:
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"no frame at {part}: {[frame.url for frame in page.frames]}")


def test_all_three_show_on_another_site(page: Page) -> None:
    page.evaluate("document.getElementById('map').scrollIntoView()")
    map_frame = frame_at(page, "/nhung/VT/ban-do/")
    map_frame.wait_for_selector(".map canvas", timeout=15_000)
    page.evaluate("document.getElementById('board').scrollIntoView()")
    board = frame_at(page, "/nhung/VT/bang/")
    expect(board.locator("tbody tr").first).to_be_visible()
    assert board.locator("tbody tr").count() == 5
    expect(frame_at(page, "/nhung/VN/bang/").locator("tbody tr").first).to_be_visible()
    # The badge is a picture that was loaded, and links to the unit.
    with page.expect_response(lambda answer: "huy-hieu.svg" in answer.url) as badge:
        page.evaluate("document.getElementById('badge').setAttribute('ky', '2026')")
    assert badge.value.status == 200
    assert page.context.cookies() == []


def test_a_frame_is_as_high_as_its_page(page: Page) -> None:
    page.evaluate("document.getElementById('board').scrollIntoView()")
    board = frame_at(page, "/nhung/VT/bang/")
    expect(board.locator("tbody tr").first).to_be_visible()
    page.wait_for_timeout(500)
    inner = board.evaluate("document.querySelector('main').getBoundingClientRect().height")
    assert abs(page.evaluate("document.getElementById('board').offsetHeight") - inner) < 2


def test_no_stranger_can_say_how_high_a_frame_is(page: Page) -> None:
    page.evaluate("document.getElementById('board').scrollIntoView()")
    frame_at(page, "/nhung/VT/bang/").wait_for_selector("tbody tr")
    page.wait_for_timeout(500)
    before = page.evaluate("document.getElementById('board').offsetHeight")
    page.evaluate("window.postMessage({ phucvuHeight: 9999 }, '*')")
    page.wait_for_timeout(200)
    assert page.evaluate("document.getElementById('board').offsetHeight") == before


def test_the_rest_of_the_site_refuses_to_be_framed(page: Page, city: City) -> None:
    page.wait_for_timeout(500)
    framed = [frame.url for frame in page.frames]
    assert f"{city.url}/don-vi/VT/" not in framed
    assert any(url.startswith("chrome-error:") for url in framed)


def test_a_link_in_a_frame_opens_beside_the_page(page: Page, city: City) -> None:
    page.evaluate("document.getElementById('board').scrollIntoView()")
    board = frame_at(page, "/nhung/VT/bang/")
    board.wait_for_selector("tbody tr")
    with page.context.expect_page() as opened:
        board.locator("tbody a").first.click()
    opened.value.wait_for_load_state()
    assert opened.value.url.startswith(f"{city.url}/don-vi/VT.")
    assert opened.value.evaluate("window.opener") is None
