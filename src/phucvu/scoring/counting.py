"""Figures of indicators from quantities (counts and typed-in inputs)."""

from __future__ import annotations

from collections.abc import Mapping

from .figures import NOT_PROVIDED, Counted, Figure
from .scorecard import Indicator


def figure_of(indicator: Indicator, quantities: Mapping[str, int | None]) -> Figure:
    """Compute an indicator's figure from the quantities its `count:` names.

    `quantities` maps measures and inputs to whole numbers; a missing name or None means *not
    provided*. An indicator without a count for both parts, or with a part that comes out as not
    provided, is NOT_PROVIDED. A denominator that is provided and 0 gives a figure (0 ÷ 0, for
    instance): the rule's `empty` decides its points when it is scored.
    """
    numerator, denominator = indicator.numerator.count, indicator.denominator.count
    if numerator is None or denominator is None:
        return NOT_PROVIDED
    top, bottom = numerator.evaluate(quantities), denominator.evaluate(quantities)
    if top is None or bottom is None:
        return NOT_PROVIDED
    return Counted(top, bottom)
