"""Admin sections of the register: facts are only read there."""

from __future__ import annotations

from phucvu.register import calendar_admin, fact_admin

# The administration site looks into this module only.
__all__ = ["calendar_admin", "fact_admin"]
