"""View model of a scoreboard's table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from phucvu.results.boards import Scoreboard
from phucvu.results.ranking import peer_rule
from phucvu.results.scores import Comparison, UnitScore
from phucvu.scoring import Band, Group, GroupResult, Scorecard, Text
from phucvu.web.formatting import plain
from phucvu.web.view_models.bands import group_band

__all__ = ["BandSpread", "BoardRow", "BoardViewModel", "SortColumn", "show_board"]

BY_RANK, BY_NAME, BY_CHANGE = "hang", "ten", "thay-doi"


@dataclass(frozen=True)
class Cell:
    """Points of a group in a row, with the band of their share."""

    result: GroupResult
    heat: Band | None


@dataclass(frozen=True)
class BoardRow:
    """Row of a unit."""

    score: UnitScore
    cells: Sequence[Cell]
    peers: Text | None
    """the name of its group of peers, where it is ranked among them"""


@dataclass(frozen=True)
class SortColumn:
    """A column that can be sorted by. `next` is the sort its heading leads to."""

    key: str
    order: str  # ascending, descending or '' as aria-sort says it
    next: str
    group: Group | None = None


@dataclass(frozen=True)
class BandSpread:
    """Number of units in a band."""

    band: Band
    units: int


@dataclass(frozen=True)
class BoardViewModel:
    """View model of a scoreboard: sorted rows, columns, and the number of units in each band."""

    board: Scoreboard
    rows: Sequence[BoardRow]
    by_rank: SortColumn
    by_name: SortColumn
    by_change: SortColumn
    groups: Sequence[SortColumn]
    spread: Sequence[BandSpread]
    without_band: int
    compared: Comparison | None
    """what the changes are measured from, where there are any"""


def show_board(board: Scoreboard, sort: str) -> BoardViewModel:
    """Lay out a scoreboard, sorted by a column's key; a `-` before the key reverses the order."""
    scorecard = board.edition.scorecard
    keys = [BY_RANK, BY_NAME, BY_CHANGE, *scorecard.groups]
    key, backwards = sort.removeprefix("-"), sort.startswith("-")
    if key not in keys:
        key, backwards = BY_RANK, False
    columns = {each: _column(each, key, backwards, scorecard) for each in keys}
    bands = Counter(entry.band for entry in board.entries)
    return BoardViewModel(
        board=board,
        rows=[_row(scorecard, entry) for entry in _sorted(board.entries, key, backwards)],
        by_rank=columns[BY_RANK],
        by_name=columns[BY_NAME],
        by_change=columns[BY_CHANGE],
        groups=[columns[code] for code in scorecard.groups],
        spread=[BandSpread(band, bands[band]) for band in scorecard.bands],
        without_band=bands[None],
        compared=next((e.compared for e in board.entries if e.change is not None), None),
    )


def _row(scorecard: Scorecard, score: UnitScore) -> BoardRow:
    return BoardRow(
        score,
        [Cell(group, group_band(scorecard, group)) for group in score.result.groups.values()],
        None if score.peers is None else peer_rule().labels[score.peers],
    )


def _column(key: str, chosen: str, backwards: bool, scorecard: Scorecard) -> SortColumn:
    rising = key in (BY_RANK, BY_NAME)
    if key != chosen:
        return SortColumn(key, "", key, scorecard.groups.get(key))
    order = "ascending" if rising != backwards else "descending"
    return SortColumn(key, order, key if backwards else f"-{key}", scorecard.groups.get(key))


def _sorted(entries: Sequence[UnitScore], key: str, backwards: bool) -> list[UnitScore]:
    """Sort the units; those without a value to sort by stay at the end, in either order."""
    if key == BY_RANK:
        ranked = [e for e in entries if e.rank is not None]
        return [*(ranked[::-1] if backwards else ranked), *(e for e in entries if e.rank is None)]
    if key == BY_NAME:
        return sorted(entries, key=lambda e: plain(e.unit.name), reverse=backwards)
    known = [(value, e) for e in entries if (value := _value(e, key)) is not None]
    # Stable, so equals keep the order of the ranking.
    known.sort(key=lambda pair: pair[0], reverse=not backwards)
    return [e for _, e in known] + [e for e in entries if _value(e, key) is None]


def _value(entry: UnitScore, key: str) -> Decimal | None:
    if key == BY_CHANGE:
        return entry.change
    return entry.result.groups[key].points
