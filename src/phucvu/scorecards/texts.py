"""Published text of a rule: the lines of an indicator, as they stand in the files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import yaml

from phucvu.scoring import SourceText

__all__ = ["RuleText", "lines_of"]


@dataclass(frozen=True)
class RuleText:
    """Lines about an indicator in an edition's file, or in one it extends.

    `name` is the file's name without its ending; `first` the number of the first line.
    """

    name: str
    first: int
    text: str


def lines_of(indicator: str, sources: Iterable[SourceText]) -> list[RuleText]:
    """Return the lines of each text about `indicator`, unchanged; texts without any are left out.

    A text settles what the texts before it leave open.
    """
    return [text for source in sources if (text := _lines(source).get(indicator)) is not None]


@lru_cache(maxsize=64)
def _lines(source: SourceText) -> dict[str, RuleText]:
    """Find the lines of each indicator a text speaks of, once: a text never changes."""
    name = source.file.rsplit("/", 1)[-1].removesuffix(".yaml")
    root = yaml.compose(source.text, Loader=yaml.CSafeLoader)
    written = source.text.splitlines()
    found = {}
    for key, value in _entries(_value(root, "indicators")):
        # A block ends where the next thing begins, a pair of braces or a null on its own line.
        block = isinstance(value, yaml.MappingNode) and not value.flow_style
        end = value.end_mark.line + (not block)
        lines = written[key.start_mark.line : end]
        while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
            lines.pop()  # what stands before the next rule
        indent = key.start_mark.column
        text = "\n".join(line[indent:] for line in lines)
        found[str(key.value)] = RuleText(name, key.start_mark.line + 1, text)
    return found


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, value in _entries(node) if key.value == name), None)


def _entries(node: yaml.Node | None) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []
