"""Resources that can be seen and changed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

__all__ = ["BY_KEY", "BY_UNIT", "PUBLIC", "SENT_BY_KEY", "Resource"]


class Resource(StrEnum):
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


PUBLIC = frozenset(
    {Resource.SCORES, Resource.SHAPES, Resource.EVENTS, Resource.SERVICE, Resource.DOOR}
)
"""Open to everyone: asking the policy costs no query."""

BY_KEY = frozenset({Resource.SEND, Resource.SEND_CATALOGUE, Resource.READ})
"""Opened by an API key alone; a session gives no access, so no request can be forged."""

SENT_BY_KEY: Mapping[Resource, Resource] = MappingProxyType(
    {
        Resource.BRING: Resource.SEND,
        Resource.FIGURES: Resource.SEND,
        Resource.CATALOGUE: Resource.SEND_CATALOGUE,
    }
)
"""What a key needs to send what an account needs the first to bring in a file."""

BY_UNIT = frozenset(
    {
        Resource.WORK, Resource.DOSSIERS, Resource.PERSONAL, Resource.VERDICTS, Resource.EXPORTS,
        Resource.BATCHES, Resource.REFUSALS, Resource.BRING, Resource.WITHDRAW, Resource.FIGURES,
        Resource.CATALOGUE, Resource.CALENDAR, Resource.UNITS, Resource.REQUESTS, Resource.GRANTS,
        Resource.REVIEW, Resource.KEYS, Resource.AUDIT, Resource.SEND, Resource.SEND_CATALOGUE,
        Resource.READ,
    }
)  # fmt: skip
"""What belongs to a unit: the answer depends on which."""
