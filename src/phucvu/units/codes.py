"""Codes of units, procedures and facts: what they may hold, and how they stand in an address.

Senders' systems make up codes, and real ones hold slashes (`H29.01/2026/000123`), spaces and
Vietnamese letters. Refusing one would lose a fact, so a code may hold whatever can be seen, and
addresses take any: what is neither a letter, a digit nor one of `-_.:,` stands there as `~` and
two hexadecimal digits for each of its bytes. `1.01/2` is `1.01~2F2`: one part of an address, which
no server or proxy takes apart as it would `%2F`. Codes as most are (`1.013395`,
`H29.01-260302-00001`) stand as they are. The API takes codes percent-encoded, slashes too.
"""

from __future__ import annotations

import re
from unicodedata import category

from django.urls.converters import StringConverter

__all__ = [
    "CodeInPath",
    "RawCodeInPath",
    "code_in_address",
    "code_of_address",
    "is_legible",
    "is_name",
]

_PLAIN = frozenset("-_.:,")
_ESCAPED = re.compile("(?:~[0-9A-Fa-f]{2})+")


def is_legible(code: str) -> bool:
    """Tell whether every character of a code can be seen.

    Control characters, marks of writing direction and half surrogate pairs cannot.
    """
    return code.isprintable()


def is_name(text: str) -> bool:
    """Tell whether a text can be a name: without control characters and half surrogate pairs."""
    return not any(category(letter) in ("Cc", "Cs") for letter in text)


def code_in_address(code: str) -> str:
    """Write a code as one part of an address; dots alone are escaped, they would lead elsewhere."""
    dots = not code.strip(".")
    return "".join(
        letter if letter.isalnum() or (letter in _PLAIN and not dots) else _escaped(letter)
        for letter in code
    )


def code_of_address(part: str) -> str:
    """Return the code that one part of an address stands for. Raises ValueError if malformed."""
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("~", "")).decode(), part)


def _escaped(letter: str) -> str:
    return "".join(f"~{byte:02X}" for byte in letter.encode(errors="replace"))


class CodeInPath(StringConverter):
    """Converter for an escaped code in an address: `<code:…>`."""

    def to_python(self, value: str) -> str:
        """Return the code of the address part; ValueError (not found) if none can be stored so."""
        code = code_of_address(value)
        if "\x00" in code:
            raise ValueError(code)
        return code

    def to_url(self, value: str) -> str:
        """Write the code as one part of the address."""
        return code_in_address(value)


class RawCodeInPath(StringConverter):
    """Converter for a code with its slashes, the last part of a path: `<raw_code:…>`."""

    regex = ".+"

    def to_python(self, value: str) -> str:
        """Return the code as written; ValueError (not found) if it holds a NUL character."""
        if "\x00" in value:
            raise ValueError(value)
        return value
