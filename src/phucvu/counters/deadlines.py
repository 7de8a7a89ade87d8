"""Deadlines by term, which follow the catalogue and the calendar; the counts follow them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db import connection, transaction
from django.utils import timezone

from phucvu.changes.publishing import take_write_lock
from phucvu.counters.deltas import following
from phucvu.register.models import Dossier
from phucvu.register.terms import Dated, due_by_term

__all__ = ["reckon_anew"]

_AT_ONCE = 2_000


def reckon_anew(
    procedure_codes: Collection[str] | None = None, unit_ids: Collection[int] | None = None
) -> int:
    """Compute the dossiers' deadlines by term anew, in one transaction; return how many moved.

    `procedure_codes` and `unit_ids` select dossiers. A promised date is not touched: it was given
    to the applicant.
    """
    moved = 0
    with transaction.atomic():
        # Before the register is looked at: a batch that comes at the same time has read the terms
        # as they were, and is seen here, or reads them as they are.
        take_write_lock()
        for dossiers, held in _without_promise(procedure_codes, unit_ids):
            dues = due_by_term(dossiers)
            changed = {code: dues.get(code) for code in held if dues.get(code) != held[code]}
            if changed:
                changed_at = connection.ops.adapt_datetimefield_value(timezone.now())
                with following(list(changed)), connection.cursor() as cursor:
                    cursor.executemany(
                        f"UPDATE {Dossier._meta.db_table}"  # noqa: S608
                        " SET term_due_at = %s, changed_at = %s WHERE code = %s",
                        [(due, changed_at, code) for code, due in changed.items()],
                    )
                moved += len(changed)
    return moved


def _without_promise(
    procedure_codes: Collection[str] | None, unit_ids: Collection[int] | None
) -> Iterator[tuple[dict[str, Dated], dict[str, int | None]]]:
    """Yield some dossiers at a time: what their terms depend on, and the stored deadlines."""
    dossiers = Dossier.objects.filter(promised_at=None, received_at__isnull=False).order_by("pk")
    if procedure_codes is not None:
        dossiers = dossiers.filter(procedure_code__in=procedure_codes)
    if unit_ids is not None:
        dossiers = dossiers.filter(unit__in=unit_ids)
    columns = ("pk", "code", "procedure_code", "unit_id", "received_at", "term_due_at")
    last = 0
    while part := list(dossiers.filter(pk__gt=last).values_list(*columns)[:_AT_ONCE]):
        yield (
            {code: Dated(*dated) for _pk, code, *dated, _due in part},
            {code: due for _pk, code, *_dated, due in part},
        )
        last = part[-1][0]
