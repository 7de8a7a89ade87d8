"""The one place where facts of the register change: the counts follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from phucvu.counters import deltas
from phucvu.intake import authority, links
from phucvu.intake.kinds import FactKind
from phucvu.intake.record import FactRecord
from phucvu.register.facts import DOSSIERS

__all__ = ["write"]


def write(
    kind: FactKind,
    written: Sequence[tuple[FactRecord, str]],
    removed: Sequence[str],
    moment: datetime,
    *,
    all_new: bool = False,
) -> None:
    """Inside a transaction: write these facts (each with its digest) and delete those.

    The dossiers that they name, or named, follow too. `all_new`: the register holds none of them.
    """
    if written or removed:
        records = [record for record, _digest in written]
        codes = [*(record.code for record in records), *removed]
        dossiers = links.named(kind.fact, codes, records)
        if kind.fact is DOSSIERS and records:
            authority.judge({record.code: record.unit_id for record in records})
        with deltas.following(codes, kind.fact, all_new=all_new), kind.follow(codes):
            kind.table.upsert(written, moment)
            kind.table.remove(removed)
        links.follow(kind.fact, dossiers, moment)
