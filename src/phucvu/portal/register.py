"""Register of the portal's own contradictions: figures that cannot be right as published.

An entry excuses exactly the value it names. If the portal publishes another value tomorrow, the
entry matches nothing, the new value is a new difference, and the entry is reported as stale.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from phucvu.scoring import Period, PeriodError

_KEYS = ("snapshot", "period", "unit", "indicator", "what", "published", "expected", "why", "since")


class RegisterError(ValueError):
    """Error of a register that cannot be used; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Published figure that contradicts another figure of the portal.

    `what` is the name of the check it fails; `published` and `expected` are exact decimals (None:
    null); `since` is the day it was first seen.
    """

    snapshot: str
    period: str
    unit: str
    indicator: str
    what: str
    published: Decimal | None
    expected: Decimal | None
    why: str
    since: date


def shipped_register() -> list[Contradiction]:
    """Return the register that comes with the package."""
    text = (files(__package__) / "known_contradictions.yaml").read_text(encoding="utf-8")
    return parse_register(text, "known_contradictions.yaml")


def read_register(path: str | Path) -> list[Contradiction]:
    """Read an operator's register from a file. Raises RegisterError where it cannot be used."""
    try:
        return parse_register(Path(path).read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise RegisterError(f"{path} cannot be read: {error}") from error


def parse_register(text: str, name: str) -> list[Contradiction]:
    """Read a register from a text, as `read_register` does; errors call it `name`."""
    try:
        # BaseLoader keeps every scalar a text: 8.10 must not pass through a double.
        loaded = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - builds texts only
    except yaml.YAMLError as error:
        raise RegisterError(f"{name} is not readable as YAML: {error}") from error
    if not isinstance(loaded, dict) or not isinstance(loaded.get("contradictions"), list):
        raise RegisterError(f"{name}: expected a list under `contradictions`.")
    entries = [_entry(e, i, name) for i, e in enumerate(loaded["contradictions"], start=1)]
    _refuse_repeats(entries, name)
    return entries


def _entry(entry: Any, number: int, name: str) -> Contradiction:
    where = f"{name}, entry {number}"
    if not isinstance(entry, dict):
        raise RegisterError(f"{where}: expected a mapping with {', '.join(_KEYS)}.")
    unknown = sorted(set(entry) - set(_KEYS))
    lacking = [key for key in _KEYS if key not in entry]
    if unknown or lacking:
        raise RegisterError(f"{where}: unknown {unknown or '-'}, lacking {lacking or '-'}.")
    if not str(entry["why"]).strip():
        raise RegisterError(f"{where}: `why` is empty; a contradiction needs its reason.")
    try:
        return Contradiction(
            snapshot=entry["snapshot"],
            period=str(Period.parse(entry["period"])),
            unit=entry["unit"],
            indicator=entry["indicator"],
            what=entry["what"],
            published=_decimal(entry["published"]),
            expected=_decimal(entry["expected"]),
            why=entry["why"].strip(),
            since=date.fromisoformat(entry["since"]),
        )
    except (PeriodError, InvalidOperation, ValueError) as error:
        raise RegisterError(f"{where}: {error}") from error


def _decimal(text: str) -> Decimal | None:
    return None if text in ("", "null", "~") else Decimal(text)


def _refuse_repeats(entries: Iterable[Contradiction], name: str) -> None:
    seen = set()
    for entry in entries:
        key = (entry.snapshot, entry.period, entry.unit, entry.indicator, entry.what)
        if key in seen:
            raise RegisterError(f"{name}: {' '.join(key)} is registered twice.")
        seen.add(key)
