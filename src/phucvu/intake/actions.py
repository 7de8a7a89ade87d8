"""Action that takes facts in: the one way in which they get into the register."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from time import perf_counter
from typing import Literal, NamedTuple

import msgspec
import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu.accounts.models import ApiKey
from phucvu.accounts.policy import Scope
from phucvu.changes.publishing import take_write_lock
from phucvu.intake import authority, journal, repairs
from phucvu.intake.course import Course, Place
from phucvu.intake.integrity import hashing
from phucvu.intake.journal import Version
from phucvu.intake.kinds import DOSSIERS, FactKind
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.intake.personal.keeping import Persons, persons_in
from phucvu.intake.prepared import Marks, Prepared, Read, content_digest, marks_of, prepare
from phucvu.intake.reaching import covers, home_of, reach_of_key
from phucvu.intake.record import FactRecord, Problem, mark_of
from phucvu.intake.releasing import INTAKE, kept_for_others, note_release
from phucvu.intake.requests import Request, answered, remember
from phucvu.intake.store import Stored
from phucvu.intake.writing import write
from phucvu.units.tree import UnitEras, load_eras

__all__ = ["Answer", "Receipt", "receive", "rehearse"]

log = structlog.get_logger("phucvu.intake")

Result = Literal["accepted", "unchanged", "superseded", "refused"]


_HERE = Place(0, 0)
"""In the batch that is being settled."""


class Answer(msgspec.Struct, omit_defaults=True, gc=False):
    """Answer to one record. `new` is given for accepted ones, `field` on for refused ones."""

    position: int
    code: str
    result: Result
    new: bool | None = None
    field: str | None = None
    reason: str | None = None
    problems: list[Problem] | None = None


class Receipt(msgspec.Struct, omit_defaults=True):
    """Answer to a batch; `results` holds an answer for each record, in order.

    `superseded` is left out of the answer where there is none.
    """

    batch: int
    accepted: int
    unchanged: int
    refused: int
    results: list[Answer]
    superseded: int = 0


def receive(
    records: Sequence[object],
    key: ApiKey | None = None,
    origin: str = "",
    units: UnitEras | None = None,
    *,
    correction: bool = False,
    kind: FactKind = DOSSIERS,
    request: Request | None = None,
    reach: Scope | None = None,
) -> Receipt:
    """Take in a batch of records of one kind of fact, all in one transaction.

    Each record is accepted (inserted, or overwritten by its code), found unchanged, superseded
    by a newer version that stands already, or refused; a refused one does not keep the others
    out. When anything fails, nothing of the batch stays. What was not refused is journalled.

    A code that comes several times in a batch is answered as if its records had been sent one
    after the other; of the good ones the newest stands.

    A batch that changes nothing and that the same key has sent before is that batch again: it is
    answered with its number and not journalled a second time.

    `key` limits the units to its subtree, of a new fact as of the one it would overwrite.
    `reach` limits them as far as an account's grants go, where there is no key.
    `units` spares loading them anew for each of many batches.
    `correction`: the records stand even where a version with later moments is known.
    `request`: its name; one that `key` has sent before under the same name is not read again but
    answered as it was. Raises `OtherContentError` where the name was of another content.
    """
    began = perf_counter()
    if units is None:
        units = load_eras()
    reach = reach if key is None else reach_of_key(key)
    home = key.unit_id if key else home_of(reach)
    sent = _Sent(kind, records, key, origin, correction, request, reach, home)
    read = kind.reader(units, within=reach).read_all(records)
    # As much as can be is done before the turn, while others write.
    batch = prepare(kind, records, read)
    persons = persons_in(kind, records, read)
    with transaction.atomic():
        # Held before the register is looked at: what is there now stays so until the end.
        take_write_lock()
        if request is not None and (before := answered(request, key)) is not None:
            return msgspec.json.decode(before, type=Receipt)
        moment = timezone.now()
        settled = _settle(sent, read, batch.marks, units)
        for code, unit_id in settled.taken_over.items():
            reason = _("brought by who may send for the dossier's unit")
            note_release(kind, code, unit_id, INTAKE, reason, moment)
        write(kind, settled.changed, [], moment, all_new=settled.all_new)
        receipt = _journal(sent, batch, settled, moment, persons)
    log.info(
        "batch", batch=receipt.batch, kind=kind.plural, key=key.pk if key else None,
        records=len(records), accepted=receipt.accepted, unchanged=receipt.unchanged,
        superseded=receipt.superseded, refused=receipt.refused,
        ms=round((perf_counter() - began) * 1000, 1),
    )  # fmt: skip
    return receipt


def rehearse(
    records: Sequence[object],
    units: UnitEras,
    *,
    correction: bool = False,
    kind: FactKind = DOSSIERS,
    reach: Scope | None = None,
) -> list[tuple[Answer, FactRecord | None]]:
    """Return the answers that `receive` would give now, with the facts it reads; nothing is
    stored.
    """
    read = kind.reader(units, within=reach).read_all(records)
    sent = _Sent(kind, records, None, "", correction, None, reach, None)
    answers = _settle(sent, read, marks_of(kind, read), units).answers
    return [
        (answer, item if isinstance(item, FactRecord) else None)
        for answer, item in zip(answers, read, strict=True)
    ]


class _Sent(NamedTuple):
    """A batch as it was sent."""

    kind: FactKind
    records: Sequence[object]
    key: ApiKey | None
    origin: str
    correction: bool
    request: Request | None
    reach: Scope | None
    home: int | None


class _Settled(msgspec.Struct):
    """Decision on a batch: an answer for each record, and the facts that differ from the register.

    It also holds every good record as the journal stores it. `taken_over`: the codes that others
    held without a right, with the unit each is for. `all_new`: the register held none of them.
    """

    answers: list[Answer]
    changed: list[tuple[FactRecord, str]]
    versions: list[Version]
    taken_over: dict[str, int]
    all_new: bool


def _settle(sent: _Sent, read: Sequence[Read], marks: Marks, units: UnitEras) -> _Settled:
    """Decide on each record; nothing is written yet."""
    kind, records = sent.kind, sent.records
    good = [item for item in read if isinstance(item, FactRecord)]
    stored = kind.table.existing([item.code for item in good])
    foreign = authority.foreign(kind.fact, good, sent.reach, units)
    barred, taken_over = _barred(kind, stored, sent.reach, units)
    kept = kept_for_others(kind, [item.code for item in good], sent.reach, units)
    standing = {code: item.digest for code, item in stored.items() if code not in taken_over}
    courses = _courses(kind, read, marks, stored, standing)
    changed: dict[str, tuple[FactRecord, str]] = {}
    settled = _Settled([], [], [], {}, all_new=not stored)
    for position, item in enumerate(read):
        if not isinstance(item, FactRecord):
            settled.answers.append(_refusal(kind, position, records[position], item))
            continue
        problem = None
        if reason := foreign.get(getattr(item, kind.fact.names_dossier or "code")):
            problem = Problem(kind.dossier_field, reason)
        elif item.code in kept:
            reason = _("was released for a unit the sender may not send for")
            problem = Problem(kind.code_field, reason)
        elif item.code in barred:
            problem = Problem(kind.code_field, _("exists under a unit the sender may not send for"))
        if problem is not None:
            settled.answers.append(_refusal(kind, position, records[position], [problem]))
            continue
        if item.code in taken_over:
            settled.taken_over[item.code] = taken_over[item.code]
        fingerprint, at = marks[position]
        version = Version(position, item, at, kind.stage(item), mark_of(fingerprint))
        settled.versions.append(version)
        before = standing.get(item.code)
        course = courses.get(item.code)
        if course is None and before is None:
            course = courses[item.code] = Course(kind.fact.restated)
        stands = course is not None and course.take(_HERE, *version[2:], correction=sent.correction)
        if before == fingerprint:
            answer = Answer(position, item.code, "unchanged")
        elif not stands:
            answer = Answer(position, item.code, "superseded")
        else:
            answer = Answer(position, item.code, "accepted", new=before is None)
            standing[item.code] = fingerprint
            changed[item.code] = (item, fingerprint)
        settled.answers.append(answer)
    settled.changed = [
        (fact, fingerprint)
        for code, (fact, fingerprint) in changed.items()
        if code not in stored or stored[code].digest != fingerprint
    ]
    return settled


def _courses(
    kind: FactKind,
    read: Sequence[Read],
    marks: Marks,
    stored: Mapping[str, Stored],
    standing: Mapping[str, str],
) -> dict[str, Course]:
    """Return the earlier versions of facts in the register that now have a new version."""
    told_anew = {
        item.code
        for position, item in enumerate(read)
        if isinstance(item, FactRecord)
        and item.code in standing
        and standing[item.code] != marks[position][0]
    }
    found = journal.courses(kind, told_anew) if told_anew else {}
    for code in told_anew - found.keys():  # in the register, though no batch brought it
        course = found[code] = Course(kind.fact.restated)
        course.take(_HERE, stored[code].clock, None, None, correction=False)
    return found


def _barred(
    kind: FactKind, stored: dict[str, Stored], reach: Scope | None, units: UnitEras
) -> tuple[Collection[str], Mapping[str, int]]:
    """Return the codes of facts that lie outside the sender's scope now.

    Beside them those of facts which may be overwritten all the same, with the unit of the dossier
    each is about: it lies within the scope, and the fact does not count for it.
    """
    if reach is None or reach.everywhere:
        return (), {}
    unit_ids = {item.unit_id for item in stored.values()}
    allowed = {unit_id for unit_id in unit_ids if covers(reach, units, unit_id)}
    barred = {code for code, item in stored.items() if item.unit_id not in allowed}
    about = authority.unentitled(kind.fact, barred) if barred else {}
    free = {code: unit_id for code, unit_id in about.items() if covers(reach, units, unit_id)}
    return barred - free.keys(), free


def _refusal(kind: FactKind, position: int, record: object, problems: list[Problem]) -> Answer:
    code = kind.code_of(kind.keep(record), record)
    return Answer(
        position,
        code,
        "refused",
        field=problems[0].field,
        reason=problems[0].reason,
        problems=problems,
    )


def _journal(
    sent: _Sent,
    batch: Prepared,
    settled: _Settled,
    moment: datetime,
    persons: Persons | None,
) -> Receipt:
    """Write the batch with its facts and refusals, unless it repeats an earlier one."""
    answers = settled.answers
    count = {"accepted": 0, "unchanged": 0, "superseded": 0, "refused": 0}
    for answer in answers:
        count[answer.result] += 1
    refused = [answer for answer in answers if answer.result == "refused"]
    kept, content, packed = batch.kept, batch.content, batch.packed
    if len(refused) > len(kept):  # some lie outside the key's units
        kept = {item.position: sent.kind.keep(sent.records[item.position]) for item in refused}
        content = content_digest(batch.read, kept)
        packed = journal.pack(sent.kind, [each[:2] for each in settled.versions])
    if persons is not None and persons.mark:
        content = hashlib.sha256(f"{content} {persons.mark}".encode()).hexdigest()
    if not count["accepted"] and sent.request is None:
        earlier = journal.repeated(
            sent.kind, content, sent.key.pk if sent.key else None, sent.correction
        )
        if earlier is not None:
            return Receipt(batch=earlier.pk, **count, results=answers)
    row = Batch.objects.create(
        kind=sent.kind.name,
        received_at=moment,
        key=sent.key,
        unit_id=sent.home,
        origin=sent.origin[:200],
        digest=content,
        correction=sent.correction,
        request_id=sent.request.name if sent.request else "",
        **count,
    )
    journal.write(row, settled.versions, packed)
    if persons is not None:
        persons.keep(row, (each.position for each in settled.versions))
    RefusedRecord.objects.bulk_create(
        RefusedRecord(
            batch=row,
            position=answer.position,
            code=answer.code,
            field=(answer.field or "")[:60],
            reason="; ".join(_sentence(problem) for problem in answer.problems or ())[:500],
            content=kept[answer.position],
        )
        for answer in refused
    )
    repairs.close(row, {each.fact.code: each.position for each in settled.versions})
    index = [(each[0], each.fact.code, *each[2:]) for each in settled.versions]
    hashing.add(row, packed, index)
    receipt = Receipt(batch=row.pk, **count, results=answers)
    if sent.request is not None:
        remember(sent.request, row, msgspec.json.encode(receipt))
    return receipt


def _sentence(problem: Problem) -> str:
    return f"{problem.field}: {problem.reason}" if problem.field else problem.reason
