"""Words of this room to the rooms above it, which it may not import."""

from django.dispatch import Signal

__all__ = ["chosen"]

# Sent inside the transaction in which another edition began to score a period.
chosen = Signal()
