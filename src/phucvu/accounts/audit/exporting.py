"""Export of the audit as lines of JSON: one line an entry, in order, each with its hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from phucvu.accounts.audit.chain import shown
from phucvu.accounts.records.audit import AuditEntry

__all__ = ["json_lines"]


def json_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield each entry as a line of JSON with everything needed to compute the chain again."""
    for entry in entries:
        line = {
            "number": entry.pk,
            **shown(entry),
            "hash": entry.hash,
            "keyed_hash": entry.keyed_hash,
        }
        yield json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"
