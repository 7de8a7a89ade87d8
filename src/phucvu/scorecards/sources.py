"""The texts of scorecards: the package's own, and those in an operator's folders."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from phucvu.scoring import Problem, ScorecardError, SourceText
from phucvu.scoring.document import is_base, parts_of

__all__ = ["Texts", "edition_ids", "parts_of_edition", "shipped", "texts_in"]

Texts = tuple[tuple[str, SourceText], ...]
"""Each text by its id (the file's name), in the order of the ids."""

_Stamp = tuple[tuple[str, int, int, int], ...]


@lru_cache(maxsize=1)
def shipped() -> dict[str, SourceText]:
    """Read the package's own texts by id: they do not change while it runs."""
    return {
        entry.name.removesuffix(".yaml"): SourceText(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("phucvu.scorecards").iterdir()
        if entry.name.endswith(".yaml")
    }


def texts_in(folders: tuple[str, ...]) -> Texts:
    """Read every YAML text, the package's and those in `folders`; anew where a file changed.

    Raises ScorecardError where a folder or a file cannot be read, or an id is used twice.
    """
    stamps = tuple(_stamp(folder) for folder in folders)
    if None in stamps:
        lost = folders[stamps.index(None)]
        raise ScorecardError([Problem(lost, 1, "is not a folder that can be read")])
    return _texts(folders, stamps)


def edition_ids(texts: Texts) -> list[str]:
    """List the ids of all editions, sorted; bases, which are only extended, are left out."""
    return sorted(id_ for id_, text in texts if not _is_base(text))


@lru_cache(maxsize=64)
def parts_of_edition(id_: str, texts: Texts) -> tuple[SourceText, ...]:
    """List the texts an edition is made of: its own, then those it extends."""
    return tuple(parts_of(id_, dict(texts)))


_is_base = lru_cache(maxsize=64)(is_base)


def _stamp(folder: str) -> _Stamp | None:
    """Read names, times and sizes of a folder's texts; None where there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            found = [(e.name, e.stat()) for e in entries if e.name.endswith(".yaml")]
    except OSError:
        return None
    return tuple(sorted((name, s.st_mtime_ns, s.st_ctime_ns, s.st_size) for name, s in found))


@lru_cache(maxsize=8)
def _texts(folders: tuple[str, ...], _stamps: tuple[_Stamp | None, ...]) -> Texts:
    sources = dict(shipped())
    problems = []
    for folder in folders:
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
    return tuple(sorted(sources.items()))
