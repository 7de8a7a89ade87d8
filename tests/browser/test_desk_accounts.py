"""What the desk's newer pages do in a browser: a key, a reorganisation, figures, an applicant."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accounts import DESK, PASSWORD, sign_in, sound
from tests.intake.messages import PERSONAL, message
from tests.server import Server

pytestmark = pytest.mark.browser
_COMMANDS = [
    ["migrate"],
    ["units", "add", "H29", "Tỉnh Một", "--kind", "province"],
    ["units", "add", "H29.01", "Phường Một", "--kind", "commune", "--parent", "H29"],
    ["units", "add", "H29.02", "Phường Hai", "--kind", "commune", "--parent", "H29"],
    ["account", "create", "canbo", "--email", "canbo@example.vn"],
    *(["grant", "add", "canbo", role, "H29"] for role in ("it_centre", "home_affairs", "police")),
    ["grant", "add", "canbo", "officer", "H29.01"],
    ["account", "create", "thutruong", "--email", "thutruong@example.vn"],
    ["grant", "add", "thutruong", "head", "H29.01"],
    ["key", "create", "H29", "--name", "Hệ thống một cửa tỉnh"],
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Two wards, an account with several roles, and the applicants' names turned on."""
    server = Server(tmp_path_factory.mktemp("desk"))
    server.environment |= {
        "PHUCVU_NEW_PASSWORD": PASSWORD,
        "PHUCVU_PERSONAL": "ChuHoSo,SoDienThoai",
        "PHUCVU_PERSONAL_KEYS": Fernet.generate_key().decode(),
    }
    each = f"[main(words, standalone_mode=False) for words in {_COMMANDS!r}]"
    done = subprocess.run(
        [sys.executable, "-c", f"from phucvu.cli import main; {each}"],
        env=server.environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    server.start()
    sent = [message(f"H29.0{ward}-261001-00001") for ward in (1, 2)]
    answer = httpx.post(
        f"{server.url}/api/v1/dossiers", json=sent, timeout=30,
        headers={"X-API-Key": done.stdout.split()[-1]},
    )  # fmt: skip
    assert answer.json()["accepted"] == 2, answer.text
    yield SimpleNamespace(url=server.url)
    server.kill()


def agree(browser: Browser, site: SimpleNamespace) -> None:
    """The ward's head agrees to the key that waits."""
    context = browser.new_context(viewport={"width": 320, "height": 700})
    head = context.new_page()
    sign_in(head, site.url, "thutruong")
    head.get_by_role("link", name="Ai mở được gì").click()
    sound(head)
    head.get_by_role("button", name="Đồng ý").click()
    expect(head.get_by_text("Từ bây giờ khóa mở được hồ sơ.")).to_be_visible()
    sound(head)
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone, on which no script may fail."""
    problems: list[str] = []
    made = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    made.on("pageerror", lambda error: problems.append(str(error)))
    yield made
    made.context.close()
    assert problems == []


def test_key_reorganisation_figures_and_applicant(
    page: Page, browser: Browser, site: SimpleNamespace
) -> None:
    sign_in(page, site.url, "canbo")
    page.get_by_role("link", name="Khóa API").click()
    sound(page)
    page.get_by_role("link", name="Tạo khóa").click()
    sound(page)
    page.fill("#don-vi", "H29.01 Phường Một")
    page.fill("#ten", "Phần mềm báo cáo")
    page.select_option("#muc-dich", "read")
    page.get_by_role("button", name="Tạo khóa").click()
    key = page.locator("#khoa").inner_text()
    sound(page)
    listed = httpx.get(
        f"{site.url}/api/v1/units/H29.01/dossiers", headers={"X-API-Key": key}, timeout=30
    )
    assert listed.status_code == 403  # a head of the unit has to agree first
    page.get_by_role("link", name="Tôi đã sao chép").click()
    expect(page.get_by_text("Phần mềm báo cáo")).to_be_visible()
    page.get_by_text("Thay hoặc ngừng khóa").first.click()
    sound(page)

    agree(browser, site)
    listed = httpx.get(
        f"{site.url}/api/v1/units/H29.01/dossiers", headers={"X-API-Key": key}, timeout=30
    )
    assert listed.status_code == 200
    assert PERSONAL["ChuHoSo"] not in listed.text

    page.goto(f"{site.url}{DESK}ho-so/H29.01/so/H29.01-261001-00001/")
    page.get_by_role("link", name="Xem người nộp hồ sơ").click()
    expect(page.get_by_text(PERSONAL["ChuHoSo"])).to_be_visible()
    sound(page)

    page.get_by_role("link", name="Số liệu", exact=True).first.click()
    sound(page)
    rows = "unit_code,period,indicator,numerator,denominator,as_of\n"
    rows += "H29.02,2026-09,4.6,1,2,2026-10-01\nH29.02,2026-09,1.1,1,2,2026-10-01\n"
    page.set_input_files(
        "#tep", {"name": "so-lieu.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.get_by_role("button", name="Tải lên").click()
    expect(page.get_by_text("dòng 3")).to_be_visible()
    sound(page)
    page.fill("#don-vi", "H29.02")
    page.fill("#ky", "2026-09")
    page.select_option("#chi-so", "4.6")
    page.fill("#tu-so", "một")
    page.fill("#thoi-diem", "2026-10-02T08:00")
    page.get_by_role("button", name="Lưu số liệu").click()
    expect(page.get_by_role("alert").filter(has_text="Tử số")).to_be_visible()
    sound(page)
    page.fill("#tu-so", "2")
    page.fill("#mau-so", "2")
    page.get_by_role("button", name="Lưu số liệu").click()
    expect(page.get_by_text("Đã nhận H29.02 2026-09 4.6 20261002T080000")).to_be_visible()
    sound(page)

    page.get_by_role("link", name="Đơn vị", exact=True).first.click()
    sound(page)
    page.fill("#nguon-1", "H29.01 Phường Một")
    page.fill("#nguon-2", "H29.02 Phường Hai")
    page.fill("#ma-moi", "H29.09")
    page.fill("#ten", "Phường Mới")
    page.fill("#so-qd", "1685/NQ-UBTVQH15")
    page.fill("#tu-ngay", "2026-11-01")
    page.get_by_role("button", name="Xem trước thay đổi").click()
    expect(page.get_by_role("heading", name="Những gì sẽ thay đổi")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Thực hiện").click()
    expect(page.get_by_text("Đã thực hiện")).to_be_visible()
    assert httpx.get(f"{site.url}/don-vi/H29.09/", timeout=30).status_code == 200


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_forms_with_errors_are_sound_and_lead_to_them(
    browser: Browser, site: SimpleNamespace, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    sign_in(page, site.url, "canbo")
    for address in ("khoa/moi/", "quyen-cua-toi/xin/"):
        page.goto(f"{site.url}{DESK}{address}")
        page.locator("main form button[type=submit]").last.click()
        summary = page.get_by_role("alert")
        expect(summary).to_contain_text("Vui lòng xem lại")
        expect(page.locator("#don-vi")).to_be_focused()
        expect(page.locator("#don-vi")).to_have_attribute("aria-invalid", "true")
        sound(page)
        summary.get_by_role("link").last.click()
        expect(page.locator("#" + page.url.partition("#")[2])).to_have_attribute(
            "aria-invalid", "true"
        )
    context.close()
