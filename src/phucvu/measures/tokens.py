"""First gate of an expression: its letters and words, checked before any parser sees them.

Only the signs and words of the language pass, so comments, statements, parameters, quoted names,
casts and functions of an engine are refused here, at an exact place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from phucvu.measures.errors import MeasureError, did_you_mean

_LOGIC = ("and", "or", "not", "in", "between", "is", "null", "true", "false")
_CASE = ("case", "when", "then", "else", "end")
KEYWORDS = frozenset((*_LOGIC, *_CASE))
FUNCTIONS = ("abs", "coalesce", "day", "month", "nullif")
RESERVED = KEYWORDS | {"bound"}

MAX_LENGTH = 4_000
"""Characters in one expression."""
MAX_NESTING = 24
"""Open parentheses and cases at one place: within the parser's own recursion everywhere."""
MAX_DIGITS = 15
"""Of a number: it and a few sums of it stay within 64 bits."""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<number>[0-9]+(?![A-Za-z_]))
  | (?P<text>'(?:[^']|'')*')
  | (?P<sign><=|>=|<>|!=|--|==|\|\||::|/\*|[=<>+\-*(),])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_HINTS = {
    "--": "comments are not part of the language (for a double minus, use parentheses)",
    "/*": "comments are not part of the language",
    "==": "'==' is not part of the language: write '='",
    "||": "'||' is not part of the language: texts are only compared",
    "::": "'::' is not part of the language: there are no casts",
    "/": "'/' is not part of the language: counts stay whole",
    "%": "'%' is not part of the language: counts stay whole",
    ";": "';' is not part of the language: an entry is one expression",
    ":": "':' is not part of the language: there are no parameters",
    "?": "'?' is not part of the language: there are no parameters",
    "$": "'$' is not part of the language: there are no parameters",
    "@": "'@' is not part of the language: there are no parameters",
    '"': "'\"' is not part of the language: names are bare, texts stand in single quotes",
    "`": "'`' is not part of the language: names are bare",
    "[": "'[' is not part of the language: names are bare",
    ".": "'.' is not part of the language: numbers are whole and names have one part",
    "'": "the text that begins here has no closing quote",
}
_UNSAFE_TEXT = re.compile(r"[\x00-\x1f\x7f\\%]")
_BEFORE_PARENTHESIS = KEYWORDS - {"true", "false", "null", "end", "is"}


@dataclass(frozen=True, slots=True)
class Scan:
    """Result of the first gate: the names used (not keywords or functions) and the mistakes."""

    names: frozenset[str]
    errors: tuple[MeasureError, ...]


def scan(text: str, where: str, known: Collection[str]) -> Scan:
    """Check the words and signs of ``text``; ``known`` are the columns and definitions."""
    if len(text) > MAX_LENGTH:
        return Scan(
            frozenset(),
            (MeasureError(where, f"the expression is longer than {MAX_LENGTH} characters"),),
        )
    if not text.strip():
        return Scan(frozenset(), (MeasureError(where, "the expression is empty"),))
    names: set[str] = set()
    errors: list[MeasureError] = []
    opened: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(text):
        kind, piece, position = str(match.lastgroup), match.group(), match.start() + 1
        problem: str | None = None
        if kind == "word":
            problem = _check_word(piece, text[match.end() :].lstrip()[:1], known)
            if piece.lower() == "case":
                opened.append((piece, position))
            elif piece.lower() == "end" and (not opened or opened.pop()[0] == "("):
                problem = "'end' without its 'case'"
            elif problem is None and piece.lower() not in KEYWORDS and piece in known:
                names.add(piece)
        elif kind == "number" and len(piece) > MAX_DIGITS:
            problem = f"the number has more than {MAX_DIGITS} digits"
        elif kind == "text" and _UNSAFE_TEXT.search(piece):
            problem = "a text may not hold control characters, '\\' or '%'"
        elif piece == "(":
            opened.append((piece, position))
        elif piece == ")" and (not opened or opened.pop()[0] != "("):
            problem = "')' without its '('"
        elif kind == "other" or piece in _HINTS:
            problem = _HINTS.get(piece, f"{piece!r} is not part of the language")
        if problem is not None:
            errors.append(MeasureError(where, problem, position))
        if piece == "'":
            break  # whatever follows is inside the text
        if len(opened) > MAX_NESTING:
            problem = f"nested deeper than {MAX_NESTING} levels: use definitions"
            return Scan(frozenset(names), (*errors, MeasureError(where, problem, position)))
    if opened and not errors:
        piece, position = opened[-1]
        closing = "')'" if piece == "(" else "'end'"
        errors.append(MeasureError(where, f"{piece!r} has no closing {closing}", position))
    return Scan(frozenset(names), tuple(errors))


def _check_word(word: str, following: str, known: Collection[str]) -> str | None:
    """Return the mistake in a word, given the first sign after it, or None."""
    lower = word.lower()
    if following == "(":
        if lower in FUNCTIONS or lower in _BEFORE_PARENTHESIS:
            return None
        return (
            f"'{word}' is not a function of the language{did_you_mean(word, FUNCTIONS)}"
            f" (functions: {', '.join(FUNCTIONS)})"
        )
    if lower in KEYWORDS or word in known:
        return None
    if lower in FUNCTIONS:
        return f"'{word}' is a function: write {lower}(…)"
    near = did_you_mean(word, sorted(known))
    allowed = "" if near else " (a name is a column of the vocabulary or a definition)"
    return f"unknown name '{word}'{near}{allowed}"
