"""Forms of file in which a table can be had, by the ending of its address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from phucvu.opendata.tables import Table
from phucvu.opendata.writing.binary import write_parquet, write_xlsx
from phucvu.opendata.writing.text import write_csv, write_json

__all__ = ["FORMS", "Form"]


@dataclass(frozen=True)
class Form:
    """Form of file: its name for readers, its media type, and its writer."""

    label: str
    media_type: str
    write: Callable[[Table], Iterator[bytes]]


FORMS: dict[str, Form] = {
    "csv": Form("CSV", "text/csv; charset=utf-8", write_csv),
    "json": Form("JSON", "application/json", write_json),
    "xlsx": Form(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
    "parquet": Form("Parquet", "application/vnd.apache.parquet", write_parquet),
}
