"""Checking the audit: the chain in the store, the integrity key, and what was noted outside."""

from __future__ import annotations

from phucvu.accounts.audit.chain import START, Verdict, verify
from phucvu.accounts.audit.head import NOTED
from phucvu.accounts.integrity_key import IntegrityKeyError
from phucvu.accounts.noted_head import HeadError

__all__ = ["examine", "faults"]


def examine(expected: str | None = None) -> tuple[Verdict, list[str]]:
    """Verify the chain; return the verdict, and all that is wrong in words.

    `expected` is a hash noted earlier, of a line that still has to be there.
    """
    try:
        verdict = verify(expected)
        wrong = verdict.faults()
    except IntegrityKeyError as error:
        verdict, wrong = Verdict(0, START), [str(error)]
    try:
        if NOTED.contradicted():
            wrong.append(
                f"The line noted outside the store ({NOTED.file}) is not in it any more: lines"
                " were cut off, or the chain was reckoned anew. Compare with a backup and with the"
                " hashes in mails, the log and the open data. Where another store was meant to take"
                " this one's place, remove the file."
            )
    except HeadError as error:
        wrong.append(str(error))
    return verdict, wrong


def faults() -> list[str]:
    """Return all that is wrong with the audit, in words; nothing where it is whole."""
    return examine()[1]
