"""Audit: who did and who saw what, in a chain that shows where somebody tampered."""

from __future__ import annotations

from phucvu.accounts.audit.chain import Verdict, verify
from phucvu.accounts.audit.checking import faults
from phucvu.accounts.audit.search import Wanted, search
from phucvu.accounts.audit.writing import note

__all__ = ["Verdict", "Wanted", "faults", "note", "search", "verify"]
