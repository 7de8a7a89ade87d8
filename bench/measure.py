"""One measurement beside its peer and its budget."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

__all__ = ["Outcome", "percentile"]


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
        ratio = "" if not self.peer else f"{self.ours / self.peer:.2f}"
        sign = "≥" if self.better == "more" else "≤"
        return [
            self.what,
            self.store,
            f"{self.ours:,.1f} {self.unit}" + (" ✗" if self.missed else ""),
            "" if self.budget is None else f"{sign} {self.budget:,.4g} {self.unit}",
            "" if self.peer is None else f"{self.peer:,.1f} {self.unit}",
            ratio,
            self.peer_is,
        ]

    def written(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, line: str) -> Outcome:
        """The outcome `written` wrote."""
        return cls(**json.loads(line))


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
