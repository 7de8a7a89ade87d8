"""Resources that can be seen and changed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

__all__ = ["BY_KEY", "BY_UNIT", "PUBLIC", "SENT_BY_KEY", "Thing"]


class Thing(StrEnum):
    """Resource of an address, a command or a row of the administration site."""

    SCORES = "scores"
    SHAPES = "shapes"
    EVENTS = "events"
    SERVICE = "service"
    DOOR = "door"
    ACCOUNT = "account"
    DESK = "desk"
    WORK = "work"
    DOSSIERS = "dossiers"
    PERSONAL = "personal"
    VERDICTS = "verdicts"
    EXPORTS = "exports"
    BATCHES = "batches"
    REFUSALS = "refusals"
    BRING = "bring"
    WITHDRAW = "withdraw"
    TEMPLATES = "templates"
    FIGURES = "figures"
    CATALOGUE = "catalogue"
    CALENDAR = "calendar"
    UNITS = "units"
    REQUESTS = "requests"
    GRANTS = "grants"
    REVIEW = "review"
    KEYS = "keys"
    AUDIT = "audit"
    ADMIN = "admin"
    SYSTEM = "system"
    SEND = "send"
    SEND_CATALOGUE = "send_catalogue"
    READ = "read"


PUBLIC = frozenset({Thing.SCORES, Thing.SHAPES, Thing.EVENTS, Thing.SERVICE, Thing.DOOR})
"""Open to everyone: asking the policy costs no query."""

BY_KEY = frozenset({Thing.SEND, Thing.SEND_CATALOGUE, Thing.READ})
"""Opened by an API key alone; a session gives no access, so no request can be forged."""

SENT_BY_KEY: Mapping[Thing, Thing] = MappingProxyType(
    {
        Thing.BRING: Thing.SEND,
        Thing.FIGURES: Thing.SEND,
        Thing.CATALOGUE: Thing.SEND_CATALOGUE,
    }
)
"""What a key needs to send what an account needs the first to bring in a file."""

BY_UNIT = frozenset(
    {
        Thing.WORK, Thing.DOSSIERS, Thing.PERSONAL, Thing.VERDICTS, Thing.EXPORTS, Thing.BATCHES,
        Thing.REFUSALS, Thing.BRING, Thing.WITHDRAW, Thing.FIGURES,
        Thing.CATALOGUE, Thing.CALENDAR, Thing.UNITS, Thing.REQUESTS, Thing.GRANTS, Thing.REVIEW,
        Thing.KEYS, Thing.AUDIT, Thing.SEND, Thing.SEND_CATALOGUE, Thing.READ,
    }
)  # fmt: skip
"""What belongs to a unit: the answer depends on which."""
