"""Hashing batches: as they come, and again where the program itself changes what they hold.

A batch's *link* covers its number, kind, unit, moment, origin, digest, counts, the name of its
request, whether it is a correction, and the link of the batch before: so a batch that was deleted
or moved shows. Its *content* covers the link, the packed facts, the index of versions, what is
kept of refused records, and the withdrawal.

Not covered: the key that sent it (which may be deleted), the answer kept for a repeated request,
sealed personal data (which its own seal protects), and which later batch repaired what.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from phucvu.accounts.integrity_key import Fit, fit, keyed_hash
from phucvu.accounts.noted_head import Head, NotedHead
from phucvu.intake.integrity.models import BatchHash
from phucvu.intake.integrity.stored import START, IndexRow, Stored, of_new, stored
from phucvu.intake.models import Batch

__all__ = [
    "CONTENT",
    "LINK",
    "NOTED",
    "add",
    "changing",
    "hash_afterwards",
    "in_journal",
    "last_link",
]

LINK, CONTENT = "batch.link", "batch.content"


def in_journal(head: Head) -> bool:
    """Tell whether the journal has a batch with this number and link."""
    return Batch.objects.filter(pk=head.number, hashed__link=head.hash).exists()


NOTED = NotedHead("journal_head", in_journal)


def last_link() -> Head | None:
    """Return the last batch and its link; None where there is none."""
    last = BatchHash.objects.order_by("-batch_id").values_list("batch_id", "link").first()
    return Head(*last) if last else None


def add(batch: Batch, packed: bytes, index: Sequence[IndexRow]) -> str:
    """Hash a batch as it comes, in the transaction that writes it and has the write lock.

    Returns its link. Raises `IntegrityKeyError` where the store was keyed with a key that is not
    there.
    """
    before = last_link()
    made = _hash(of_new(batch, packed, index), before.hash if before else START, None)
    made.save(force_insert=True)
    head = Head(batch.pk, made.link)
    transaction.on_commit(lambda: NOTED.note(head, made.previous), robust=True)
    return made.link


@contextmanager
def changing(numbers: Collection[int]) -> Iterator[None]:
    """Hash these batches anew after the program itself has changed what they hold.

    To be called with the write lock. What did not fit before is left so: it stays known.
    """
    fitting = [
        each.number
        for each in stored(numbers)
        if each.hashed is not None
        and fit(CONTENT, each.content_under(each.hashed.link), each.hashed.content) is Fit.FITS
    ]
    yield
    for each in stored(fitting):
        if each.hashed is not None:
            content = keyed_hash(CONTENT, each.content_under(each.hashed.link))
            BatchHash.objects.filter(pk=each.number).update(content=content)


def hash_afterwards(moment: datetime) -> int:
    """Hash every batch as it stands, in place of what hashes there are; with the write lock.

    Each says since when. Returns how many there are.
    """
    BatchHash.objects.all().delete()
    previous, made = START, 0
    for each in stored():
        row = _hash(each, previous, moment)
        row.save(force_insert=True)
        previous, made = row.link, made + 1
    head = last_link()
    transaction.on_commit(lambda: NOTED.set_to(head))
    return made


def _hash(each: Stored, previous: str, later_at: datetime | None) -> BatchHash:
    link = keyed_hash(LINK, each.link_under(previous, later_at))
    content = keyed_hash(CONTENT, each.content_under(link))
    return BatchHash(
        batch_id=each.number, previous=previous, link=link, content=content, later_at=later_at
    )
