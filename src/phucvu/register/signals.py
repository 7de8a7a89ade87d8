"""What the register tells the rooms above it, which it may not import."""

from django.dispatch import Signal

__all__ = ["figures_stated"]

# Sent inside the transaction that changed stated or national report figures or the catalogue of
# procedures, with `unit_ids`: the units touched. The counters record it for open pages to follow.
figures_stated = Signal()
