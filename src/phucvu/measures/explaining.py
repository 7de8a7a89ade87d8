"""Explanation why a fact counts in a measure or does not: the compiled condition, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from phucvu.measures.evaluating import Value, evaluate_node
from phucvu.measures.expressions import Expression
from phucvu.measures.rendering import written
from phucvu.measures.tree import Node, Op, column_names

__all__ = ["Part", "chosen", "parts_of"]

Definitions = Mapping[str, Expression]


@dataclass(frozen=True)
class Part:
    """One of the conditions that all have to hold.

    `name` is the definition it stands for, if any; `text` reads as in the law's file, with the
    names of definitions. `holds` is None where a null leaves it open, and then it does not count.
    `columns` are the fact's own columns it reads, with their values. `inside` are the parts of a
    definition that has several.
    """

    name: str | None
    text: str
    holds: bool | None
    columns: Mapping[str, Value]
    inside: tuple[Part, ...] = ()

    def failing(self) -> Iterator[Part]:
        """Yield the part itself, then the parts inside it that do not hold; nothing where it
        holds.
        """
        if not self.holds:
            yield self
            for part in self.inside:
                yield from part.failing()


def parts_of(
    condition: Expression,
    definitions: Definitions,
    row: Mapping[str, Value],
    bound: int | None = None,
) -> tuple[Part, ...]:
    """Return the parts of a condition, in order, and whether each holds for a fact."""
    return _Explainer(definitions, row, bound).parts(condition.root)


def chosen(
    expression: Expression,
    definitions: Definitions,
    row: Mapping[str, Value],
    bound: int | None = None,
) -> str | None:
    """Name the argument of a `coalesce(…)` that gives the value: a definition, a column, or its
    text.

    None where all are null. An expression of another kind gives its own name.
    """
    root = expression.root
    names = _names(definitions)
    for arg in root.args if root.op is Op.COALESCE else (root,):
        if evaluate_node(arg, row, bound) is not None:
            return names.get(id(arg)) or written(arg, names)
    return None


class _Explainer:
    def __init__(
        self, definitions: Definitions, row: Mapping[str, Value], bound: int | None
    ) -> None:
        self.names = _names(definitions)
        # A definition that joins several parts lies flat among those beside it.
        joined = [(name, d.root) for name, d in definitions.items() if d.root.op is Op.AND]
        self.joined = sorted(joined, key=lambda item: -len(item[1].args))
        self.row = row
        self.bound = bound

    def parts(self, root: Node) -> tuple[Part, ...]:
        if root.op is not Op.AND:
            return (self._part(root, self.names.get(id(root)), ()),)
        if name := self.names.get(id(root)):
            return (self._part(root, name, self._among(root.args, root)),)
        return self._among(root.args, root)

    def _among(self, args: tuple[Node, ...], around: Node) -> tuple[Part, ...]:
        found = []
        at = 0
        while at < len(args):
            name, node = self._joined_at(args[at:], around)
            if name is None:
                found.append(self._part(args[at], self.names.get(id(args[at])), ()))
                at += 1
            else:
                found.append(self._part(node, name, self._among(node.args, node)))
                at += len(node.args)
        return tuple(found)

    def _joined_at(self, args: tuple[Node, ...], around: Node) -> tuple[str | None, Node]:
        """Return the largest definition whose parts come next, smaller than its surroundings."""
        for name, node in self.joined:
            size = len(node.args)
            same = all(a is b for a, b in zip(args, node.args, strict=False))
            if size <= len(args) and same and size < len(around.args):
                return name, node
        return None, around

    def _part(self, node: Node, name: str | None, inside: tuple[Part, ...]) -> Part:
        value = evaluate_node(node, self.row, self.bound)
        columns = {
            column: self.row[column] for column in sorted(column_names(node)) if column in self.row
        }
        holds = None if value is None else bool(value)
        return Part(name, written(node, self.names, within=True), holds, columns, inside)


def _names(definitions: Definitions) -> dict[int, str]:
    """Map the nodes of definitions to their names; of two definitions of one node, to the
    earlier.
    """
    names: dict[int, str] = {}
    for name, definition in definitions.items():
        if definition.root.args:  # a bare column speaks for itself
            names.setdefault(id(definition.root), name)
    return names
