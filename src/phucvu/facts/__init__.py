"""The kinds of fact: one file declares each, and everything else about it follows.

Pure: no web framework, no store. `columns` has what a column may be, `kind` what is said of a kind
as a whole; `docs/kinds-of-fact.md` shows how a kind is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from phucvu.facts.kind import Kind
from phucvu.measures import FACTS, Vocabulary

__all__ = ["KINDS", "VOCABULARIES"]


def _declared() -> Iterator[Kind]:
    """Find the kinds in the files of this room, so that a new one is a file and no more."""
    for file in iter_modules(__path__):
        module = import_module(f"{__name__}.{file.name}")
        yield from (found for found in vars(module).values() if isinstance(found, Kind))


KINDS: Mapping[str, Kind] = MappingProxyType({kind.plural: kind for kind in _declared()})
"""Every declared kind by its plural."""

VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType(
    {**FACTS, **{kind.name: kind.vocabulary for kind in KINDS.values() if kind.measured}}
)
"""What measures may speak of, by the kind's name, dossiers first."""
