"""One measurement beside its peer and its budget."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

__all__ = ["Outcome", "best", "percentile", "seconds"]


@dataclass(frozen=True)
class Outcome:
    """A value of ours, a peer's, and the budget.

    `better` says which way is good: "more" (a rate) or "less" (a time, a size).
    """

    what: str
    store: str
    unit: str
    ours: float
    better: str
    budget: float | None = None
    peer: float | None = None
    peer_is: str = ""

    @property
    def missed(self) -> bool:
        """Whether the budget is missed."""
        if self.budget is None:
            return False
        return self.ours < self.budget if self.better == "more" else self.ours > self.budget

    def cells(self) -> list[str]:
        """The row of the table."""
        sign = "≥" if self.better == "more" else "≤"
        return [
            self.what,
            self.store,
            f"{_short(self.ours)} {self.unit}" + (" ✗" if self.missed else ""),
            "" if self.budget is None else f"{sign} {_short(self.budget)}",
            "" if self.peer is None else _short(self.peer),
            "" if not self.peer else f"{self.ours / self.peer:.2f}",
            self.peer_is,
        ]

    def written(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, line: str) -> Outcome:
        """The outcome `written` wrote."""
        return cls(**json.loads(line))


def _short(value: float) -> str:
    """Three figures are as many as a measurement deserves."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best(work: Callable[[], object], times: int = 5) -> float:
    """The shortest of several times: the others are of whatever else ran then."""
    return min(seconds(work) for _ in range(times))
