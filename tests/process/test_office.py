"""README's "Run it for an office", walked as it is written, with nginx and TLS before it."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import signal
import socket
import sqlite3
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import ROOT

NGINX = "/usr/sbin/nginx"
PASSWORD = "một mật khẩu dài 766"
DOSSIER = {
    "MaHoSo": "H44.07-261001-1", "MaTTHC": "1.013395", "KenhThucHien": "2", "TrangThaiHoSo": "2",
    "NgayNopHoSo": "20261001080000", "NgayTiepNhan": "20261001080500",
    "NgayHenTra": "20261012170000",
}  # fmt: skip

pytestmark = pytest.mark.skipif(not Path(NGINX).exists(), reason="no nginx (tools/browser)")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def section() -> list[str]:
    """The lines of the section's first block of commands, without their comments."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"## Run it for an office\s+```\n(.*?)```", readme, re.DOTALL)
    assert block is not None
    return [re.sub(r"\s+# .*", "", line) for line in block[1].splitlines() if line.strip()]


class Office:
    """The section's commands, with another folder and other ports than it names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port, plain = free_port(), free_port(), free_port()
        lines = section()
        assert lines[0] == "make setup"  # done already: the tests run in what it made
        settings = [line for line in lines if line.startswith("export ")]
        self.name = next(line.split("=")[1] for line in settings if "PHUCVU_HOSTS=" in line)
        self.environment = {**os.environ, "PHUCVU_NEW_PASSWORD": PASSWORD}
        for gone in ("DATABASE_URL", "PHUCVU_PROXIES", "DJANGO_SETTINGS_MODULE"):
            self.environment.pop(gone, None)
        for line in settings:
            name, _, value = line.removeprefix("export ").partition("=")
            self.environment[name] = value
        assert self.environment["PHUCVU_TLS"] == "1"
        self.environment["PHUCVU_DATA"] = str(folder / "data")
        self.commands = [line for line in lines[1:] if line not in settings]
        self.key = ""
        self._certificate(folder)
        self._nginx_file(folder, plain)

    def run(self) -> None:
        """The commands one after the other; the last one serves and goes on."""
        *commands, serve = self.commands
        for command in commands:
            done = subprocess.run(
                shlex.split(command), cwd=ROOT, env=self.environment,
                capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
            if " key create " in command:
                self.key = done.stdout.strip().splitlines()[-1]
        assert "--port 8000" in serve
        self.server = subprocess.Popen(
            shlex.split(serve.replace("8000", str(self.port))),
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.proxy = subprocess.Popen(
            [NGINX, "-c", str(self.folder / "nginx.conf"), "-g", "daemon off;"]
        )
        assert "Phục Vụ: " in self.server.stdout.readline()  # type: ignore[union-attr]

    def stop(self) -> None:
        for process in (self.proxy, self.server):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)

    def browser(self) -> httpx.Client:
        """A reader who finds the office's name at the proxy and knows its certificate."""
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        return httpx.Client(
            base_url=f"https://{self.name}", timeout=10,
            transport=_Resolved(self.tls_port, context),
        )  # fmt: skip

    def _certificate(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(who).issuer_name(who).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(self.name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        pem = serialization.Encoding.PEM
        (folder / "fullchain.pem").write_bytes(made.public_bytes(pem))
        (folder / "privkey.pem").write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )

    def _nginx_file(self, folder: Path, plain: int) -> None:
        """The file as it is shipped, with the test's ports and certificate, in a bare main one."""
        shipped = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
        for written, here in (
            ("127.0.0.1:8000", f"127.0.0.1:{self.port}"), ("listen 80;", f"listen {plain};"),
            ("listen 443 ", f"listen {self.tls_port} "), ("/etc/ssl/phucvu", str(folder)),
        ):  # fmt: skip
            assert written in shipped
            shipped = shipped.replace(written, here)
        (folder / "phucvu.conf").write_text(shipped, encoding="utf-8")
        places = "".join(
            f"{name}_temp_path {folder}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
            "events { worker_connections 4096; }\n"
            f"http {{ access_log off; {places} include {folder}/phucvu.conf; }}\n"
        )


class _Resolved(httpx.HTTPTransport):
    """Connects to the proxy on this machine, whatever the name, as curl does with --resolve."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__(verify=context)
        self._port = port

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        there = httpx.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1", port=self._port),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions | {"sni_hostname": request.url.host},
        )
        return super().handle_request(there)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"))
    office.run()
    yield office
    office.stop()


def test_the_site_answers_through_tls(office: Office) -> None:
    with office.browser() as browser:
        page = browser.get("/don-vi/H44/")
        assert page.status_code == 200, page.text
        assert "Tỉnh Phú Thọ" in page.text
        assert page.headers["Strict-Transport-Security"].startswith("max-age=")
    # Without TLS, and under another name, nothing is shown.
    plain = httpx.get(f"http://127.0.0.1:{office.port}/", headers={"Host": office.name})
    assert plain.headers["Location"] == f"https://{office.name}/"
    assert httpx.get(f"http://127.0.0.1:{office.port}/").status_code == 400


def test_an_officer_signs_in_with_secure_cookies(office: Office) -> None:
    with office.browser() as browser:
        browser.get("/tai-khoan/login/")
        token = browser.cookies["csrftoken"]
        words = {"login": "vanphong", "password": PASSWORD, "csrfmiddlewaretoken": token}
        page = {"Referer": f"https://{office.name}/tai-khoan/login/"}
        forged = browser.post("/tai-khoan/login/", data=words, headers={"Referer": "https://a.vn/"})
        assert forged.status_code == 403
        entered = browser.post("/tai-khoan/login/", data=words, headers=page)
        assert entered.status_code == 302, entered.text
        set_cookies = entered.headers.get_list("set-cookie")
        assert {cookie.split("=")[0] for cookie in set_cookies} >= {"sessionid", "csrftoken"}
        assert all("; Secure" in cookie for cookie in set_cookies)
        # The role sees dossiers: the first thing to do is to set a second factor up.
        assert browser.get("/ban-lam-viec/").headers["Location"] == "/tai-khoan/hai-lop/"
        assert browser.get("/tai-khoan/hai-lop/").status_code == 200


def test_a_system_sends_and_an_open_page_hears_of_it(office: Office) -> None:
    with (
        office.browser() as browser,
        office.browser() as sender,
        browser.stream("GET", "/su-kien/?don-vi=H44.07") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        time.sleep(0.3)  # the watch has begun
        sent = sender.post("/api/v1/dossiers", json=[DOSSIER], headers={"X-API-Key": office.key})
        assert (sent.status_code, sent.json()["accepted"]) == (200, 1), sent.text
        assert "event: change" in lines


def test_who_asks_is_believed_of_the_proxy_alone(office: Office) -> None:
    """A reader who names another address in a header is still counted as himself."""
    from_elsewhere = {"X-Forwarded-For": "203.0.113.7"}
    wrong = {"login": "vanphong", "password": "sai"}
    with office.browser() as browser:
        browser.get("/tai-khoan/login/")
        page = {"Referer": f"https://{office.name}/tai-khoan/login/"}
        wrong["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        browser.post("/tai-khoan/login/", data=wrong, headers=page | from_elsewhere)
    with sqlite3.connect(office.folder / "data/phucvu.sqlite3") as store:
        told = store.execute(
            "SELECT address FROM accounts_auditentry WHERE action = 'account.failed'"
        ).fetchall()
    assert set(told) == {("127.0.0.1",)}


def test_the_service_file_runs_what_there_is() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy/phucvu.service", encoding="utf-8")
    service = unit["Service"]
    assert service["ExecStart"].removeprefix("/opt/phucvu/") == section()[-1]
    assert int(service["LimitNOFILE"]) > 10_300
    assert service["Restart"] == "on-failure"
