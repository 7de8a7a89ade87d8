"""What the register tells the rooms above it, which it may not import."""

from django.dispatch import Signal

__all__ = ["deadlines_moved", "figures_stated"]

# Sent inside the transaction that changed stated or national report figures or the catalogue of
# procedures, with `unit_ids`: the units touched. The counters record it for open pages to follow.
figures_stated = Signal()

# Sent inside the transaction that changed what deadlines are reckoned from: procedures' terms or
# the calendar. With `procedure_codes` and `unit_ids`, those concerned; None is all. Whoever keeps
# deadlines reckons them anew, the counts following.
deadlines_moved = Signal()
