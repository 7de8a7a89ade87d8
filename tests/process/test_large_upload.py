"""An upload of gigabytes is refused early, and what is taken goes to the disk, not to memory."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.server import Server

MIB = 1 << 20
UPLOADS = "/ban-lam-viec/tai-len/"
_OFFICER = """
import django
django.setup()
from django.contrib.auth.models import User
User.objects.create_superuser("canbo", password="một mật khẩu dài 766")
"""

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is read from /proc"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("large"))
    server.environment["PHUCVU_UPLOAD_MIB"] = "96"
    server.migrate()
    subprocess.run([sys.executable, "-c", _OFFICER], env=server.environment, check=True, timeout=60)
    server.start()
    yield server
    server.stop()


def resident(server: Server) -> int:
    """MiB of memory the server holds, at most so far."""
    status = Path(f"/proc/{server.worker}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def send(server: Server, head: str, body: bytes = b"", times: int = 0) -> tuple[bytes, int]:
    """Send a request's head, then the body over and over until answered; what was sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        sent = 0
        try:
            for _ in range(times):
                line.sendall(body)
                sent += len(body)
        except OSError:
            pass  # refused: the server hung up
        answer = b""
        try:
            while part := line.recv(65_536):
                answer += part
                if b"\r\n\r\n" in answer:
                    break
        except OSError:
            pass
    return answer, sent


def test_two_gigabytes_that_say_so_are_refused_at_once(server) -> None:
    before, start = resident(server), time.perf_counter()
    head = f"POST {UPLOADS} HTTP/1.1\nHost: 127.0.0.1\nContent-Length: {2 << 30}"
    answer, _sent = send(server, head)
    assert b"413" in answer.split(b"\r\n")[0]
    assert time.perf_counter() - start < 2
    assert resident(server) - before < 16


def test_two_gigabytes_that_do_not_are_not_read_of_a_stranger(server) -> None:
    before = resident(server)
    head = f"POST {UPLOADS} HTTP/1.1\nHost: 127.0.0.1\nTransfer-Encoding: chunked"
    part = b"%x\r\n%s\r\n" % (MIB, b"0" * MIB)
    answer, sent = send(server, head, part, 2048)
    assert sent < 256 * MIB
    assert answer == b"" or b"302" in answer.split(b"\r\n")[0]
    assert resident(server) - before < 48
    assert list((server.folder / "tmp").iterdir()) == []


def test_what_is_small_enough_goes_to_the_disk(server, tmp_path) -> None:
    """64 MiB of a table, held in a folder until it is confirmed; memory stays where it was."""
    row = "H29.01-261001-{:08d},1.013395,4," + "x" * 400 + "\n"
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("Mã hồ sơ,Mã TTHC,Trạng thái,Ghi chú\n")
        file.writelines(row.format(number) for number in range(64 * MIB // len(row)))
    with httpx.Client(base_url=server.url, timeout=60) as client:
        route_permission = f"{server.url}/tai-khoan/login/"
        client.get(route_permission)
        token = client.cookies["csrftoken"]
        words = {"login": "canbo", "password": "một mật khẩu dài 766"}
        client.post(route_permission, data={**words, "csrfmiddlewaretoken": token})
        before = resident(server)
        with path.open("rb") as file:
            answer = client.post(
                UPLOADS,
                data={"csrfmiddlewaretoken": client.cookies["csrftoken"]},
                files={"tep": ("a.csv", file)},
            )
    assert answer.status_code == 302, answer.text
    kept = list((server.folder / "uploads").glob("*/file/a.csv"))
    assert [file.stat().st_size for file in kept] == [path.stat().st_size]
    assert oct((server.folder / "uploads").stat().st_mode & 0o777) == "0o700"
    assert resident(server) - before < 48
    assert list((server.folder / "tmp").iterdir()) == []
