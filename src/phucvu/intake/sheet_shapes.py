"""Shapes of the columns of a table whose refused rows are written back for repair."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from phucvu.intake.excel.columns import Column, Form, load_form
from phucvu.intake.formats.base import Cell
from phucvu.intake.mapping import Mapping as TableMapping
from phucvu.intake.mapping import events_of, happened_place, mapped_fields, place_of
from phucvu.intake.shapes import SHAPES, choice_of, placeholder, safe

__all__ = ["Fits", "of_form", "of_mapping", "shown_cells"]

Fits = Mapping[str, Callable[[str], bool]]
"""By the name of a column: whether a cell's text has the declared shape."""


def of_form(form: Form) -> Fits:
    """Return the shapes of a template's columns."""
    return {column.name: _fits(column) for column in form.columns}


def of_mapping(mapping: TableMapping) -> Fits:
    """Return the shapes of a foreign table; a column that feeds several fields has the shape of
    any.
    """
    fields, form = mapped_fields(mapping.kind), load_form(mapping.kind)
    columns = {column.name: column for column in form.columns}
    found: dict[str, list[Callable[[str], bool]]] = {mapping.case: [SHAPES["code"], _is_number]}
    rules: dict[str, Mapping[str, Any]] = dict(mapping.fields)
    if mapping.unit is not None:
        rules[form.unit] = mapping.unit
    for name, rule in rules.items():
        if "if" in rule:
            found.setdefault(rule["if"], []).append(SHAPES["moment"])
        if "happened" in rule and mapping.event is not None:
            named = choice_of(events_of(rule["happened"]))
            found.setdefault(happened_place(mapping.event, rule), []).append(named)
        if "column" not in rule:
            continue
        fits = SHAPES["moment"] if name in fields.dates else SHAPES["code"]
        if "values" in rule:
            fits = choice_of(rule["values"])
        elif "contains" in rule:
            fits = SHAPES["title"]
        elif name not in fields.dates and name in columns:
            fits = _fits(columns[name])
        for place in {rule["column"], place_of(rule)}:
            found.setdefault(place, []).append(fits)
    if mapping.event is not None:
        asked = [rule.get(part, ()) for rule in rules.values() for part in ("at", "happened")]
        events = {*mapping.only, *(event for at in asked for event in events_of(at))}
        found.setdefault(mapping.event, []).append(choice_of(events))
    return {name: _any_of(fits) for name, fits in found.items()}


def shown_cells(cells: Mapping[str, Cell], fits: Fits) -> dict[str, Cell]:
    """Return the cells of a row, with placeholders for those without their shape."""
    return {
        name: cell if safe(cell, fits.get(name, _never)) == cell else placeholder(cell)
        for name, cell in cells.items()
    }


def _fits(column: Column) -> Callable[[str], bool]:
    if column.choices:
        return choice_of({*column.choices, *column.options()})
    return SHAPES["title" if column.kind == "name" else column.kind]


def _any_of(fits: list[Callable[[str], bool]]) -> Callable[[str], bool]:
    return lambda text: any(fit(text) for fit in fits)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 9


def _never(_text: str) -> bool:
    return False
