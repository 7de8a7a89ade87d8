"""No page has a fault that axe-core can find, light or dark, on a phone, a tablet or a desk.

Each page is looked at in every size and in both schemes, not in every pair of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import City
from tests.conftest import ROOT
from tests.server import Server

AXE = ROOT / "node_modules/axe-core/axe.min.js"
PAGES = [
    "/",
    "/ban-do/",
    "/ban-do/VT/?loai=commune&chi-so=3.3",
    "/bang-xep-hang/VT/?loai=commune&sap-xep=TDGQ",
    "/bang-xep-hang/VN/dien-bien/",
    "/don-vi/H20/",
    "/don-vi/VT/",
    "/don-vi/VT.26506/",
    "/chi-so/2.1/",
    "/chi-so/5.1/?don-vi=H20",
    "/chi-so/2.2/?don-vi=VT.26506",
    "/don-vi/VT/thu-tuc/",
    "/thu-tuc/2.000815/?don-vi=VT",
    "/bang-xep-hang/VT/?ky=2025-H1&ban-do=nay&loai=commune&xep=nhom",
    "/cay-don-vi/",
    "/cay-don-vi/?tim=vung+tau&ngay=2025-06-30",
    "/bo-chi-so/",
    "/du-lieu/",
    "/tim/?q=vung+tau",
    "/nhung/",
    "/nhung/VN/ban-do/",
    "/nhung/VT/bang/?loai=commune",
    "/gioi-thieu/",
    "/khong-co-trang-nay/",
]
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desk": (1440, 900)}
SCHEMES = ("light", "dark")
# Every rule up to WCAG 2.2 AA, and axe's own best practices.
_RUN = """async () => {
    const result = await axe.run(document, {runOnly: [
        "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]});
    return result.violations.map(v => ({
        id: v.id, help: v.help,
        nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + n.failureSummary)}));
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[dict[tuple[str, str], BrowserContext]]:
    """A context of each size and scheme."""
    made = {
        (size, scheme): browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        for size, (width, height) in SIZES.items()
        for scheme in SCHEMES
    }
    yield made
    for context in made.values():
        context.close()


def looks(pages: list[str]) -> list[tuple[str, str, str]]:
    """Every page in every size, the schemes by turns."""
    return [
        (page, size, SCHEMES[(number + turn) % 2])
        for number, page in enumerate(pages)
        for turn, size in enumerate(SIZES)
    ]


def faults(page: Page) -> list[Any]:
    page.wait_for_timeout(300)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(_RUN)
    return found


@pytest.mark.parametrize(("address", "size", "scheme"), looks(PAGES))
def test_no_violations(
    contexts: dict[tuple[str, str], BrowserContext],
    city: City,
    address: str,
    size: str,
    scheme: str,
) -> None:
    page = contexts[size, scheme].new_page()
    page.goto(city.url + address)
    # What is folded away counts too.
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert faults(page) == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0, "the page scrolls sideways"
    page.close()


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desk", "light")])
def test_no_violations_when_empty(
    contexts: dict[tuple[str, str], BrowserContext], empty: Server, size: str, scheme: str
) -> None:
    page = contexts[size, scheme].new_page()
    page.goto(empty.url)
    assert "Chưa có đơn vị nào" in page.inner_text("main")
    assert faults(page) == []
    page.close()
