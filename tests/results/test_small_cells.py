"""Small cells are hidden, and cannot be worked out: over units, procedures and nested periods."""

from __future__ import annotations

import random
from time import process_time

import numpy as np
import pytest

from phucvu.results.small_cells import Numbers
from phucvu.results.telling import BLOCKS, Cells, Level, Told, tell
from tests.results.cell_audit import PERIODS, Facts, Intruder, dossiers_of

LEAST = 5
TREES = (
    [[1, 2], [], []],
    [[1, 2, 3], [], [], []],
    [[1, 2, 3, 4], [], [], [], []],
    [[1, 2], [3, 4], [], [], []],
)


def level_of(period: str) -> Level:
    """The level at which a period is told."""
    if len(period) == 7 and period[5:].isdigit() and period[5] in "01":
        return Level.MONTH
    return Level.YEAR if period == "2026" else Level.QUARTER


def world(seed: int) -> tuple[Facts, list[list[int]], int]:
    """A few units, procedures and months, sparse and lopsided as real ones are."""
    chance = random.Random(seed)
    below = chance.choice(TREES)
    months, scale = chance.choice([3, 4]), chance.choice([3, 6, 12])
    facts: dict[tuple[int, int, int, int], int] = {}
    leaves = [unit for unit, under in enumerate(below) if not under]
    for unit in [*leaves, 0]:  # the top unit has some of its own
        for procedure in range(4):
            weight = chance.choice([0, 0.2, 0.5, 1, 2, 6] if procedure else [1, 2]) * scale
            for _ in range(int(weight * (0.2 + chance.random()) * months)):
                placed = chance.randrange(-1, months)
                ended = max(placed, 0) + chance.choice([0, 0, 0, 1, 2, 12])
                key = (unit, procedure, placed, ended if ended < months else 12)
                facts[key] = facts.get(key, 0) + 1
    return facts, below, months


def parts_of(below: list[list[int]]) -> dict[int, list[int]]:
    """Each unit with itself and all below it."""

    def under(unit: int) -> list[int]:
        return [unit, *(each for child in below[unit] for each in under(child))]

    return {unit: under(unit) for unit in range(len(below))}


def cells_of(facts: Facts, below: list[list[int]]) -> Cells:
    """Counted naively, fact by fact."""
    parts, procedures = parts_of(below), 1 + max(each[1] for each in facts)

    def count(kind: str, level: Level) -> Numbers:
        blocks = [p for name, p in PERIODS.items() if level_of(name) is level and "H" not in name
                  and "9M" not in name]  # fmt: skip
        found = np.zeros((len(below), procedures, len(blocks)), np.int64)
        for at, within in enumerate(blocks):
            for each in dossiers_of(facts, within, kind):
                for unit, own in parts.items():
                    found[unit, each[1], at] += facts[each] * (each[0] in own)
        return found

    return Cells(
        *({level: count(kind, level) for level in BLOCKS} for kind in ("placed", "inside"))
    )


def intruder_of(facts: Facts, below: list[list[int]], months: int, told: Told) -> Intruder:
    """Knows what the levels tell; asks after every number from 1 to 4."""
    intruder = Intruder(facts, parts_of(below), months)
    begun = [name for name, within in PERIODS.items() if within[0] < months]
    for unit in range(len(below)):
        named = not told.unnamed[unit, Level.YEAR]
        in_year = {p: intruder.size(unit, p, "2026", "inside") for p in intruder.procedures}
        for period in begun:
            for kind in ("placed", "inside"):
                intruder.knows(unit, None, period, kind)
                for procedure, year in in_year.items():
                    if told.levels[unit, procedure] >= level_of(period) or (named and not year):
                        intruder.knows(unit, procedure, period, kind)
                    elif 0 < intruder.size(unit, procedure, period, kind) < LEAST:
                        intruder.asks(unit, procedure, period, kind)
                    elif named and period == "2026" and kind == "inside":
                        intruder.asks(unit, procedure, period, kind, at_least=1)
    return intruder


@pytest.mark.parametrize("seed", range(8))
def test_no_small_number_can_be_worked_out(seed: int) -> None:
    """Three numbers at least remain possible, or as many as the unit's public total leaves."""
    facts, below, months = world(seed)
    told = tell(cells_of(facts, below), below, LEAST)
    intruder = intruder_of(facts, below, months, told)
    for (unit, procedure, period, kind), true, low, high in intruder.finds():
        total = intruder.size(unit, None, period, kind)
        # A unit of one procedure is told as itself: its totals are public.
        if true < LEAST and len(procedures_in(intruder, unit)) > 1:
            assert high - low >= min(2, total), (unit, procedure, period, kind, true, low, high)


def procedures_in(intruder: Intruder, unit: int) -> list[int]:
    return [p for p in intruder.procedures if intruder.size(unit, p, "2026", "inside")]


def test_no_small_number_is_told() -> None:
    for seed in range(40):
        facts, below, _months = world(seed)
        cells = cells_of(facts, below)
        told = tell(cells, below, LEAST)
        for level in BLOCKS:
            sizes = cells.entries(level)[told.levels >= level]
            assert not ((sizes > 0) & (sizes < LEAST)).any()


def test_the_auditor_finds_what_is_not_protected() -> None:
    """Hiding the small cells alone, as once was done, is found out."""
    facts, below, months = world(2)
    cells = cells_of(facts, below)
    levels = np.zeros(cells.placed[Level.YEAR].shape[:2], np.int8)
    for level in BLOCKS:
        entries = cells.entries(level)
        levels[~((entries > 0) & (entries < LEAST)).any(2) & entries.any(2)] = level
    told = Told(levels, np.zeros((len(below), len(Level)), bool))
    found = intruder_of(facts, below, months, told).finds()
    assert any(high - low < 1 and true < LEAST for _key, true, low, high in found)


def test_most_dossiers_are_still_told() -> None:
    """Of a city of four wards with a hundred dossiers of each procedure, nothing is hidden."""
    facts = {(unit, p, month, month): 9 for unit in range(1, 5) for p in range(4)
             for month in range(6)}  # fmt: skip
    told = tell(cells_of(facts, TREES[2]), TREES[2], LEAST)
    assert (told.levels == Level.MONTH).all()


def test_the_choice_is_stable() -> None:
    """The same facts give the same cells; one dossier more where many are changes nothing."""
    facts, below, _months = world(5)
    first = tell(cells_of(facts, below), below, LEAST)
    again = tell(cells_of(dict(reversed(facts.items())), below), below, LEAST)
    assert (first.levels == again.levels).all()
    largest = max(facts, key=lambda each: facts[each])
    grown = tell(cells_of({**facts, largest: facts[largest] + 1}, below), below, LEAST)
    assert (first.levels != grown.levels).mean() < 0.1


def test_a_province_takes_no_time() -> None:
    """163 units, 300 procedures, a year: well within what keeping it may cost."""
    dice = np.random.default_rng(1)
    shares = dice.pareto(0.8, 300) * dice.pareto(1.5, (163, 1)) * (dice.random((163, 300)) < 0.4)
    placed = dice.poisson(shares[:, :, None] / shares.sum() * 50_000, (163, 300, 12))
    carried = np.roll(dice.binomial(placed, 0.2), 1, 2)
    both = [np.concatenate([each.sum(0)[None], each]) for each in (placed, carried)]
    longer = {
        level: [both[0].reshape(164, 300, blocks, -1).sum(3), both[1][:, :, :: 12 // blocks]]
        for level, blocks in BLOCKS.items()
    }
    cells = Cells(
        {level: each[0] for level, each in longer.items()},
        {level: each[0] + each[1] for level, each in longer.items()},
    )
    began = process_time()
    told = tell(cells, [list(range(1, 164)), *([[]] * 163)], LEAST)
    assert process_time() - began < 10
    by_year = cells.placed[Level.YEAR][1:].sum(2)
    assert by_year[told.levels[1:] >= Level.YEAR].sum() > 0.8 * by_year.sum()
