"""Batches of every kind, written by a program with a column less, more, or otherwise named."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from django.utils import translation

from phucvu.intake import journal
from phucvu.intake import rebuild as rebuilding
from phucvu.intake.actions import receive
from phucvu.intake.journal import JournalError
from phucvu.intake.kinds import KINDS, PAYMENTS, FactKind
from phucvu.intake.models import Batch, BatchContent
from phucvu.intake.record import FactRecord, digest
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]

_SAMPLES: dict[type, Any] = {
    str: "chữ", int: 7, bool: True, Decimal: Decimal("1.50"),
    datetime: datetime(2026, 3, 2, 8, 5, tzinfo=UTC),
}  # fmt: skip
_EMPTY = {str: "", int: 0, bool: False}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def types_of(record: type[FactRecord]) -> dict[str, Any]:
    hints = get_type_hints(record)
    return {name: hints[name] for name in record.__struct_fields__}


def sample(record: type[FactRecord]) -> FactRecord:
    def plain(type_: Any) -> type:
        return next((t for t in get_args(type_) if t is not type(None)), type_)

    return record(**{name: _SAMPLES[plain(type_)] for name, type_ in types_of(record).items()})


def kind_with(kind: FactKind, record: type[FactRecord]) -> FactKind:
    """The kind in a program whose record of it is another."""
    return dataclasses.replace(kind, record=record)


def later(kind: FactKind) -> type[FactRecord]:
    """A record with one column more."""
    return msgspec.defstruct(
        "Later", [("added", str, "của sau")], bases=(kind.record,), frozen=True, gc=False
    )


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FactRecord]:
    """Have one program write a fact down and another read it."""

    def through(by: FactKind, fact: FactRecord, to: FactKind) -> FactRecord:
        batch = Batch.objects.create(kind=by.name, origin="test", digest="")
        BatchContent.objects.create(batch=batch, packed=journal.pack(by, [(3, fact)]))
        monkeypatch.setattr(journal, "kind_of", lambda _name: to)
        ((position, found),) = journal.read(batch.pk).items()
        assert position == 3
        return found

    return through


@every_kind
def test_a_batch_of_a_program_with_a_column_less_has_its_default(
    kind: FactKind, written: Callable[..., FactRecord]
) -> None:
    fact, record = sample(kind.record), later(kind)
    found = written(kind, fact, kind_with(kind, record))
    assert found == record(**msgspec.structs.asdict(fact), added="của sau")
    assert digest(found) == digest(fact), "what is in the register stays as it is"
    changed = msgspec.structs.replace(found, added="khác")
    assert digest(changed) != digest(fact)


@every_kind
def test_a_batch_of_a_program_with_a_column_more_is_read_without_it(
    kind: FactKind, written: Callable[..., FactRecord]
) -> None:
    fact, record = sample(kind.record), later(kind)
    sent = record(**msgspec.structs.asdict(fact), added="khác")
    assert written(kind_with(kind, record), sent, kind) == fact


@every_kind
def test_a_batch_of_a_program_that_called_a_column_otherwise_keeps_what_is_in_it(
    kind: FactKind, written: Callable[..., FactRecord]
) -> None:
    for renamed in kind.table.columns[2:]:
        types = types_of(kind.record)
        fields = [
            (f"old_{f.name}" if f.name == renamed else f.name, types[f.name])
            + (() if f.default is msgspec.NODEFAULT else (f.default,))
            for f in msgspec.structs.fields(kind.record)
        ]
        earlier = msgspec.defstruct(
            "Earlier", fields, frozen=True, gc=False, namespace={"FORMER_NAMES": {}}
        )
        today = type(
            "Today", (kind.record,), {"FORMER_NAMES": {f"old_{renamed}": renamed}}, frozen=True
        )
        sent = sample(earlier)
        found = written(kind_with(kind, earlier), sent, kind_with(kind, today))
        assert msgspec.structs.astuple(found) == msgspec.structs.astuple(sent), renamed


@every_kind
def test_a_batch_that_lacks_any_one_column_is_read_or_refused_in_words(kind: FactKind) -> None:
    fact, types = sample(kind.record), types_of(kind.record)
    for field in msgspec.structs.fields(kind.record)[2:]:
        packed = without(journal.pack(kind, [(0, fact)]), field.name)
        if types[field.name] is datetime:
            with translation.override("en"), pytest.raises(JournalError, match=field.name):
                dict(journal._unpack(kind, packed))
            continue
        ((_position, found),) = journal._unpack(kind, packed)
        default = field.default
        if default is msgspec.NODEFAULT:
            type_ = types[field.name]
            default = None if type(None) in get_args(type_) else _EMPTY[type_]
        assert found == msgspec.structs.replace(fact, **{field.name: default})


def without(packed: bytes, *names: str) -> bytes:
    """A batch as a program without these columns wrote it."""
    content = msgspec.json.decode(zlib.decompress(packed))
    for name in names:
        del content["columns"][name]
    return zlib.compress(msgspec.json.encode(content))


def aged(number: int, *names: str) -> None:
    content = BatchContent.objects.get(pk=number)
    content.packed = without(content.packed, *names)
    content.save()


def test_old_batches_are_rebuilt_and_withdrawn_from(units: SimpleNamespace) -> None:
    first = receive([message()])
    second = receive([message(TrangThaiHoSo="6")])
    for number in (first.batch, second.batch):
        aged(number, "results_coded", "field_name")
    Dossier.objects.update(results_coded=0, field_name="")
    rebuilding.rebuild()
    assert rebuilding.compare().clean
    withdraw(second.batch, "nv.an", "test")
    assert (Dossier.objects.get().status, Dossier.objects.get().field_name) == (4, "")
    withdraw(first.batch, "nv.an", "test")
    assert not Dossier.objects.exists()


def test_payments_from_before_who_sent_them_was_written_are_unchanged(
    units: SimpleNamespace,
) -> None:
    sent = {
        "code": "PAY-1", "dossier_code": "H29.01-261001-1", "unit": "H29.01", "kind": "fee",
        "method": "national", "amount": 20_000, "paid_at": "20261002080000",
        "requested_at": "20261001080000",
    }  # fmt: skip
    receipt = receive([sent], kind=PAYMENTS)
    assert receipt.accepted == 1, receipt.results
    aged(receipt.batch, "sent_for")
    assert rebuilding.compare().clean
