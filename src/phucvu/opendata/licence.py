"""Licence under which the figures are published; the operator chooses it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

__all__ = ["Licence", "licence"]


@dataclass(frozen=True)
class Licence:
    """A licence: its name and the address of its text."""

    name: str
    address: str


def licence() -> Licence:
    """Return the licence of this installation."""
    name, address = settings.PHUCVU_LICENCE
    return Licence(name, address)
