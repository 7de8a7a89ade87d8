"""Reader of YAML that remembers the place of every value, so that errors name file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

import yaml
from yaml.composer import Composer


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text to read: its file name (as errors show it) and its content."""

    file: str
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A fault of a file. `line` counts from 1; `path` is the keys down to the value."""

    file: str
    line: int
    message: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" {'.'.join(self.path)}:" if self.path else ""
        return f"{self.file}:{self.line}:{where} {self.message}"


@dataclass(slots=True)
class LocatedValue:
    """A value with its place: a mapping of nodes, a list of nodes, or a scalar."""

    value: Any
    file: str
    line: int
    keys: dict[str, LocatedValue] = field(default_factory=dict)
    items: list[LocatedValue] = field(default_factory=list)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.value, dict)

    def plain(self) -> Any:
        """Return the value without places, as JSON schema needs it (dates as ISO texts)."""
        if self.is_mapping:
            return {key: node.plain() for key, node in self.keys.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.items]
        return self.value

    def locate(self, path: Sequence[object]) -> LocatedValue:
        """Return the deepest existing node on the way down `path`."""
        node = self
        for step in path:
            if node.is_mapping and step in node.keys:
                node = node.keys[str(step)]
            elif isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            else:
                break
        return node


# What YAML does not allow: its reader refuses it before any place is known.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


class _Loader(Composer, yaml.CSafeLoader):
    """Loader of YAML without aliases, which would give one value two places (use `extends`).

    Read by libyaml, which takes a sixth of the time; put together here, where aliases are seen.
    """

    def __init__(self, text: str) -> None:
        yaml.CSafeLoader.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event: Any = self.peek_event()
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases (&, *) are not used here; write the value, or extend",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)


def parse(source: SourceText) -> tuple[LocatedValue | None, list[Problem]]:
    """Read one YAML mapping. Faults are returned as problems, never raised."""
    if found := _CONTROL.search(source.text):
        line = source.text.count("\n", 0, found.start()) + 1
        message = f"not readable as YAML: remove the control character U+{ord(found[0]):04X}"
        return None, [Problem(source.file, line, message)]
    loader = _Loader(source.text)
    problems: list[Problem] = []
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            return None, [Problem(source.file, 1, "expected a mapping (key: value) at the top")]
        return _convert(loader, root, root.start_mark.line + 1, source.file, problems), problems
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return None, [Problem(source.file, line, f"not readable as YAML: {error.problem}")]
    except yaml.YAMLError as error:
        return None, [Problem(source.file, 1, f"not readable as YAML: {error}")]
    except RecursionError:
        message = "not readable as YAML: nested too deeply; a bracket is not closed, most likely"
        return None, [Problem(source.file, 1, message)]
    finally:
        loader.dispose()


def _convert(
    loader: _Loader, node: yaml.Node, line: int, file: str, problems: list[Problem]
) -> LocatedValue:
    if isinstance(node, yaml.MappingNode):
        result = LocatedValue({}, file, line)
        for key_node, value_node in node.value:
            key = str(key_node.value)  # 2.1 written without quotes is still the key "2.1"
            key_line = key_node.start_mark.line + 1
            if key in result.keys:
                first = result.keys[key].line
                problems.append(
                    Problem(file, key_line, f"{key!r} is already given on line {first}")
                )
                continue
            result.keys[key] = _convert(loader, value_node, key_line, file, problems)
        return result
    if isinstance(node, yaml.SequenceNode):
        items = [_convert(loader, n, n.start_mark.line + 1, file, problems) for n in node.value]
        return LocatedValue([], file, line, items=items)
    try:
        return LocatedValue(_scalar(loader, node), file, line)
    except (ValueError, InvalidOperation, yaml.YAMLError):
        problems.append(Problem(file, line, f"cannot read the value {node.value!r}"))
        return LocatedValue(None, file, line)


def _scalar(loader: _Loader, node: yaml.Node) -> Any:
    if node.tag == "tag:yaml.org,2002:float":
        # Points and targets are exact decimals; a double would already have lost them.
        number = Decimal(str(node.value).replace("_", ""))
        if not number.is_finite():
            raise ValueError(node.value)
        return number
    value = loader.construct_object(node)
    if isinstance(value, date):  # datetimes too
        return value.isoformat()
    return value


def merge(base: LocatedValue, over: LocatedValue) -> LocatedValue:
    """Lay `over` on `base`: mappings merge, lists and scalars replace, null removes."""
    merged = LocatedValue({}, over.file, over.line, keys=dict(base.keys))
    for key, node in over.keys.items():
        below = merged.keys.get(key)
        if below is not None and below.is_mapping and node.is_mapping:
            merged.keys[key] = merge(below, node)
        elif below is not None and node.value is None:
            del merged.keys[key]
        else:
            merged.keys[key] = node
    return merged


def problem_at(root: LocatedValue, path: Sequence[object], message: str) -> Problem:
    """Make a problem at the value under `path`, or at the deepest value on the way to it."""
    node = root.locate(path)
    return Problem(node.file, node.line, message, tuple(str(step) for step in path))


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """Write `; did you mean 'x'?` where an option is close to `word`, else nothing."""
    close = get_close_matches(word, list(options), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
