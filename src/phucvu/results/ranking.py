"""Ranks within a kind and parent, within peers by volume, or by progress."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from phucvu.results.scores import UnitScore
from phucvu.scoring import Count, Counted, RankEntry, Text, rank

__all__ = ["By", "PeerRule", "order", "peer_rule", "unranked"]


class By(StrEnum):
    """Order by which units are ranked."""

    TOTAL = "total"
    """their totals, all of the kind and parent together"""
    PEERS = "peers"
    """their totals, among those with about as many dossiers"""
    PROGRESS = "progress"
    """the change of the total since what it is compared with"""


@dataclass(frozen=True)
class PeerRule:
    """Rule by which units fall into groups of peers by dossiers received: see `peers.yaml`."""

    volume: str
    labels: tuple[Text, ...]
    thresholds: tuple[int, ...] | None

    def groups(self, volumes: Mapping[int, Count]) -> dict[int, int]:
        """Return the number of each unit's group, the smallest first; equals are in one group."""
        if self.thresholds is not None:
            return {unit: bisect_right(self.thresholds, v) for unit, v in volumes.items()}
        rising = sorted(volumes.values())
        below = {volume: rising.index(volume) for volume in set(rising)}
        parts = len(self.labels)
        return {unit: below[v] * parts // len(rising) for unit, v in volumes.items()}


def peer_rule() -> PeerRule:
    """Return the rule of this installation: `PHUCVU_PEERS`, or the one that is shipped.

    Raises ImproperlyConfigured with what is wrong with the file.
    """
    return _read(settings.PHUCVU_PEERS)


@cache
def _read(path: str) -> PeerRule:
    source = Path(path) if path else None
    try:
        text = (source or files("phucvu.results").joinpath("peers.yaml")).read_text("utf-8")
        return _rule(yaml.safe_load(text))
    except (OSError, yaml.YAMLError, ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"PHUCVU_PEERS={path}: {error}") from error


def _rule(given: Mapping[str, Any]) -> PeerRule:
    labels = tuple(Text(label["vi"], label["en"]) for label in given["labels"])
    limits = given.get("thresholds")
    groups = given.get("parts") if limits is None else len(limits) + 1
    if groups != len(labels) or len(labels) < 2:
        raise ValueError(f"{groups} groups and {len(labels)} labels: expected one for each")
    if limits is not None and list(limits) != sorted(set(limits)):
        raise ValueError("thresholds: expected whole numbers, each above the one before")
    return PeerRule(str(given["volume"]), labels, None if limits is None else tuple(limits))


def order(scores: Sequence[UnitScore], by: By = By.TOTAL) -> list[UnitScore]:
    """Rank the scores, those of one peer group together; the unranked of a group at its end."""
    if by is By.PROGRESS:
        return _ranked(scores, {s.unit.id: s.change for s in scores}, "nothing_to_compare")
    totals = {s.unit.id: s.total for s in scores}
    if by is By.TOTAL:
        return _ranked(scores, totals, "nothing_provided")
    rule = peer_rule()
    groups = rule.groups({s.unit.id: v for s in scores if (v := _volume(s, rule)) is not None})
    found: list[UnitScore] = []
    for number in range(len(rule.labels)):
        peers = [replace(s, peers=number) for s in scores if groups.get(s.unit.id) == number]
        found += _ranked(peers, totals, "nothing_provided")
    alone = [s for s in scores if s.unit.id not in groups]
    return found + [replace(s, rank=None, of=0, reason="volume_unknown") for s in alone]


def unranked(scores: Sequence[UnitScore]) -> list[UnitScore]:
    """Put scores of a comparison in the order of their totals, each without a rank."""
    return [replace(s, rank=None, of=0, reason="comparison") for s in order(scores)]


def _volume(score: UnitScore, rule: PeerRule) -> Count | None:
    component = score.result.indicators.get(rule.volume)
    figure = component.figure if component is not None else None
    return figure.denominator if isinstance(figure, Counted) else None


def _ranked(
    scores: Sequence[UnitScore], values: Mapping[int, Decimal | None], without: str
) -> list[UnitScore]:
    by_id = {item.unit.id: item for item in scores}
    places = rank(RankEntry(s.unit.id, values[s.unit.id], s.missing) for s in scores)
    return [
        replace(
            by_id[place.key],
            rank=place.rank,
            of=len(scores),
            reason=place.reason if place.rank is not None else without,
        )
        for place in places
    ]
