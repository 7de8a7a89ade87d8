"""Vocabularies that are not declared in `phucvu.facts` yet, by the kind's name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phucvu.measures.dossiers import DOSSIER
from phucvu.measures.vocabulary import Vocabulary

FACTS: Mapping[str, Vocabulary] = MappingProxyType({DOSSIER.fact: DOSSIER})
