"""Under which licence the figures are given. The operator chooses."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

__all__ = ["Licence", "licence"]


@dataclass(frozen=True)
class Licence:
    """Its name and the address of its text."""

    name: str
    address: str


def licence() -> Licence:
    """The licence of this installation."""
    name, address = settings.PHUCVU_LICENCE
    return Licence(name, address)
