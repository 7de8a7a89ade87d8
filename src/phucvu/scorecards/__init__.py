"""The law: editions of the scorecard as YAML, and the one way to load them.

A published file never changes; a new rule is a new file with its own interval. An operator may add
editions in folders of their own, under ids the package does not use.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from phucvu import measures
from phucvu.measures import Expression
from phucvu.scorecards.announcements import AnnouncementRule
from phucvu.scorecards.compiling import compile_edition
from phucvu.scorecards.sources import Texts, edition_ids, parts_of_edition, shipped, texts_in
from phucvu.scoring import Scorecard, ScorecardError, SourceText
from phucvu.scoring.document import problems_of_text, read

__all__ = [
    "Edition",
    "ScorecardError",
    "available",
    "check_text",
    "in_force",
    "is_shipped",
    "load",
    "published",
    "schema",
]


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """A scorecard ready for use.

    `measures` is the compiled book of its measures; `catalogue` the compiled conditions on the
    catalogue of procedures, by name; `announced` the rules of announcement decisions, by the
    quantity they count; `digest` the SHA-256 (hex) of the texts it was read from, its own first, so
    that a published result can name the exact law behind it.
    """

    scorecard: Scorecard
    measures: measures.MeasureBook
    catalogue: Mapping[str, Expression]
    announced: Mapping[str, AnnouncementRule]
    digest: str

    @property
    def id(self) -> str:
        """Return the edition's id, e.g. `qd766-portal-2026`."""
        return self.scorecard.id


def schema() -> dict[str, Any]:
    """Return the JSON schema of a scorecard file."""
    text = (files(__name__) / "schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def available(folders: Iterable[str | Path] = ()) -> list[str]:
    """List the ids of all editions, the package's and those in `folders`, sorted, without bases.

    A file that is not readable is listed too; `load` says what is wrong with it.
    """
    return edition_ids(texts_in(_key(folders)))


def is_shipped(id_: str) -> bool:
    """Tell whether the package itself brings the edition."""
    return id_ in shipped()


def load(id_: str, folders: Iterable[str | Path] = ()) -> Edition:
    """Read, check and compile the edition `id_`.

    Raises ScorecardError with all problems, each with its file and line.
    """
    # Kept by content: an operator who mends a file need not restart anything.
    return _load_texts(id_, texts_in(_key(folders)))


def check_text(path: Path) -> None:
    """Raise ScorecardError with the problems of a file on its own, an edition or a base."""
    problems = problems_of_text(SourceText(str(path), path.read_text(encoding="utf-8")), schema())
    if problems:
        raise ScorecardError(problems)


def in_force(day: date, editions: Iterable[Edition], kind: str = "") -> Edition | None:
    """Find the edition that scores units of a kind on `day`; None where none is in force.

    Of those in force the one that began last. Of several that began on one day the one that names
    the kind, then the last by its id. `kind` is a unit's (`province`, `commune`, …); without it,
    editions for some kinds only are left out.
    """
    found = [e for e in editions if e.scorecard.is_in_force(day) and e.scorecard.is_for(kind)]
    return max(
        found,
        key=lambda e: (e.scorecard.in_force_from, bool(e.scorecard.kinds), e.id),
        default=None,
    )


def published(id_: str, folders: Iterable[str | Path] = ()) -> Sequence[SourceText]:
    """Return the texts of an edition as they were published: its own, then those it extends."""
    return parts_of_edition(id_, texts_in(_key(folders)))


def _key(folders: Iterable[str | Path]) -> tuple[str, ...]:
    return tuple(str(folder) for folder in folders)


@lru_cache(maxsize=64)
def _load_texts(id_: str, texts: Texts) -> Edition:
    reading = read(id_, dict(texts), schema())
    compiled = compile_edition(reading)
    digest = sha256()
    for part in parts_of_edition(id_, texts):
        digest.update(part.text.encode())
    return Edition(
        reading.scorecard,
        compiled.measures,
        compiled.catalogue,
        compiled.announced,
        digest.hexdigest(),
    )
