"""Shades by which a map can be coloured: the total, a group, a component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from phucvu.results.scores import UnitScore
from phucvu.scoring import Band, Group, Indicator, Scorecard
from phucvu.web import formatting
from phucvu.web.view_models.bands import component_band, group_band, provisional_band

__all__ = ["Shade", "Shaded", "shades_of"]

TOTAL = "TONG"


@dataclass(frozen=True)
class Shaded:
    """Value of a unit as text and colour; `order` sorts, None where nobody gave a figure.

    `lacking` tells that some components are not provided, so that the colour is provisional.
    """

    text: str
    brief: str
    band: Band | None
    order: Decimal | None
    lacking: bool = False


@dataclass(frozen=True)
class Shade:
    """Shade by which a map can be coloured; `key` stands in the address."""

    key: str
    name: str
    group: Group | None = None
    rule: Indicator | None = None

    @property
    def is_total(self) -> bool:
        return self.group is None and self.rule is None

    def of(self, score: UnitScore) -> Shaded:
        """Return a unit's value, as text and as a colour."""
        if self.group is not None:
            return _of_group(score, self.group)
        if self.rule is not None:
            return _of_component(score, self.rule)
        return _of_total(score)


def shades_of(scorecard: Scorecard) -> Sequence[tuple[Shade, Sequence[Shade]]]:
    """Return the total, then each group with its scored components."""
    found: list[tuple[Shade, Sequence[Shade]]] = [(Shade(TOTAL, gettext("Total")), ())]
    for code, group in scorecard.groups.items():
        parts = [
            Shade(rule.id, f"{rule.id} {formatting.said(rule.name)}", rule=rule)
            for rule in scorecard.components(code)
            if rule.scored
        ]
        found.append((Shade(code, formatting.said(group.name), group=group), parts))
    return found


def _of_total(score: UnitScore) -> Shaded:
    if score.total is None:
        return _nothing()
    text = formatting.points(score.total)
    if score.missing:
        text = f"{text} / {formatting.whole_points(score.result.known_points)}"
    band = score.band or provisional_band(score)
    return Shaded(text, _brief(score.total), band, score.total, lacking=bool(score.missing))


def _of_group(score: UnitScore, group: Group) -> Shaded:
    result = score.result.groups[group.code]
    if result.points is None:
        return _nothing()
    partial = result.source == "partial"
    text = f"{formatting.points(result.points)} / {formatting.whole_points(result.maximum)}"
    return Shaded(
        f"≥ {text}" if partial else text,
        formatting.whole_points(result.points.quantize(Decimal("0.1"))),
        group_band(score.edition.scorecard, result),
        result.points,
        lacking=partial,
    )


def _of_component(score: UnitScore, rule: Indicator) -> Shaded:
    result = score.result.indicators[rule.id]
    if result.points is None or result.ratio is None:
        return _nothing()
    band = component_band(score.edition.scorecard, result)
    return Shaded(formatting.percent(result.ratio), _brief(result.ratio), band, result.ratio)


def _brief(number: Decimal) -> str:
    """Write a number cut to a whole, for a small place: 89.96 must not read as the next band's."""
    return formatting.whole_points(Decimal(int(number)))


def _nothing() -> Shaded:
    return Shaded(gettext("not provided"), "–", None, None)
