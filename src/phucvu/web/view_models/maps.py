"""View model of the map of results: the units coloured by a shade, and the table beside it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from phucvu.results.boards import Scoreboard
from phucvu.results.scores import UnitScore
from phucvu.scoring import Band
from phucvu.web import formatting
from phucvu.web.view_models.boards import BandSpread, SortColumn
from phucvu.web.view_models.shades import Shade, Shaded, shades_of

__all__ = ["CODE", "FIELDS", "LARGE", "MapRow", "MapViewModel", "short_name", "show_map"]

# What stands before a place's own name.
_TITLE = re.compile(
    r"^(ubnd )?((tỉnh|thành phố|quận|huyện|thị xã|phường|xã|thị trấn|đặc khu) )?", re.IGNORECASE
)

CODE = "--code--"
"""stands for a unit's code in the pattern of an address"""
FIELDS = (
    "code", "name", "text", "brief", "band", "lacking", "place", "change", "inside", "short",
)  # fmt: skip
LARGE = 400
MOST_ROWS = 200
"""of the table: of thousands of units the others are found by their names"""

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
class MapViewModel:
    """View model of the map's page."""

    board: Scoreboard
    shade: Shade
    choices: Sequence[tuple[Shade, Sequence[Shade]]]
    rows: Sequence[MapRow]
    by_value: SortColumn
    by_name: SortColumn
    by_change: SortColumn
    spread: Sequence[BandSpread]
    without_band: int
    schematic: bool
    undrawn: int
    chart: str

    @property
    def large(self) -> bool:
        """Tell whether there are too many units for a chart library to stay smooth on a phone."""
        return len(self.rows) > LARGE

    @property
    def listed(self) -> Sequence[MapRow]:
        """Return the rows of the table."""
        return self.rows[:MOST_ROWS]


def show_map(
    board: Scoreboard,
    asked: str,
    sort: str,
    *,
    shapes: str,
    finer: str,
    schematic: bool,
    undrawn: int,
    page: str,
    inside: str,
    has_inside: Callable[[UnitScore], bool],
) -> MapViewModel:
    """Lay out the map of a scoreboard, coloured by the shade `asked` (else by the total).

    `shapes` is the address of the units' shapes, `finer` that of more detailed ones where there are
    any; `schematic` tells that they are squares, `undrawn` is the number of units without a shape.
    `page` and `inside` are the addresses of a unit's page and of the map inside it, with `CODE` for
    its code.
    """
    scorecard = board.edition.scorecard
    choices = shades_of(scorecard)
    every = [shade for first, parts in choices for shade in (first, *parts)]
    shade = next((each for each in every if each.key == asked), every[0])
    rows = _placed(board, shade, inside, has_inside)
    bands = Counter(row.shaded.band for row in rows)
    key, backwards = sort.removeprefix("-"), sort.startswith("-")
    if key not in (BY_VALUE, BY_NAME, BY_CHANGE):
        key, backwards = BY_VALUE, False
    columns = {each: _column(each, key, backwards) for each in (BY_VALUE, BY_NAME, BY_CHANGE)}
    return MapViewModel(
        board=board,
        shade=shade,
        choices=choices,
        rows=_sorted(rows, key, backwards),
        by_value=columns[BY_VALUE],
        by_name=columns[BY_NAME],
        by_change=columns[BY_CHANGE],
        spread=[BandSpread(band, bands[band]) for band in scorecard.bands],
        without_band=bands[None],
        schematic=schematic,
        undrawn=undrawn,
        chart=_chart(
            rows,
            scorecard.bands,
            shade,
            {"shapes": shapes, "finer": finer, "schematic": schematic,
             "page": page, "inside": inside},
        ),
    )  # fmt: skip


def _placed(
    board: Scoreboard, shade: Shade, inside: str, has_inside: Callable[[UnitScore], bool]
) -> list[MapRow]:
    shaded = [(score, shade.of(score)) for score in board.entries]
    compared = board.scored.is_comparison
    # What lacks components is not ranked beside what lacks none. Equals share the first place.
    whole = [each.order for _, each in shaded if each.order is not None and not each.lacking]
    whole.sort(reverse=True)
    places: dict[Decimal, int] = {}
    for at, value in enumerate(whole, start=1):
        places.setdefault(value, at)
    return [
        MapRow(
            score,
            each,
            None if each.order is None or each.lacking or compared else places[each.order],
            inside.replace(CODE, quote(score.unit.code)) if has_inside(score) else "",
        )
        for score, each in shaded
    ]


def _sorted(rows: Sequence[MapRow], key: str, backwards: bool) -> list[MapRow]:
    """Sort the units; those without a value to sort by stay at the end, in either order."""
    if key == BY_NAME:
        return sorted(
            rows, key=lambda row: formatting.plain(row.score.unit.name), reverse=backwards
        )

    def value(row: MapRow) -> Decimal | None:
        return row.shaded.order if key == BY_VALUE else row.change

    known = [(found, row) for row in rows if (found := value(row)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=not backwards)
    return [row for _, row in known] + [row for row in rows if value(row) is None]


def _column(key: str, chosen: str, backwards: bool) -> SortColumn:
    if key != chosen:
        return SortColumn(key, "", key)
    rising = (key == BY_NAME) != backwards
    return SortColumn(key, "ascending" if rising else "descending", key if backwards else f"-{key}")


def _chart(
    rows: Sequence[MapRow], bands: Sequence[Band], shade: Shade, addresses: Mapping[str, object]
) -> str:
    """Write the map's data as JSON, with the texts of the table.

    Each unit is a list, in the order of `FIELDS`: there may be thousands. `band` is a number in
    `bands`.
    """
    numbers = {id(band): at for at, band in enumerate(bands)}
    units = [
        [
            row.score.unit.code,
            row.score.unit.name,
            row.shaded.text,
            row.shaded.brief,
            None if row.shaded.band is None else numbers[id(row.shaded.band)],
            int(row.shaded.lacking),
            row.place,
            formatting.signed(row.change) if shade.is_total and row.change is not None else None,
            int(bool(row.inside)),
            short_name(row.score.unit.name) if addresses["schematic"] else None,
        ]
        for row in rows
    ]
    data = {
        **addresses,
        "shade": shade.name,
        "bands": [[formatting.said(band.name), band.fill] for band in bands],
        "fields": FIELDS,
        "units": units,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def short_name(name: str) -> str:
    """Return a unit's own name without its title, for a small place; a number keeps its title
    (Phường 1).
    """
    own = _TITLE.sub("", name, count=1)
    return own if any(letter.isalpha() for letter in own) else name
