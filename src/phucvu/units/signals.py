"""Signals of changes to units, for the rooms above, which units may not import."""

from django.dispatch import Signal

__all__ = ["reorganised"]

# Sent inside the transaction that reorganised units, with `unit_ids`: all that it touches.
reorganised = Signal()
