"""Exports are sent while they are made, by either kind of server, and are the same."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse, StreamingHttpResponse
from django.test import AsyncClient, AsyncRequestFactory, Client, RequestFactory

from phucvu.accounts import audit
from phucvu.accounts.policy import Resource, Role
from phucvu.opendata.streaming import streamed, streamed_file
from tests.desk.conftest import account
from tests.dossiers import dossier, store

pytestmark = [pytest.mark.database, pytest.mark.django_db]

DOSSIERS = "/ban-lam-viec/ho-so/H29.01/xuat.csv"
AUDIT = "/ban-lam-viec/nhat-ky/xuat.jsonl"


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    """Django warns where it has to make the whole of a stream at once."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="StreamingHttpResponse must consume")
        yield


def by_asgi(signed_in: Client, address: str) -> tuple[HttpResponse, list[bytes]]:
    """What a server of the asynchronous kind answers, and the pieces it sends."""

    async def ask() -> tuple[HttpResponse, list[bytes]]:
        caller = AsyncClient()
        caller.cookies = signed_in.cookies
        answer = await caller.get(address)
        return answer, [piece async for piece in answer]

    return async_to_sync(ask)()


def test_dossiers_by_either_server(wards: SimpleNamespace, officer: Client) -> None:
    codes = [f"H29.01-260302-{number:05d}" for number in range(1_500)]
    store(*(dossier(code, wards.one) for code in codes), dossier("H29.02-1", wards.two))
    store(dossier("=1+1", wards.one, promised_at=None))
    plain = officer.get(DOSSIERS)
    whole = b"".join(plain.streaming_content)

    answer, pieces = by_asgi(officer, DOSSIERS)

    assert b"".join(pieces) == whole
    assert len(pieces) == 2  # neither a line at a time nor all at once
    for name in ("Content-Type", "Content-Disposition"):
        assert answer.headers[name] == plain.headers[name]
    rows = list(csv.reader(io.StringIO(whole.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [*codes, "'=1+1"]
    assert rows[0][0] == "Hồ sơ"


def test_the_audit_by_either_server(wards: SimpleNamespace) -> None:
    auditor = Client()
    auditor.force_login(account("kiem-tra", Role.AUDITOR))
    for number in range(3):
        audit.note("an", f"test.{number}", Resource.AUDIT, unit=wards.city)
    whole = b"".join(auditor.get(AUDIT).streaming_content)
    actions = [json.loads(line)["action"] for line in whole.splitlines()]
    assert actions == ["test.0", "test.1", "test.2"]

    _answer, pieces = by_asgi(auditor, AUDIT)

    assert b"".join(pieces) == whole


def test_a_kept_file_by_either_server(tmp_path: Path) -> None:
    kept = tmp_path / "hồ sơ.refused.csv"
    kept.write_bytes(b"x" * 200_000)

    async def pieces(body: AsyncIterator[bytes]) -> list[bytes]:
        return [piece async for piece in body]

    plain = streamed_file(RequestFactory().get("/"), kept)
    answer = streamed_file(AsyncRequestFactory().get("/"), kept)
    sent = async_to_sync(pieces)(answer.streaming_content)
    assert b"".join(plain.streaming_content) == b"".join(sent) == kept.read_bytes()
    assert len(sent) == 4
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''h%E1%BB%93%20s%C6%A1.refused.csv"
    )
    assert answer["Content-Type"] == "text/csv"


def test_no_more_is_made_than_is_sent() -> None:
    made = 0

    def lines() -> Iterator[str]:
        nonlocal made
        while True:
            made += 1
            yield "một dòng\n"

    async def first(body: AsyncIterator[bytes]) -> bytes:
        return await anext(body)

    response = streamed(AsyncRequestFactory().get("/"), lines(), "text/plain", "a.txt")
    assert isinstance(response, StreamingHttpResponse)
    piece = async_to_sync(first)(response.streaming_content)
    assert len(piece.splitlines()) == made
    assert 64 * 1024 <= len(piece) < 65 * 1024
