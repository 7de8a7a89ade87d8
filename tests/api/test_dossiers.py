"""`POST /api/v1/dossiers`."""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey
from phucvu.api import bodies, dossiers
from phucvu.api.problems import ProblemError
from phucvu.intake.models import Batch
from phucvu.register.models import Dossier
from phucvu.units.models import Unit
from tests.api.conftest import Sender
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def problem(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response.content)
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


def test_a_list_is_answered_record_by_record(send: Sender) -> None:
    bad = message("H29.01-261001-00002", MaTTHC="", KenhThucHien="8")

    response = send([message(), bad])

    assert response.status_code == 200, response.content
    batch = Batch.objects.get()
    assert response.json() == {
        "batch": batch.pk,
        "accepted": 1,
        "unchanged": 0,
        "refused": 1,
        "results": [
            {"position": 0, "code": "H29.01-261001-00001", "result": "accepted", "new": True},
            {
                "position": 1,
                "code": "H29.01-261001-00002",
                "result": "refused",
                "field": "MaTTHC",
                "reason": "is required",
                "problems": [
                    {"field": "MaTTHC", "reason": "is required"},
                    {"field": "KenhThucHien", "reason": "unknown channel: “8”"},
                ],
            },
        ],
    }
    assert batch.key == ApiKey.objects.get()
    assert batch.origin == "API 127.0.0.1"
    assert send([message()]).json()["unchanged"] == 1


def test_the_envelope_is_answered_as_older_adapters_expect(send: Sender) -> None:
    envelope = {
        "session": "s",
        "madonvi": "H29.01",
        "service": "DongBoHoSoMC",
        "isUpdating": False,
        "data": [message()],
    }

    first = send(envelope).json()
    second = send({"data": ["x"]}).json()

    assert (first["error_code"], first["accepted"]) == ("0", 1)
    assert first["message"] == "1 accepted, 0 unchanged, 0 refused"
    assert (second["error_code"], second["results"][0]["result"]) == ("1", "refused")


def test_a_version_that_knows_less_is_superseded_unless_it_says_that_it_corrects(
    send: Sender,
) -> None:
    finished = message(TrangThaiHoSo="9", NgayKetThucXuLy="20261002170000")
    taken_back = message(NgayKetThucXuLy="")
    send([finished])

    late = send([taken_back]).json()
    correction = send({"isUpdating": True, "data": [taken_back]}).json()

    assert late["results"][0]["result"] == "superseded"
    assert late["superseded"] == 1
    assert correction["results"][0]["result"] == "accepted"
    assert Dossier.objects.get().finished_at is None


def test_the_key_may_stand_in_either_header(key: str) -> None:
    response = Client().post(
        "/api/v1/dossiers", [message()], "application/json", headers={"x-api-key": key}
    )

    assert response.status_code == 200


@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer pv_wrong", "Basic eDp5"])
def test_without_a_valid_key_nothing_is_taken(send: Sender, authorization: str) -> None:
    response = send([message()], authorization=authorization)

    problem(response, 401)
    assert response["WWW-Authenticate"] == "Bearer"
    assert not Batch.objects.exists()


def test_a_revoked_key_is_told_so(send: Sender) -> None:
    keys.revoke(ApiKey.objects.get())

    assert "revoked" in problem(send([message()]), 403)["detail"]


def test_without_a_choice_the_answers_are_vietnamese(key: str) -> None:
    response = Client().post(
        "/api/v1/dossiers", b"[]", "text/plain", headers={"x-api-key": key, "accept-language": "en"}
    )

    assert response["Content-Language"] == "vi"
    problem(response, 415)


def test_a_session_gives_no_access(ward: Unit) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))

    response = client.post("/api/v1/dossiers", [message()], "application/json")

    problem(response, 401)


def test_knocking_with_a_wrong_key_is_slowed_down(send: Sender) -> None:
    for _ in range(20):
        problem(send([], authorization="Bearer pv_wrong"), 401)

    response = send([], authorization="Bearer pv_wrong")

    problem(response, 429)
    assert 0 < int(response["Retry-After"]) <= 60
    assert send([]).status_code == 200  # the right key is not hit


@pytest.mark.parametrize(
    ("body", "position"),
    [
        (b" ", 1),
        (b'[{"MaHoSo": "H29', 16),
        (b"[{} {}]", 4),
        (b"[NaN]", 1),
        (b"[]]", 3),
    ],
)
def test_broken_json_is_answered_with_its_position(
    send: Sender, body: bytes, position: int
) -> None:
    document = problem(send(body), 400)

    assert document["position"] == position
    assert str(position) in document["detail"]


@pytest.mark.parametrize(
    "body",
    [b'["\xff"]', b"[" * 100_000, b"[" + b"9" * 5_000 + b"]", b"5", b"{}", b'{"data": {}}',
     b'{"service": "CapNhatTienDoHoSoMC", "data": []}'],
)  # fmt: skip
def test_what_is_no_list_of_dossiers_is_refused(send: Sender, body: bytes) -> None:
    problem(send(body), 400)


def test_the_content_type_has_to_be_json(send: Sender) -> None:
    problem(send(b"[]", content_type="text/plain"), 415)
    problem(send(b"[]", **{"content-encoding": "br"}), 415)
    assert send(b"[]", content_type="application/json; charset=utf-8").status_code == 200


def test_too_many_bytes_are_refused_before_they_are_read(
    send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_BYTES", 1_000)

    problem(send(b" " * 1_001), 413)
    assert send(b" " * 998 + b"[]").status_code == 200


def test_a_length_that_is_not_declared_is_found_out_in_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "MAX_BYTES", 1_000)
    request = HttpRequest()
    request.content_type = "application/json"
    request._stream = BytesIO(b" " * 1_001)  # type: ignore[attr-defined]

    with pytest.raises(ProblemError) as caught:
        bodies.read_body(request)
    assert caught.value.status == 413


def test_too_many_dossiers_are_refused(send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossiers, "MAX_RECORDS", 2)

    assert "holds 3" in problem(send([message()] * 3), 413)["detail"]
    assert not Dossier.objects.exists()


def test_the_body_may_be_gzipped(send: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps([message()]).encode()
    encoded = {"content-encoding": "gzip"}

    assert send(gzip.compress(body), **encoded).json()["accepted"] == 1
    parts = gzip.compress(body[:100]) + gzip.compress(body[100:])
    assert send(parts, **encoded).json()["unchanged"] == 1
    problem(send(gzip.compress(body)[:-20], **encoded), 400)
    problem(send(body, **encoded), 400)
    monkeypatch.setattr(bodies, "MAX_BYTES", 1_000)
    problem(send(gzip.compress(b" " * 100_000), **encoded), 413)
    problem(send(gzip.compress(b" " * 600) * 2, **encoded), 413)


def test_a_key_sends_for_its_own_unit_only(send: Sender) -> None:
    Unit.objects.create(code="H22.01", name="Xã khác", kind="commune")

    answer = send([message("H22.01-261001-1")]).json()

    assert answer["results"][0]["reason"] == "the sender may not send for the unit H22.01"
