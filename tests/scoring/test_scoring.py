"""Figures to points: nulls, rules for nothing, partial groups and totals, what is left to win."""

from __future__ import annotations

from decimal import Decimal

import pytest

from phucvu.scorecards import load
from phucvu.scoring import (
    NOT_APPLICABLE,
    NOT_PROVIDED,
    Counted,
    GroupSource,
    Rated,
    Scorecard,
    figure_of,
    score,
)

D = Decimal


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return load("qd766-portal-2026").scorecard


# Phú Thọ, the year 2026 as of 2026-09-26: published counts.
PHU_THO = {
    "1.1": Counted(0, 89),
    "1.2": Counted(0, 70),
    "1.3": Counted(87, 89),
    "1.4": Counted(475053, 475053),
    "2.1": Counted(528684, 597918),
    "3.1": Counted(52, 89),
    "3.2": Counted(516, 1884),
    "3.3": Counted(589496, 597894),
    "3.4": Counted(68, 313),
    "3.5": Counted(119, 313),
    "3.6": Counted(309542, 358625),
    "4.1": Counted(433356, 597918),
    "4.2": Counted(145096, 597918),
    "4.3": Counted(136827, 597918),
    "4.4": Counted(0, 597918),
    "4.5": Counted(325596, 597918),
    "4.6": Counted(396, 1300),
    "5.1": Counted(296, 570),
    "5.2": Counted(230, 570),
    "5.3": Counted(528464, 597918),
}
GROUPS = {"CKMB": "7.96", "TDGQ": "17.68", "ONLINE": "8.56", "TTTT": "6.67", "MDSH": "9.59"}


def test_a_published_scorecard_is_reproduced(card: Scorecard) -> None:
    result = score(card, PHU_THO)
    for code, points in (GROUPS | {"MDHL": "11.43"}).items():
        assert result.groups[code].points == D(points)
        assert result.groups[code].source is GroupSource.COMPUTED
    assert result.groups["TDGQ"].ratio == D("88.42")  # the component's, not 17.68 ÷ 20
    assert result.groups["ONLINE"].ratio == D("71.33")
    assert result.total == D("61.89")
    assert not result.partial
    assert result.band is not None
    assert result.band.code == "average"


def test_the_working_reads_like_a_sum(card: Scorecard) -> None:
    line = score(card, PHU_THO).indicators["2.1"].explain("vi")
    assert line == "528.684 ÷ 597.918 × 100 = 88,42 % → 88,42 × 20 ÷ 100 = 17,68 điểm"
    english = score(card, PHU_THO).indicators["3.3"].explain("en")
    assert english == "589,496 ÷ 597,894 × 100 = 98.60 % → full marks: 6 points"


def test_what_is_left_to_win_in_whole_facts(card: Scorecard) -> None:
    result = score(card, PHU_THO).indicators
    assert result["4.3"].to_gain == D("1.43")
    assert result["4.3"].numerator_for_full_marks == 478335  # 80 % of 597,918 is 478,334.4
    assert result["4.3"].facts_to_full_marks == 478335 - 136827
    assert result["3.3"].facts_to_full_marks == 0
    assert result["2.2"].to_gain is None or not result["2.2"].indicator.scored
    gains = [r.to_gain for r in score(card, PHU_THO).to_gain]
    assert gains == sorted(gains, reverse=True)


@pytest.mark.parametrize(
    ("id_", "ratio", "points"),
    [
        ("1.1", None, None),
        ("1.2", None, None),
        ("1.3", None, None),
        ("1.4", None, None),
        ("2.1", D(0), D(0)),
        ("3.1", D(0), D(0)),
        ("3.2", D(0), D(0)),
        ("3.3", D(0), D(0)),
        ("3.4", D(0), D(0)),
        ("3.5", D(0), D(0)),
        ("3.6", D(0), D(0)),
        ("4.1", None, None),
        ("4.2", None, None),
        ("4.3", None, None),
        ("4.4", None, None),
        ("4.5", None, None),
        ("4.6", None, None),
        ("5.1", D(0), D(6)),
        ("5.2", D(0), D(6)),
        ("5.3", D(0), D(0)),
        ("5.C1", D(0), None),
        ("2.2", None, None),
    ],
)
def test_zero_rules(card: Scorecard, id_: str, ratio: D | None, points: D | None) -> None:
    result = score(card, {id_: Counted(0, 0)}).indicators[id_]
    assert (result.ratio, result.points) == (ratio, points)
    assert not result.missing
    assert result.decided_by == "empty"


def test_null_counts_nothing_and_leaves_the_maximum(card: Scorecard) -> None:
    figures = {"1.1": Counted(0, 0), "1.2": Counted(0, 0), "1.3": Counted(1, 1)}
    group = score(card, {**figures, "1.4": Counted(1, 1)}).groups["CKMB"]
    assert group.points == D(8)
    assert group.ratio == D("44.44")
    assert group.missing == ()


def test_4_7_is_not_provided_and_worth_two_points(card: Scorecard) -> None:
    result = score(card, {}).indicators["4.7"]
    assert (result.ratio, result.points, result.missing) == (D(100), D(2), False)
    assert result.decided_by == "not_provided"
    other = score(load("qd766-document").scorecard, {}).indicators["4.7"]
    assert (other.ratio, other.points, other.missing) == (None, None, True)


def test_nothing_known_is_missing_and_not_zero(card: Scorecard) -> None:
    """Not even 4.7's rule makes a group, or a total, out of nothing."""
    result = score(card, {})
    assert result.total is None
    assert result.band is None
    assert all(g.points is None and g.source is GroupSource.MISSING for g in result.groups.values())
    assert len(result.missing) == 21


def test_partial_groups_and_totals_say_what_they_lack(card: Scorecard) -> None:
    result = score(card, {"2.1": Counted(1, 1), "5.3": Counted(9, 10)})
    group = result.groups["MDHL"]
    assert (group.points, group.source, group.missing) == (
        D(6),
        GroupSource.PARTIAL,
        ("5.1", "5.2"),
    )
    assert result.total == D(26)
    assert result.partial
    assert len(result.missing) == 19
    assert (result.known_points, result.known_ratio) == (D(26), D(100))
    assert result.band is None
    assert result.provisional_band is not None
    assert result.provisional_band.code == "excellent"


def test_a_published_group_stands_in_for_unknown_components(card: Scorecard) -> None:
    result = score(card, {"5.3": Counted(9, 10)}, {"MDHL": D("11.4"), "ONLINE": None})
    group = result.groups["MDHL"]
    assert (group.points, group.source) == (D("11.40"), GroupSource.PUBLISHED)
    assert group.missing == ("5.1", "5.2")
    assert "5.1" not in result.missing
    whole = score(card, {"2.1": Counted(1, 2)}, {"TDGQ": D("11")}).groups["TDGQ"]
    assert (whole.points, whole.published) == (D("10.00"), D(11))


def test_published_and_inapplicable_figures(card: Scorecard) -> None:
    result = score(card, {"2.1": Rated(D("88.4"), D("17.68")), "1.1": NOT_APPLICABLE})
    assert result.indicators["2.1"].points == D("17.68")
    assert result.indicators["2.1"].facts_to_full_marks is None
    na = result.indicators["1.1"]
    assert (na.points, na.missing, na.to_gain) == (None, False, None)


def test_strangers_are_refused(card: Scorecard) -> None:
    with pytest.raises(ValueError, match=r"no indicator '9\.9'"):
        score(card, {"9.9": NOT_PROVIDED})
    with pytest.raises(ValueError, match="no group 'XX'"):
        score(card, {}, {"XX": D(1)})
    with pytest.raises(ValueError, match="cannot be negative"):
        Counted(-1, 2)


def test_figures_from_quantities(card: Scorecard) -> None:
    sync = card.indicators["1.4"]
    assert figure_of(sync, {"received": 90, "national_report": 100}) == Counted(90, 100)
    assert figure_of(sync, {"received": 90, "national_report": None}) == Counted(90, 90)
    nothing = figure_of(sync, {"received": 0})
    assert nothing == Counted(0, 0)
    result = score(card, {"1.4": nothing}).indicators["1.4"]
    assert (result.ratio, result.points) == (None, None)
    assert figure_of(sync, {}) is NOT_PROVIDED
    on_time = {"ended_on_time": 5, "open_asked_once_at_most": 4, "open_overdue": 1, "in_period": 10}
    assert figure_of(card.indicators["2.1"], on_time) == Counted(8, 10)
    assert figure_of(card.indicators["5.1"], on_time) is NOT_PROVIDED  # no count at all
    assert figure_of(card.indicators["5.3"], on_time) is NOT_PROVIDED  # a denominator only


def test_days_are_not_per_cent(card: Scorecard) -> None:
    result = score(card, {"2.2": Counted(86_400_000 * 41, 10)}).indicators["2.2"]
    assert (result.ratio, result.points) == (D("4.10"), None)


# -- peers' mistakes that must not become ours --------------------------------


def test_notify_shows_100_percent_for_nothing(card: Scorecard) -> None:
    """GOV.UK Notify shows 100 % when nothing happened. Here nothing gives no per cent at all.

    4.7 is excepted by the portal's own published rule, and says so.
    """
    empty = score(card, {id_: Counted(0, 0) for id_ in card.indicators if id_ != "4.7"})
    for id_, result in empty.indicators.items():
        if id_ != "4.7":
            assert not result.ratio
    assert score(card, {}).total is None
