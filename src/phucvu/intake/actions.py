"""Taking dossiers in: the one way they get into the register."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu.accounts.models import ApiKey
from phucvu.counters import deltas
from phucvu.counters.changes import take_turn
from phucvu.intake import store
from phucvu.intake.kept import keep
from phucvu.intake.message import MessageReader, unit_code_of
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.intake.record import DossierRecord, Problem, RefusedError, digest
from phucvu.units.tree import UnitEras, load_eras

__all__ = ["Answer", "Receipt", "receive"]


class Answer(msgspec.Struct, omit_defaults=True):
    """What became of one record. `new` is given for accepted ones, `field` on for refused ones."""

    position: int
    code: str
    result: Literal["accepted", "unchanged", "refused"]
    new: bool | None = None
    field: str | None = None
    reason: str | None = None
    problems: list[Problem] | None = None


class Receipt(msgspec.Struct):
    """What became of a batch; `results` holds an answer for each record, in order."""

    batch: int
    accepted: int
    unchanged: int
    refused: int
    results: list[Answer]


def receive(
    records: Sequence[object],
    key: ApiKey | None = None,
    origin: str = "",
    units: UnitEras | None = None,
) -> Receipt:
    """Take in a batch of records of the synchronisation message, all in one transaction.

    Each record is accepted (inserted, or overwritten by its code), found unchanged, or refused;
    a refused one does not keep the others out. When anything fails, nothing of the batch stays.

    A code that comes several times in a batch is answered as if its records had been sent one
    after the other; the last good one stands.

    `key` limits the units to its subtree, of a new dossier as of the one it would overwrite.
    `units` spares loading them anew for each of many batches.
    """
    if units is None:
        units = load_eras(codes={code for code in map(unit_code_of, records) if code})
    reader = MessageReader(units, within=key.unit_id if key else None)
    read = [_read(reader, record) for record in records]
    with transaction.atomic():
        # Held before the register is looked at: what is there now stays so until the end.
        take_turn()
        answers = _settle(read, records, key, units)
        receipt = _journal(answers, read, records, key, origin)
    return receipt


_Read = DossierRecord | list[Problem]


def _read(reader: MessageReader, record: object) -> _Read:
    try:
        return reader.read(record)
    except RefusedError as error:
        return error.problems


def _settle(
    read: Sequence[_Read],
    records: Sequence[object],
    key: ApiKey | None,
    units: UnitEras,
) -> list[Answer]:
    """Write what differs from the register, and say what became of each record."""
    dossiers = [item for item in read if isinstance(item, DossierRecord)]
    stored = store.existing([dossier.code for dossier in dossiers])
    barred = _barred(stored, key, units)
    current = {code: item.digest for code, item in stored.items()}
    last: dict[str, tuple[DossierRecord, str]] = {}
    answers: list[Answer] = []
    for position, item in enumerate(read):
        if not isinstance(item, DossierRecord):
            answers.append(_refusal(position, records[position], item))
            continue
        if item.code in barred:
            foreign = Problem("MaHoSo", _("exists under a unit the key is not valid for"))
            answers.append(_refusal(position, records[position], [foreign]))
            continue
        fingerprint = digest(item)
        before = current.get(item.code)
        if before == fingerprint:
            answers.append(Answer(position, item.code, "unchanged"))
        else:
            answers.append(Answer(position, item.code, "accepted", new=before is None))
            current[item.code] = fingerprint
        last[item.code] = (item, fingerprint)
    changed = [
        (dossier, fingerprint)
        for code, (dossier, fingerprint) in last.items()
        if code not in stored or stored[code].digest != fingerprint
    ]
    if changed:
        with deltas.following([dossier.code for dossier, _digest in changed]):
            store.upsert(changed, timezone.now())
    return answers


def _barred(
    stored: dict[str, store.Stored], key: ApiKey | None, units: UnitEras
) -> Collection[str]:
    """The codes of dossiers that lie outside the key's subtree now."""
    if key is None:
        return ()
    unit_ids = {item.unit_id for item in stored.values()}
    strangers = {unit_id for unit_id in unit_ids if unit_id not in units}
    others = load_eras(ids=strangers) if strangers else units
    allowed = {
        unit_id
        for unit_id in unit_ids
        if (others if unit_id in strangers else units).within(key.unit_id, unit_id)
    }
    return {code for code, item in stored.items() if item.unit_id not in allowed}


def _refusal(position: int, record: object, problems: list[Problem]) -> Answer:
    code = keep(record).get("MaHoSo")
    return Answer(
        position,
        code if isinstance(code, str) else "",
        "refused",
        field=problems[0].field,
        reason=problems[0].reason,
        problems=problems,
    )


def _journal(
    answers: Sequence[Answer],
    read: Sequence[_Read],
    records: Sequence[object],
    key: ApiKey | None,
    origin: str,
) -> Receipt:
    """Write the batch down, with the records it refused."""
    count = {"accepted": 0, "unchanged": 0, "refused": 0}
    for answer in answers:
        count[answer.result] += 1
    refused = [answer for answer in answers if answer.result == "refused"]
    kept = {answer.position: keep(records[answer.position]) for answer in refused}
    batch = Batch.objects.create(
        key=key, origin=origin[:200], digest=_content_digest(read, kept), **count
    )
    RefusedRecord.objects.bulk_create(
        RefusedRecord(
            batch=batch,
            position=answer.position,
            code=answer.code,
            field=(answer.field or "")[:60],
            reason="; ".join(_sentence(problem) for problem in answer.problems or ())[:500],
            content=kept[answer.position],
        )
        for answer in refused
    )
    return Receipt(batch=batch.pk, **count, results=list(answers))


def _sentence(problem: Problem) -> str:
    return f"{problem.field}: {problem.reason}" if problem.field else problem.reason


def _content_digest(read: Sequence[_Read], kept: Mapping[int, object]) -> str:
    """SHA-256 of the batch as it is kept.

    Not of the bytes sent: a fingerprint of personal data could be used to test guesses at it.
    """
    content: list[object] = [kept.get(position, item) for position, item in enumerate(read)]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()
