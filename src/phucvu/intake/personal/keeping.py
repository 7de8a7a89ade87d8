"""Sealing of the turned-on fields of records, and storing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from unicodedata import normalize

import msgspec
from django.conf import settings
from django.utils.crypto import salted_hmac

from phucvu.intake.kinds import DOSSIERS, FactKind
from phucvu.intake.models import Batch
from phucvu.intake.personal.ending import long_ended
from phucvu.intake.personal.models import SealedPersonal
from phucvu.intake.personal.sealing import newest_mark, seal
from phucvu.intake.record import DossierRecord

__all__ = ["Persons", "persons_in"]

_LONGEST = 300
_AT_ONCE = 500


class Persons(NamedTuple):
    """Personal data of a batch: by position the dossier, the fields named, all sealed.

    `mark` tells it from another batch's. It is keyed: guesses at it cannot be tested.
    """

    sealed: Mapping[int, tuple[str, str, bytes]]
    mark: str

    def keep(self, batch: Batch, positions: Iterable[int]) -> None:
        """Store the data at these positions, in the transaction that writes the batch."""
        key = newest_mark()
        rows = []
        for position in positions:
            if position in self.sealed:
                code, fields, sealed = self.sealed[position]
                rows.append(
                    SealedPersonal(
                        code=code, batch=batch, position=position,
                        fields=fields, key=key, sealed=sealed,
                    )
                )  # fmt: skip
        SealedPersonal.objects.bulk_create(rows, batch_size=_AT_ONCE)


def persons_in(kind: FactKind, records: Sequence[object], read: Sequence[object]) -> Persons | None:
    """Return the personal data of a batch's good records; None where no field is turned on.

    Of dossiers only, and not of those whose data is due to be deleted already.
    """
    if not settings.PHUCVU_PERSONAL or kind is not DOSSIERS:
        return None
    found: dict[int, tuple[str, dict[str, str]]] = {}
    for position, item in enumerate(read):
        if isinstance(item, DossierRecord) and not long_ended(item):
            values = _values(records[position])
            if values:
                found[position] = (item.code, values)
    content = msgspec.json.encode([(at, values) for at, (_code, values) in found.items()])
    mark = salted_hmac("phucvu.intake.personal", content, algorithm="sha256").hexdigest()
    return Persons(
        {
            position: (code, ",".join(values), seal(code, values))
            for position, (code, values) in found.items()
        },
        mark if found else "",
    )


def _values(record: object) -> dict[str, str]:
    if not isinstance(record, dict):
        return {}
    given = ((name, record.get(name)) for name in settings.PHUCVU_PERSONAL)
    return {
        name: text
        for name, value in given
        if isinstance(value, str | int)
        and (text := normalize("NFC", str(value)).strip()[:_LONGEST])
    }
