"""Readers of a national list of communes, and of the table of successors that comes with it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from phucvu.units.degrees import point_of
from phucvu.units.loading import UnitFileError
from phucvu.units.models import Kind

__all__ = ["Link", "Listed", "is_national", "read_list", "read_mapping"]

_NEEDED = ("province_code", "province_name", "ward_code", "ward_name")
_LINKS = ("legacy_code", "new_code")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit of a national list; `parent` is the code of another in the list, or '' at its top."""

    code: str
    name: str
    kind: Kind
    parent: str
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Takeover of a share of the unit `before` by the unit `after` (codes)."""

    before: str
    after: str
    share: Fraction


def is_national(header: Iterable[str] | None) -> bool:
    """Tell whether a header row is that of a national list."""
    return set(_NEEDED) <= set(header or ())


def read_list(lines: Iterable[str], origin: str) -> list[Listed]:
    """Read the units of a list of communes, each after its parent.

    Columns: `province_code,province_name,ward_code,ward_name`, and where there are districts
    `district_code,district_name`; `lat,lon` (degrees) may follow. Raises UnitFileError, naming the
    rows: a list is taken as a whole or not at all, for a unit that is not in it has ended.
    """
    reader = csv.DictReader(lines, restval="")
    _require(reader.fieldnames, _NEEDED, origin)
    districts = "district_code" in (reader.fieldnames or ())
    found: dict[str, Listed] = {}
    troubles: list[str] = []
    for row in reader:
        cells = {name: (text or "").strip() for name, text in row.items() if name}
        chain = [("province", Kind.PROVINCE)]
        if districts:
            chain.append(("district", Kind.DISTRICT))
        chain.append(("ward", Kind.COMMUNE))
        parent = ""
        for prefix, kind in chain:
            if kind is Kind.COMMUNE and not cells["ward_code"] and not cells["ward_name"]:
                break  # an island district had no communes
            try:
                unit = _listed(cells, prefix, kind, parent)
                before = found.setdefault(unit.code, unit)
                if (before.name, before.kind, before.parent) != (unit.name, kind, parent) or (
                    kind is Kind.COMMUNE and before is not unit
                ):
                    raise ValueError(
                        _("the code %(code)s stands for %(name)s already")
                        % {"code": unit.code, "name": before.name}
                    )
            except ValueError as error:
                troubles.append(f"{origin}, {reader.line_num}: {error}")
                break
            parent = unit.code
    _refuse(troubles)
    return list(found.values())


def read_mapping(lines: Iterable[str], origin: str) -> list[Link]:
    """Read the successors of units from the columns `legacy_code,new_code[,share]`.

    Other columns are ignored. A share is a fraction such as 1/3 or 0.25; an empty one is the whole.
    The shares of one unit add up to 1. Raises UnitFileError.
    """
    reader = csv.DictReader(lines, restval="")
    _require(reader.fieldnames, _LINKS, origin)
    links: list[Link] = []
    troubles: list[str] = []
    for row in reader:
        before, after = (row["legacy_code"] or "").strip(), (row["new_code"] or "").strip()
        text = (row.get("share") or "").strip() or "1"
        try:
            share = Fraction(text)
        except (ValueError, ZeroDivisionError):
            share = Fraction(0)
        if not before or not after or not 0 < share <= 1:
            troubles.append(
                _("%(place)s: expected two codes and a share above 0 and up to 1, such as 1/3; "
                  "found “%(before)s”, “%(after)s”, “%(share)s”.")
                % {"place": f"{origin}, {reader.line_num}", "before": before, "after": after,
                   "share": text}
            )  # fmt: skip
        links.append(Link(before, after, share))
    _refuse(troubles)
    sums: dict[str, Fraction] = {}
    for link in links:
        sums[link.before] = sums.get(link.before, Fraction(0)) + link.share
    _refuse(
        [
            _("%(file)s: the shares of %(code)s add up to %(sum)s, not to 1.")
            % {"file": origin, "code": code, "sum": total}
            for code, total in sums.items()
            if total != 1
        ]
    )
    return links


def _listed(cells: Mapping[str, str], prefix: str, kind: Kind, parent: str) -> Listed:
    code, name = cells[f"{prefix}_code"], cells[f"{prefix}_name"]
    if not code or not name or len(code) > 40 or len(name) > 200:
        raise ValueError(
            _("%(columns)s: expected a code and a name")
            % {"columns": f"{prefix}_code, {prefix}_name"}
        )
    if kind is not Kind.COMMUNE:
        return Listed(code, name, kind, parent)
    return Listed(code, name, kind, parent, *point_of(cells))


def _require(header: Iterable[str] | None, columns: Iterable[str], origin: str) -> None:
    missing = [name for name in columns if name not in (header or ())]
    if missing:
        raise UnitFileError(
            _("%(file)s: the column %(column)s is missing. Name the columns in the first row.")
            % {"file": origin, "column": ", ".join(missing)}
        )


def _refuse(troubles: list[str]) -> None:
    if not troubles:
        return
    listed = "\n".join(troubles[:_SHOWN])
    more = len(troubles) - _SHOWN
    rest = "\n" + _("… and %(n)s more.") % {"n": more} if more > 0 else ""
    raise UnitFileError(listed + rest + "\n" + _("Nothing was loaded."))
