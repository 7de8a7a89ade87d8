"""The desk in a browser: from choosing a file to mending it, with and without scripts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import WARD, City
from tests.browser.test_accessible import SIZES, faults
from tests.intake.tables import filled, row, workbook

pytestmark = pytest.mark.browser

PASSWORD = "một mật khẩu dài 766"
DESK = "/ban-lam-viec/"
BRING = f"{DESK}tai-len/"
_OFFICER = f"""
import django
django.setup()
from django.contrib.auth.models import User
if not User.objects.filter(username="canbo").exists():
    User.objects.create_superuser("canbo", password="{PASSWORD}")
"""
_REPORT = [
    ["Mã hồ sơ", "Mã thủ tục", "Tình trạng", "Ngày nhận"],
    [f"{WARD}-261001-77001", "1.013395", "Kỳ lạ", "01/10/2026"],
    [f"{WARD}-261001-77002", "1.013395", "Đang xử lý", "01/10/2026"],
]


@pytest.fixture(scope="module")
def desk(city: City) -> City:
    """The city with an officer."""
    subprocess.run(
        [sys.executable, "-c", _OFFICER], env=city.server.environment, check=True, timeout=60
    )
    return city


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    rows = [row(f"{WARD}-261001-{number:05d}") for number in range(5)]
    rows[3]["NgayHenTra"] = "31/02/2025"
    filled(folder / "mau.xlsx", rows)
    workbook(folder / "bao cao.xlsx", _REPORT)
    (folder / "cut.json").write_text('[{"MaHoSo": "H29')
    message = {"MaTTHC": "1.013395", "TrangThaiHoSo": "4", "NgayTiepNhan": "20261001080000"}
    with (folder / "long.jsonl").open("w") as lines:
        for number in range(20_000):
            lines.write(json.dumps({"MaHoSo": f"{WARD}-261001-8{number:06d}", **message}) + "\n")
    return folder


# Every size and both schemes, not every pair of them.
LOOKS = [("phone", "light"), ("phone", "dark"), ("tablet", "dark"), ("desk", "light")]


@pytest.fixture(scope="module", params=LOOKS, ids=lambda p: "-".join(p))
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    size, scheme = request.param
    width, height = SIZES[size]
    made = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield made
    made.close()


def sign_in(page: Page, desk: City) -> None:
    page.goto(desk.url + DESK)
    if "/login/" in page.url:
        page.fill("#id_login", "canbo")
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".desk-bar")).to_be_visible()


def sound(page: Page) -> None:
    assert faults(page) == [], page.url
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0, f"{page.url} scrolls sideways"


def send(page: Page, desk: City, path: Path) -> None:
    page.goto(desk.url + BRING)
    page.set_input_files("#tep", path)
    page.click("form[enctype] button[type=submit]")


def test_every_page_is_accessible(context: BrowserContext, desk: City, files: Path) -> None:
    page = context.new_page()
    page.goto(desk.url + DESK)
    sound(page)
    sign_in(page, desk)
    sound(page)
    page.goto(desk.url + BRING)
    sound(page)
    send(page, desk, files / "bao cao.xlsx")
    expect(page.locator(".columns")).to_be_visible()
    sound(page)
    send(page, desk, files / "mau.xlsx")
    expect(page.locator(".tally")).to_be_visible()
    sound(page)
    page.click("main form[action*=xac-nhan] .btn-main")
    expect(page.locator("h2.tone-good")).to_be_visible(timeout=20_000)
    sound(page)
    page.goto(f"{desk.url}{DESK}lo/")
    sound(page)
    page.click("tbody a >> nth=0")
    sound(page)
    page.click("a[href$='thu-hoi/']")
    sound(page)
    page.goto(f"{desk.url}{DESK}lo/?tim=không+có")
    sound(page)
    page.goto(f"{desk.url}{DESK}ho-so/{WARD}/")
    sound(page)
    # A phone shows each dossier as a card: nothing has to be scrolled sideways.
    wider = "t => t.scrollWidth - t.clientWidth"
    assert page.locator(".rows-cards").evaluate(wider) == 0
    page.close()


@pytest.fixture
def page(browser: Browser, desk: City) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(page, desk)
    yield page
    assert said == []
    context.close()


def test_a_long_file_shows_how_far_it_is_without_a_reload(
    page: Page, desk: City, files: Path
) -> None:
    send(page, desk, files / "long.jsonl")
    expect(page.locator(".tally-good dd")).to_have_text("20.000", timeout=20_000)
    page.click("main form[action*=xac-nhan] .btn-main")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("h2.tone-good")).to_be_visible(timeout=60_000)
    assert page.evaluate("window.sameDocument"), "the page was loaded again"
    taken = page.locator(".tally dd").all_inner_texts()
    assert "20.000" in taken


def test_a_dropped_file_is_chosen_and_one_too_large_is_told_before_it_is_sent(
    page: Page, desk: City
) -> None:
    page.goto(desk.url + BRING)
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.items.add(new File(["[]"], "a.json"));
        document.querySelector("[data-drop]").dispatchEvent(
            new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
    }""")
    assert page.evaluate("document.querySelector('#tep').files[0].name") == "a.json"
    page.evaluate("document.querySelector('form[data-upload]').dataset.most = '0'")
    page.evaluate(
        "document.querySelector('#tep').dispatchEvent(new Event('change', {bubbles: true}))"
    )
    expect(page.locator("[data-upload-problem]")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.click("form[data-upload] button[type=submit]")
    page.wait_for_timeout(200)
    assert "POST" not in sent


def test_what_cannot_be_read_is_told_in_place(page: Page, desk: City, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK no workbook")
    send(page, desk, path)
    expect(page.locator("[data-upload-problem]")).to_contain_text("a.xlsx")
    expect(page.locator("form[data-upload] button[type=submit]")).to_be_enabled()


def test_all_of_it_works_without_scripts(browser: Browser, desk: City, files: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, desk)
    send(page, desk, files / "bao cao.xlsx")
    page.click("main .stack > p .btn-main")
    expect(page.locator(".tally-bad dd")).to_have_text("1")
    page.click("main form[action*=xac-nhan] .btn-main")
    # The page asks again by itself, every two seconds.
    expect(page.locator("h2.tone-good")).to_be_visible(timeout=20_000)
    with page.expect_download() as download:
        page.click("a[download]")
    assert download.value.suggested_filename == "bao cao.xlsx.refused.xlsx"
    context.close()


def test_the_way_through_by_keyboard(page: Page, desk: City, files: Path) -> None:
    page.goto(desk.url + BRING)
    page.set_input_files("#tep", files / "mau.xlsx")
    page.locator("#tep").focus()
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.type") != "submit":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".tally")).to_be_visible()
    page.locator("#dinh-chinh").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h2.tone-good")).to_be_visible(timeout=20_000)
