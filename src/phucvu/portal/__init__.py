"""Figures published by the national portal: reading them, and proving them from their counts."""

from .check import Check, Report, Verdict, check
from .register import Contradiction, RegisterError, read_register, shipped_register
from .table import BadRow, Row, Table, TableError, read_table

__all__ = [
    "BadRow",
    "Check",
    "Contradiction",
    "RegisterError",
    "Report",
    "Row",
    "Table",
    "TableError",
    "Verdict",
    "check",
    "read_register",
    "read_table",
    "shipped_register",
]
