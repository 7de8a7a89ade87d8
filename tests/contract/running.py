"""Runs schemathesis, all of its checks, against a server, and tells what it found."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.engine import Status, events, from_schema

from tests.contract.records import record_schemas, strictly
from tests.contract.world import World

__all__ = ["PHASES", "Found", "run"]

PHASES = ("examples", "coverage", "fuzzing", "stateful")
# The purpose of a key by operation; what is not listed and takes a body is sent with `send`.
_PURPOSES = {
    "receiveProcedures": "catalogue",
    "receiveAppliedProcedures": "catalogue",
    "explainDossier": "read",
    "listOpenDossiers": "read",
}
# What an operation that takes records may answer to a body that is not as described: 200 beside
# the usual ones, as a record that does not fit is refused by itself, which a check of ours holds.
_REFUSED = [
    "200", "400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429",
]  # fmt: skip


@dataclass
class Found:
    """How much was asked, and each fault once: where, what, and how to ask it again."""

    cases: int = 0
    operations: set[str] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)
    faults: dict[tuple[str, str], str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """The faults in words."""
        for (where, what), how in self.faults.items():
            yield f"{where}: {what}\n    {how}"


def run(
    world: World,
    examples: int,
    phases: tuple[str, ...] = PHASES,
    *,
    only: tuple[str, ...] = (),
    seed: int | None = None,
    tell: Callable[[str], None] = lambda _line: None,
) -> Found:
    """Ask every operation of the description, or `only` these, each with the key it needs.

    `examples`: how many an operation; `seed`: None for the same ones each time; `tell`: hears of
    each operation that was asked.
    """
    document = httpx.get(f"{world.url}/api/v1/openapi.json", timeout=60).json()
    if only:
        for path, methods in [*document["paths"].items()]:
            if all(operation["operationId"] not in only for operation in methods.values()):
                del document["paths"][path]
    schema = schemathesis.openapi.from_dict(
        strictly(copy.deepcopy(document)),
        config=_config(world, document, examples, phases, seed),
    )
    found = Found()
    with record_schemas(document):
        for event in from_schema(schema).execute():
            _note(found, event, tell)
    return found


def _config(
    world: World, document: dict[str, Any], examples: int, phases: tuple[str, ...], seed: int | None
) -> SchemathesisConfig:
    operations = []
    for methods in document["paths"].values():
        for method, operation in methods.items():
            if "security" not in operation:
                continue
            key = world.keys[_PURPOSES.get(operation["operationId"], "send")]
            told: dict[str, Any] = {
                "include-operation-id": operation["operationId"],
                "headers": {"Authorization": f"Bearer {key}"},
            }
            if method == "post":
                told["checks"] = {"negative_data_rejection": {"expected-statuses": _REFUSED}}
            operations.append(told)
    return SchemathesisConfig.from_dict({
        "base-url": world.url,
        **({} if seed is None else {"seed": seed}),
        "continue-on-failure": True,
        "request-timeout": 60,
        "generation": {
            "max-examples": examples, "deterministic": seed is None, "database": "none",
            "allow-x00": True,
        },
        "phases": {name: {"enabled": name in phases} for name in PHASES},
        "operations": operations,
    })  # fmt: skip


def _note(found: Found, event: events.EngineEvent, tell: Callable[[str], None]) -> None:
    match event:
        case events.ScenarioFinished(recorder=recorder):
            found.cases += len(recorder.cases)
            found.operations |= {case.value.operation.label for case in recorder.cases.values()}
            found.statuses |= {
                each.response.status_code
                for each in recorder.interactions.values() if each.response is not None
            }  # fmt: skip
            for nodes in recorder.checks.values():
                for node in nodes:
                    if node.status is not Status.SUCCESS and node.failure_info is not None:
                        _add(found, node.failure_info.failure, node.failure_info.code_sample)
            tell(f"{event.phase.value} {event.label}: {event.status.value}")
        case events.NonFatalError(label=label, info=info):
            found.faults.setdefault((label, info.format()), "")
        case events.FatalError(exception=exception):
            raise exception
        case events.EngineFinished(failures=failures):
            for failure in failures:
                _add(found, failure, "")


def _add(found: Found, failure: Failure, sample: str) -> None:
    what = f"{failure.title}: {failure.message}"
    found.faults.setdefault((str(failure.operation), what[:600]), sample[:2_000])
