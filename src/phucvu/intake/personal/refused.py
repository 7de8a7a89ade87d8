"""Purge of values in old refused records that today's records would not hold."""

from __future__ import annotations

import re
import zlib
from typing import Any

import msgspec
from django.db import transaction

from phucvu.changes.publishing import take_write_lock
from phucvu.intake.actions import Receipt
from phucvu.intake.integrity.hashing import changing
from phucvu.intake.kinds import FactKind, kind_of
from phucvu.intake.models import BatchContent, RefusedRecord
from phucvu.intake.shapes import is_shape, shown

__all__ = ["purge_refused"]

_AT_ONCE = 500
_QUOTED = re.compile("“([^”]*)(?:”|$)")


def purge_refused() -> int:
    """Reduce each refused record to values of their declared shape; return how many changed.

    The answers stored for requests which named themselves follow. Running it again changes nothing.
    """
    changed, last = 0, 0
    while part := list(
        RefusedRecord.objects.filter(pk__gt=last).select_related("batch").order_by("pk")[:_AT_ONCE]
    ):
        # Looked at before the turn is taken: as a rule there is nothing to purge.
        if any(map(_purged, part)):
            changed += _purge([record.pk for record in part])
        last = part[-1].pk
    answers = BatchContent.objects.filter(answer__isnull=False, batch__refused__gt=0)
    for content in answers.iterator(_AT_ONCE):
        _purge_answer(content)
    return changed


def _purge(numbers: list[int]) -> int:
    """Purge these records, and hash their batches anew."""
    with transaction.atomic():
        take_write_lock()
        found = RefusedRecord.objects.filter(pk__in=numbers).select_related("batch")
        purged = [record for record in found if _purged(record)]
        with changing({record.batch_id for record in purged}):
            for record in purged:
                record.save(update_fields=["content", "code", "reason"])
    return len(purged)


def _purged(record: RefusedRecord) -> bool:
    """Take out what may not be stored; tell whether there was anything. Nothing is saved."""
    kind = kind_of(record.batch.kind)
    content = kind.keep(record.content)
    # A code that is made up may hold a mark of what is not kept: it stays where nothing in it can
    # be a person's, which is where no code in the content is.
    made = kind.code_made is not None and not content.get("code")
    code = record.code if made and _are_clean(kind, content) else kind.code_of(content)
    reason = _bare(record.reason)
    if (content, code, reason) == (record.content, record.code, record.reason):
        return False
    record.content, record.code, record.reason = content, code, reason
    return True


def _purge_answer(content: BatchContent) -> None:
    if content.answer is None:
        return
    receipt = msgspec.json.decode(zlib.decompress(bytes(content.answer)), type=Receipt)
    codes = dict(content.batch.refusals.values_list("position", "code"))
    for answer in receipt.results:
        if answer.result != "refused":
            continue
        answer.code = codes.get(answer.position, "")
        answer.reason = None if answer.reason is None else _bare(answer.reason)
        answer.problems = [
            msgspec.structs.replace(problem, reason=_bare(problem.reason))
            for problem in answer.problems or ()
        ]
    packed = zlib.compress(msgspec.json.encode(receipt))
    if packed != bytes(content.answer):
        content.answer = packed
        content.save(update_fields=["answer"])


def _bare(reason: str) -> str:
    """Return a reason without the values it quotes, as today's reasons are."""
    return _QUOTED.sub(lambda found: shown(found[1]), reason)


def _are_clean(kind: FactKind, content: dict[str, Any]) -> bool:
    columns = (column.name for column in kind.form.columns if column.kind != "name")
    return not any(is_shape(content.get(name)) for name in columns)
