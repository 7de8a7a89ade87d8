"""Reader of a scorecard's YAML: texts in, a checked `Scorecard` or a full list of problems out.

Three passes each report all problems they find: the texts (YAML, `extends`), the shape (the JSON
schema the caller passes), the meaning (points add up, names exist, bands descend).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .building import build
from .located import LocatedValue, Problem, SourceText, did_you_mean, merge, parse, problem_at
from .meaning import meaning_problems
from .quantities import counts_of
from .scorecard import Scorecard
from .shape import shape_problems

__all__ = [
    "Problem",
    "Reading",
    "ScorecardError",
    "SourceText",
    "is_base",
    "parts_of",
    "problems_of_text",
    "read",
]


class ScorecardError(ValueError):
    """Error of a scorecard that cannot be used, with all `problems` in the order of file and
    line.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(p) for p in self.problems))


@dataclass(frozen=True, slots=True)
class Reading:
    """A scorecard with the places its values were read from."""

    scorecard: Scorecard
    root: LocatedValue

    def problem(self, path: Sequence[str], message: str) -> Problem:
        """Make a problem at the value under `path`, naming the file and line it was written on."""
        return problem_at(self.root, path, message)


def read(id_: str, sources: Mapping[str, SourceText], schema: Mapping[str, Any]) -> Reading:
    """Read the edition `id_`; `sources` maps ids to texts, those it extends included.

    Raises ScorecardError with every problem found.
    """
    root, problems = _assemble(id_, sources)
    if root is None:
        raise ScorecardError(problems)
    if is_base(sources[id_]):
        # Not even inherited: two editions of one interval would leave open which is the law.
        message = "has no `in_force` of its own, so it is a base to extend and not an edition"
        raise ScorecardError([*problems, Problem(sources[id_].file, 1, message)])
    plain = root.plain()
    problems += shape_problems(plain, root, schema)
    problems += meaning_problems(plain, root, broken=bool(problems))
    if problems:
        raise ScorecardError(problems)
    counts, _ = counts_of(plain, root)
    return Reading(build(plain, counts), root)


def problems_of_text(source: SourceText, schema: Mapping[str, Any]) -> list[Problem]:
    """Return the problems of one text on its own, an edition or a base: YAML and shape only."""
    root, problems = parse(source)
    if root is None:
        return problems
    plain = root.plain()
    if "extends" in root.keys:
        plain = _without_nulls(plain)  # null takes back what the extended text has
    return sorted([*problems, *shape_problems(plain, root, schema, partial=True)])


def _without_nulls(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    return {key: _without_nulls(value) for key, value in plain.items() if value is not None}


@lru_cache(maxsize=64)
def is_base(source: SourceText) -> bool:
    """Tell whether a text has no `in_force` of its own, and so exists only to be extended.

    A text that is not readable as YAML is not called a base, so that loading it reports the
    problem.
    """
    root, _ = parse(source)
    return root is not None and "in_force" not in root.keys


def parts_of(id_: str, sources: Mapping[str, SourceText]) -> list[SourceText]:
    """Return the texts an edition is made of: its own, then those it extends. Never raises."""
    found: dict[str, SourceText] = {}
    while id_ in sources and id_ not in found:
        found[id_] = sources[id_]
        extended = _extended_by(sources[id_])
        if extended is None:
            break
        id_ = extended
    return list(found.values())


@lru_cache(maxsize=64)
def _extended_by(source: SourceText) -> str | None:
    """Return the id that a text says it extends."""
    root, _ = parse(source)
    extends = root.keys.get("extends") if root is not None else None
    return None if extends is None else str(extends.value)


def _assemble(
    id_: str, sources: Mapping[str, SourceText]
) -> tuple[LocatedValue | None, list[Problem]]:
    """Merge the text of `id_` over the texts it extends."""
    if id_ not in sources:
        known = ", ".join(sorted(sources)) or "none"
        message = f"there is no scorecard {id_!r}{did_you_mean(id_, sources)}; there are: {known}"
        return None, [Problem(f"{id_}.yaml", 1, message)]
    chain: list[LocatedValue] = []
    problems: list[Problem] = []
    seen: list[str] = []
    while True:
        seen.append(id_)
        node, found = parse(sources[id_])
        problems += found
        if node is None:
            return None, problems
        own = node.keys.get("id")
        if own is None or own.value != id_:
            written = "missing" if own is None else repr(own.value)
            message = f"`id` is {written}; expected {id_!r}, the file's name"
            problems.append(problem_at(node, ("id",), message))
        chain.append(node)
        extends = node.keys.pop("extends", None)
        if extends is None or extends.value is None:
            break
        id_ = str(extends.value)
        if id_ in seen:
            circle = " → ".join([*seen, id_])
            problems.append(Problem(node.file, extends.line, f"extends itself: {circle}"))
            return None, problems
        if id_ not in sources:
            message = f"extends {id_!r}, which does not exist{did_you_mean(id_, sources)}"
            problems.append(Problem(node.file, extends.line, message, ("extends",)))
            return None, problems
    root = chain.pop()
    while chain:
        root = merge(root, chain.pop())
    return root, problems
