"""Taking the snapshot of an edition's measures: digest, condition, and the SQL of each engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from phucvu.measures import DIALECTS, Dialect, Expression, Measure, Placeholder, render
from phucvu.scorecards import Edition, available, load
from tests.snapshots.taking import as_text

__all__ = ["MEASURES", "measure_snapshots"]

MEASURES = Path(__file__).parent / "measures"
_BOUND = Placeholder("%(bound)s")


def measure_snapshots() -> dict[str, str]:
    """The text of every snapshot by the name of its file.

    What one edition counts like another of an earlier name is written out there alone.
    """
    seen: dict[str, str] = {}
    return {f"{id_}.yaml": as_text(_edition(load(id_), seen)) for id_ in reversed(available())}


def _edition(edition: Edition, seen: dict[str, str]) -> dict[str, Any]:
    measures: dict[str, Any] = {}
    for name, measure in edition.measures.items():
        where = seen.setdefault(measure.digest, edition.id)
        measures[name] = {"digest": measure.digest} | (
            _measure(measure) if where == edition.id else {"as in": where}
        )
    conditions = {name: _condition(each) for name, each in edition.catalogue.items()}
    return {"measures": measures, "catalogue": conditions}


def _measure(measure: Measure) -> dict[str, Any]:
    parts: dict[str, Callable[[Dialect], str | None]] = {
        "a fact adds": lambda dialect: measure.value_sql(dialect, bound=_BOUND),
        "all together": measure.total_sql,
        "counts since": measure.since_sql,
        "month placed": measure.placed_month_sql,
        "month ended": measure.ended_month_sql,
    }
    return {"kind": measure.fact, "when": measure.when.text} | {
        what: told for what, sql in parts.items() if (told := _by_engine(sql))
    }


def _condition(expression: Expression) -> dict[str, Any]:
    return {"when": expression.text, **_by_engine(lambda dialect: render(expression, dialect))}


def _by_engine(sql: Callable[[Dialect], str | None]) -> dict[str, str]:
    """SQL by the engines that are told the same."""
    engines: dict[str, list[str]] = {}
    for dialect in DIALECTS:
        if text := sql(dialect):
            engines.setdefault(text, []).append(dialect)
    return {", ".join(names): text for text, names in engines.items()}
