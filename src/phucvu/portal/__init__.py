"""Figures published by the national portal: reading them, and proving them from their counts."""

from .check import Agreement, Check, CheckReport, check
from .register import Contradiction, RegisterError, read_register, shipped_register
from .table import BadRow, PublishedFigure, PublishedTable, PublishedTableError, read_table

__all__ = [
    "Agreement",
    "BadRow",
    "Check",
    "CheckReport",
    "Contradiction",
    "PublishedFigure",
    "PublishedTable",
    "PublishedTableError",
    "RegisterError",
    "check",
    "read_register",
    "read_table",
    "shipped_register",
]
