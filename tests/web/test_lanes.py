"""Lanes: no more at once than fit, addresses in turn, those that bring facts first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from phucvu.config.lanes import lane_of
from phucvu.edge.lanes import FullError, Lane, Lanes


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 10))


def scope(path: str = "/", method: str = "GET", client: str = "192.0.2.1", **more: Any) -> Any:
    return {
        "type": "http", "path": path, "method": method, "client": (client, 1), "headers": [],
        "query_string": b"", **more,
    }  # fmt: skip


def test_no_more_at_once_than_fit_and_all_come_to_their_turn() -> None:
    async def scenario() -> None:
        lane, at_once, most = Lane(3, 100), 0, 0

        async def work() -> None:
            nonlocal at_once, most
            end = await lane.enter("a")
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.001)
            at_once -= 1
            end()
            end()  # a second time changes nothing

        await asyncio.gather(*(work() for _ in range(60)))
        assert (most, lane.waiting) == (3, 0)
        assert lane._busy == 0

    run(scenario)


def test_addresses_take_turns() -> None:
    async def scenario() -> None:
        lane, order = Lane(1, 100), []
        end = await lane.enter("first")

        async def work(asker: str) -> None:
            end = await lane.enter(asker)
            order.append(asker)
            end()

        greedy = [asyncio.create_task(work("greedy")) for _ in range(50)]
        await asyncio.sleep(0)
        others = [asyncio.create_task(work(f"other {n}")) for n in range(3)]
        await asyncio.sleep(0)
        end()
        await asyncio.gather(*greedy, *others)
        assert order[:5] == ["greedy", "other 0", "other 1", "other 2", "greedy"]

    run(scenario)


def test_who_gives_up_waiting_blocks_nobody() -> None:
    async def scenario() -> None:
        lane = Lane(1, 2)
        end = await lane.enter("a")
        gone, stays = (asyncio.create_task(lane.enter(who)) for who in "bc")
        await asyncio.sleep(0)
        with pytest.raises(FullError):
            await lane.enter("d")
        gone.cancel()
        await asyncio.wait([gone])
        assert lane.waiting == 1
        end()
        (await stays)()
        assert (lane.waiting, lane._busy) == (0, 0)
        # Given up in the moment in which the turn comes.
        end = await lane.enter("a")
        late = asyncio.create_task(lane.enter("b"))
        await asyncio.sleep(0)
        end()
        late.cancel()
        await asyncio.wait([late])
        assert lane._busy == 0

    run(scenario)


def test_pages_wait_for_intake_but_not_for_ever() -> None:
    async def scenario() -> None:
        intake = Lane(4, 10)
        pages = Lane(1, 10, yields_to=intake, patience=0.1)
        loop = asyncio.get_running_loop()
        end = await intake.enter("a")
        waits = asyncio.create_task(pages.enter("b"))
        await asyncio.sleep(0.02)
        assert not waits.done()
        end()
        (await asyncio.wait_for(waits, 0.05))()
        end = await intake.enter("a")
        began = loop.time()
        (await pages.enter("b"))()
        assert 0.09 < loop.time() - began < 1
        end()

    run(scenario)


def test_a_slow_reader_holds_no_turn() -> None:
    async def program(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    async def scenario() -> None:
        taken = asyncio.Event()
        site = Lanes(program, lambda: {"pages": Lane(1, 10)}, lambda scope: "pages")

        async def slow(message: Any) -> None:
            if message["type"] == "http.response.body":
                await taken.wait()

        async def quick(message: Any) -> None:
            pass

        first = asyncio.create_task(site(scope(), None, slow))  # type: ignore[arg-type]
        await asyncio.sleep(0.01)
        await asyncio.wait_for(site(scope(), None, quick), 1)  # type: ignore[arg-type]
        assert not first.done()
        taken.set()
        await first

    run(scenario)


def test_what_does_not_fit_is_told_to_come_again() -> None:
    async def program(*_: Any) -> None:
        await asyncio.sleep(0.2)

    async def scenario() -> None:
        site = Lanes(program, lambda: {"pages": Lane(1, 1)}, lambda scope: "pages")
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        asking = [asyncio.create_task(site(scope(), None, send)) for _ in range(3)]  # type: ignore[arg-type]
        await asyncio.gather(*asking)
        assert sent[0]["status"] == 503
        assert (b"retry-after", b"2") in sent[0]["headers"]
        assert "Thử lại" in sent[1]["body"].decode()

    run(scenario)


@pytest.mark.parametrize(
    ("path", "method", "cookie", "lane"),
    [
        ("/", "GET", "", "pages"),
        ("/api/v1/units/H29/score", "GET", "", "pages"),
        ("/khong-co/", "GET", "", "pages"),
        ("/du-lieu/", "GET", "", "pages"),
        ("/du-lieu/diem/H29/2026.csv", "GET", "", "files"),
        ("/", "GET", "sessionid=abc", "desk"),
        ("/ban-lam-viec/", "GET", "sessionid=abc", "desk"),
        ("/tai-khoan/login/", "POST", "csrftoken=abc", "doors"),
        ("/api/v1/dossiers", "POST", "", "intake"),
        ("/api/v1/petitions", "POST", "sessionid=abc", "intake"),
        ("/api/v1/units/H29/dossiers", "GET", "", "desk"),
        ("/static/dist/app.css", "GET", "", "static"),
        ("/healthz", "GET", "", None),
        ("/su-kien/", "GET", "", None),
        ("/ban-lam-viec/ho-so/H29/su-kien/", "GET", "sessionid=abc", None),
    ],
)
def test_each_kind_has_its_lane(path: str, method: str, cookie: str, lane: str | None) -> None:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    assert lane_of(scope(path, method, headers=headers)) == lane
