"""The map of results: units coloured by what is asked for, and the same as a table."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from phucvu.results.boards import Scoreboard, UnitScore
from phucvu.web import formatting
from phucvu.web.shown.boards import Column, Spread
from phucvu.web.shown.shades import Shade, Shaded, shades_of

__all__ = ["MapRow", "ShownMap", "short_name", "show_map"]

# What stands before a place's own name.
_TITLE = re.compile(
    r"^(ubnd )?((tỉnh|thành phố|quận|huyện|thị xã|phường|xã|thị trấn|đặc khu) )?", re.IGNORECASE
)

BY_VALUE, BY_NAME, BY_CHANGE = "gia-tri", "ten", "thay-doi"


@dataclass(frozen=True)
class MapRow:
    """A unit on the map and in its table. Equal values share a place."""

    score: UnitScore
    shaded: Shaded
    place: int | None
    inside: str
    """the address of the map inside it; empty where nothing is below"""

    @property
    def change(self) -> Decimal | None:
        return self.score.change


@dataclass(frozen=True)
class ShownMap:
    """Everything the map's page says."""

    board: Scoreboard
    shade: Shade
    choices: Sequence[tuple[Shade, Sequence[Shade]]]
    rows: Sequence[MapRow]
    by_value: Column
    by_name: Column
    by_change: Column
    spread: Sequence[Spread]
    without_band: int
    schematic: bool
    chart: str


def show_map(
    board: Scoreboard,
    asked: str,
    sort: str,
    *,
    shapes: str,
    schematic: bool,
    page_of: Callable[[UnitScore], str],
    inside_of: Callable[[UnitScore], str],
) -> ShownMap:
    """Lay out the map of a scoreboard, coloured by the shade `asked` (else by the total).

    `shapes` is the address of the units' shapes; `schematic` says that these are squares.
    """
    scorecard = board.edition.scorecard
    choices = shades_of(scorecard)
    every = [shade for first, parts in choices for shade in (first, *parts)]
    shade = next((each for each in every if each.key == asked), every[0])
    rows = _placed(board, shade, inside_of)
    bands = Counter(row.shaded.band for row in rows)
    key, backwards = sort.removeprefix("-"), sort.startswith("-")
    if key not in (BY_VALUE, BY_NAME, BY_CHANGE):
        key, backwards = BY_VALUE, False
    columns = {each: _column(each, key, backwards) for each in (BY_VALUE, BY_NAME, BY_CHANGE)}
    return ShownMap(
        board=board,
        shade=shade,
        choices=choices,
        rows=_sorted(rows, key, backwards),
        by_value=columns[BY_VALUE],
        by_name=columns[BY_NAME],
        by_change=columns[BY_CHANGE],
        spread=[Spread(band, bands[band]) for band in scorecard.bands],
        without_band=bands[None],
        schematic=schematic,
        chart=_chart(rows, shade, shapes, schematic, page_of),
    )


def _placed(board: Scoreboard, shade: Shade, inside_of: Callable[[UnitScore], str]) -> list[MapRow]:
    shaded = [(score, shade.of(score)) for score in board.entries]
    # What lacks components is not ranked beside what lacks none. Equals share the first place.
    whole = [each.order for _, each in shaded if each.order is not None and not each.lacking]
    whole.sort(reverse=True)
    places = {value: whole.index(value) + 1 for value in set(whole)}
    return [
        MapRow(
            score,
            each,
            None if each.order is None or each.lacking else places[each.order],
            inside_of(score),
        )
        for score, each in shaded
    ]


def _sorted(rows: Sequence[MapRow], key: str, backwards: bool) -> list[MapRow]:
    """Units without what is sorted by stay at the end, whichever way round."""
    if key == BY_NAME:
        return sorted(
            rows, key=lambda row: formatting.plain(row.score.unit.name), reverse=backwards
        )

    def value(row: MapRow) -> Decimal | None:
        return row.shaded.order if key == BY_VALUE else row.change

    known = [(found, row) for row in rows if (found := value(row)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=not backwards)
    return [row for _, row in known] + [row for row in rows if value(row) is None]


def _column(key: str, chosen: str, backwards: bool) -> Column:
    if key != chosen:
        return Column(key, "", key)
    rising = (key == BY_NAME) != backwards
    return Column(key, "ascending" if rising else "descending", key if backwards else f"-{key}")


def _chart(
    rows: Sequence[MapRow],
    shade: Shade,
    shapes: str,
    schematic: bool,
    page_of: Callable[[UnitScore], str],
) -> str:
    """What the map draws, as JSON: the texts as the table writes them."""
    units = [
        {
            "code": row.score.unit.code,
            "name": row.score.unit.name,
            "short": short_name(row.score.unit.name),
            "text": row.shaded.text,
            "brief": row.shaded.brief,
            "fill": row.shaded.band.fill if row.shaded.band else None,
            "band": formatting.said(row.shaded.band.name) if row.shaded.band else None,
            "lacking": row.shaded.lacking,
            "place": row.place,
            "change": formatting.signed(row.change)
            if shade.is_total and row.change is not None
            else None,
            "page": page_of(row.score),
            "inside": row.inside,
        }
        for row in rows
    ]
    data = {"shapes": shapes, "schematic": schematic, "shade": shade.name, "units": units}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def short_name(name: str) -> str:
    """A unit's own name, for a place too small for its title; a number keeps it (Phường 1)."""
    own = _TITLE.sub("", name, count=1)
    return own if any(letter.isalpha() for letter in own) else name
