"""Pages kept for everybody: never one that is somebody's own, never an old one."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.asgi import get_asgi_application
from django.test import Client

from phucvu.changes.models import Change
from phucvu.units.midnights import last_midnight
from phucvu.web import cached_page, shared_pages
from phucvu.web.live.marks import Mark, newest_mark
from phucvu.web.newest import Newest
from phucvu.web.shared_pages import SharedPages

PUBLIC = [(b"Cache-Control", b"public, no-cache"), (b"Content-Type", b"text/html")]


class Site:
    """A program that counts how often it was asked, and what it was asked."""

    def __init__(self, headers: list[tuple[bytes, bytes]] | None = None, status: int = 200) -> None:
        self.asked: list[dict[bytes, bytes]] = []
        self.headers = PUBLIC if headers is None else headers
        self.status = status
        self.change, self.turn = 1, 86_400
        self.slow = 0.0
        self.fails = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(dict(scope["headers"]))
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.fails:
            raise OSError("the program fell over")
        body = b"page %d " % len(self.asked) + b"x" * 2000
        length = (b"Content-Length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": self.status,
                    "headers": [*self.headers, length]})  # fmt: skip
        await send({"type": "http.response.body", "body": body})

    async def newest(self) -> Mark:
        return Mark(self.change, self.turn)


class Answer:
    def __init__(self, sent: list[dict[str, Any]]) -> None:
        self.status = sent[0]["status"]
        self.headers = {name.lower(): value for name, value in sent[0]["headers"]}
        self.body = b"".join(part.get("body", b"") for part in sent[1:])


async def ask(pages: SharedPages, path: str = "/", method: str = "GET", **headers: str) -> Answer:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asked = iter([{"type": "http.request", "body": b""}])

    async def receive() -> Any:
        for message in asked:
            return message
        return await asyncio.Event().wait()  # the reader neither says more nor goes away

    scope = {
        "type": "http", "method": method, "scheme": "http", "path": path, "query_string": b"",
        "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()],
    }  # fmt: skip
    await pages(scope, receive, send)
    return Answer(sent)


def with_pages(site: Site, scenario: Callable[[SharedPages], Awaitable[None]]) -> Site:
    asyncio.run(scenario(SharedPages(site, site.newest)))
    return site


def test_a_page_is_made_once_until_something_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (shared_pages, cached_page):
        monkeypatch.setattr(module, "monotonic", lambda: 0.0)
    site = Site()

    async def scenario(pages: SharedPages) -> None:
        first, second = await ask(pages), await ask(pages)
        assert first.body == second.body and first.body.startswith(b"page 1 ")
        site.change = 2
        assert (await ask(pages)).body.startswith(b"page 2 ")

    assert len(with_pages(site, scenario).asked) == 2


def test_a_page_that_grows_old_is_made_anew_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    clock = SimpleNamespace(now=0.0)
    for module in (shared_pages, cached_page):
        monkeypatch.setattr(module, "monotonic", lambda: clock.now)

    async def scenario(pages: SharedPages) -> None:
        await ask(pages)
        clock.now = 31.0
        meanwhile = [(await ask(pages)).body[:7] for _ in range(3)]
        assert meanwhile == [b"page 1 "] * 3
        while len(site.asked) < 2:
            await asyncio.sleep(0.001)
        assert (await ask(pages)).body.startswith(b"page 2 ")
        # One that nobody asked for in as long as a page may be kept is not served any more.
        clock.now = 31.0 + 61.0
        assert (await ask(pages)).body.startswith(b"page 3 ")

    assert len(with_pages(site, scenario).asked) == 3


@pytest.mark.parametrize("took", [0.0, 5.0])
def test_of_yesterday_no_page_is_served(monkeypatch: pytest.MonkeyPatch, took: float) -> None:
    """However costly it is to make anew, and whoever asks."""
    site = Site()
    clock = SimpleNamespace(now=0.0)
    for module in (shared_pages, cached_page):
        monkeypatch.setattr(module, "monotonic", lambda: clock.now)

    async def costly(scope: Any, receive: Any, send: Any) -> None:
        clock.now += took
        await site(scope, receive, send)

    async def scenario() -> None:
        pages = SharedPages(costly, site.newest)
        assert (await ask(pages)).body.startswith(b"page 1 ")
        assert (await ask(pages)).body.startswith(b"page 1 ")
        site.turn += 86_400
        answers = await asyncio.gather(*(ask(pages) for _ in range(5)))
        assert {answer.body[:7] for answer in answers} == {b"page 2 "}

    asyncio.run(scenario())
    assert len(site.asked) == 2


def test_while_changes_pour_in_a_page_is_as_old_as_ten_times_its_making(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Site()
    clock = SimpleNamespace(now=0.0)
    for module in (shared_pages, cached_page):
        monkeypatch.setattr(module, "monotonic", lambda: clock.now)

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        clock.now += 0.5
        await site(scope, receive, send)

    async def scenario() -> None:
        pages = SharedPages(slow, site.newest)
        await ask(pages)  # made at 0, took half a second
        site.change, clock.now = 2, 4.9
        assert (await ask(pages)).body.startswith(b"page 1 ")
        while len(site.asked) < 2:
            await asyncio.sleep(0.001)
        assert (await ask(pages)).body.startswith(b"page 2 ")
        site.change, clock.now = 3, 60.0
        assert (await ask(pages)).body.startswith(b"page 3 ")
        # What an open page asks for is never old.
        await ask(pages, x_fragment="1")
        site.change = 4
        assert (await ask(pages, x_fragment="1")).body.startswith(b"page 5 ")

    asyncio.run(scenario())


@pytest.mark.django_db(transaction=True)
def test_the_program_itself_can_be_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its handler listens for readers who go away; the one who renews a page never does."""
    clock = SimpleNamespace(now=0.0)
    for module in (shared_pages, cached_page):
        monkeypatch.setattr(module, "monotonic", lambda: clock.now)
    made: list[int] = []

    async def scenario() -> None:
        program = get_asgi_application()

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            await program(scope, receive, send)
            made.append(1)

        pages = SharedPages(counted, Site().newest)
        first = await ask(pages, "/gioi-thieu/", host="testserver")
        clock.now = 31.0
        await ask(pages, "/gioi-thieu/", host="testserver")
        while len(made) < 2:
            await asyncio.sleep(0.01)
        assert first.status == 200

    asyncio.run(asyncio.wait_for(scenario(), 30))


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "django_language=en; sessionid=abc"},
        {"cookie": "csrftoken=abc"},
        {"cookie": "\x01=;;"},
        {"authorization": "Bearer abc"},
        {"x_api_key": "abc"},
    ],
)
def test_whoever_may_be_somebody_goes_past(headers: dict[str, str]) -> None:
    site = Site()

    async def scenario(pages: SharedPages) -> None:
        await ask(pages)
        for _ in range(2):
            await ask(pages, **headers)

    asked = with_pages(site, scenario).asked
    assert len(asked) == 3
    (name, value) = next(iter(headers.items()))
    assert asked[1][name.replace("_", "-").encode()] == value.encode()


@pytest.mark.parametrize(
    "headers",
    [
        [(b"Cache-Control", b"private, no-cache")],
        [(b"Content-Type", b"text/html")],
        [*PUBLIC, (b"Set-Cookie", b"csrftoken=abc")],
        [*PUBLIC, (b"Content-Encoding", b"br")],
    ],
)
def test_what_does_not_say_public_is_not_kept(headers: list[tuple[bytes, bytes]]) -> None:
    site = Site(headers)

    async def scenario(pages: SharedPages) -> None:
        first, second = await ask(pages), await ask(pages)
        assert first.body.startswith(b"page 1 ") and second.body.startswith(b"page 2 ")

    with_pages(site, scenario)


def test_errors_and_other_methods_are_not_kept() -> None:
    async def twice(pages: SharedPages) -> None:
        await ask(pages)
        await ask(pages)

    async def posted(pages: SharedPages) -> None:
        for method in ("POST", "HEAD", "POST"):
            await ask(pages, method=method)

    async def static(pages: SharedPages) -> None:
        await ask(pages, "/static/a.css")
        await ask(pages, "/static/a.css")

    assert len(with_pages(Site(status=404), twice).asked) == 2
    assert len(with_pages(Site(), posted).asked) == 3
    assert len(with_pages(Site(), static).asked) == 2


def test_language_host_fragment_and_address_are_told_apart() -> None:
    site = Site()
    different: list[dict[str, str]] = [
        {}, {"cookie": "django_language=en"}, {"host": "a"}, {"host": "b"}, {"x_fragment": "1"},
    ]  # fmt: skip

    async def scenario(pages: SharedPages) -> None:
        for _ in range(2):
            for headers in different:
                await ask(pages, **headers)
            await ask(pages, "/other/")

    assert len(with_pages(site, scenario).asked) == len(different) + 1


def test_a_page_is_compressed_or_not_as_asked_and_known_by_its_tag() -> None:
    async def scenario(pages: SharedPages) -> None:
        plain = await ask(pages)
        packed = await ask(pages, accept_encoding="gzip, br")
        assert packed.headers[b"content-encoding"] == b"gzip"
        assert gzip.decompress(packed.body) == plain.body
        assert int(packed.headers[b"content-length"]) == len(packed.body) < len(plain.body)
        known = await ask(pages, if_none_match=plain.headers[b"etag"].decode())
        assert (known.status, known.body) == (304, b"")
        assert (await ask(pages, if_none_match='W/"other"')).status == 200

    with_pages(Site(), scenario)


def test_many_who_ask_at_once_wait_for_one() -> None:
    site = Site()
    site.slow = 0.05

    async def scenario(pages: SharedPages) -> None:
        answers = await asyncio.gather(*(ask(pages) for _ in range(20)))
        assert {answer.body[:7] for answer in answers} == {b"page 1 "}

    assert len(with_pages(site, scenario).asked) == 1


def test_when_the_first_fails_the_others_ask_for_themselves() -> None:
    site = Site()
    site.slow, site.fails = 0.02, True

    async def scenario(pages: SharedPages) -> None:
        answers = await asyncio.gather(*(ask(pages) for _ in range(3)), return_exceptions=True)
        assert all(isinstance(answer, OSError) for answer in answers)
        site.fails = False
        assert (await ask(pages)).status == 200

    with_pages(site, scenario)


def test_half_an_answer_is_not_kept() -> None:
    """The program falls silent when the one who asked goes away."""
    asked: list[int] = []

    async def cut_short(scope: Any, receive: Any, send: Any) -> None:
        asked.append(1)
        length = (b"Content-Length", b"2000")
        await send({"type": "http.response.start", "status": 200, "headers": [*PUBLIC, length]})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})

    async def scenario() -> None:
        pages = SharedPages(cut_short, Site().newest)
        for _ in range(2):
            with pytest.raises(IndexError):  # nothing was sent
                await ask(pages)

    asyncio.run(scenario())
    assert len(asked) == 2


def test_without_the_store_the_page_is_made_anew() -> None:
    site = Site()

    async def away() -> Mark:
        raise OSError("the database is away")

    async def scenario() -> None:
        pages = SharedPages(site, away)
        await ask(pages)
        await ask(pages)

    asyncio.run(scenario())
    assert len(site.asked) == 2


def test_nobody_gets_an_answer_older_than_his_question() -> None:
    looks: list[float] = []
    lock = threading.Lock()

    def read() -> Mark:
        with lock:
            looks.append(time.monotonic())
            time.sleep(0.01)
            return Mark(len(looks))

    async def scenario() -> None:
        newest = Newest(read)

        async def question(delay: float) -> None:
            await asyncio.sleep(delay)
            asked = time.monotonic()
            answer = await newest()
            assert looks[answer.change - 1] >= asked

        await asyncio.gather(*(question(n * 0.001) for n in range(60)))

    asyncio.run(scenario())
    assert len(looks) < 60


@pytest.mark.django_db
@pytest.mark.database
def test_the_newest_mark_is_read_from_the_store_and_the_clock() -> None:
    last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    assert newest_mark() == Mark(last, last_midnight())
    change = Change.objects.create(unit_ids=[1])
    assert newest_mark().change == change.pk


@pytest.mark.django_db
def test_pages_for_strangers_are_public_and_no_others(client: Client) -> None:
    response = client.get("/gioi-thieu/")
    assert response["Cache-Control"] == "public, no-cache" and not response.cookies

    client.cookies["sessionid"] = "abc"
    assert client.get("/gioi-thieu/")["Cache-Control"] == "private, no-cache"
