"""Translations without GNU gettext: collect the texts, check them, compile them.

    python tools/messages.py update    collect every text into the .po file
    python tools/messages.py check     fail where a text lacks a translation or loses a placeholder
    python tools/messages.py compile   write the .mo files the program reads

Texts in code and templates are English; `locale/vi` translates them. English needs no file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/phucvu"
CATALOG = PACKAGE / "locale/vi/LC_MESSAGES/django.po"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[a-z/]+>")

# What Babel's extractor yields: line, function, arguments, comments.
Found = tuple[int, str, object, list[str]]


def collect() -> Catalog:
    """Every text of the package, with where it is used."""
    catalog = Catalog()
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            _add(catalog, path, path.read_bytes())
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        _add(catalog, path, _template_as_python(path))
    return catalog


def _template_as_python(path: Path) -> bytes:
    """A template as calls of gettext; what is not translated becomes filler."""
    from django.utils.translation.template import templatize

    text: str = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    # Indentation means nothing in a template, and something to Python's tokenizer.
    return "\n".join(line.strip() for line in text.splitlines()).encode()


def _add(catalog: Catalog, path: Path, source: bytes) -> None:
    place = path.relative_to(ROOT).as_posix()
    # Babel's own annotation of what this yields leaves the function's name out.
    found: Iterator[Found] = extract_python(  # type: ignore[assignment]
        BytesIO(source), KEYWORDS, [], {}
    )
    for _line, function, arguments, _comments in found:
        parts = list(arguments) if isinstance(arguments, tuple) else [arguments]
        context: str | None = None
        if "pgettext" in function:
            context = str(parts.pop(0))
        ids = [part for part in parts if isinstance(part, str)]
        if not ids or not ids[0]:
            continue
        plural = function.startswith("n") and len(ids) > 1
        # Files, not lines: a shifted line is no change to a translation.
        catalog.add((ids[0], ids[1]) if plural else ids[0], locations=[(place, 0)], context=context)


def stored(path: Path = CATALOG) -> Catalog:
    """The translations as they are written down."""
    if not path.exists():
        return Catalog(locale="vi", project="phucvu", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="vi", charset="utf-8")


def update() -> int:
    """Bring the .po file's list of texts up to date; translations stay, unused ones go."""
    catalog = stored()
    catalog.update(collect(), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    output = BytesIO()
    write_po(output, catalog, width=96, sort_output=True, include_lineno=False, omit_header=True)
    header = (
        "# Vietnamese translations of Phục Vụ.\n"
        'msgid ""\nmsgstr ""\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Language: vi\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    CATALOG.write_bytes(header.encode() + output.getvalue())
    return check()


def check() -> int:
    """Print each text that lacks a sound translation; 1 where there is any."""
    problems = list(problems_of(collect(), stored()))
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problem(s)" if problems else "Every text is translated.")
    return 1 if problems else 0


def problems_of(wanted: Catalog, have: Catalog) -> Iterator[str]:
    """What is wrong with the translations of the wanted texts."""
    for message in wanted:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        place = message.locations[0][0] if message.locations else "?"
        translated: Message | None = have.get(key, message.context)
        texts = _texts(translated.string) if translated is not None else []
        if not texts or not all(texts):
            yield f"{place}: not translated: {key!r}"
            continue
        allowed = set().union(*(_placeholders(text) for text in _texts(message.id)))
        for text in texts:
            if strange := _placeholders(text) - allowed:
                yield f"{place}: {key!r}: the translation has {', '.join(sorted(strange))}"
            # A singular may leave out its number; the last form may not.
            if lost := _placeholders(_texts(message.id)[-1]) - _placeholders(text):
                yield f"{place}: {key!r}: the translation lacks {', '.join(sorted(lost))}"


def _texts(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value or "")]


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def compile_() -> int:
    """Write a .mo file beside each .po file: ours, and that for the sign-in library."""
    for path in (PACKAGE / "locale").rglob("*.po"):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, stored(path))
    return 0


COMMANDS: dict[str, Callable[[], int]] = {"update": update, "check": check, "compile": compile_}


def main(arguments: list[str]) -> int:
    """Run one command; say how where the arguments name none."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(__doc__)
        return 2
    return COMMANDS[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
