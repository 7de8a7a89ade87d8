"""Taking the snapshot of a kind of fact: what each face says of its columns, as plain values."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_type_hints
from xml.etree import ElementTree

import msgspec
import yaml
from django.contrib import admin
from django.db import connection
from django.db.migrations.state import ModelState
from django.db.migrations.writer import MigrationWriter
from django.test import RequestFactory
from django.utils import translation
from python_calamine import CalamineWorkbook

from phucvu.api.routes import api
from phucvu.facts.catalogue import CATALOGUE
from phucvu.intake.excel.writing import template_bytes
from phucvu.intake.journal import pack
from phucvu.intake.kinds import KINDS, FactKind
from phucvu.intake.mapping import mapped_fields
from phucvu.intake.record import FactRecord, digest
from phucvu.intake.synonyms import words_of
from phucvu.measures import Vocabulary

FOLDER = Path(__file__).parent / "kinds"
DOCS = Path(__file__).resolve().parents[2] / "docs"

# Of a refused record each of these is tried in every field: which are kept tells its shape.
_PROBES = {
    "a code": "H29.01-260302-00001",
    "a day": "20260302",
    "a small number": "3",
    "an amount": "150000",
    "a phrase": "Đăng ký khai sinh",
    "a person": "Nguyễn Văn An",
    "a telephone": "0912345678",
}
# Parts of a message's lists that are not read.
_UNREAD = ("MaPhiLePhi", "TenPhiLePhi", "TrangThaiBoSung", "NoiDungBoSung")


def snapshots() -> dict[str, str]:
    """The text of every snapshot by the name of its file."""
    with translation.override("en"):
        taken = {f"{plural}.yaml": as_text(_snapshot(kind)) for plural, kind in KINDS.items()}
    return taken | {"catalogue.yaml": as_text({"vocabulary": _vocabulary(CATALOGUE)})}


def _snapshot(kind: FactKind) -> dict[str, Any]:
    return {
        "kind": _kind(kind),
        "vocabulary": _vocabulary(kind.fact.vocabulary),
        "record": _record(kind),
        "kept of a refused record": _kept(kind),
        "template": _template(kind),
        "description of the interface": _interface(kind),
        "mapping": _mapping(kind),
        "administration": _administration(kind),
        "model": _model(kind),
        "table of the documentation": _documentation(kind),
    }


def _kind(kind: FactKind) -> dict[str, Any]:
    fact = kind.fact
    links = fact.on_dossiers
    return {
        "name": kind.name,
        "plural": kind.plural,
        "table": fact.table,
        "clock": list(fact.clock_columns),
        "restated": fact.restated,
        "counted by procedure": fact.by_procedure,
        "one feed": fact.one_feed,
        "names its dossier": [fact.names_dossier, kind.dossier_field],
        "on dossiers": [[link.column, link.value, link.nothing] for link in links] or None,
        "brought by": kind.thing.name,
        "reckoned": list(kind.reckoned.columns),
        "field of the code": kind.code_field,
    }


def _vocabulary(vocabulary: Vocabulary) -> list[str]:
    return [
        " | ".join(
            (c.name, c.type.value, "null" if c.nullable else "-", c.meaning_en, c.meaning_vi)
            + ((f"from {c.message_field}",) if c.message_field else ())
        )
        for c in vocabulary.values()
    ]


def _record(kind: FactKind) -> dict[str, Any]:
    fields, types = msgspec.structs.fields(kind.record), get_type_hints(kind.record)
    full = kind.record(**{name: _sample(name, type_) for name, type_ in types.items()})
    packed = json.loads(zlib.decompress(pack(kind, [(0, full)])))
    return {
        "columns": {
            field.name: str(types[field.name]).removeprefix("<class '").removesuffix("'>")
            + ("" if field.default is msgspec.NODEFAULT else f" = {field.default!r}")
            for field in fields
        },
        "digest of a full one": digest(full),
        "digest of an empty one": digest(_empty(kind.record)),
        "clock of a full one": kind.clock(full),
        "packed": packed["columns"],
    }


def _sample(name: str, type_: Any) -> Any:
    kinds = set(get_args(type_)) or {type_}
    if bool in kinds:
        return True
    if int in kinds:
        return 4 if name in ("status", "online_level") else 1_767_225_600_000
    if Decimal in kinds:
        return Decimal("12.34")
    if datetime in kinds:
        return datetime(2026, 3, 2, 8, 5, tzinfo=UTC)
    return "received" if name == "state" else name


def _empty(record: type[FactRecord]) -> FactRecord:
    """The record with nothing that may be left out."""
    types = get_type_hints(record)
    nothing: dict[type, Any] = {str: "", int: 0, bool: False, Decimal: Decimal(0)}
    return record(
        **{
            field.name: None
            if type(None) in get_args(types[field.name])
            else nothing.get(types[field.name], datetime(1970, 1, 1, tzinfo=UTC))
            for field in msgspec.structs.fields(record)
            if field.default is msgspec.NODEFAULT
        }
    )


def _kept(kind: FactKind) -> dict[str, Any]:
    """By each field of a record that is read: which probes are kept of it."""
    described = _interface(kind)["properties"]
    names = sorted(described)
    lists = [name for name in names if "items" in described[name]]
    found: dict[str, Any] = {}
    for name in names:
        parts = described[name]["items"]["properties"] if name in lists else None
        if parts is None or not isinstance(kind.keep({name: [{}]}).get(name), list):
            told = {
                label: kind.keep({name: value}).get(name, "left out")
                for label, value in _PROBES.items()
            }
            found[name] = _told(told)
            continue
        for part in (*sorted(parts), *_UNREAD):
            told = {}
            for label, value in _PROBES.items():
                (row,) = kind.keep({name: [{part: value}]})[name]
                told[label] = row.get(part, "left out")
            if part in parts or set(told.values()) != {"left out"}:
                found[f"{name}[].{part}"] = _told(told)
    return found


def _told(kept: Mapping[str, Any]) -> str:
    if set(kept.values()) == {"left out"}:
        return "left out"
    return "keeps " + (", ".join(k for k, v in kept.items() if v == _PROBES[k]) or "nothing")


def _template(kind: FactKind) -> dict[str, Any]:
    """What the file that is filled in shows: its sheets, and what each cell may hold."""
    content = template_bytes(kind.form)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {
        name: [
            " | ".join(str(cell) for cell in row).rstrip(" |")
            for row in book.get_sheet_by_name(name).to_python()
        ]
        for name in book.sheet_names
    }
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    within = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    rules = [
        " | ".join(
            [
                *(rule.get(name, "") for name in ("sqref", "type", "operator", "errorStyle")),
                *(part.text or "" for part in rule),
                rule.get("promptTitle", ""),
                rule.get("prompt", ""),
            ]
        )
        for rule in sheet.iter(f"{within}dataValidation")
    ]
    widths = [f"{col.get('min')}: {col.get('width')}" for col in sheet.iter(f"{within}col")]
    return {"sheets": sheets, "rules": rules, "widths": widths}


def _interface(kind: FactKind) -> dict[str, Any]:
    """What its address takes, as the published description says it."""
    paths = api.get_openapi_schema()["paths"]
    operation = paths[f"/api/v1/{kind.plural}"]["post"]
    taken = operation["requestBody"]["content"]["application/json"]["schema"]
    records = taken["oneOf"][0] if "oneOf" in taken else taken
    # Beside the record, a list may hold anything, which is then refused.
    return json.loads(json.dumps(records["items"]["anyOf"][0]))


def _mapping(kind: FactKind) -> dict[str, Any]:
    fields, words = mapped_fields(kind.plural), words_of(kind.plural)
    return {
        "code": fields.code,
        "codes": list(fields.codes),
        "names": list(fields.names),
        "dates": list(fields.dates),
        "required": list(fields.required),
        "headings": {name: ", ".join(called) for name, called in words.headers.items()},
        "values": {
            name: {code: ", ".join(called) for code, called in values.items()}
            for name, values in words.values.items()
        },
    }


def _administration(kind: FactKind) -> dict[str, Any]:
    model = kind.fact.model
    site = admin.site.get_model_admin(model)
    request = RequestFactory().get("/")
    shown: dict[str, Any] = {
        "listed": list(site.list_display),
        "filters": [str(each) for each in site.list_filter],
        "searched": list(site.search_fields),
        "fields": list(site.get_fields(request)),
        "for": site.thing.name,
    }
    for language in ("en", "vi"):
        with translation.override(language):
            shown[f"labels ({language})"] = {
                name: str(admin.utils.label_for_field(name, model, site))
                for name in shown["fields"]
            }
    return shown


def _model(kind: FactKind) -> dict[str, Any]:
    """The table as a migration would make it, and the SQL that does so on SQLite."""
    state = ModelState.from_model(kind.fact.model)
    editor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []  # what else makes it is among the options
    sql, _parameters = editor.table_sql(kind.fact.model)
    written = MigrationWriter.serialize
    return {
        "fields": {name: written(field)[0] for name, field in state.fields.items()},
        "options": {name: written(value)[0] for name, value in sorted(state.options.items())},
        "managers": [name for name, _manager in state.managers],
        "sql": sql,
    }


def _documentation(kind: FactKind) -> list[str]:
    """The rows of the table of its columns on the page about measures."""
    columns = list(kind.fact.vocabulary)
    for section in (DOCS / "measures.md").read_text("utf-8").split("\n## "):
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        if columns and [row.split("`")[1] for row in rows] == columns:
            return rows
    return []


class _Dumper(yaml.SafeDumper):
    """YAML whose sequences are indented, so that a line is a whole value."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def as_text(content: dict[str, Any]) -> str:
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
