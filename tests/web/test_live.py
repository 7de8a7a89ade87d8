"""The stream of changes: what listeners get, in order, after a gap, and when they are slow."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import AsyncClient

from phucvu.counters.models import Change
from phucvu.web import live
from phucvu.web.live import Hub, News, Reader

MOMENT = datetime(2026, 10, 10, 3, 32, 5, tzinfo=UTC)


class Script:
    """A source of changes that a test writes."""

    def __init__(self) -> None:
        self.log: list[News] = []
        self.told = 0
        self.failures = 0
        self.closed = 0

    def change(self, *units: str) -> None:
        self.log.append(News(len(self.log) + 1, frozenset(units), MOMENT))

    def start(self) -> None:
        self.told = len(self.log)

    def news(self) -> News | None:
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")
        return self._since(self.told, remember=True)

    def after(self, since: int) -> News | None:
        return self._since(since)

    def close(self) -> None:
        self.closed += 1

    def _since(self, since: int, remember: bool = False) -> News | None:
        fresh = self.log[since:]
        if remember:
            self.told = len(self.log)
        if not fresh:
            return None
        units = frozenset(code for news in fresh for code in news.units or ())
        return News(len(self.log), units, MOMENT)


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


async def opened(hub: Hub, *followed: str, since: int | None = None) -> AsyncIterator[bytes]:
    stream = hub.listen(frozenset(followed), since)
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
        looks = script.told
        script.change("A")
        await asyncio.sleep(0.05)
        assert script.told == looks

    assert run(scenario).closed == 1


def test_a_slow_listener_is_told_to_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_WAITING", 3)

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
    monkeypatch.setattr(live, "HEARTBEAT", 0.02)

    async def scenario(script: Script, hub: Hub) -> None:
        stream = await opened(hub)
        assert await asyncio.wait_for(anext(stream), 1) == b": \n\n"

    run(scenario)


def test_a_failing_database_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "AFTER_FAILURE", 0.01)

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
        reader = Reader()
        reader.start()
        assert reader.news() is None
        change = Change.objects.create(unit_ids=[country.ward.id])
        news = reader.news()
        assert news is not None
        assert (news.id, news.units) == (change.pk, {"VT.26506", "VT"})
        assert news.moment == change.moment
        assert reader.news() is None

    def test_a_new_unit_is_known_at_once(self, country: SimpleNamespace) -> None:
        from tests.dossiers import unit

        reader = Reader()
        reader.start()
        Change.objects.create(unit_ids=[country.ward.id])
        reader.news()
        later = unit("VT.9", country.city)
        Change.objects.create(unit_ids=[later.id])
        news = reader.news()
        assert news is not None
        assert news.units == {"VT.9", "VT"}

    def test_what_was_swept_away_is_a_reset(self, country: SimpleNamespace) -> None:
        changes = [Change.objects.create(unit_ids=[country.ward.id]) for _ in range(3)]
        reader = Reader()
        reader.start()
        first = changes[0].pk
        assert reader.after(first).units == {"VT.26506", "VT"}  # type: ignore[union-attr]
        Change.objects.filter(pk__lte=first + 1).delete()
        assert reader.after(first).units is None  # type: ignore[union-attr]
        assert reader.after(first + 1).units == {"VT.26506", "VT"}  # type: ignore[union-attr]

    def test_too_much_to_list_is_a_reset(
        self, country: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live, "MOST_MISSED", 2)
        first, *_ = [Change.objects.create(unit_ids=[country.ward.id]) for _ in range(4)]
        reader = Reader()
        reader.start()
        assert reader.after(first.pk).units is None  # type: ignore[union-attr]


def test_the_view_streams_and_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script()
    monkeypatch.setattr(live, "_hub", lambda: Hub(lambda: script, interval=0.005))

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


def test_a_full_process_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_LISTENERS", 0)

    async def main() -> None:
        response = await AsyncClient().get("/su-kien/")
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "30"
        assert (await AsyncClient().post("/su-kien/")).status_code == 405

    asyncio.run(main())
