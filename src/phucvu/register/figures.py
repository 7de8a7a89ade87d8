"""Rows of reported values: indicators, and the dossiers of the national report."""

from __future__ import annotations

from typing import Any

from django.db import models

from phucvu.register.indicators import NATIONAL_REPORT

__all__ = ["Figures"]


class Figures(models.QuerySet[Any]):
    """Query set of reported values."""

    def of_indicators(self) -> Figures:
        """Select the values of components, groups and the total."""
        return self.exclude(indicator=NATIONAL_REPORT)

    def of_national_report(self) -> Figures:
        """Select the values of the national report: dossiers received, in `denominator`."""
        return self.filter(indicator=NATIONAL_REPORT)
