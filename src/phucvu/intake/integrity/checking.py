"""Checking every batch of the journal against its keyed hashes; nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from phucvu.accounts.integrity_key import Fit, IntegrityKeyError, fit
from phucvu.accounts.noted_head import HeadError
from phucvu.changes.publishing import take_write_lock
from phucvu.intake.integrity.beside_audit import contradictions
from phucvu.intake.integrity.hashing import CONTENT, LINK, NOTED
from phucvu.intake.integrity.stored import START, Stored, stored
from phucvu.intake.models import FactVersion

__all__ = ["Checked", "check"]

_MOST = 50  # faults that are told one by one


@dataclass
class Checked:
    """The outcome of a check.

    `batches`: how many there are; `later`: how many of them were hashed after they came.
    `unknown_keys`: the marks of keys that are not at hand.
    """

    batches: int = 0
    later: int = 0
    unknown_keys: set[str] = field(default_factory=set)
    _found: list[str] = field(default_factory=list)

    def add(self, *faults: str) -> None:
        """Add faults, in words."""
        self._found += faults

    @property
    def faults(self) -> list[str]:
        """Return all that is wrong, in words; of very many the first are told."""
        told = self._found[:_MOST]
        if len(self._found) > _MOST:
            told.append(f"And {len(self._found) - _MOST:,} more.")
        if self.unknown_keys:
            told.append(
                f"Batches are keyed with {', '.join(sorted(self.unknown_keys))}, which is not in"
                " the file of integrity keys: put the key of that time back. If it is lost for"
                " good, see `phucvu integrity new-key`."
            )
        return told

    def sentence(self) -> str:
        """Return in words that all is well, and of how many batches that is known in part only."""
        later = f", {self.later:,} of them keyed after they came" if self.later else ""
        return f"{self.batches:,} batches are what this program wrote{later}."


def check() -> Checked:
    """Compare every batch with its keyed hashes and the audit, the last with what was noted of it.

    Writers are not kept waiting; what looks wrong is looked at once more while none writes.
    """
    outcome = Checked()
    try:
        _walk(outcome)
        outcome.add(*contradictions())
    except IntegrityKeyError as error:
        outcome.add(str(error))
    try:
        if NOTED.contradicted():
            outcome.add(
                f"The batch noted last outside the store ({NOTED.file}) is not in it any more:"
                " batches were deleted. Compare with a backup. Where another store was meant to"
                " take this one's place, remove the file."
            )
    except HeadError as error:
        outcome.add(str(error))
    return outcome


def _walk(outcome: Checked) -> None:
    previous, last, versions = START, 0, 0
    for each in stored():
        outcome.batches += 1
        outcome.later += each.hashed is not None and each.hashed.later_at is not None
        versions, last = versions + len(each.versions), each.number
        said, marks = _judge(each, previous)
        if said:
            said, marks = _again(each.number, previous)
        outcome.add(*said)
        outcome.unknown_keys |= marks
        if each.hashed is not None:
            previous = each.hashed.link
    astray = FactVersion.objects.filter(batch_id__lte=last).count() - versions
    if astray:
        outcome.add(f"The index of versions holds {astray:,} that no batch brought.")


def _again(number: int, previous: str) -> tuple[list[str], set[str]]:
    with transaction.atomic():
        take_write_lock()
        for each in stored([number]):
            return _judge(each, previous)
    return [f"Batch {number} was deleted while it was looked at."], set()


def _judge(each: Stored, previous: str) -> tuple[list[str], set[str]]:
    """Return what is wrong with a batch, and the marks of keys that are not at hand."""
    hashed, number = each.hashed, each.number
    if hashed is None:
        return [f"Batch {number} has no keyed hash: it was not taken in by this program."], set()
    wrong = []
    if hashed.previous != previous:
        wrong.append(f"Before batch {number} at least one batch is missing.")
    link = fit(LINK, each.link_under(hashed.previous, hashed.later_at), hashed.link)
    if link is Fit.DIFFERS:
        wrong.append(
            f"Batch {number}: what is written of it (kind, unit, moment, origin, counts) is not"
            " what was written when it came."
        )
    content = fit(CONTENT, each.content_under(hashed.link), hashed.content)
    if content is Fit.DIFFERS:
        wrong.append(
            f"Batch {number}: what it holds (its facts, their index, refused records, withdrawal)"
            " is not what this program wrote."
        )
    unknown = {
        found.partition(":")[0]
        for found, fits in ((hashed.link, link), (hashed.content, content))
        if fits is Fit.UNKNOWN_KEY
    }
    return wrong, unknown
