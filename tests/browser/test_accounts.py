"""People come in: registering, asking, granting, using, expiring; passkeys; single sign-on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessible import faults
from tests.intake.messages import message
from tests.server import Server

pytestmark = pytest.mark.browser
PASSWORD = "một mật khẩu dài 766"
DESK = "/ban-lam-viec/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Two wards with a dossier each, their people, and a provider of single sign-on."""
    mock = pytest.importorskip("oidc_provider_mock", reason="needs the oidc-provider-mock wheel")
    user = mock.User(sub="an", claims={"email": "an@tinh.vn", "preferred_username": "nguyen.an"})
    with mock.run_server_in_thread(user_claims=[user]) as provider:
        server = Server(tmp_path_factory.mktemp("accounts"))
        server.environment |= {
            "PHUCVU_OIDC_URL": f"http://localhost:{provider.server_port}",
            "PHUCVU_OIDC_NAME": "Tài khoản của tỉnh",
            "PHUCVU_OIDC_CLIENT": "phucvu",
            "PHUCVU_OIDC_SECRET": "bí mật",
            "PHUCVU_NEW_PASSWORD": PASSWORD,
        }
        server.migrate()
        server.command("units", "add", "H29", "Tỉnh Một", "--kind", "province")
        for code, name in (("H29.01", "Phường Một"), ("H29.02", "Phường Hai")):
            server.command("units", "add", code, name, "--kind", "commune", "--parent", "H29")
        for name in ("thutruong", "trungtam", "khoa"):
            server.command("account", "create", name, "--email", f"{name}@example.vn")
        server.command("grant", "add", "thutruong", "head", "H29.01")
        server.command("grant", "add", "trungtam", "it_centre", "H29")
        key = server.command("key", "create", "H29", "--name", "tỉnh").stdout.split()[-1]
        server.start()
        sent = [message(f"{code}-261001-00001", MaDonVi=code) for code in ("H29.01", "H29.02")]
        answer = httpx.post(
            f"{server.url}/api/v1/dossiers", json=sent, headers={"X-API-Key": key}, timeout=30
        )
        assert answer.json()["accepted"] == 2, answer.text
        yield SimpleNamespace(server=server, url=server.url.replace("127.0.0.1", "localhost"))
        server.kill()


@pytest.fixture
def pages(browser: Browser) -> Iterator[list[Page]]:
    """Pages in contexts of their own, a phone's and a desk's; none may report an error."""
    made: list[Page] = []
    problems: list[str] = []
    for width, height in ((390, 844), (1440, 900), (1440, 900)):
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda said: problems.append(said.text) if "Content Security" in said.text else None,
        )
        made.append(page)
    yield made
    for page in made:
        page.context.close()
    assert problems == []


def sign_in(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}{DESK}")
    page.fill("#id_login", name)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()


def sound(page: Page) -> None:
    """No fault that axe finds, and no scrolling sideways."""
    assert faults(page) == []
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0, page.url


def test_request_grant_use_and_expiry(pages: list[Page], site: SimpleNamespace) -> None:
    officer, head, centre = pages
    officer.goto(f"{site.url}{DESK}")
    sound(officer)
    officer.get_by_role("link", name="đăng ký").click()
    sound(officer)
    for field, text in {
        "username": "canbo", "email": "canbo@example.vn",
        "password1": PASSWORD, "password2": PASSWORD,
    }.items():  # fmt: skip
        officer.fill(f"#id_{field}", text)
    officer.get_by_role("button", name="Đăng ký").click()
    expect(officer.get_by_text("chưa có quyền gì")).to_be_visible()
    sound(officer)

    officer.get_by_role("link", name="Xin quyền").first.click()
    sound(officer)
    officer.fill("#don-vi", "H29.01 Phường Một")
    officer.select_option("#vai-tro", "officer")
    officer.fill("#ly-do", "Nhập hồ sơ của phường")
    officer.get_by_role("button", name="Gửi yêu cầu").click()
    expect(officer.get_by_text("chờ thủ trưởng đơn vị")).to_be_visible()
    sound(officer)

    sign_in(head, site.url, "thutruong")
    sound(head)
    head.get_by_role("link", name="Yêu cầu").first.click()
    expect(head.get_by_text("Nhập hồ sơ của phường")).to_be_visible()
    sound(head)
    head.get_by_role("button", name="Đề nghị trung tâm CNTT cấp").click()
    expect(head.get_by_text("đã chuyển tới trung tâm CNTT")).to_be_visible()

    sign_in(centre, site.url, "trungtam")
    centre.goto(f"{site.url}{DESK}yeu-cau/")
    sound(centre)
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011
    centre.get_by_label("Kết thúc ngày").fill(tomorrow.isoformat())
    centre.get_by_role("button", name="Cấp quyền").click()
    expect(centre.get_by_text("Đã cấp quyền.")).to_be_visible()
    centre.goto(f"{site.url}{DESK}phan-quyen/")
    expect(centre.get_by_text("canbo@example.vn")).to_be_visible()
    sound(centre)

    officer.goto(f"{site.url}{DESK}ho-so/")
    sound(officer)
    officer.get_by_role("link", name="Phường Một").click()
    expect(officer.get_by_role("link", name="H29.01-261001-00001")).to_be_visible()
    sound(officer)
    officer.get_by_role("link", name="H29.01-261001-00001").click()
    sound(officer)
    refused = officer.goto(f"{site.url}{DESK}ho-so/H29.02/")
    assert refused is not None
    assert refused.status == 403
    expect(officer.get_by_text("Phường Hai nằm ngoài phạm vi")).to_be_visible()
    sound(officer)
    mails = list((site.server.folder / "mail").iterdir())
    assert len(mails) >= 5

    site.server.stop()
    site.server.start(days_ahead=2)
    sign_in(officer, site.url, "canbo")
    expect(officer.get_by_text("chưa có quyền gì")).to_be_visible()
    over = officer.goto(f"{site.url}{DESK}ho-so/H29.01/")
    assert over is not None
    assert over.status == 403
    site.server.stop()
    site.server.start()
    told = site.server.command("audit", "verify").stdout
    assert "the chain is whole" in told


def test_a_passkey_opens_without_a_password(pages: list[Page], site: SimpleNamespace) -> None:
    page = pages[0]
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, site.url, "khoa")
    page.goto(f"{site.url}/tai-khoan/hai-lop/")
    sound(page)
    page.goto(f"{site.url}/tai-khoan/hai-lop/webauthn/add/")
    sound(page)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("heading", name="Thêm khóa")).to_be_visible()
    sound(page)
    page.fill("#id_name", "Điện thoại")
    page.check("#id_passwordless")
    page.get_by_role("button", name="Thêm").click()
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))
    sound(page)
    page.goto(f"{site.url}/tai-khoan/hai-lop/webauthn/")
    expect(page.get_by_text("Điện thoại")).to_be_visible()
    sound(page)

    page.goto(f"{site.url}{DESK}")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile("/login/"))
    page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()
    expect(page.get_by_role("link", name="khoa", exact=True)).to_be_visible()


def test_single_sign_on(pages: list[Page], site: SimpleNamespace) -> None:
    page = pages[1]
    page.goto(f"{site.url}{DESK}")
    page.get_by_role("link", name="Tài khoản của tỉnh").click()
    page.get_by_role("button", name="Tiếp tục").click()
    page.fill("input[name=sub]", "an")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("heading", name="Bàn làm việc")).to_be_visible()
    expect(page.get_by_role("link", name="nguyen.an")).to_be_visible()
    expect(page.get_by_text("chưa có quyền gì")).to_be_visible()
    assert "nguyen.an" in site.server.command("account", "list").stdout
