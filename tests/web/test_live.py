"""The stream of changes: what listeners get, in order, after a gap, and when they are slow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import AsyncClient

from phucvu.changes.models import Change
from phucvu.units import actions, stamp
from phucvu.units.mandate import Mandate, decision_of
from phucvu.units.models import Kind, Unit
from phucvu.web.live import front, views
from phucvu.web.live import hub as hubs
from phucvu.web.live import news as newses
from phucvu.web.live.front import LiveFront
from phucvu.web.live.hub import Hub
from phucvu.web.live.marks import Mark, newest_mark
from phucvu.web.live.news import ChangeReader, News

MOMENT = datetime(2026, 10, 10, 3, 32, 5, tzinfo=UTC)


class Script:
    """A source of changes that a test writes."""

    def __init__(self) -> None:
        self.log: list[News] = []
        self.newest = Mark()
        self.failures = 0
        self.closed = 0

    def change(self, *units: str) -> None:
        self.log.append(News(Mark(len(self.log) + 1), frozenset(units), MOMENT))

    def start(self) -> None:
        self.newest = Mark(len(self.log))

    def news(self) -> News | None:
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        return self._since(self.newest, remember=True)

    def after(self, since: Mark) -> News | None:
        return self._since(since)

    def close(self) -> None:
        self.closed += 1

    def _since(self, since: Mark, remember: bool = False) -> News | None:
        fresh = self.log[since.change :]
        if remember:
            self.newest = Mark(len(self.log))
        if not fresh:
            return None
        units = frozenset(code for news in fresh for code in news.units or ())
        return News(Mark(len(self.log)), units, MOMENT)


def run(scenario: Callable[[Script, Hub], Awaitable[None]]) -> Script:
    script = Script()

    async def main() -> None:
        await scenario(script, Hub(lambda: script, interval=0.005))

    asyncio.run(main())
    return script


async def event(stream: AsyncIterator[bytes]) -> dict[str, Any]:
    """The next event of a stream, its fields by name."""
    text = (await asyncio.wait_for(anext(stream), 2)).decode()
    fields = dict(line.split(": ", 1) for line in text.strip().splitlines() if ": " in line)
    if "data" in fields:
        fields["data"] = json.loads(fields["data"])
    return fields


async def opened(hub: Hub, *followed: str, since: Mark | int | None = None) -> AsyncIterator[bytes]:
    mark = Mark(since) if isinstance(since, int) else since
    stream = hub.listen(frozenset(followed), mark)
    assert await event(stream) == {"retry": "2000"}
    return stream


def test_a_change_reaches_every_listener_it_concerns() -> None:
    async def scenario(script: Script, hub: Hub) -> None:
        city, ward = await opened(hub, "VT"), await opened(hub, "VT.1")
        waiting = [asyncio.create_task(event(each)) for each in (city, ward)]
        await asyncio.sleep(0.05)
        script.change("VT.2", "VT")
        script_second = asyncio.get_running_loop().call_later(0.05, script.change, "VT.1", "VT")
        first = await waiting[0]
        assert first == {
            "event": "change",
            "id": "1",
            "data": {"units": ["VT"], "moment": "2026-10-10T10:32:05+07:00"},
        }
        assert (await waiting[1])["data"]["units"] == ["VT.1"]
        script_second.cancel()

    run(scenario)


def test_changes_of_one_look_are_one_event() -> None:
    async def scenario(script: Script, hub: Hub) -> None:
        stream = await opened(hub, since=0)
        for code in ("A", "B", "C"):
            script.change(code)
        got = await event(stream)
        assert got["id"] == "3"
        assert got["data"]["units"] == ["A", "B", "C"]

    run(scenario)


def test_who_was_away_gets_what_was_missed() -> None:
    async def scenario(script: Script, hub: Hub) -> None:
        script.change("A")
        script.change("B")
        stream = await opened(hub, since=1)
        assert (await event(stream))["data"]["units"] == ["B"]

    run(scenario)


def test_nobody_listens_nobody_looks() -> None:
    async def scenario(script: Script, hub: Hub) -> None:
        stream = await opened(hub)
        assert hub.listeners == 1
        await stream.aclose()  # type: ignore[attr-defined]
        assert hub.listeners == 0
        await asyncio.sleep(0.05)
        looks = script.newest
        script.change("A")
        await asyncio.sleep(0.05)
        assert script.newest == looks

    assert run(scenario).closed == 1


def test_a_slow_listener_is_told_to_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MOST_WAITING", 3)

    async def scenario(script: Script, hub: Hub) -> None:
        stream = await opened(hub, since=0)
        script.change("A")
        await event(stream)
        for code in "BCDEFG":
            script.change(code)
            await asyncio.sleep(0.03)
        got = await event(stream)
        assert got["event"] == "reset"
        assert int(got["id"]) >= 5

    run(scenario)


def test_a_quiet_stream_is_kept_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "HEARTBEAT", 0.02)

    async def scenario(script: Script, hub: Hub) -> None:
        stream = await opened(hub)
        assert await asyncio.wait_for(anext(stream), 1) == b": \n\n"

    run(scenario)


def test_a_failing_database_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "AFTER_FAILURE", 0.01)

    async def scenario(script: Script, hub: Hub) -> None:
        stream = await opened(hub)
        waiting = asyncio.create_task(event(stream))
        await asyncio.sleep(0.03)
        script.failures = 3
        script.change("A")
        assert (await waiting)["data"]["units"] == ["A"]

    run(scenario)


@pytest.mark.django_db
@pytest.mark.database
class TestReader:
    def test_units_come_with_all_above_them(self, country: SimpleNamespace) -> None:
        reader = ChangeReader()
        reader.start()
        assert reader.news() is None
        change = Change.objects.create(unit_ids=[country.ward.id])
        news = reader.news()
        assert news is not None
        assert (news.mark.change, news.units) == (change.pk, {"VT.26506", "VT"})
        assert news.moment == change.moment
        assert reader.news() is None

    def test_a_new_unit_is_known_at_once(self, country: SimpleNamespace) -> None:
        from tests.dossiers import unit

        reader = ChangeReader()
        reader.start()
        Change.objects.create(unit_ids=[country.ward.id])
        reader.news()
        later = unit("VT.9", country.city)
        Change.objects.create(unit_ids=[later.id])
        news = reader.news()
        assert news is not None
        assert news.units == {"VT.9", "VT"}

    def test_pages_of_any_period_and_map_learn_of_a_unit_that_ended(
        self, country: SimpleNamespace
    ) -> None:
        """As it was, its city has its facts; on today's map, the ward that took it over."""
        from tests.dossiers import unit

        ward = Unit.objects.get(pk=country.ward.id)
        other = unit("H20.9", unit("H20x", kind=Kind.PROVINCE))
        actions.merge(Mandate(decision_of("01/NQ"), date(2026, 2, 1)), [ward], other)
        reader = ChangeReader()
        reader.start()
        Change.objects.create(unit_ids=[ward.pk])
        news = reader.news()
        assert news is not None
        assert news.units == {"VT.26506", "VT", "H20.9", "H20x"}

    def test_what_was_swept_away_is_a_reset(self, country: SimpleNamespace) -> None:
        changes = [Change.objects.create(unit_ids=[country.ward.id]) for _ in range(3)]
        reader = ChangeReader()
        reader.start()
        first = changes[0].pk
        assert reader.after(Mark(first)).units == {"VT.26506", "VT"}  # type: ignore[union-attr]
        Change.objects.filter(pk__lte=first + 1).delete()
        assert reader.after(Mark(first)).units is None  # type: ignore[union-attr]
        assert reader.after(Mark(first + 1)).units == {"VT.26506", "VT"}  # type: ignore[union-attr]

    def test_too_much_to_list_is_a_reset(
        self, country: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(newses, "MOST_MISSED", 2)
        first, *_ = [Change.objects.create(unit_ids=[country.ward.id]) for _ in range(4)]
        reader = ChangeReader()
        reader.start()
        assert reader.after(Mark(first.pk)).units is None  # type: ignore[union-attr]


@pytest.mark.django_db
@pytest.mark.database
class TestMidnight:
    EVE = datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Vietnam
    MIDNIGHT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)

    def test_it_is_told_once_to_everybody(self, country: SimpleNamespace) -> None:
        with time_machine.travel(self.EVE, tick=False) as clock:
            reader = ChangeReader()
            reader.start()
            assert reader.news() is None
            clock.move_to(self.MIDNIGHT)
            news = reader.news()
            assert news is not None
            assert news.units == {"VN", "H20", "H30", "H40", "VT", "VT.26506", "VT.VP"}
            assert news.mark.midnight == self.MIDNIGHT.timestamp()
            assert reader.news() is None
            clock.move_to(self.MIDNIGHT + timedelta(hours=23))
            assert reader.news() is None

    def test_a_page_of_yesterday_is_told_when_it_comes_back(self, country: SimpleNamespace) -> None:
        with time_machine.travel(self.EVE, tick=False) as clock:
            seen = newest_mark()
            clock.move_to(self.MIDNIGHT + timedelta(days=2))
            reader = ChangeReader()  # of a server that was started meanwhile
            reader.start()
            assert seen.misses(reader.newest)
            news = reader.after(Mark.parse(str(seen)) or Mark())
            assert news is not None and "VT.26506" in (news.units or ())
            assert not newest_mark().misses(reader.newest)

    def test_what_was_written_in_the_same_moment_is_told_with_it(
        self, country: SimpleNamespace
    ) -> None:
        with time_machine.travel(self.EVE, tick=False) as clock:
            reader = ChangeReader()
            reader.start()
            clock.move_to(self.MIDNIGHT)
            change = Change.objects.create(unit_ids=[country.ward.id])
            news = reader.news()
            assert news is not None
            assert news.mark == Mark(change.pk, int(self.MIDNIGHT.timestamp()))
            assert reader.news() is None

    def test_a_zone_of_its_own_has_a_midnight_of_its_own(self, country: SimpleNamespace) -> None:
        Unit.objects.filter(code="H20").update(time_zone="Asia/Tokyo")
        stamp.bump()
        with time_machine.travel(datetime(2026, 11, 24, 14, 59, tzinfo=UTC), tick=False) as clock:
            reader = ChangeReader()
            reader.start()
            clock.move_to(datetime(2026, 11, 24, 15, 0, tzinfo=UTC))  # midnight in Tokyo
            news = reader.news()
            assert news is not None and news.units == {"H20", "VN"}
            clock.move_to(self.MIDNIGHT)
            news = reader.news()
            assert news is not None and "VT.26506" in (news.units or ())


def test_the_view_streams_and_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script()
    own = Hub(lambda: script, interval=0.005)
    monkeypatch.setattr(views, "hub", lambda: own)

    async def main() -> None:
        script.change("VT")
        response = await AsyncClient().get("/su-kien/?don-vi=VT&tu=0")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Accel-Buffering"] == "no"
        parts = response.streaming_content
        assert await event(parts) == {"retry": "2000"}
        assert (await event(parts))["data"]["units"] == ["VT"]

    asyncio.run(main())


class Connection:
    """A reader's end of an ASGI request."""

    def __init__(
        self, site: Any, query: str, *headers: tuple[bytes, bytes], client: str = "127.0.0.1"
    ) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        scope = {"type": "http", "method": "GET", "path": "/su-kien/", "headers": headers,
                 "query_string": query.encode(), "client": (client, 1)}  # fmt: skip
        self.task = asyncio.create_task(site(scope, self._receive, self.sent.put))

    async def _receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def event(self) -> dict[str, Any]:
        """The next event."""

        async def body() -> AsyncIterator[bytes]:
            yield (await self.sent.get())["body"]

        return await event(body())


def test_a_server_streams_without_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    async def program(*_: Any) -> None:
        raise AssertionError("the stream does not reach it")

    async def main() -> None:
        script = Script()
        own = Hub(lambda: script, interval=0.005)
        monkeypatch.setattr(front, "hub", lambda: own)
        script.change("VT")
        reader = Connection(LiveFront(program), "don-vi=VT&tu=0")
        head = await reader.sent.get()
        assert head["status"] == 200
        assert dict(head["headers"]) == {
            b"content-type": b"text/event-stream",
            b"cache-control": b"no-store",
            b"x-accel-buffering": b"no",
            b"x-content-type-options": b"nosniff",
        }
        assert await reader.event() == {"retry": "2000"}
        assert (await reader.event())["data"]["units"] == ["VT"]
        script.change("VT")
        assert (await reader.event())["id"] == "2"
        back = Connection(LiveFront(program), "don-vi=VT&tu=0", (b"last-event-id", b"1"))
        await back.sent.get()
        await back.event()
        assert (await back.event())["id"] == "2"
        assert own.listeners == 2
        reader.gone.set()
        back.gone.set()
        await asyncio.wait_for(asyncio.gather(reader.task, back.task), 2)
        assert own.listeners == 0

    asyncio.run(main())


def test_the_program_answers_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def program(scope: dict[str, Any], *_: Any) -> None:
        asked.append(f"{scope['method']} {scope['path']}")

    async def main() -> None:
        # `program` needs neither a receiver nor a sender.
        site = LiveFront(program)
        for method, path in (("POST", "/su-kien/"), ("GET", "/")):
            scope = {"type": "http", "method": method, "path": path, "headers": []}
            await site(scope, None, None)  # type: ignore[arg-type]
        scope = {"type": "http", "method": "GET", "path": "/su-kien/", "headers": []}
        monkeypatch.setattr(front, "PUBLIC", frozenset())
        await LiveFront(program)(scope, None, None)  # type: ignore[arg-type]

    asyncio.run(main())
    assert asked == ["POST /su-kien/", "GET /", "GET /su-kien/"]


def test_one_address_takes_no_more_than_its_share(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is over is refused without the program; others get theirs, even where all are taken."""
    settings.PHUCVU_STREAMS_PER_ADDRESS = 5
    monkeypatch.setattr(hubs, "MOST_LISTENERS", 8)

    async def program(*_: Any) -> None:
        raise AssertionError("the program is not asked")

    async def status(reader: Connection) -> int:
        return int((await asyncio.wait_for(reader.sent.get(), 2))["status"])

    async def main() -> None:
        own = Hub(Script, interval=0.005)
        monkeypatch.setattr(front, "hub", lambda: own)
        site = LiveFront(program)
        greedy = [Connection(site, "", client="192.0.2.1") for _ in range(50)]
        answers = [await status(reader) for reader in greedy]
        assert answers == [200] * 5 + [429] * 45
        # A line of IPv6 counts once, whatever its addresses.
        line = [Connection(site, "", client=f"2001:db8:1::{n:x}") for n in range(1, 4)]
        assert [await status(reader) for reader in line] == [200] * 3
        assert own.is_full
        others = [Connection(site, "", client=f"192.0.2.{n}") for n in range(2, 6)]
        assert [await status(reader) for reader in others] == [200] * 4
        await asyncio.sleep(0.02)
        assert own.listeners == 8
        ended = [reader for reader in greedy[:5] + line if reader.task.done()]
        assert len(ended) == 4
        for reader in (*greedy, *line, *others):
            reader.gone.set()
        await asyncio.gather(*(reader.task for reader in (*greedy, *line, *others)))
        assert own.listeners == 0
        assert site._held == {}

    asyncio.run(main())


def test_a_page_that_was_just_made_is_not_looked_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(script: Script, hub: Hub) -> None:
        script.change("A")
        first = await opened(hub)
        waiting = asyncio.create_task(event(first))
        await asyncio.sleep(0.03)
        monkeypatch.setattr(script, "after", lambda since: pytest.fail("looked up"))
        second = await opened(hub, since=script.newest)
        also = asyncio.create_task(event(second))
        await asyncio.sleep(0.03)
        script.change("B")
        assert (await waiting)["data"]["units"] == (await also)["data"]["units"] == ["B"]

    run(scenario)


def test_a_full_process_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MOST_LISTENERS", 0)

    async def main() -> None:
        response = await AsyncClient().get("/su-kien/")
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "30"
        assert (await AsyncClient().post("/su-kien/")).status_code == 405

    asyncio.run(main())
