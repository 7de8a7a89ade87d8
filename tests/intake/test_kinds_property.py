"""Any order of batches, late versions, withdrawals, days off and clock moves, for every kind of
fact: a plain rule tells the register and the figures, and the counts follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phucvu import scorecards
from phucvu.counters import active
from phucvu.counters.models import COUNTS
from phucvu.counters.recount import count_new_measures, recount
from phucvu.counters.verify import verify
from phucvu.engines import recounting, register
from phucvu.intake import rebuild
from phucvu.intake.actions import receive
from phucvu.intake.kinds import CERTIFIED_COPIES, KINDS, FactKind
from phucvu.intake.record import FactRecord
from phucvu.intake.withdraw import withdraw
from phucvu.register.calendar_store import remove_day, tell_day
from phucvu.register.models import (
    Dossier,
    DossierRating,
    Lookup,
    Payment,
    Petition,
    Procedure,
    ProcedureAtUnit,
)
from phucvu.register.petition_terms import PetitionDates, petition_dues
from phucvu.register.terms import Dated, due_by_term
from phucvu.register.walltime import to_wall
from phucvu.results.boards import unit_score
from phucvu.results.scores import bound_of
from phucvu.scoring import Counted, Period
from phucvu.units.models import Unit
from phucvu.units.tree import load_eras, load_tree
from tests.intake.messages import message
from tests.intake.rows import BUILDERS, announced, applied, figure, procedure, step
from tests.intake.settling import settled

pytestmark = [pytest.mark.database, pytest.mark.django_db]

NOW = datetime(2026, 3, 24, 3, tzinfo=UTC)
MARCH = Period.parse("2026-03")
DOSSIER = "H29.01-260302-1"
# What may be sent of a fact of each kind: fields, and the rank of its latest moment. -1: refused.
VERSIONS: dict[str, tuple[tuple[dict[str, Any], int], ...]] = {
    "dossiers": (
        ({"NgayTiepNhan": "20260302080000", "NgayNopHoSo": "", "NgayHenTra": ""}, 0),
        ({"NgayTiepNhan": "20260303", "NgayNopHoSo": "", "NgayHenTra": ""}, 1),
        ({"MaTTHC": ""}, -1),
    ),
    "petitions": (
        ({"dossier_code": DOSSIER}, 0),
        ({"dislikes": 2}, 0),
        ({"unit": "H29.02", "transferred_at": "2026-03-05T09:00"}, 1),
        ({"processed_at": "2026-03-23T16:00"}, 3),
        ({"processed_at": "2026-03-24T09:00", "dossier_code": DOSSIER, "about": "staff"}, 4),
        ({"refused_at": "2026-03-04T09:00", "complained_again": 1}, 0.5),
        ({"received_at": "2026-02-10T09:00", "follows_code": "other"}, -0.5),
        ({"unit": "H99"}, -1),
    ),
    "certified-copies": (
        ({}, 0),
        ({"unit": "H29.02", "copies": 2}, 0),
        ({"certified_at": "2026-02-02"}, -0.5),
        ({"copies": 0}, -1),
    ),
    "lookups": (
        ({"dossier_code": DOSSIER}, 0),
        ({"account": "another", "looked_up_at": "2026-03-03"}, 1),
        ({"looked_up_at": ""}, -1),
    ),
    "ratings": (
        ({}, 0),
        ({"level": "not_satisfied"}, 0),
        ({"level": "very_satisfied", "rated_at": "2026-03-12"}, 1),
        ({"level": "fine"}, -1),
    ),
    "announcements": (
        ({}, 0),
        ({"published_at": ""}, -0.5),
        ({"published_at": "2026-03-20T09:00", "effective_at": "2026-03-04"}, 1),
        ({"action": "renamed"}, -1),
    ),
    "progress-steps": (
        ({}, 0),
        ({"NgayKetThucTheoQuyDinh": "20260309"}, 0),
        ({"TrangThai": "11"}, -1),
    ),
    "payments": (
        ({"dossier_code": DOSSIER}, 0),
        ({"dossier_code": DOSSIER, "method": "cash"}, 0),
        ({"paid_at": None, "method": ""}, -0.5),
        ({"dossier_code": "H29.01-260302-2", "refunded_at": "2026-03-05"}, 1),
        ({"exempt": 1}, 0),
        ({"amount": -1}, -1),
    ),
    "procedures": (
        ({"term": 3}, 0),
        ({"fee": 0}, 0),
        ({"term": 1, "term_unit": "days", "for_citizen": False, "for_business": True}, 0),
        ({"until_at": "2026-03-15"}, 0),
        ({"term": 10_000}, -1),
    ),
    "applied-procedures": (
        ({}, 0),
        ({"online_level": 2}, 0),
        ({"until_at": "2026-03-15"}, 0),
        ({"online_level": 1}, -1),
    ),
    "figures": (
        ({}, 0),
        ({"numerator": 2, "ratio": "50.5", "flags": "CHECKED"}, 0),
        ({"numerator": 5}, 0),
        ({"denominator": ""}, 0),
        ({"numerator": "many"}, -1),
    ),
}
# Of those without a code of their own, what tells the three apart; a third holds from a day on.
SAME = {
    "announcements": (announced("1.1"), announced("1.2"), announced("1.1", decision="9/QĐ-BTP")),
    "progress-steps": (step(DOSSIER), step("H29.01-260302-2"), step("H29.01-260302-3")),
    "procedures": (
        procedure("1.013395"),
        procedure("2.2"),
        procedure("1.013395", from_at="2026-03-03"),
    ),
    "applied-procedures": (
        applied("1.013395"),
        applied("1.013395", unit="H29.02"),
        applied("1.013395", 3, from_at="2026-03-10"),
    ),
    "figures": (
        figure(period="2026-03"),
        figure(period="2026-03", as_of="2026-04-02T08:30:15.25"),
        figure(period="2026-03", unit_code="H29", source="published"),
    ),
}
# What is put right by saying it again.
RESTATED = ("procedures", "applied-procedures", "figures")
CODES = ("A-1", "A-2", "A-3")
STORM = date(2026, 3, 12)

Item = tuple[int, int]  # which fact, which version of it


@dataclass
class Sent:
    number: int
    kind: str
    items: list[Item]
    correction: bool
    withdrawn: bool = False


@dataclass
class Model:
    """The rule in plain Python, over everything that was ever sent."""

    sent: list[Sent] = field(default_factory=list)

    def standing(self, kind: str) -> dict[str, int]:
        ranks = [rank for _fields, rank in VERSIONS[kind]]
        stands: dict[str, int] = {}
        come: dict[str, list[int]] = {}
        corrected: set[str] = set()
        for batch in self.sent:
            for fact, version in batch.items if batch.kind == kind else ():
                code, rank = code_of(kind, fact), ranks[version]
                if batch.withdrawn or rank == -1:
                    continue
                before = come.setdefault(code, [])
                if batch.correction:
                    stands[code] = version
                    corrected.add(code)
                elif not before:
                    stands[code] = version
                elif kind in RESTATED:
                    stands[code] = version if rank >= ranks[stands[code]] else stands[code]
                elif version not in before and (
                    rank > ranks[stands[code]]
                    or (rank == ranks[stands[code]] and code not in corrected)
                ):
                    stands[code] = version
                    corrected.discard(code)
                before.append(version)
        return stands


def code_of(kind: str, fact: int) -> str:
    if kind in SAME:
        return code_read(kind, fact)
    return f"H29.01-260302-{fact + 1}" if kind in ("dossiers", "ratings") else CODES[fact]


@cache
def code_read(kind: str, fact: int) -> str:
    """What a reader makes of those without a code of their own."""
    (found,) = KINDS[kind].reader(load_eras()).read_all([SAME[kind][fact]])
    assert isinstance(found, FactRecord)
    return found.code


def record(kind: str, item: Item) -> dict[str, Any]:
    fact, version = item
    fields = VERSIONS[kind][version][0]
    if kind in SAME:
        return SAME[kind][fact] | fields
    if kind == "dossiers":
        return message(code_of(kind, fact), **fields)
    return BUILDERS[kind](code_of(kind, fact)) | fields


def sends() -> st.SearchStrategy[Any]:
    def of(kind: str) -> st.SearchStrategy[Any]:
        item = st.tuples(st.integers(0, 2), st.integers(0, len(VERSIONS[kind]) - 1))
        items = st.lists(item, min_size=1, max_size=4)
        correction = st.sampled_from([False] * 4 + [True])
        return st.tuples(st.just("send"), st.just(kind), items, correction)

    return st.one_of([of(kind) for kind in ("dossiers", "petitions", "payments", *VERSIONS)])


STEPS = st.lists(
    st.one_of(
        sends(),
        sends(),
        st.tuples(st.just("withdraw"), st.integers(0, 20)),
        st.tuples(st.just("storm"), st.booleans()),
        st.tuples(st.just("wait"), st.integers(1, 400_000)),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(autouse=True)
def followed() -> None:
    """Here the counters are the real ones."""


@pytest.fixture(autouse=True)
def measures(db: None) -> Iterator[None]:
    count_new_measures()
    yield
    active.forget()


# Every version of every kind once, with a dossier there to follow it.
EVERY = [
    ("send", kind, [(version % 2, version)], False)
    for kind, versions in VERSIONS.items()
    for version in range(len(versions))
]


@given(steps=STEPS)
@example(steps=EVERY)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_register_and_counts_agree_whatever_comes(units: SimpleNamespace, steps: list[Any]) -> None:
    model = Model()
    with transaction.atomic(), time_machine.travel(NOW, tick=False) as traveller:
        for step in steps:
            match step:
                case ("send", kind, items, correction):
                    send(model, KINDS[kind], items, correction)
                case ("withdraw", index) if live := [b for b in model.sent if not b.withdrawn]:
                    batch = live[index % len(live)]
                    batch.withdrawn = True
                    withdraw(batch.number, "x", "y")
                case ("storm", True):
                    tell_day(STORM, False)
                case ("storm", False):
                    remove_day(STORM)
                case ("wait", seconds):
                    traveller.shift(timedelta(seconds=seconds))
            for kind in VERSIONS:
                assert stored(KINDS[kind]) == expected(KINDS[kind], model.standing(kind))
            assert verify().clean
            check_links()
            check_terms()
        check_figures(units)
        check_catalogue(units)
        check_payments(units)
        check_archive()
        assert rebuild.compare().clean
        followed = counts()
        recount()
        assert counts() == followed
        rebuild.rebuild()
        check_links()
        assert counts() == followed
        transaction.set_rollback(True)


def send(model: Model, kind: FactKind, items: list[Item], correction: bool) -> None:
    receipt = receive(
        [record(kind.plural, item) for item in items], kind=kind, correction=correction
    )
    if receipt.batch not in [batch.number for batch in model.sent]:
        model.sent.append(Sent(receipt.batch, kind.plural, items, correction))


def stored(kind: FactKind) -> dict[str, FactRecord]:
    codes = list(kind.fact.model._default_manager.values_list("code", flat=True))
    return {code: row for code, (row, _digest) in kind.table.rows(codes).items()}


def expected(kind: FactKind, stands: dict[str, int]) -> dict[str, object]:
    facts = {code_of(kind.plural, fact): fact for fact in range(len(CODES))}
    sent = [record(kind.plural, (facts[code], version)) for code, version in stands.items()]
    return dict(zip(stands, kind.reader(load_eras()).read_all(sent), strict=True))


def check_links() -> None:
    """Dossiers say how many petitions and lookups name them."""
    for model, column in ((Petition, "petitions"), (Lookup, "lookups")):
        named = Counter(model.objects.values_list("dossier_code", flat=True))
        for code, number in Dossier.objects.values_list("code", column):
            assert number == named[code]
    rated = dict(DossierRating.objects.values_list("code", "level"))
    for item in Dossier.objects.all():
        assert item.rating == rated.get(item.code, "")
        assert settled(item) == settlement(Payment.objects.filter(dossier_code=item.code))


def settlement(payments: Iterable[Payment]) -> str:
    """What they come to, as the page on payments has it."""
    rows = [row for row in payments if row.cancelled_at is None]
    due = [row for row in rows if not row.exempt and row.amount]
    if not due:
        return "free" if rows else ""
    held = [row for row in due if row.paid_at is not None and row.refunded_at is None]
    if any(row.method in ("national", "gateway") for row in held):
        return "online"
    return "paid" if len(held) == len(due) else "open"


def check_terms() -> None:
    dated = {
        row.code: Dated(row.procedure_code, row.unit_id, row.received_at)
        for row in Dossier.objects.all()
        if row.received_at is not None
    }
    dues = due_by_term(dated)
    terms = dict(Dossier.objects.values_list("code", "term_due_at"))
    assert terms == {code: dues.get(code) for code in terms}
    for row in Petition.objects.all():
        dates = PetitionDates(*(getattr(row, name) for name in PetitionDates._fields))
        (dues,) = petition_dues([dates])
        assert dues == (
            row.accept_due_at,
            row.supplement_due_at,
            row.process_due_at,
            row.publish_due_at,
        )


def counts() -> set[tuple[Any, ...]]:
    """Every count that comes to anything."""
    found: set[tuple[Any, ...]] = set()
    for model in COUNTS:
        for row in model.objects.values():
            cell = (model.__name__, row["unit_id"], row.get("procedure_code"), row.get("since"))
            months = (row["placed_month"], row["ended_month"])
            slots = {name: row[name] for name in row if name.startswith("v") and row[name]}
            found |= {(*cell, *months, name, number) for name, number in slots.items()}
    return found


def check_figures(units: SimpleNamespace) -> None:
    """5.1, 5.2 and 4.7 by a plain rule, and a parent's the sum of those below it."""
    tree, now = load_tree(), datetime.now(UTC)
    edition = scorecards.load("qd766-document")
    bound = bound_of(MARCH, now)
    figures: dict[str, dict[int, tuple[int, int]]] = {}
    for unit in (units.city, units.ward, units.ward2):
        found = unit_score(tree.by_code(unit.code), MARCH, edition, tree=tree, now=now)
        for id_ in ("5.1", "5.2", "4.7"):
            figure = found.result.indicators[id_].figure
            if isinstance(figure, Counted):
                figures.setdefault(id_, {})[unit.pk] = (figure.numerator, figure.denominator)
    below = (units.ward.pk, units.ward2.pk)
    wards = {unit: plain(unit, bound) for unit in below}
    for id_, by_unit in figures.items():
        for unit in below:
            if id_ != "4.7":
                assert by_unit[unit] == wards[unit][id_]
        total = tuple(map(sum, zip(*(by_unit[unit] for unit in below), strict=True)))
        # The city's third commune, which was renewed, has no facts.
        assert by_unit[units.city.pk] == (total if id_ != "4.7" else (total[0], total[1] + 1))
    assert ("5.1" in figures) == Petition.objects.exists()
    assert ("4.7" in figures) == bool(stored(CERTIFIED_COPIES))


def plain(unit: int, bound: int) -> dict[str, tuple[int, int]]:
    span = range(to_wall(datetime(2026, 3, 1)), to_wall(datetime(2026, 4, 1)))
    rows = [
        row
        for row in Petition.objects.filter(unit=unit)
        if row.received_at in span and row.state != "refused"
    ]
    late = {
        row.code: (row.processed_at if row.processed_at is not None else bound) > row.process_due_at
        for row in rows
    }
    firsts = [row for row in rows if not row.follows_code]
    bad = [r for r in firsts if r.dislikes > r.likes or r.complained_again or late[r.code]]
    return {
        "5.1": (sum(not late[row.code] for row in rows), len(rows)),
        "5.2": (len(firsts) - len(bad), len(firsts)),
    }


def counted_figure(of: Unit, id_: str) -> tuple[int, int] | None:
    tree, now = load_tree(), datetime.now(UTC)
    edition = scorecards.load("qd766-document")
    found = unit_score(tree.by_code(of.code), MARCH, edition, tree=tree, now=now)
    told = found.result.indicators[id_].figure
    return (told.numerator, told.denominator) if isinstance(told, Counted) else None


def check_catalogue(units: SimpleNamespace) -> None:
    """3.1 by a plain rule: what holds at the end of March, or now; a parent's is the union."""
    bound = bound_of(MARCH, datetime.now(UTC))
    known = {row.procedure_code for row in holding(Procedure.objects.all(), bound)}
    by_unit: dict[int, dict[str, int]] = {units.ward.pk: {}, units.ward2.pk: {}}
    for row in holding(ProcedureAtUnit.objects.all(), bound):
        if row.procedure_code in known:
            by_unit[row.unit_id][row.procedure_code] = row.online_level
    for of in (units.ward, units.ward2, units.city):
        parts = by_unit if of == units.city else {of.pk: by_unit[of.pk]}
        begun = ProcedureAtUnit.objects.filter(unit__in=parts)
        levels = [level for listed in parts.values() for level in listed.items()]
        online = {code for code, level in levels if level >= 3}
        wanted = (len(online), len(dict(levels)))
        began = any(row.from_at is None or row.from_at <= bound for row in begun)
        assert counted_figure(of, "3.1") == (wanted if began else None)


def holding(rows: Iterable[Any], bound: int) -> list[Any]:
    """Of each procedure, or of each at its unit, the last row that has begun, unless it ended."""
    last: dict[tuple[Any, ...], Any] = {}
    for row in sorted(rows, key=lambda row: -1 if row.from_at is None else row.from_at):
        if row.from_at is None or row.from_at <= bound:
            unit = row.unit_id if isinstance(row, ProcedureAtUnit) else None
            last[row.procedure_code, unit] = row
    return [row for row in last.values() if row.until_at is None or row.until_at > bound]


def check_payments(units: SimpleNamespace) -> None:
    """3.6 by a plain rule."""
    rows = Dossier.objects.all()
    due = [row for row in rows if settled(row) not in ("", "free")]
    due += [row for row in rows if settled(row) == "" and row.fee_total > 0]
    online = [row for row in due if settled(row) == "online"]
    online += [row for row in due if settled(row) == "" and row.payment in (1, 2)]
    wanted = (len(online), len(due)) if rows else None
    assert counted_figure(units.ward, "3.6") == counted_figure(units.city, "3.6") == wanted


def check_archive() -> None:
    """DuckDB counts the same from the archive."""
    with TemporaryDirectory() as folder:
        if Dossier.objects.exists():
            register.write(Path(folder))
            assert recounting.compare(Path(folder)).differences == ()


def test_every_kind_is_tried() -> None:
    assert set(VERSIONS) == set(KINDS)
    assert set(KINDS) == {"dossiers", *BUILDERS}
