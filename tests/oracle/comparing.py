"""Sends a world to a running server and holds every figure it answers against the plain count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx

from tests.oracle.counting import Count, Place, count
from tests.oracle.offices import Office
from tests.oracle.periods import Span, periods_of
from tests.oracle.points import EMPTY, PORTAL, RULES, days_of, points_of, ratio_of
from tests.oracle.world import ROOT, World
from tests.server import Server

__all__ = ["Comparison", "compare"]

ROUNDS = 3


@dataclass
class Comparison:
    """What was compared and what differed, in words."""

    offices: int = 0
    scores: int = 0
    figures: int = 0
    differences: list[str] = field(default_factory=list)


def compare(
    server: Server,
    world: World,
    dossiers: int,
    changes: int,
    *,
    edition: str = PORTAL,
    periods: Callable[[int], list[Span]] = periods_of,
    tell: Callable[[str], None] = lambda _line: None,
) -> Comparison:
    """Load the world into the server in rounds, with reorganisations between, and compare.

    `periods`: which of a year. `tell`: hears of each reorganisation.
    """
    found = Comparison()
    server.environment |= {
        "PHUCVU_API_PER_MINUTE": "1000000",
        "PHUCVU_SCORECARD": edition,
        "PHUCVU_LOG_REQUESTS": "0",
    }
    _load(server, world, dossiers, changes, tell)
    with httpx.Client(base_url=f"{server.url}/api/v1", timeout=60) as client:
        years = (world.today.year - 1, world.today.year)
        spans = [span for year in years for span in periods(year) if span[1] <= world.today]
        for office, code, span, view in _questions(world, spans):
            found.scores += 1
            _compare_score(client, world, (office, code), span, view, edition, found)
    found.offices = len(world.offices.all)
    done = server.command("verify", check=False)
    if done.returncode != 0:
        found.differences.append(f"phucvu verify: {done.stdout}{done.stderr}")
    return found


# -- sending ----------------------------------------------------------------------------------


def _load(
    server: Server, world: World, dossiers: int, changes: int, tell: Callable[[str], None]
) -> None:
    server.command("migrate")
    table = Path(server.folder) / "units.csv"
    table.write_text(world.table(), encoding="utf-8")
    server.command("units", "import", str(table))
    keys = {purpose: _new_key(server, purpose) for purpose in ("send", "catalogue")}
    server.start()
    for round_ in range(ROUNDS):
        for address, rows in world.procedures() + world.facts_of_a_round(dossiers // ROUNDS):
            catalogue = "procedures" in address
            _post(server, keys["catalogue" if catalogue else "send"], address, rows)
        for _ in range(changes * (round_ + 1) // ROUNDS - changes * round_ // ROUNDS):
            words = world.reorganiser.change()
            tell("phucvu " + " ".join(words))
            server.command(*words)


def _new_key(server: Server, purpose: str) -> str:
    done = server.command("key", "create", ROOT, "--name", purpose, "--purpose", purpose)
    return next(word for word in done.stdout.split() if len(word) > 30)


def _post(server: Server, key: str, address: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    answer = httpx.post(
        f"{server.url}/api/v1/{address}", json=rows, headers={"X-API-Key": key}, timeout=120
    )
    assert answer.status_code == httpx.codes.OK, f"{address}: {answer.status_code} {answer.text}"
    refused = [row for row in answer.json()["results"] if row["result"] == "refused"]
    assert not refused, f"{address}: {refused[:3]}"


# -- comparing --------------------------------------------------------------------------------


def _questions(world: World, spans: list[Span]) -> Iterator[tuple[Office, str, Span, str]]:
    """Every office in force on a period's last day, as it was; every one of today, on the map."""
    for span in spans:
        day = min(span[2], world.today)
        for office in world.offices.in_force(day):
            yield office, office.state(day).code, span, "then"
        for office in world.offices.in_force(world.today):
            yield office, office.state(world.today).code, span, "today"


def _compare_score(
    client: httpx.Client,
    world: World,
    asked: tuple[Office, str],
    span: Span,
    view: str,
    edition: str,
    found: Comparison,
) -> None:
    office, code = asked
    expected = count(world.facts, _place(world, office, span, view), span, world.today)
    if edition == PORTAL:
        del expected["4.7"]  # the portal publishes neither count
    else:
        del expected["5.C1"], expected["5.C2"]  # the portal's alone
    where = f"{code} {span[0]} {view}"
    answer = client.get(f"/units/{code}/score", params={"period": span[0], "map": view})
    if answer.status_code != httpx.codes.OK:
        found.differences.append(f"{where}: {answer.status_code} {answer.text[:200]}")
        return
    told = {row["id"]: row for row in answer.json(parse_float=Decimal)["components"]}
    for name, counted in expected.items():
        found.figures += 1
        difference = _difference(name, counted, told[name], edition)
        if difference:
            found.differences.append(f"{where} {name}: {difference}")


def _place(world: World, office: Office, span: Span, view: str) -> Place:
    """Which offices count for one, and the communes listed below it."""
    offices, today = world.offices, world.today
    day = min(span[2], today) if view == "then" else today

    def below(root: Office) -> dict[Office, Fraction]:
        return offices.below_then(root, day) if view == "then" else offices.below_today(root, today)

    weights = below(office)
    listed = [o for o in weights if o.kind == "commune" and o.in_force(day)]
    return Place(weights, {commune: below(commune) for commune in listed})


def _difference(name: str, counted: Count | None, told: dict[str, Any], edition: str) -> str:
    """How a component differs from what was counted; empty where it does not."""
    numerator, denominator = _exact(told["numerator"]), _exact(told["denominator"])
    if counted is None:
        return "" if numerator is None else f"expected no figure, told {numerator} ÷ {denominator}"
    shown = f"counted {counted.numerator} ÷ {counted.denominator}, told {numerator} ÷ {denominator}"
    if (numerator, denominator) != (counted.numerator, counted.denominator):
        return shown
    if counted.denominator == 0:
        ratio, points = EMPTY.get(name, (told["ratio"], told["points"]))
        good = _same(told["ratio"], ratio) and _same(told["points"], points)
    elif name in RULES:
        ratio, points = str(ratio_of(counted, edition)), str(points_of(name, counted, edition))
        good = _same(told["ratio"], ratio) and _same(told["points"], points)
    elif name == "2.2":
        ratio, points = str(days_of(counted, edition)), None
        good = _same(told["ratio"], ratio)
    else:
        ratio, points = str(ratio_of(counted, edition)), None
        good = _same(told["ratio"], ratio)
    if good:
        return ""
    return f"{shown}; expected {ratio} and {points}, told {told['ratio']} and {told['points']}"


def _exact(told: int | str | None) -> Fraction | None:
    """A count as told: whole, or a share of a split office such as "4/3"."""
    return None if told is None else Fraction(told)


def _same(told: Any, expected: Any) -> bool:
    if told is None or expected is None:
        return told is None and expected is None
    return Decimal(str(told)) == Decimal(str(expected))
