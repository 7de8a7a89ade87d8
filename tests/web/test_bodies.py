"""Bodies: of whom nobody asked nothing is read; of the others no more, and no slower, than said."""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phucvu.config.sending import rule_of
from phucvu.edge.bodies import Bodies, Body, Bounds, Rule

UPLOADS = "/ban-lam-viec/tai-len/"
MIB = 1 << 20


class Sender:
    """Sends a body in parts and notes what is answered, and how much was asked for."""

    def __init__(
        self, path: str, parts: int, part: bytes = b"x" * MIB, client: str = "192.0.2.1",
        pause: float = 0.0, method: str = "POST", **headers: str,
    ) -> None:  # fmt: skip
        headers = headers or {"transfer_encoding": "chunked"}
        self.scope = {
            "type": "http", "path": path, "method": method, "client": (client, 1),
            "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
        }  # fmt: skip
        self.left, self.part, self.sent, self.asked = parts, part, [], 0
        self.pause = pause

    async def receive(self) -> dict[str, Any]:
        if self.left <= 0:
            return {"type": "http.disconnect"}
        if self.asked:
            await asyncio.sleep(self.pause)
        self.asked += 1
        self.left -= 1
        return {"type": "http.request", "body": self.part, "more_body": self.left > 0}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    def answered(self) -> tuple[int, str]:
        return self.sent[0]["status"], self.sent[1]["body"].decode()


class Site:
    """Takes what it is given, and tells how much that was."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.waits: asyncio.Event | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.got.append(receive.file.read() if isinstance(receive, Body) else b"")
        if self.waits:
            await self.waits.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


async def yes(scope: Any, send: Any) -> bool:
    return True


async def no(scope: Any, send: Any) -> bool:
    await send({"type": "http.response.start", "status": 401, "headers": []})
    await send({"type": "http.response.body", "body": b"no"})
    return False


def made(folder: Path, site: Any = None, ask: Any = yes, **changes: Any) -> Bodies:
    usual = {
        "folder": folder, "pause": 5.0, "pace": 1024, "bodies": 4, "each": 2, "total": 600 * MIB,
        "strangers": 4,
    }  # fmt: skip
    return Bodies(site or Site(), rule_of, ask, lambda: Bounds(**usual | changes))


def run(bodies: Bodies, sender: Sender) -> tuple[int, str]:
    asyncio.run(bodies(sender.scope, sender.receive, sender.send))
    return sender.answered()


def test_two_gigabytes_are_refused_before_one_byte_is_asked_for(tmp_path: Path) -> None:
    sender = Sender(UPLOADS, 2048, content_length=str(2 << 30))
    status, page = run(made(tmp_path), sender)
    assert (status, sender.asked) == (413, 0)
    assert "512 MiB" in page
    assert "Yêu cầu quá lớn" in page


@pytest.mark.parametrize("path", [UPLOADS, "/api/v1/dossiers", "/ban-lam-viec/don-vi/"])
def test_of_whom_the_program_refuses_nothing_is_read(tmp_path: Path, path: str) -> None:
    sender = Sender(path, 30)
    assert run(made(tmp_path, ask=no), sender) == (401, "no")
    assert sender.asked == 0
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_say_its_length_is_counted_while_it_comes(tmp_path: Path) -> None:
    sender = Sender(UPLOADS, 2048)
    bodies = made(tmp_path)
    assert run(bodies, sender)[0] == 413
    assert sender.asked == 513
    assert bodies._bytes == 0


def test_the_api_answers_a_problem_in_the_language_asked_for(tmp_path: Path) -> None:
    sender = Sender(
        "/api/v1/dossiers", 99, content_length=str(33 * MIB), cookie="django_language=en"
    )
    status, body = run(made(tmp_path), sender)
    assert (status, json.loads(body)["status"]) == (413, 413)
    assert "At most 32 MiB" in json.loads(body)["detail"]


@pytest.mark.parametrize("path", [UPLOADS, "/api/v1/dossiers"])
def test_what_is_small_enough_passes_in_its_file(tmp_path: Path, path: str) -> None:
    site = Site()
    assert run(made(tmp_path, site), Sender(path, 32, content_length=str(32 * MIB))) == (200, "ok")
    assert len(site.got[0]) == 32 * MIB


def test_a_form_of_a_stranger_is_small_and_asks_nobody(tmp_path: Path) -> None:
    login = "/tai-khoan/login/"
    assert run(made(tmp_path, ask=no), Sender(login, 1, b"a=1"))[0] == 200
    sender = Sender(login, 99, b"x" * 1024)
    status, page = run(made(tmp_path), sender)
    assert (status, sender.asked) == (413, 65)
    assert "64 KiB" in page


@pytest.mark.parametrize(("path", "method"), [("/khong-co/", "POST"), ("/", "GET")])
def test_where_nothing_is_sent_nothing_is_read(tmp_path: Path, path: str, method: str) -> None:
    site = Site()
    sender = Sender(path, 99, method=method, content_length=str(99 * MIB))
    assert run(made(tmp_path, site), sender) == (200, "ok")
    assert (sender.asked, site.got) == (0, [b""])


def test_the_limit_of_uploads_is_a_setting(tmp_path: Path, settings: Any) -> None:
    settings.PHUCVU_UPLOAD_MIB = 2
    assert run(made(tmp_path), Sender(UPLOADS, 2))[0] == 200
    assert run(made(tmp_path), Sender(UPLOADS, 4))[0] == 413


def test_who_stops_in_the_middle_is_let_go(tmp_path: Path) -> None:
    bodies = made(tmp_path, pause=0.05)
    status, body = run(bodies, Sender("/api/v1/dossiers", 2, pause=5))
    assert (status, "chậm" in body) == (408, True)
    assert (bodies._bytes, dict(bodies._open)[True, "*"]) == (0, 0)


def test_who_sends_a_little_again_and_again_is_let_go_too(tmp_path: Path) -> None:
    sender = Sender("/api/v1/dossiers", 1_000, b"x", pause=0.02)
    assert run(made(tmp_path, pause=0.1, pace=1024), sender)[0] == 408
    assert sender.asked < 60
    quick = Sender("/api/v1/dossiers", 20, b"x" * 1024, pause=0.02)
    assert run(made(tmp_path, pause=0.1, pace=1024), quick)[0] == 200


def test_who_goes_away_leaves_nothing(tmp_path: Path) -> None:
    async def receive() -> Any:
        told.append(1)
        if len(told) > 3:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"x" * MIB, "more_body": True}

    told: list[int] = []
    bodies, sender = made(tmp_path), Sender("/api/v1/dossiers", 1)
    asyncio.run(bodies(sender.scope, receive, sender.send))
    assert (sender.sent, bodies._bytes, list(tmp_path.iterdir())) == ([], 0, [])


def together(bodies: Bodies, senders: list[Sender], end: Callable[[], None]) -> list[int]:
    """The statuses of those who send at once; `end` lets the program answer."""

    async def main() -> None:
        sending = [
            asyncio.create_task(bodies(each.scope, each.receive, each.send)) for each in senders
        ]
        await asyncio.sleep(0.05)
        end()
        await asyncio.gather(*sending)

    asyncio.run(main())
    return [each.answered()[0] for each in senders]


def test_one_address_has_its_share_and_strangers_take_none_of_those_who_may(
    tmp_path: Path,
) -> None:
    slow = {"part": b"x" * 100, "pause": 0.2}
    greedy = [Sender("/api/v1/dossiers", 2, **slow) for _ in range(5)]
    strangers = [
        Sender("/tai-khoan/login/", 2, client=f"198.51.100.{n}", **slow) for n in range(10)
    ]
    others = [Sender("/api/v1/dossiers", 2, client=f"192.0.2.{n}", **slow) for n in (2, 3, 4)]
    statuses = together(made(tmp_path), strangers + greedy + others, lambda: None)
    assert statuses[:10] == [200] * 4 + [503] * 6
    assert statuses[10:15] == [200] * 2 + [429] * 3
    assert statuses[15:] == [200, 200, 503]


def test_all_bodies_together_have_a_bound_as_long_as_their_requests_last(tmp_path: Path) -> None:
    site = Site()

    async def main() -> None:
        site.waits = asyncio.Event()
        bodies = made(tmp_path, site, total=5 * MIB)
        first, second = Sender("/api/v1/dossiers", 3), Sender("/api/v1/petitions", 3)
        begun = asyncio.create_task(bodies(first.scope, first.receive, first.send))
        await asyncio.sleep(0.05)
        await bodies(second.scope, second.receive, second.send)
        assert second.answered()[0] == 503
        assert (b"retry-after", b"5") in second.sent[0]["headers"]
        site.waits.set()
        await begun
        assert (first.answered()[0], bodies._bytes) == (200, 0)

    asyncio.run(main())


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from phucvu.edge import bodies as module

    class Full:
        def write(self, part: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "SpooledTemporaryFile", lambda **_: Full())
    status, body = run(made(tmp_path), Sender("/api/v1/dossiers", 1))
    assert (status, json.loads(body)["status"]) == (507, 507)


@hypothesis.settings(
    max_examples=20, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["ask", "form"])), max_size=12),
    st.integers(0, 5),
)
def test_whatever_comes_nothing_stays_counted(sent: list[tuple[int, str]], refused: int) -> None:
    import tempfile

    async def ask(scope: Any, send: Any) -> bool:
        answer: Awaitable[bool] = (no if scope["client"][0].endswith(str(refused)) else yes)(
            scope, send
        )
        return await answer

    with tempfile.TemporaryDirectory() as folder:
        bodies = made(Path(folder), ask=ask, each=2, bodies=3, total=40)
        paths = {"ask": "/api/v1/dossiers", "form": "/tai-khoan/login/"}
        senders = [
            Sender(paths[kind], parts, b"0123456789", client=f"192.0.2.{number % 6}")
            for number, (parts, kind) in enumerate(sent)
        ]
        together(bodies, senders, lambda: None)
        assert bodies._bytes == 0
        assert sum(bodies._open.values()) == 0


def test_rules_follow_the_doors() -> None:
    def rule(path: str, method: str = "POST") -> Rule:
        return rule_of({"path": path, "method": method})

    assert rule("/api/v1/dossiers") == Rule(32 * MIB, asks=True)
    assert rule("/ban-lam-viec/mau/dossiers.xlsx").asks
    assert not rule("/i18n/setlang/").asks
    assert rule("/api/v1/units").most < MIB
