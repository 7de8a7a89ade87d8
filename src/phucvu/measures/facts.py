"""Every kind of fact that has a vocabulary of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phucvu.measures.vocabulary import DOSSIER, Vocabulary

FACTS: Mapping[str, Vocabulary] = MappingProxyType(
    {vocabulary.fact: vocabulary for vocabulary in (DOSSIER,)}
)
"""The vocabularies by the kind's name."""
