"""The one place where facts of the register change: the counts follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from phucvu.counters import deltas
from phucvu.intake.kinds import FactKind
from phucvu.intake.record import FactRecord

__all__ = ["write"]


def write(
    kind: FactKind,
    written: Sequence[tuple[FactRecord, str]],
    removed: Sequence[str],
    moment: datetime,
) -> None:
    """Inside a transaction: write these facts (each with its digest) and delete those."""
    if written or removed:
        codes = [fact.code for fact, _digest in written]
        with deltas.following([*codes, *removed], kind.fact):
            kind.table.upsert(written, moment)
            kind.table.remove(removed)
