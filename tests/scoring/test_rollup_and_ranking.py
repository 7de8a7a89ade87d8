"""Pooling over any tree, inheritance, ranks; and two peers' mistakes that must not be ours."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phucvu.scorecards import load
from phucvu.scoring import (
    NOT_APPLICABLE,
    NOT_PROVIDED,
    Counted,
    Figure,
    RankEntry,
    Rated,
    derive,
    pool,
    rank,
    score,
)

D = Decimal
COUNTS = st.integers(0, 10**7)
FIGURES = st.one_of(
    st.builds(Counted, COUNTS, COUNTS), st.sampled_from([NOT_PROVIDED, NOT_APPLICABLE])
)


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[int, int | None], dict[int, Figure]]:
    """A forest of any shape, in any order, and what each unit counted itself."""
    size = draw(st.integers(1, 25))
    parents: dict[int, int | None] = {0: None}
    for unit in range(1, size):
        parents[unit] = draw(st.one_of(st.none(), st.integers(0, unit - 1)))
    order = draw(st.permutations(list(parents)))
    return {u: parents[u] for u in order}, {u: draw(FIGURES) for u in parents}


def subtree(parents: dict[int, int | None], top: int) -> set[int]:
    found = {top}
    while True:
        more = {u for u, p in parents.items() if p in found} - found
        if not more:
            return found
        found |= more


@given(trees())
def test_a_parent_pools_its_subtree(tree: tuple[dict[int, int | None], dict[int, Figure]]) -> None:
    parents, figures = tree
    pooled = pool(parents, figures)
    for unit in parents:
        counted = [f for u in subtree(parents, unit) if isinstance(f := figures[u], Counted)]
        result = pooled[unit]
        assert result.provided == len(counted)
        assert result.provided <= result.of
        if counted:
            n, d = sum(f.numerator for f in counted), sum(f.denominator for f in counted)
            assert result.figure == Counted(n, d)
        else:
            assert result.figure in (NOT_PROVIDED, NOT_APPLICABLE)


@given(trees(), st.randoms())
def test_the_order_of_units_does_not_matter(
    tree: tuple[dict[int, int | None], dict[int, Figure]], random: Random
) -> None:
    parents, figures = tree
    units = list(parents)
    random.shuffle(units)
    assert pool({u: parents[u] for u in units}, figures) == pool(parents, figures)


@given(trees())
def test_a_pooled_ratio_lies_between_its_parts(
    tree: tuple[dict[int, int | None], dict[int, Figure]],
) -> None:
    """The ratio of sums: between the least and greatest ratio, weighted by the denominators."""
    parents, figures = tree
    figures = {u: f for u, f in figures.items() if isinstance(f, Counted) and f.denominator}
    for unit, result in pool(parents, figures).items():
        parts = [ratio(f) for u in subtree(parents, unit) if (f := figures.get(u))]
        if parts:
            assert min(parts) <= ratio(result.figure) <= max(parts)


def ratio(figure: Figure) -> Fraction:
    assert isinstance(figure, Counted)
    return Fraction(figure.numerator, figure.denominator)


def test_superset_sums_ratios() -> None:
    """Superset summed ratios instead of counts for years. 1 of 1 and 0 of 99 are 1 %, not 50."""
    figures: dict[str, Figure] = {"a": Counted(1, 1), "b": Counted(0, 99)}
    top = pool({"p": None, "a": "p", "b": "p"}, figures)["p"]
    assert top.figure == Counted(1, 100)
    card = load("qd766-portal-2026").scorecard
    assert score(card, {"2.1": top.figure}).indicators["2.1"].ratio == D("1.00")


def test_ratios_without_counts_are_not_pooled() -> None:
    figures: dict[str, Figure] = {"a": Rated(D(100), D(20)), "b": Counted(1, 4)}
    top = pool({"p": None, "a": "p", "b": "p"}, figures)["p"]
    assert (top.figure, top.provided, top.of, top.complete) == (Counted(1, 4), 1, 2, False)


def test_a_parent_with_counts_of_its_own_adds_them() -> None:
    figures: dict[str, Figure] = {"p": Counted(1, 2), "a": Counted(1, 3)}
    top = pool({"p": None, "a": "p"}, figures)["p"]
    assert (top.figure, top.of, top.how) == (Counted(2, 5), 2, "pooled")


def test_inherited_own_and_distinct() -> None:
    parents = {"province": None, "department": "province", "office": "department"}
    figures: dict[str, Figure] = {"province": Counted(1, 2)}
    lent = derive("inherited", parents, figures)
    assert [lent[u].figure for u in parents] == [Counted(1, 2)] * 3
    assert [lent[u].how for u in parents] == ["own", "inherited", "inherited"]
    for rule in ("own", "distinct"):
        assert derive(rule, parents, figures)["office"].figure is NOT_PROVIDED
    with pytest.raises(ValueError, match="no rule for parents"):
        derive("mean", parents, figures)


def test_broken_trees_are_refused() -> None:
    with pytest.raises(ValueError, match="own ancestors: a, b"):
        pool({"a": "b", "b": "a"}, {})
    with pytest.raises(ValueError, match="not in the tree"):
        pool({"a": "x"}, {})


def test_digit_drops_zero_units_in_ranking() -> None:
    """DIGIT's ranking loses units whose value is 0. Ours ranks them; only no total is no rank."""
    entries = [RankEntry("zero", D(0)), RankEntry("none", None), RankEntry("ten", D(10), missing=3)]
    ranked = rank(entries)
    assert [(r.key, r.rank, r.reason) for r in ranked] == [
        ("ten", 1, "partial"),
        ("zero", 2, ""),
        ("none", None, "nothing_provided"),
    ]


def test_ties_share_a_rank() -> None:
    totals = [D("61.5"), D(80), D("61.50"), D(7)]
    assert [r.rank for r in rank(RankEntry(i, t) for i, t in enumerate(totals))] == [1, 2, 2, 4]


@given(st.lists(st.one_of(st.none(), st.decimals(0, 100, places=2)), max_size=40))
def test_ranks_follow_totals(totals: list[Decimal | None]) -> None:
    ranked = rank(RankEntry(i, t) for i, t in enumerate(totals))
    assert sorted(r.key for r in ranked) == list(range(len(totals)))
    with_rank = [r for r in ranked if r.rank is not None]
    for above, below in pairwise(with_rank):
        assert above.total is not None
        assert below.total is not None
        assert (above.rank == below.rank) == (above.total == below.total)
        assert above.total >= below.total
    for r in with_rank:
        better = sum(1 for t in totals if t is not None and r.total is not None and t > r.total)
        assert r.rank == better + 1
