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
    found = []
    for source in sources:
        root = _composed(source.text)
        for key, value in _entries(_value(root, "indicators")):
            if key.value == indicator:
                # A block ends where the next thing begins, a pair of braces on its own line.
                end = value.end_mark.line + bool(value.flow_style)
                lines = source.text.splitlines()[key.start_mark.line : end]
                while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
                    lines.pop()  # what stands before the next rule
                indent = key.start_mark.column
                name = source.file.rsplit("/", 1)[-1].removesuffix(".yaml")
                text = "\n".join(line[indent:] for line in lines)
                found.append(RuleText(name, key.start_mark.line + 1, text))
    return found


@lru_cache(maxsize=8)
def _composed(text: str) -> yaml.Node | None:
    """Parse the text into nodes, which nobody changes."""
    return yaml.compose(text, Loader=yaml.CSafeLoader)


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, value in _entries(node) if key.value == name), None)


def _entries(node: yaml.Node | None) -> list[tuple[yaml.Node, yaml.CollectionNode]]:
    return node.value if isinstance(node, yaml.MappingNode) else []
