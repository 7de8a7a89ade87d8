"""A small scorecard's YAML for tests, complete and valid, to be bent by each test."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

SCHEMA: dict[str, Any] = json.loads(
    (files("phucvu.scorecards") / "schema.json").read_text(encoding="utf-8")
)

YAML = """\
schema: 1
id: tiny
title: {vi: Nhỏ, en: Tiny}
provenance: {source: P, note: for tests}
in_force: {from: 2026-01-01, to: null}
arithmetic: portal
bands:
  - {from: 50, code: good, name: {vi: Tốt, en: Good}, colour: "#5CC488", fill: "#90D4AB"}
  - {from: 0, code: weak, name: {vi: Yếu, en: Weak}, colour: "#ED5050", fill: "#ED8484"}
groups:
  A:
    number: "1"
    name: {vi: A, en: A}
    short: {vi: A, en: A}
    points: 60
    colour: "#2563eb"
    points_from: unrounded
  B:
    number: "2"
    name: {vi: B, en: B}
    short: {vi: B, en: B}
    points: 40
    colour: "#059669"
    points_from: rounded
definitions: {placed_at: received_at, ended_at: finished_at}
calendar: {placed: placed_at, ended: ended_at}
measures:
  received: {label: {vi: n, en: n}, when: "status = 2"}
inputs:
  reported: {label: {vi: b, en: b}}
indicators:
"""

_INDICATOR = """\
  "{id}":
    group: {group}
    portal_code: code-{id}
    name: {{vi: v, en: e}}
    meaning: {{vi: v, en: e}}
    points: {points}
    target: {target}
    numerator: {{vi: v, en: e, count: {count}}}
    denominator: {{vi: v, en: e, count: "max(received, reported)"}}
    empty: {empty}
    window: received
    dated_by: {{vi: v, en: e}}
    levels: [commune]
    parent: pooled
    unit: percent
    source: {{from: [P], clause: c, confidence: high}}
"""


def tiny(**changes: str) -> str:
    """The YAML text; `changes` replace the defaults of the three indicators."""
    values = {"count": "received", "empty": "{ratio: null, points: null}", **changes}
    return (
        YAML
        + _INDICATOR.format(id="1.1", group="A", points=40, target=100, **values)
        + _INDICATOR.format(id="1.2", group="A", points=20, target=80, **values)
        + _INDICATOR.format(id="2.1", group="B", points=40, target=100, **values)
    )
