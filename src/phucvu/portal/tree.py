"""Checks across rows: one denominator in several rows, parents that pool or pass on their
figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from phucvu.scoring import Indicator, Scorecard

from .table import PublishedFigure
from .verdicts import Agreement, Check, compared, not_computable

Rows = Mapping[str, PublishedFigure]
_LENDERS = {"PROVINCE"}
_BORROWERS = {"DEPARTMENT", "COMMUNE"}


def denominator_key(indicator: Indicator) -> tuple[str, str] | None:
    """Name what the denominator counts: indicators with equal keys share one denominator."""
    count = indicator.denominator.count
    return None if count is None else (count.text, indicator.window)


def same_denominator_checks(scorecard: Scorecard, rows: Rows) -> Iterator[Check]:
    """Check that 2.1, 4.1-4.5 and 5.3, which count the period's dossiers, have one denominator.

    Inside a group (one answer of the portal) each row is compared with the commonest denominator;
    then each group with the first one. The portal is asked for groups at different moments, so a
    register may excuse differences between them.
    """
    shared: dict[tuple[str, str], dict[str, list[PublishedFigure]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for indicator in scorecard.indicators.values():
        key = denominator_key(indicator)
        row = rows.get(indicator.id)
        if key is not None and indicator.scored and row is not None and row.denominator is not None:
            shared[key][indicator.group].append(row)
    for groups in shared.values():
        first: int | None = None
        for group in groups.values():
            common = Counter(row.denominator for row in group).most_common(1)[0][0]
            for row in group:
                if row is not group[0] or row.denominator != common:
                    how = "the other denominators of the group"
                    yield compared(row, "same_denominator", row.denominator, common, how)
            if first is None:
                first = common
                continue
            speaker = next(row for row in group if row.denominator == common)
            how = "the same dossiers as published by another group"
            yield compared(speaker, "same_denominator", common, first, how)


def inherited_checks(
    scorecard: Scorecard, parent: Rows, children: Iterable[Rows]
) -> Iterator[Check]:
    """Check that departments and communes have the province's own figures of 1.1-1.3."""
    children = list(children)
    for indicator in scorecard.indicators.values():
        above = parent.get(indicator.id)
        if indicator.parent != "inherited" or above is None or above.unit_level not in _LENDERS:
            continue
        for rows in children:
            row = rows.get(indicator.id)
            if row is None or row.unit_level not in _BORROWERS:
                continue
            for part in ("numerator", "denominator"):
                how = f"copied from {above.unit_code}"
                mine, theirs = getattr(row, part), getattr(above, part)
                yield compared(row, f"inherited_{part}", mine, theirs, how)


def pooled_checks(scorecard: Scorecard, parent: Rows, children: Iterable[Rows]) -> Iterator[Check]:
    """Check a parent's counts against the sums of its children, where all of them are in the file.

    A file may hold some children only, so that all are there is proved by the figures: where the
    children's denominators add up to the parent's, a missing child adds nothing. This proves the
    numerator's sum for the same indicator, and both sums for indicators with the same denominator
    that at least the same children have. Without the proof, only a sum above the parent's is wrong.
    Rules whose pooling the portal does not show (confidence below high) are not checked.
    """
    children = list(children)
    pooled = [
        i
        for i in scorecard.indicators.values()
        if i.parent == "pooled" and i.source.confidence == "high" and i.id in parent
    ]
    counted = {i.id: _with_counts(i.id, children) for i in pooled}
    proofs = [
        (denominator_key(i), set(counted[i.id]))
        for i in pooled
        if parent[i.id].denominator
        and _sum(counted[i.id].values(), "denominator") == parent[i.id].denominator
    ]
    for indicator in pooled:
        row, rows = parent[indicator.id], counted[indicator.id]
        if not rows or row.numerator is None or row.denominator is None:
            continue
        key = denominator_key(indicator)
        proved = any(k == key and units <= set(rows) for k, units in proofs)
        for part in ("denominator", "numerator"):
            yield _pooled_check(row, part, _sum(rows.values(), part), len(rows), proved)


def _pooled_check(
    row: PublishedFigure, part: str, total: int, children: int, proved: bool
) -> Check:
    published = row.numerator if part == "numerator" else row.denominator
    how = f"sum of {children} children"
    if proved or (published is not None and total > published):
        check = compared(row, f"pooled_{part}", published, total, how)
        if proved or check.verdict is Agreement.DIFFERENT:
            return check
    why = f"{children} children are in the file, and nothing proves that they are all"
    return not_computable(row, f"pooled_{part}", why)


def _with_counts(id_: str, children: Iterable[Rows]) -> dict[str, PublishedFigure]:
    rows = (rows.get(id_) for rows in children)
    return {
        row.unit_code: row
        for row in rows
        if row is not None and row.numerator is not None and row.denominator is not None
    }


def _sum(rows: Iterable[PublishedFigure], part: str) -> int:
    return sum(getattr(row, part) for row in rows)
