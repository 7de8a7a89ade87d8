"""Forms of file in which a table can be had, by the ending of its address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from phucvu.opendata.tables import FileTable
from phucvu.opendata.writing.binary import write_parquet, write_xlsx
from phucvu.opendata.writing.text import write_csv, write_json

__all__ = ["FORMS", "FileForm"]


@dataclass(frozen=True)
class FileForm:
    """Form of file: its name for readers, its media type, and its writer."""

    label: str
    media_type: str
    write: Callable[[FileTable], Iterator[bytes]]


FORMS: dict[str, FileForm] = {
    "csv": FileForm("CSV", "text/csv; charset=utf-8", write_csv),
    "json": FileForm("JSON", "application/json", write_json),
    "xlsx": FileForm(
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
    "parquet": FileForm("Parquet", "application/vnd.apache.parquet", write_parquet),
}
