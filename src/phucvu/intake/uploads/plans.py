"""Plans for brought files: how each is read, and the words for its faults."""

from __future__ import annotations

from phucvu.intake.files import TABLES
from phucvu.intake.formats.base import kind_of
from phucvu.intake.importing import Plan, Terms, plan, template_of
from phucvu.intake.kinds import KINDS
from phucvu.intake.mapping import load_mapping
from phucvu.intake.uploads.folders import file_of, mapping_of
from phucvu.intake.uploads.models import Upload

__all__ = ["needs_columns", "plan_of", "said_of"]


def needs_columns(upload: Upload) -> bool:
    """Tell whether somebody has to confirm what its columns mean. Raises `FileError`."""
    path = file_of(upload)
    return kind_of(path) in TABLES and template_of(path, KINDS.get(upload.kind)) is None


def plan_of(upload: Upload, *, whole: bool = True) -> Plan:
    """Return how the file is read: `whole` to take it in, else only to look at its beginning.

    Raises `FileError`, `UsageError`, `UnitError` or `MappingError`.
    """
    mapping = mapping_of(upload)
    terms = Terms(
        mapping=load_mapping(mapping) if mapping.exists() else None,
        unit_code=upload.unit_code or None,
        correction=upload.correction,
        kind=KINDS.get(upload.kind),
    )
    return plan(file_of(upload), terms, whole=whole)


def said_of(upload: Upload, error: Exception) -> str:
    """Write a fault for the person who brought the file: its name, not where it lies here."""
    path = file_of(upload)
    text = str(error).replace(str(path), path.name)
    return text.replace(f"{mapping_of(upload)}, ", "").replace(str(mapping_of(upload)), path.name)
