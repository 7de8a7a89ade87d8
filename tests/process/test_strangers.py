"""What strangers try on a real server, from this machine's own addresses: others are served."""

from __future__ import annotations

import contextlib
import resource
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.intake.messages import message
from tests.server import Server

MIB = 1 << 20
UPLOADS = "/ban-lam-viec/tai-len/"
HALF_OPEN, STREAMS, MOST_STREAMS = 800, 150, 20
usual: list[float] = []
"""seconds a batch and a page take while nobody attacks"""

# In one process: each takes seconds to start.
_PREPARE = """
import django
django.setup()
from phucvu.config.commands import prepare_store
prepare_store()
from phucvu.accounts.keys import issue
from phucvu.units.models import Unit
print(issue(Unit.objects.create(code="H29.01", name="Phường 1", kind="commune"), "test")[1])
"""

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="needs all of 127.0.0.0/8"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4_096)), hard))
    server = Server(tmp_path_factory.mktemp("strangers"))
    server.environment |= {
        "PHUCVU_HEADER_SECONDS": "2", "PHUCVU_BODY_SECONDS": "2", "PHUCVU_BODIES_PER_ADDRESS": "3",
        "PHUCVU_STREAMS_PER_ADDRESS": str(MOST_STREAMS), "TMPDIR": str(server.folder / "tmp"),
    }  # fmt: skip
    made = subprocess.run(
        [sys.executable, "-c", _PREPARE], env=server.environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    server.key = made.stdout.strip()  # type: ignore[attr-defined]
    # As systemd starts it; the server raises that itself.
    resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, hard))
    server.start()
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4_096)), hard))
    usual.append(max(served(server) for _ in range(2)))
    yield server
    server.stop()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connect(server: Server, address: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection(
        ("127.0.0.1", server.port), timeout=10, source_address=(address, 0)
    )


def ask(server: Server, head: str, address: str = "127.0.0.1") -> socket.socket:
    """Send the head of a request and no more."""
    line = connect(server, address)
    line.sendall(f"{head}\nHost: 127.0.0.1:{server.port}\n\n".replace("\n", "\r\n").encode())
    return line


def status(line: socket.socket, seconds: float = 10.0) -> int:
    """What is answered within so many seconds."""
    line.settimeout(seconds)
    with line:
        return int(line.recv(65_536).split(b" ", 2)[1])


def closed(lines: list[socket.socket], seconds: float) -> int:
    """How many of these connections are ended within so many seconds."""
    poll = select.poll()
    waiting = {line.fileno(): line for line in lines}
    for number in waiting:
        poll.register(number, select.POLLIN | select.POLLHUP)
    deadline, ended = time.monotonic() + seconds, 0
    while waiting and (left := deadline - time.monotonic()) > 0:
        for number, _event in poll.poll(left * 1000):
            gone = True
            with contextlib.suppress(OSError):
                gone = not waiting[number].recv(65_536)
            if gone:
                poll.unregister(number)
                del waiting[number]
                ended += 1
    return ended


def served(server: Server) -> float:
    """Seconds a batch from another address takes."""
    transport = httpx.HTTPTransport(local_address="127.0.0.9")
    began = time.perf_counter()
    with httpx.Client(base_url=server.url, transport=transport, timeout=10) as client:
        sent = client.post(
            "/api/v1/dossiers", json=[message("H29.01-261001-1")],
            headers={"X-API-Key": server.key},  # type: ignore[attr-defined]
        )  # fmt: skip
        assert sent.status_code == 200, sent.text
        assert client.get("/").status_code == 200
    return time.perf_counter() - began


def kept(server: Server) -> list[Path]:
    return list((server.folder / "tmp").iterdir())


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (f"POST /api/v1/dossiers HTTP/1.1\nContent-Length: {30 * MIB}", 401),
        (f"POST /api/v1/dossiers HTTP/1.1\nX-API-Key: pv_{'x' * 43}\nContent-Length: 9", 401),
        ("POST /api/v1/petitions HTTP/1.1\nTransfer-Encoding: chunked", 401),
        (f"POST {UPLOADS} HTTP/1.1\nContent-Length: {500 * MIB}", 302),
        (f"POST {UPLOADS} HTTP/1.1\nCookie: sessionid=a\nTransfer-Encoding: chunked", 302),
        (f"POST {UPLOADS} HTTP/1.1\nContent-Length: {600 * MIB}", 413),
        (f"POST /tai-khoan/login/ HTTP/1.1\nContent-Length: {1 * MIB}", 413),
        (f"POST /khong-co/ HTTP/1.1\nContent-Length: {30 * MIB}", 404),
        (f"POST /admin/auth/user/add/ HTTP/1.1\nContent-Length: {30 * MIB}", 302),
    ],
)
def test_who_may_not_send_is_refused_before_a_byte_is_read(
    server: Server, head: str, answer: int
) -> None:
    began = time.perf_counter()
    assert status(ask(server, head)) == answer
    # Sooner than a body may pause, so nobody waited for one.
    assert time.perf_counter() - began < 2
    assert kept(server) == []


def test_bodies_that_stall_are_ended_and_keep_nobody_waiting(server: Server) -> None:
    head = f"POST /api/v1/dossiers HTTP/1.1\nX-API-Key: {server.key}\nContent-Length: {20 * MIB}"  # type: ignore[attr-defined]
    forms = "POST /tai-khoan/login/ HTTP/1.1\nContent-Length: 5000"
    stalled = [ask(server, head, "127.0.0.2") for _ in range(3)]
    stalled += [ask(server, forms, "127.0.0.2") for _ in range(3)]
    time.sleep(0.5)
    assert status(ask(server, head, "127.0.0.2")) == 429
    assert served(server) < max(3.0, 3 * usual[0])
    assert [status(line) for line in stalled] == [408] * 6
    assert kept(server) == []


def test_half_open_requests_are_ended_and_keep_nobody_waiting(server: Server) -> None:
    lines = []
    for number in range(HALF_OPEN):
        line = connect(server, f"127.0.1.{number % 200 + 1}")
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-")
        lines.append(line)
    assert served(server) < max(3.0, 3 * usual[0])
    assert closed(lines, 8) == HALF_OPEN
    for line in lines:
        line.close()


def test_streams_of_one_address_shut_nobody_out(server: Server) -> None:
    lines = [ask(server, "GET /su-kien/ HTTP/1.1", "127.0.0.3") for _ in range(STREAMS)]
    answers = [int(line.recv(4_096).split(b" ", 2)[1]) for line in lines]
    assert sorted(answers) == [200] * MOST_STREAMS + [429] * (STREAMS - MOST_STREAMS)
    assert served(server) < max(3.0, 3 * usual[0])
    with ask(server, "GET /su-kien/ HTTP/1.1", "127.0.0.4") as other:
        assert other.recv(12) == b"HTTP/1.1 200"
    for line in lines:
        line.close()


def test_files_are_raised_above_what_systemd_gives(server: Server) -> None:
    limits = Path(f"/proc/{server.worker}/limits").read_text()
    line = next(line for line in limits.splitlines() if line.startswith("Max open files"))
    assert int(line.split()[3]) >= 4_000
