"""Signals of the register, for the rooms above it, which it may not import."""

from django.dispatch import Signal

__all__ = ["deadlines_moved"]

# Sent inside the transaction that changed what deadlines are reckoned from: procedures' terms or
# the calendar. With `procedure_codes` and `unit_ids`, those concerned; None is all. Whoever keeps
# deadlines reckons them anew, the counts following.
deadlines_moved = Signal()
