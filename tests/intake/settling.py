"""What the payments of a dossier come to, in one word, as the tests speak of it."""

from __future__ import annotations

from phucvu.register.models import Dossier

__all__ = ["STATES", "settled"]

STATES = ("free", "open", "refunded", "national", "gateway", "cash", "transfer")
"""The states in which a dossier counts its payments."""


def settled(dossier: Dossier) -> str:
    """'' without a payment that was not cancelled, 'free', 'online', 'open' or 'paid'."""
    counted = {state: getattr(dossier, f"payments_{state}") for state in STATES}
    if counted["national"] or counted["gateway"]:
        return "online"
    if counted["open"] or counted["refunded"]:
        return "open"
    if counted["cash"] or counted["transfer"]:
        return "paid"
    return "free" if counted["free"] else ""
