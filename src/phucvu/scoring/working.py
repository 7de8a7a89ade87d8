"""Steps of a computation, so that a page can show where the points come from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from .arithmetic import CENT, MS_PER_DAY
from .figures import Count, Counted, Figure
from .scorecard import Indicator


def number(value: Count | Decimal, language: str = "vi") -> str:
    """Write a number as readers expect it: 528.684 and 88,42 in Vietnamese, else 528,684 and 88.42.

    A fraction is written out exactly: 12 1/3. Trailing zeros of a whole decimal are dropped; other
    decimals have at least two places.
    """
    if isinstance(value, Fraction):
        whole, part = divmod(value.numerator, value.denominator)
        rest = f"{part}/{value.denominator}" if part else ""
        return f"{number(whole, language)} {rest}".strip() if whole or not rest else rest
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) if language.startswith("vi") else text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a computation.

    `kind`: ratio, days, points, cap, empty, not_provided, published. `terms`: numbers with the
    signs × and ÷ between them; empty where the rule states the result. `result`: the value, or None
    where the rule gives null. `unit`: `%`, `days` or `points`.
    """

    kind: str
    terms: tuple[Count | Decimal | str, ...]
    result: Decimal | None
    unit: str

    def text(self, language: str = "vi") -> str:
        """Write the step in one line, e.g. `528.684 ÷ 597.918 × 100 = 88,42 %`."""
        vietnamese = language.startswith("vi")
        if self.result is None:
            result = "không có giá trị" if vietnamese else "no value"
        else:
            unit = {
                "%": " %",
                "days": " ngày" if vietnamese else " days",
                "points": " điểm" if vietnamese else " points",
            }[self.unit]
            result = number(self.result, language) + unit
        terms = " ".join(t if isinstance(t, str) else number(t, language) for t in self.terms)
        if terms:
            return f"{terms} = {result}"
        because = {
            "cap": ("đạt mức tối đa", "full marks"),
            "empty": ("mẫu số bằng 0, theo quy tắc", "nothing to divide by, the rule says"),
            "not_provided": ("không có số liệu, theo quy tắc", "no figure, the rule says"),
            "published": ("đã công bố", "as published"),
        }[self.kind][0 if vietnamese else 1]
        return f"{because}: {result}"


def steps_of(
    indicator: Indicator,
    figure: Figure,
    ratio: Decimal | None,
    points: Decimal | None,
    decided_by: str,
) -> tuple[Step, ...]:
    """Return the steps of a component's result; `decided_by` as in `IndicatorResult`."""
    if decided_by == "absent":
        return ()
    unit = "days" if indicator.unit == "days" else "%"
    if decided_by != "counts" or not isinstance(figure, Counted):
        stated = Step(decided_by, (), ratio, unit)
        return (stated, Step(decided_by, (), points, "points")) if indicator.scored else (stated,)
    n, d = figure.numerator, figure.denominator
    if unit == "days":
        return (Step("days", (n, "ms ÷", d, "÷", MS_PER_DAY), ratio, unit),)
    first = Step("ratio", (n, "÷", d, "×", 100), ratio, unit)
    if ratio is None or points is None:
        return (first,)
    return (first, _points_step(n, d, ratio, indicator.points, indicator.target, points))


def _points_step(
    n: Count, d: Count, ratio: Decimal, maximum: Decimal, target: Decimal, points: Decimal
) -> Step:
    """Return the step to the points, in numbers a reader can check.

    Some groups score the unrounded ratio. Multiplying the shown ratio gives the same points nearly
    always, and reads better; where it does not, the step shows the counts.
    """
    if points == maximum:
        return Step("cap", (), points, "points")
    shown = (ratio * maximum / target).quantize(CENT, ROUND_HALF_UP)
    if shown == points:
        return Step("points", (ratio, "×", maximum, "÷", target), points, "points")
    return Step("points", (n, "÷", d, "× 100 ×", maximum, "÷", target), points, "points")
