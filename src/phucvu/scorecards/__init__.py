"""The law: editions of the scorecard as YAML, and the one way to load them.

A published file never changes; a new rule is a new file with its own interval. An operator may add
editions in folders of their own, under ids the package does not use.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
from phucvu.scoring import Problem, Scorecard, ScorecardError, SourceText
from phucvu.scoring.document import is_base, parts_of, problems_of_text, read

__all__ = [
    "Edition",
    "ScorecardError",
    "available",
    "check_text",
    "in_force",
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
    return sorted(id_ for id_, text in _sources(_key(folders)).items() if not is_base(text))


def load(id_: str, folders: Iterable[str | Path] = ()) -> Edition:
    """Read, check and compile the edition `id_`.

    Raises ScorecardError with all problems, each with its file and line.
    """
    return _load(id_, _key(folders))


def check_text(path: Path) -> None:
    """Raise ScorecardError with the problems of a file on its own, an edition or a base."""
    problems = problems_of_text(SourceText(str(path), path.read_text(encoding="utf-8")), schema())
    if problems:
        raise ScorecardError(problems)


def in_force(day: date, folders: Iterable[str | Path] = ()) -> Edition:
    """Return the edition that scores `day`: of those in force, the one that began last.

    Raises LookupError where there is none, and ScorecardError where a file is wrong.
    """
    editions = [load(id_, folders) for id_ in available(folders)]
    candidates = [e for e in editions if e.scorecard.is_in_force(day)]
    if not candidates:
        known = ", ".join(f"{e.id} from {e.scorecard.in_force_from}" for e in editions)
        raise LookupError(f"No scorecard is in force on {day}. There are: {known}.")
    return max(candidates, key=lambda e: (e.scorecard.in_force_from, e.id))


def published(id_: str, folders: Iterable[str | Path] = ()) -> list[SourceText]:
    """Return the texts of an edition as they were published: its own, then those it extends."""
    return parts_of(id_, _sources(_key(folders)))


def _key(folders: Iterable[str | Path]) -> tuple[str, ...]:
    return tuple(str(folder) for folder in folders)


@lru_cache(maxsize=64)
def _load_texts(id_: str, texts: tuple[tuple[str, SourceText], ...]) -> Edition:
    sources = dict(texts)
    reading = read(id_, sources, schema())
    compiled = compile_edition(reading)
    digest = sha256()
    for part in parts_of(id_, sources):
        digest.update(part.text.encode())
    return Edition(
        reading.scorecard,
        compiled.measures,
        compiled.catalogue,
        compiled.announced,
        digest.hexdigest(),
    )


def _load(id_: str, folders: tuple[str, ...]) -> Edition:
    # Keyed by content: an operator who mends a file need not restart anything.
    return _load_texts(id_, tuple(sorted(_sources(folders).items(), key=lambda item: item[0])))


@lru_cache(maxsize=1)
def _package_sources() -> dict[str, SourceText]:
    """Read the package's own texts once: they do not change while it runs."""
    return {
        entry.name.removesuffix(".yaml"): SourceText(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".yaml")
    }


def _sources(folders: tuple[str, ...]) -> dict[str, SourceText]:
    """Read every YAML text by id (its file name). Raises ScorecardError where an id is used
    twice.
    """
    sources = dict(_package_sources())
    problems = []
    for folder in folders:
        if not Path(folder).is_dir():
            problems.append(Problem(folder, 1, "is not a folder that can be read"))
            continue
        for path in sorted(Path(folder).glob("*.yaml")):
            if path.stem in sources:
                where = sources[path.stem].file
                message = f"the id {path.stem!r} is taken by {where}; give a new rule a new id"
                problems.append(Problem(str(path), 1, message))
                continue
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                problems.append(Problem(str(path), 1, f"cannot be read: {error}"))
                continue
            sources[path.stem] = SourceText(str(path), text)
    if problems:
        raise ScorecardError(problems)
    return sources
