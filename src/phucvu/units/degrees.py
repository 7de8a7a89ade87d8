"""Reader of the columns `lat` and `lon` of a table of units."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

__all__ = ["point_of"]


def point_of(cells: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Read latitude and longitude in degrees (WGS 84); both are None where neither is given.

    Raises ValueError where one is given alone, or is no number within ±90 and ±180 degrees.
    """
    latitude, longitude = _degrees(cells, "lat", 90), _degrees(cells, "lon", 180)
    if (latitude is None) != (longitude is None):
        raise ValueError(_("lat and lon: expected both or neither"))
    return latitude, longitude


def _degrees(cells: Mapping[str, str], column: str, most: int) -> float | None:
    text = (cells.get(column) or "").strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise ValueError(
            _("%(column)s is “%(found)s”: expected degrees, at most %(most)s")
            % {"column": column, "found": text, "most": most}
        )
    return value
