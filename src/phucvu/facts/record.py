"""What is kept of a fact as it was sent: the base of each kind's record."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

import msgspec

from phucvu.facts.columns import Inner

__all__ = ["FactRecord", "SentFor"]

SentFor = Annotated[str, Inner("the units its sender may send for; '' is everywhere")]
"""The last column of a fact about a dossier, set by intake itself."""


NO_FORMER_NAMES: Mapping[str, str] = MappingProxyType({})


class FactRecord(msgspec.Struct, frozen=True, gc=False):
    """Every column of a fact that comes from outside, in canonical form.

    Moments are wall times (`register.walltime`), durations milliseconds, amounts VND.

    Batches of every earlier version stay in the journal and are read by today's record. So a column
    is added at the end, with the default that says what facts were before it; one that is renamed
    stands in `FORMER_NAMES`; none is moved. What a batch has and the record has not is left out.
    """

    # Without an annotation: annotations are columns.
    FORMER_NAMES = NO_FORMER_NAMES
    """Names that columns had in earlier batches → those they have now."""

    code: str
    unit_id: int
