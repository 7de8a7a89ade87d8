"""Compiler of an edition's expressions; a problem names its line and the indicators it serves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from phucvu import measures
from phucvu.facts import VOCABULARIES
from phucvu.facts.catalogue import CATALOGUE
from phucvu.measures import Expression, Type, Vocabulary
from phucvu.scorecards.announcements import AnnouncementRule, compile_announcements
from phucvu.scoring import (
    CatalogueSpec,
    FactSpec,
    Indicator,
    Problem,
    Reading,
    Scorecard,
    ScorecardError,
)

__all__ = ["Compiled", "compile_edition"]


@dataclass(frozen=True, slots=True)
class Compiled:
    """Expressions of an edition, compiled."""

    measures: measures.MeasureBook
    catalogue: Mapping[str, Expression]
    announced: Mapping[str, AnnouncementRule]


def compile_edition(reading: Reading) -> Compiled:
    """Compile the measures of every kind of fact and of the catalogue, and other rules.

    Raises ScorecardError: each problem names its line and the indicators it serves.
    """
    card = reading.scorecard
    problems: list[Problem] = []
    books: list[measures.MeasureBook] = []
    catalogue: dict[str, Expression] = {}
    announced: Mapping[str, AnnouncementRule] = {}
    if card.announcements is not None:
        announced, problems = compile_announcements(card.announcements, reading)
    try:
        books.append(measures.compile_book(card.definitions, card.measures, card.calendar))
    except measures.MeasureErrors as errors:
        problems += [_measure_problem(reading, error) for error in errors.errors]
    for name, fact in card.facts.items():
        vocabulary = VOCABULARIES.get(name)
        if vocabulary is None or vocabulary is measures.DOSSIER:
            known = ", ".join(kind for kind in VOCABULARIES if kind != measures.DOSSIER.fact)
            message = f"there is no kind of fact {name!r} beside dossiers; there are: {known}"
            problems.append(reading.problem(("facts", name), message))
            continue
        problems += _term_problems(reading, name, fact, vocabulary)
        try:
            books.append(
                measures.compile_book(fact.definitions, fact.measures, fact.calendar, vocabulary)
            )
        except measures.MeasureErrors as errors:
            problems += [_measure_problem(reading, error, "facts", name) for error in errors.errors]
    try:
        catalogue = measures.compile_conditions(
            card.catalogue.definitions, card.catalogue.measures, CATALOGUE
        )
    except measures.MeasureErrors as errors:
        problems += [_measure_problem(reading, error, "catalogue") for error in errors.errors]
    if problems:
        raise ScorecardError(problems)
    return Compiled(measures.MeasureBook.joined(books), catalogue, announced)


def _term_problems(
    reading: Reading, kind: str, fact: FactSpec, vocabulary: Vocabulary
) -> Iterator[Problem]:
    """Find terms of what keeps no deadline, or from what is no moment of the fact."""
    moments = [c for c in vocabulary.values() if c.type is Type.WALL_TIME]
    deadlines = [c.name for c in moments if not c.message_field]
    starts = [c.name for c in moments if c.message_field]
    for column, term in fact.terms.items():
        path = ("facts", kind, "terms", column)
        if column not in deadlines:
            known = ", ".join(deadlines) or "none"
            yield reading.problem(path, f"{column!r} keeps no deadline of it; there are: {known}")
        for start in term.since:
            if start not in starts:
                known = ", ".join(starts)
                message = f"{start!r} is no moment that is sent of it; there are: {known}"
                yield reading.problem((*path, "from"), message)


def _measure_problem(reading: Reading, error: measures.MeasureError, *under: str) -> Problem:
    """Make the problem at its place; `under` is the part of the file that holds the section."""
    section, _, name = error.where.partition(" ")
    path = {
        "definition": ("definitions", name),
        "measure": ("measures", name, "when"),
        "calendar": ("calendar", name),
    }.get(section, (section,))
    part: Scorecard | CatalogueSpec | FactSpec = reading.scorecard
    if under:
        card = reading.scorecard
        part = card.catalogue if under == ("catalogue",) else card.facts[under[-1]]
    users = _indicators_using(reading.scorecard, part, section, name)
    serves = f" (used by indicator {', '.join(users)})" if users else ""
    place = f" at column {error.position}" if error.position is not None else ""
    return reading.problem((*under, *path), f"{error.problem}{place}{serves}")


def _indicators_using(
    card: Scorecard, part: Scorecard | CatalogueSpec | FactSpec, section: str, name: str
) -> list[str]:
    """Return the ids of the indicators that use a measure or, through others, a definition."""
    if section == "calendar":
        return [id_ for id_, i in card.indicators.items() if _counted_from(i)]
    if section == "measure":
        touched = {name}
    else:
        definitions = {name} | _resting_on(part.definitions, name)
        touched = {
            key
            for key, measure in part.measures.items()
            if _words(f"{measure.when} {getattr(measure, 'sum', None) or ''}") & definitions
        }
    return [id_ for id_, i in card.indicators.items() if touched & _counted_from(i)]


def _resting_on(definitions: Mapping[str, str], name: str) -> set[str]:
    """Return the definitions that use `name`, directly or through others."""
    found: set[str] = set()
    waiting = {name}
    while waiting:
        word = waiting.pop()
        for key, text in definitions.items():
            if key not in found and word in _words(text):
                found.add(key)
                waiting.add(key)
    return found


def _words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text))


def _counted_from(indicator: Indicator) -> set[str]:
    parts = (indicator.numerator.count, indicator.denominator.count)
    return {name for count in parts if count is not None for name in count.mentioned}
