"""Figures of the example city that are not counted from dossiers: typed in, simulated.

Some are left out on purpose, to show a figure that is *not provided*.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from phucvu.example.vungtau import CITY
from phucvu.example.vungtau.catalogue import Profile, profiles
from phucvu.example.vungtau.chance import draw, poisson
from phucvu.example.vungtau.simulation import arrivals
from phucvu.scoring.periods import Kind, Period

__all__ = ["FLAG", "typed_figures"]

FLAG = "SIMULATED"

_COLUMNS = (
    "unit_code", "period", "indicator", "numerator", "denominator", "source", "as_of", "flags",
)  # fmt: skip
# The Health Office (VT.YT) handles no dossiers and states nothing at all.
_LEFT_OUT = {("VT.26526", "5.3"), ("VT.KT", "5.2")}
_WITHOUT_COPIES = "VT.26545"

Count = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Office:
    """Office for which figures are typed in; the profile is None for the city as a whole."""

    code: str
    profile: Profile | None

    @property
    def is_ward(self) -> bool:
        return self.code.rpartition(".")[2].isdigit()

    @property
    def quality(self) -> float:
        """Return how well the office works (0 to 1) where its profile has no particular share."""
        return 0.88 if self.profile is None else 1 - self.profile.late


def typed_figures(today: date) -> str:
    """Write the reported values of the year of `today` as CSV: months and quarters so far, and the
    year.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for period in _periods(today):
        for unit, indicator, numerator, denominator in _rows(period, today):
            if (unit, indicator) not in _LEFT_OUT:
                writer.writerow(
                    [unit, period, indicator, numerator, denominator, "typed", today, FLAG]
                )
    return out.getvalue()


def _periods(today: date) -> list[Period]:
    months = [Period.block(Kind.MONTH, today.year * 100 + m) for m in range(1, today.month + 1)]
    quarters = dict.fromkeys(Period.containing(m.first_day, Kind.QUARTER) for m in months)
    return [*months, *quarters, Period.containing(today, Kind.YEAR)]


def _rows(period: Period, today: date) -> Iterator[tuple[str, str, int | str, int]]:
    months = [m for m in period.months() if m <= today.year * 100 + today.month]
    city = _Office(CITY, None)
    for indicator, count in _ANNOUNCEMENTS.items():
        yield (CITY, indicator, *_sum(count(city, month) for month in months))
    yield CITY, "1.3", 341, 346
    for office in (city, *(_Office(code, profile) for code, profile in profiles(today).items())):
        for indicator, count in _PETITIONS.items():
            yield (office.code, indicator, *_sum(count(office, month) for month in months))
        if office.profile is None:
            continue
        if office.is_ward:
            copies = period.kind is Kind.YEAR or draw("copies", office.code, period).random() < 0.75
            yield office.code, "4.7", int(copies and office.code != _WITHOUT_COPIES), 1
        satisfied = _sum(_satisfied(office.profile, month, today) for month in months)
        yield (office.code, "5.3", *satisfied)
        reported = sum(_reported(office.profile, month, today) for month in months)
        yield office.code, "BCQG", "", reported


def _announced(office: _Office, month: int) -> Count:
    chance = draw("announced", office.code, month)
    announced = chance.randint(2, 14)
    return announced - poisson(chance, 0.7) % (announced + 1), announced


def _published(office: _Office, month: int) -> Count:
    chance = draw("published", office.code, month)
    published = chance.randint(4, 18)
    return published - poisson(chance, 0.5) % (published + 1), published


@cache
def _petitions(code: str, quality: float, month: int) -> tuple[int, int, int, int]:
    """Draw a month's petitions: all, done on time, to people's satisfaction, about the rules."""
    chance = draw("petitions", code, month)
    all_ = poisson(chance, 3.0 if code == CITY else 0.7)
    on_time = sum(chance.random() < quality for _ in range(all_))
    content = sum(chance.random() < 0.86 for _ in range(on_time))
    about_rules = sum(chance.random() < 0.8 for _ in range(all_))
    return all_, on_time, content, about_rules


def _petitions_on_time(office: _Office, month: int) -> Count:
    all_, on_time, *_rest = _petitions(office.code, office.quality, month)
    return on_time, all_


def _petitions_content(office: _Office, month: int) -> Count:
    all_, _on_time, content, _about_rules = _petitions(office.code, office.quality, month)
    return content, all_


def _petitions_about_rules(office: _Office, month: int) -> Count:
    all_, *_rest, about_rules = _petitions(office.code, office.quality, month)
    return about_rules, all_


def _petitions_about_staff(office: _Office, month: int) -> Count:
    about_rules, all_ = _petitions_about_rules(office, month)
    return all_ - about_rules, all_


_ANNOUNCEMENTS: dict[str, Callable[[_Office, int], Count]] = {
    "1.1": _announced,
    "1.2": _published,
}
_PETITIONS: dict[str, Callable[[_Office, int], Count]] = {
    "5.1": _petitions_on_time,
    "5.2": _petitions_content,
    "5.C1": _petitions_about_rules,
    "5.C2": _petitions_about_staff,
}


@cache
def _received(unit: str, month: int, today: date) -> int:
    """Count the dossiers the office receives in a month, up to yesterday."""
    period = Period.block(Kind.MONTH, month)
    last = min(period.last_day, today - timedelta(days=1))
    profile = profiles(today)[unit]
    days = (last - period.first_day).days + 1
    return sum(arrivals(profile, period.first_day + timedelta(days=ahead)) for ahead in range(days))


def _satisfied(profile: Profile, month: int, today: date) -> Count:
    received = _received(profile.unit, month, today)
    chance = draw("satisfied", profile.unit, month)
    unhappy = sum(chance.random() < profile.late * 0.9 + 0.01 for _ in range(received))
    return received - unhappy, received


def _reported(profile: Profile, month: int, today: date) -> int:
    """Draw the office's number in the national report: a few more than it synchronised."""
    received = _received(profile.unit, month, today)
    return received + poisson(draw("reported", profile.unit, month), received * profile.late * 0.2)


def _sum(counts: Iterator[Count]) -> Count:
    pairs = list(counts)
    return sum(n for n, _d in pairs), sum(d for _n, d in pairs)
