"""Bodies that are too large are refused before they are kept; nothing of them gathers in memory."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from phucvu.config import body_limit
from phucvu.config.body_limit import BodyLimit

UPLOADS = "/ban-lam-viec/tai-len/"
MIB = 1 << 20


class Sender:
    """Sends a body in parts and notes what is answered, and how much was asked for."""

    def __init__(self, path: str, parts: int, part: bytes = b"x" * MIB, **headers: str) -> None:
        self.scope = {
            "type": "http",
            "path": path,
            "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
        }
        self.left, self.part, self.sent, self.asked = parts, part, [], 0

    async def receive(self) -> dict[str, Any]:
        self.asked += 1
        self.left -= 1
        return {"type": "http.request", "body": self.part, "more_body": self.left > 0}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    def answered(self) -> tuple[int, str]:
        return self.sent[0]["status"], self.sent[1]["body"].decode()


async def site(scope: Any, receive: Any, send: Any) -> None:
    """Reads all it is given, as Django does, and answers unless the sender went away."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


def run(sender: Sender) -> tuple[int, str]:
    asyncio.run(BodyLimit(site)(sender.scope, sender.receive, sender.send))
    return sender.answered()


def test_two_gigabytes_are_refused_before_one_byte_is_asked_for() -> None:
    sender = Sender(UPLOADS, 2048, content_length=str(2 << 30))
    status, page = run(sender)
    assert (status, sender.asked) == (413, 0)
    assert "512 MiB" in page
    assert "Yêu cầu quá lớn" in page


def test_what_does_not_say_its_length_is_counted_while_it_comes() -> None:
    sender = Sender(UPLOADS, 2048)
    assert run(sender)[0] == 413
    assert sender.asked == 513


def test_the_api_answers_a_problem_in_the_language_asked_for() -> None:
    sender = Sender(
        "/api/v1/dossiers", 99, content_length=str(33 * MIB), cookie="django_language=en"
    )
    status, body = run(sender)
    assert (status, json.loads(body)["status"]) == (413, 413)
    assert "At most 32 MiB" in json.loads(body)["detail"]


@pytest.mark.parametrize("path", [UPLOADS, "/api/v1/dossiers", "/"])
def test_what_is_small_enough_passes(path: str) -> None:
    assert run(Sender(path, 32, content_length=str(32 * MIB))) == (200, "ok")


def test_the_limit_of_uploads_is_a_setting(settings: Any) -> None:
    settings.PHUCVU_UPLOAD_MIB = 2
    assert run(Sender(UPLOADS, 2))[0] == 200
    assert run(Sender(UPLOADS, 4))[0] == 413
    assert body_limit.limit_of(UPLOADS) > 2 * MIB
