"""What units tell the rooms above them, which they may not import."""

from django.dispatch import Signal

__all__ = ["reorganised"]

# Sent inside the transaction that reorganised units, with `unit_ids`: all that it touches.
reorganised = Signal()
