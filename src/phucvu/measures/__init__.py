"""Measures: named counts over one kind of fact, written as checked SQL expressions.

The law's files say what to count in a small language over a documented vocabulary of
columns. This package reads that language, checks it, and renders it for each engine, so that
one definition serves the change of a single dossier and the recount of a nation alike.

It is pure: no Django, no files, no connections, and nothing else of phucvu.
See ``docs/measures.md`` for the language.
"""

from phucvu.measures.book import MeasureBook, compile_book, compile_conditions
from phucvu.measures.dossiers import DOSSIER
from phucvu.measures.errors import MeasureError, MeasureErrors
from phucvu.measures.explaining import Answers, Part, Value, chosen, parts_of, questions_of
from phucvu.measures.expressions import Expression, compile_expression
from phucvu.measures.facts import FACTS
from phucvu.measures.measure import NOT_ENDED, Measure
from phucvu.measures.rendering import DIALECTS, Dialect, Placeholder, render
from phucvu.measures.turning import Turning
from phucvu.measures.vocabulary import Column, Type, Vocabulary

__all__ = [
    "DIALECTS",
    "DOSSIER",
    "FACTS",
    "NOT_ENDED",
    "Answers",
    "Column",
    "Dialect",
    "Expression",
    "Measure",
    "MeasureBook",
    "MeasureError",
    "MeasureErrors",
    "Part",
    "Placeholder",
    "Turning",
    "Type",
    "Value",
    "Vocabulary",
    "chosen",
    "compile_book",
    "compile_conditions",
    "compile_expression",
    "parts_of",
    "questions_of",
    "render",
]
