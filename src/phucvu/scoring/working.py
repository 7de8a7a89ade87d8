"""The steps of a computation, so that a page can show how a point came about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .figures import Count


def number(value: Count | Decimal, language: str = "vi") -> str:
    """A number as a reader expects it: 528.684 and 88,42 in Vietnamese, 528,684 and 88.42 else.

    A fraction is written out exactly: 12 1/3. Trailing zeros of a whole decimal are dropped; other
    decimals keep two places at least.
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
    """One line of working.

    `kind`: ratio, days, points, cap, empty, not_provided, published.
    `terms`: numbers with the signs × and ÷ between them; empty where the rule states the result.
    `result`: what comes out, or None where the rule gives null. `unit`: `%`, `days` or `points`.
    """

    kind: str
    terms: tuple[Count | Decimal | str, ...]
    result: Decimal | None
    unit: str

    def text(self, language: str = "vi") -> str:
        """The step in one line, e.g. `528.684 ÷ 597.918 × 100 = 88,42 %`."""
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
