"""What is kept of a fact as it was sent: the base of each kind's record."""

from __future__ import annotations

from typing import Annotated

import msgspec

from phucvu.facts.columns import Inner

__all__ = ["FactRecord", "SentFor"]

SentFor = Annotated[str, Inner("the units its sender may send for; '' is everywhere")]
"""The last column of a fact about a dossier, set by intake itself."""


class FactRecord(msgspec.Struct, frozen=True, gc=False):
    """Every column of a fact that comes from outside, in canonical form.

    Moments are wall times (`register.walltime`), durations milliseconds, amounts VND.
    """

    code: str
    unit_id: int
