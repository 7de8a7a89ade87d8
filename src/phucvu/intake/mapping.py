"""Mapping files: how the columns of a table or an event log become records of a kind of fact.

A mapping is YAML; `_schema` below says what may stand in it, and
`phucvu/example/permit_log/mapping.yaml` shows it at work; `phucvu mapping propose` writes a first
one. Dates keep their milliseconds. Headers and values are compared in Unicode's composed form.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo, available_timezones

import jsonschema
import yaml
from django.utils.translation import gettext as _

from phucvu.intake.cells import DateError, moment_of, text_of
from phucvu.intake.excel.columns import load_form, plurals
from phucvu.intake.formats.base import Cell, normal
from phucvu.intake.formats.encodings import looks_garbled
from phucvu.intake.record import MappedRecord, Problem
from phucvu.intake.shapes import is_placeholder, shown
from phucvu.intake.values import quote

__all__ = [
    "CODES",
    "DATES",
    "NAMES",
    "MappedFields",
    "Mapping",
    "MappingError",
    "events_of",
    "garbled",
    "happened_place",
    "load_mapping",
    "mapped_fields",
    "place_of",
]

DATES = (
    "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "NgayTuChoi",
)  # fmt: skip
NAMES = ("TenTTHC", "TenLinhVuc")
CODES = (
    "MaTTHC", "MaLinhVuc", "KenhThucHien", "LoaiDoiTuong", "TrangThaiHoSo", "HinhThuc",
    "NoiNopHoSo", "HoSoCoThanhPhanSoHoa", "TaiKhoanDuocXacThucVoiVNeID",
    "DuocThanhToanTrucTuyen",
)  # fmt: skip

# Of which events of a case a cell is taken.
_AT = {
    "oneOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    ]
}
_SCALAR = {"type": ["string", "integer"]}
_COLUMN = {
    "type": "object",
    "additionalProperties": False,
    "required": ["column"],
    "properties": {
        "column": {"type": "string", "minLength": 1},
        "values": {"type": "object", "additionalProperties": _SCALAR, "minProperties": 1},
        "otherwise": _SCALAR,
        "at": _AT,
        # What the cell's number is multiplied by: 1000 where amounts are in thousands.
        "times": {"type": "integer", "minimum": 2},
    },
    "dependentRequired": {"otherwise": ["values"]},
}
_CONSTANT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["constant"],
    "properties": {"constant": _SCALAR},
}
_CONDITION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["if", "then", "else"],
    "properties": {"if": {"type": "string", "minLength": 1}, "then": _SCALAR, "else": _SCALAR},
}
_CONTAINS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["column", "contains", "then", "else"],
    "properties": {
        "column": {"type": "string", "minLength": 1},
        "contains": {"type": "string", "minLength": 1},
        "then": _SCALAR,
        "else": _SCALAR,
    },
}
# One value where an event of the case happened, another where none of those named did.
_HAPPENED = {
    "type": "object",
    "additionalProperties": False,
    "required": ["happened", "then", "else"],
    "properties": {"happened": _AT, "then": _SCALAR, "else": _SCALAR},
}
_DATE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["column"],
    "properties": {"column": {"type": "string", "minLength": 1}, "at": _AT},
}


@dataclass(frozen=True)
class MappedFields:
    """Fields of a kind of fact that a mapping fills, beside its code and unit."""

    code: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    dates: tuple[str, ...]
    required: tuple[str, ...]


@cache
def mapped_fields(plural: str) -> MappedFields:
    """Return the fields of a kind of fact: of dossiers the message's, of the others the
    template's.
    """
    if plural == "dossiers":
        return MappedFields("MaHoSo", CODES, NAMES, DATES, ("MaTTHC", "TrangThaiHoSo"))
    form = load_form(plural)
    columns = [column for column in form.columns if column.name not in (form.code, form.unit)]
    return MappedFields(
        form.code,
        tuple(c.name for c in columns if c.kind not in ("name", "moment")),
        tuple(c.name for c in columns if c.kind == "name"),
        tuple(c.name for c in columns if c.kind == "moment"),
        tuple(c.name for c in columns if c.required),
    )


_PROPERTIES: dict[str, Any] = {
    "schema": {"const": 1},
    "title": {"type": "string"},
    "source": {"type": "string"},
    "delimiter": {"type": "string", "minLength": 1, "maxLength": 1},
    "encoding": {"type": "string"},
    # Of a workbook, the sheet; of a workbook or a .csv, the line its header stands on.
    "sheet": {"type": "string", "minLength": 1},
    "header_row": {"type": "integer", "minimum": 1, "maximum": 1_000},
    # The kind of fact, as commands call it; dossiers where it is not given.
    "kind": {"enum": list(plurals())},
    # The column with the case's id.
    "case": {"type": "string", "minLength": 1},
    # A table has a row for each dossier, an event log several for each case.
    "one_row_per": {"enum": ["dossier", "case"]},
    # Of a case's rows: the first one, or of each column the last value given.
    "take": {"enum": ["first", "last"]},
    # The column that names a row's event, and of which events a case must have one: cases without
    # are left out.
    "event": {"type": "string", "minLength": 1},
    "only": _AT,
    # Whether a case's rows follow each other, so that one case at a time is in memory.
    "adjacent": {"type": "boolean"},
    # {case} stands for the case's id.
    "code": {"type": "string", "pattern": r"\{case\}"},
    "unit": {"oneOf": [_CONSTANT, _COLUMN]},
    "time_zone": {"type": "string"},
    # "iso" (with or without an offset), "mixed" (dd/mm/yyyy, ISO, day numbers, each row for
    # itself), or a format such as "%d/%m/%Y %H:%M". Cells that are dates need none.
    "date_format": {"type": "string"},
}


def _schema(kind: MappedFields) -> dict[str, Any]:
    plain = (*kind.codes, *kind.names)
    rules = {"oneOf": [_CONSTANT, _COLUMN, _CONDITION, _CONTAINS, _HAPPENED]}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["schema", "case", "fields"],
        "dependentRequired": {"only": ["event"]},
        "properties": {
            **_PROPERTIES,
            "fields": {
                "type": "object",
                "additionalProperties": False,
                "required": list(kind.required),
                "properties": {
                    **dict.fromkeys(plain, rules),
                    **dict.fromkeys(kind.dates, _DATE),
                },
            },
        },
    }


class MappingError(ValueError):
    """Error of a mapping, or a table under it; the message names file, line and key."""


@dataclass(frozen=True)
class Mapping:
    """A mapping that was checked; `record` applies it."""

    path: Path
    kind: str
    case: str
    one_row_per: str
    take: str
    adjacent: bool
    code: str
    unit: Map[str, Any] | None
    time_zone: str | None
    date_format: str
    delimiter: str | None
    encoding: str | None
    sheet: str | None
    header_row: int
    event: str | None
    only: frozenset[str]
    fields: Map[str, Map[str, Any]]
    lines: Map[tuple[str, ...], int]
    """The line each key stands on."""

    def check_header(self, header: Sequence[str], table: Path) -> None:
        """Raise `MappingError` unless the table has every column the mapping reads, once."""
        for key, column in self._columns():
            found = header.count(column)
            if found != 1:
                reason = (
                    _("%(file)s, line %(line)d, %(key)s: %(table)s has several columns %(column)s")
                    if found
                    else _("%(file)s, line %(line)d, %(key)s: %(table)s has no column %(column)s")
                )
                raise MappingError(
                    reason
                    % {
                        "file": self.path,
                        "line": self.lines.get(key, 1),
                        "key": ".".join(key),
                        "table": table.name,
                        "column": quote(column),
                    }
                )

    def columns(self) -> list[str]:
        """Return the columns the mapping reads, each once, the dossier's number first."""
        return list(dict.fromkeys(column for _key, column in self._columns()))

    def at_events(self) -> dict[str, tuple[str, frozenset[str]]]:
        """Return what is taken of single events of a case: by its name, the column and the events.

        For an event that a rule depends on it is the event's own name.
        """
        found: dict[str, tuple[str, frozenset[str]]] = {}
        for rule in self.fields.values():
            if "at" in rule:
                found[place_of(rule)] = (rule["column"], events_of(rule["at"]))
            elif "happened" in rule and self.event is not None:
                found[happened_place(self.event, rule)] = (
                    self.event,
                    events_of(rule["happened"]),
                )
        return found

    def record(
        self, row: Map[str, Cell], line: int, unit_code: str | None, time_zone: ZoneInfo | None
    ) -> MappedRecord:
        """Make the message of one dossier.

        `unit_code`, where given, is used in place of the mapping's unit. Moments with an offset are
        turned into the clock time of `time_zone`. Problems of single values go with the record.
        """
        problems: list[Problem] = []
        message: dict[str, object] = {}
        fields = mapped_fields(self.kind)
        case = row[self.case]
        if text_of(case):
            # A number stays one where it is the whole code: the reader says why it must be text.
            whole = self.code == "{case}"
            message[fields.code] = case if whole else self.code.replace("{case}", text_of(case))
        for field, rule in self.fields.items():
            if field in fields.dates:
                message[field] = self._moment(field, row[place_of(rule)], time_zone, problems)
            else:
                message[field] = self._value(field, rule, row, problems)
        problems += garbled(message, fields.names)
        if unit_code is None and self.unit is not None:
            unit_code = str(_value(fields.code, self.unit, row, problems) or "")
        return MappedRecord(message, unit_code=unit_code, problems=problems, line=line)

    def _columns(self) -> list[tuple[tuple[str, ...], str]]:
        found: list[tuple[tuple[str, ...], str]] = [(("case",), self.case)]
        rules = [(("fields", name), rule) for name, rule in self.fields.items()]
        if self.unit is not None:
            rules.append((("unit",), self.unit))  # type: ignore[arg-type]
        if self.event is not None:
            found.append((("event",), self.event))
        for key, rule in rules:
            found += [((*key, part), rule[part]) for part in ("column", "if") if part in rule]
        return found

    def _value(
        self, field: str, rule: Map[str, Any], row: Map[str, Cell], problems: list[Problem]
    ) -> Cell:
        if "happened" in rule and self.event is not None:
            did = text_of(row[happened_place(self.event, rule)])
            return _scalar(rule["then" if did else "else"])
        return _value(field, rule, row, problems)

    def _moment(
        self, field: str, cell: Cell, time_zone: ZoneInfo | None, problems: list[Problem]
    ) -> datetime | None:
        try:
            moment = moment_of(cell, self.date_format)
        except DateError as error:
            problems.append(Problem(field, str(error)))
            return None
        if moment is None or moment.tzinfo is None:
            return moment
        if time_zone is not None:
            moment = moment.astimezone(time_zone)
        return moment.replace(tzinfo=None)


def garbled(message: Map[str, object], names: Sequence[str] = NAMES) -> list[Problem]:
    """Make a problem for each name that was read with a wrong encoding."""
    reason = _(
        "is garbled: typed in a TCVN3 font (.VnTime), or saved with a wrong encoding: %(value)s"
    )
    return [
        Problem(field, reason % {"value": shown(message[field])})
        for field in names
        if looks_garbled(str(message.get(field) or ""))
    ]


def _value(field: str, rule: Map[str, Any], row: Map[str, Cell], problems: list[Problem]) -> Cell:
    if "constant" in rule:
        return _scalar(rule["constant"])
    if "if" in rule:
        return _scalar(rule["then" if text_of(row[rule["if"]]) else "else"])
    if "contains" in rule:
        found = normal(rule["contains"]) in normal(text_of(row[rule["column"]]))
        return _scalar(rule["then" if found else "else"])
    cell = row[place_of(rule)]
    values = rule.get("values")
    if values is None:
        if "times" in rule:
            return _multiplied(cell, rule["times"])
        return normal(cell) if isinstance(cell, str) else cell
    text = text_of(cell)
    if text in values:
        return _scalar(values[text])
    if "otherwise" in rule and not is_placeholder(text):
        return _scalar(rule["otherwise"])
    problems.append(
        Problem(
            field,
            _("the mapping says nothing of the value %(value)s in the column %(column)s")
            % {"value": shown(text), "column": quote(rule["column"])},
        )
    )
    return None


def _multiplied(cell: Cell, times: int) -> Cell:
    """Return the product, as text where it is no whole number, which the reader then refuses."""
    text = text_of(cell)
    try:
        product = Decimal(text) * times
    except InvalidOperation:
        return text
    return int(product) if product == product.to_integral_value() else str(product)


def place_of(rule: Map[str, Any]) -> str:
    """Return the place of a rule's cell: its column, or apart where it is of certain events."""
    if "at" not in rule:
        return str(rule["column"])
    return f"{rule['column']} @ {' | '.join(sorted(events_of(rule['at'])))}"


def happened_place(event: str, rule: Map[str, Any]) -> str:
    """Return the place of the events a rule asks for, apart in the column `event`."""
    return place_of({"column": event, "at": rule["happened"]})


def events_of(at: str | Sequence[str]) -> frozenset[str]:
    """Return the events a rule names."""
    return frozenset([at] if isinstance(at, str) else at)


def _scalar(value: Any) -> str | int | None:
    return value if isinstance(value, str | int) else None


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file. Raises `MappingError`, which names file, line and key."""
    try:
        text = normalize("NFC", path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MappingError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = _("expected UTF-8, found another encoding; save it as UTF-8")
        raise MappingError(f"{path}, line {line}: {reason}") from error
    try:
        root = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader's subclass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        if isinstance(error, yaml.reader.ReaderError):  # a control character
            line = text.count("\n", 0, error.position) + 1
        reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise MappingError(f"{path}, line {line}: {reason}") from error
    except (ValueError, RecursionError) as error:  # no such date or number; nested without end
        reason = _("it holds a value that cannot be read: %(error)s") % {"error": error}
        raise MappingError(f"{path}: {reason}") from error
    lines: dict[tuple[str, ...], int] = {}
    _note_lines(root, (), lines)
    kind = content.get("kind", "dossiers") if isinstance(content, dict) else "dossiers"
    _check(path, content, lines, kind)
    for field, rule in content["fields"].items():
        for part in {"at", "happened"} & rule.keys():
            if not (content.get("event") and content.get("one_row_per") == "case"):
                reason = _("needs `event`, the column that names events, and `one_row_per: case`")
                raise _error(path, lines, ("fields", field, part), reason)
    zone = content.get("time_zone")
    if zone is not None and zone not in available_timezones():
        raise _error(path, lines, ("time_zone",), f"unknown time zone {zone!r}")
    try:
        codecs.getincrementaldecoder(content.get("encoding", "utf-8"))
    except LookupError as error:
        raise _error(path, lines, ("encoding",), str(error)) from error
    return Mapping(
        path=path,
        kind=kind,
        case=content["case"],
        one_row_per=content.get("one_row_per", "dossier"),
        take=content.get("take", "first"),
        adjacent=content.get("adjacent", True),
        code=content.get("code", "{case}"),
        unit=content.get("unit"),
        time_zone=zone,
        date_format=content.get("date_format", "iso"),
        delimiter=content.get("delimiter"),
        encoding=content.get("encoding"),
        sheet=content.get("sheet"),
        header_row=content.get("header_row", 1),
        event=content.get("event"),
        only=events_of(content.get("only", ())),
        fields=content["fields"],
        lines=lines,
    )


class _Loader(yaml.SafeLoader):
    """Loader of YAML whose keys stay text: a value map may have `1`, `yes` or `Off` on its left."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands twice", problem_mark=key_node.start_mark
                )
            found[key] = self.construct_object(value_node, deep=True)
        return found


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_mapping)


def _note_lines(
    node: yaml.Node | None, key: tuple[str, ...], lines: dict[tuple[str, ...], int]
) -> None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            below = (*key, str(key_node.value))
            lines[below] = key_node.start_mark.line + 1
            _note_lines(value_node, below, lines)


def _check(path: Path, content: Any, lines: Map[tuple[str, ...], int], kind: Any) -> None:
    schema = _schema(mapped_fields(kind if kind in plurals() else "dossiers"))
    errors = jsonschema.Draft202012Validator(schema).iter_errors(content)
    error = jsonschema.exceptions.best_match(errors)
    if error is not None:
        reason = error.message
        rule = error.instance if isinstance(error.instance, dict) else {}
        if error.validator == "oneOf" and "happened" in rule:
            reason = _("`happened` needs `then` and `else`, and nothing beside them")
        raise _error(path, lines, tuple(str(part) for part in error.absolute_path), reason)


def _error(
    path: Path, lines: Map[tuple[str, ...], int], key: tuple[str, ...], reason: str
) -> MappingError:
    line = lines.get(key, 1)
    return MappingError(f"{path}, line {line}, {'.'.join(key) or 'mapping'}: {reason}")
