"""The API keeps to its description: schemathesis with every check, and what has one right answer.

`python -m tests.contract` runs the whole for as long as one likes, on either store.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest
from schemathesis.checks import CHECKS

from tests.contract.running import run
from tests.contract.world import World, serve
from tests.server import Server

DOSSIER = [{"MaHoSo": "H29.01-261001-1", "MaTTHC": "1.013395", "TrangThaiHoSo": "1"}]
JSON = {"Content-Type": "application/json"}
V1 = "/api/v1"
# One of those that take facts stands for the others: their bodies are all read by the same hands.
COVERED = (
    "listUnits", "listPeriods", "readScoreboard", "readScore", "readTrend", "listScorecards",
    "readScorecard", "listOpenDossiers", "explainDossier", "receiveRatings",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    server = Server(tmp_path_factory.mktemp("contract"))
    try:
        yield serve(server)
    finally:
        server.stop()


CLIENT = httpx.Client(timeout=60)


@pytest.fixture(scope="module")
def document(world: World) -> dict[str, Any]:
    described: dict[str, Any] = CLIENT.get(f"{world.url}{V1}/openapi.json").json()
    return described


def test_every_operation_keeps_to_its_description(world: World, document: dict[str, Any]) -> None:
    found = run(world, 3, ("examples", "fuzzing", "stateful"))

    assert not found.faults, "\n".join(found.lines())
    assert len(found.operations) == sum(map(len, document["paths"].values()))
    assert found.statuses >= {200, 400, 404, 422}
    assert "only_fitting_records_are_taken" in CHECKS.get_all_names()


def test_what_is_just_beside_the_description_is_answered_as_described(world: World) -> None:
    found = run(world, 1, ("coverage",), only=COVERED)

    assert not found.faults, "\n".join(found.lines())
    assert len(found.operations) == len(COVERED)
    assert found.statuses >= {200, 400, 401, 404, 405, 413, 415, 422}


# --- what has one right answer ---------------------------------------------------------------


def held(document: dict[str, Any], operation: dict[str, Any], answer: httpx.Response) -> None:
    """Hold an answer to what is described for its status: content type, body, headers."""
    told = operation["responses"][str(answer.status_code)]
    if "$ref" in told:
        told = document["components"]["responses"][told["$ref"].rpartition("/")[2]]
    kind = answer.headers["content-type"].partition(";")[0]
    schema = told["content"][kind]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": document["components"]})
    for name, header in told.get("headers", {}).items():
        assert name in answer.headers or not header.get("required"), name


def ask(world: World, path: str, method: str, **more: Any) -> httpx.Response:
    filled = path.format(code="H29", id="qd766-portal-2026")
    if path.endswith("/explanation"):
        filled = path.format(code="nobody")
    needed = {"period": "2026", "kind": "commune"} if path.endswith("/scoreboard") else {}
    if path.endswith(("/score", "/trend")):
        needed = {"period": "2026"}
    body = {} if method == "get" else {"content": b"[]"}
    headers = {**({} if method == "get" else JSON), **more.pop("headers", {})}
    query = {**needed, **more.pop("params", {})}
    return CLIENT.request(
        method.upper(), world.url + filled, params=query, headers=headers,
        **{**body, **more},
    )  # fmt: skip


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def purpose_of(path: str, operation: dict[str, Any]) -> str:
    if not operation.get("security"):
        return ""
    if path.endswith(("/procedures", "/applied-procedures")):
        return "catalogue"
    return "read" if path.endswith(("/dossiers", "/explanation")) and "{" in path else "send"


def test_every_address_answers_every_key_as_described(
    world: World, document: dict[str, Any]
) -> None:
    shown = {"none": {}, "wrong": {"X-API-Key": "pv_" + "x" * 43}}
    shown |= {name: {"Authorization": f"Bearer {key}"} for name, key in world.keys.items()}
    for path, method, operation in operations(document):
        purpose = purpose_of(path, operation)
        for name, headers in shown.items():
            answer = ask(world, path, method, headers=headers)

            if not purpose or name == purpose:
                wanted = 404 if path.endswith("/explanation") else 200
                if path.endswith(("/sync", "/explanation")):
                    wanted = 400 if method == "post" else 404  # no service is named
            else:
                wanted = 401 if name in ("none", "wrong") else 403
            assert answer.status_code == wanted, (method, path, name, answer.text)
            held(document, operation, answer)


def test_other_methods_and_unknown_parameters_are_told(
    world: World, document: dict[str, Any]
) -> None:
    for path, method, operation in operations(document):
        key = world.keys.get(purpose_of(path, operation), "")
        headers = {"X-API-Key": key} if key else {}

        other = ask(world, path, "delete", headers=headers)
        assert other.status_code == 405, (path, other.text)
        assert other.headers["allow"].lower() == method
        held(document, operation, other)

        strange = ask(world, path, method, headers=headers, params={"corection": "true"})
        assert strange.status_code == 400, (path, strange.text)
        assert "corection" in strange.json()["detail"]
        held(document, operation, strange)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/csv"}, b"[]", 415),
        ({**JSON, "Content-Encoding": "br"}, b"[]", 415),
        ({**JSON, "Content-Encoding": "gzip"}, b"[]", 400),
        (JSON, b"[", 400),
        (JSON, b"\xff", 400),
        (JSON, b"[" + b"null," * 10_000 + b"null]", 413),
        ({**JSON, "Idempotency-Key": "x" * 101}, b"[]", 400),
    ],
)
def test_every_body_that_is_not_taken_is_told(
    world: World, document: dict[str, Any], headers: dict[str, str], body: bytes, status: int
) -> None:
    for path, method, operation in operations(document):
        if method == "post" and (status != 413 or not path.endswith("/sync")):
            # Which service a list without one is for nobody can say, so how many it may hold.
            key = {"X-API-Key": world.keys[purpose_of(path, operation)]}
            answer = ask(world, path, method, headers=headers | key, content=body)
            assert answer.status_code == status, (path, answer.text)
            held(document, operation, answer)


def test_a_name_that_is_taken_is_told(world: World, document: dict[str, Any]) -> None:
    operation = document["paths"][f"{V1}/dossiers"]["post"]
    headers = {"X-API-Key": world.keys["send"], "Idempotency-Key": "taken"}
    first = ask(world, f"{V1}/dossiers", "post", headers=headers)
    again = CLIENT.post(f"{world.url}{V1}/dossiers", headers=headers, json=DOSSIER)

    assert (first.status_code, again.status_code) == (200, 409)
    held(document, operation, again)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        (f"{V1}/nothing", {}, 404),
        (f"{V1}/units/", {}, 404),
        (f"{V1}/units/H29/nothing?period=2026", {}, 404),
        (f"{V1}/units", {"Host": "elsewhere.example"}, 400),
    ],
)
def test_what_no_operation_answers_is_a_problem_too(
    world: World, document: dict[str, Any], address: str, headers: dict[str, str], status: int
) -> None:
    answer = CLIENT.get(world.url + address, headers=headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    jsonschema.validate(answer.json(), document["components"]["schemas"]["Problem"])


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("units?on=0", "on"),
        ("units?on=2026-02-30", "on"),
        ("units/H29/score?period=2026&as_of=0", "as_of"),
        ("units/H29/score", "period"),
        ("units/H29/score?period=2026&map=x", "map"),
        ("units/H29/dossiers?start=-1", "start"),
        ("units/H29/dossiers?start=99999999999999999999", "start"),
    ],
)
def test_a_parameter_is_taken_as_described_or_named(world: World, address: str, name: str) -> None:
    key = {"X-API-Key": world.keys["read"]}
    answer = CLIENT.get(f"{world.url}{V1}/{address}", headers=key)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(f"{name}: ")


def test_a_correction_is_said_in_one_way(world: World) -> None:
    key = {"X-API-Key": world.keys["send"]}
    for said, status in (("true", 200), ("false", 200), ("t", 422), ("", 422)):
        answer = CLIENT.post(
            f"{world.url}{V1}/ratings", params={"correction": said}, json=[], headers=key
        )
        assert answer.status_code == status, said
