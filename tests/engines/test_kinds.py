"""Whatever kind of fact comes in: the archive holds it, and follows what it says of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest

from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.engines import recounting, register
from phucvu.engines.archive import ArchiveError
from phucvu.intake.actions import receive
from phucvu.intake.catalogue_file import import_catalogue
from phucvu.intake.kinds import KINDS
from phucvu.register.calendar_store import tell_day
from phucvu.register.facts import FACTS
from phucvu.units.models import Kind
from tests.dossiers import unit
from tests.intake.messages import message
from tests.intake.rows import good_rows, lookup, paid, petition, rating

pytestmark = [pytest.mark.django_db, pytest.mark.database]

CODE = "H29.01-261001-00001"
CATALOGUE = [
    "code,name,field,subjects,fee,unit_code,online_level,term,term_unit",
    "1.013395,Khai sinh,,citizen,0,H29.01,4,3,working_days",
]
# All that is counted: figures are not, so the archive does not hold them.
COUNTED = {fact.plural for fact in FACTS.values()}
SENT: dict[str, dict[str, Any]] = {
    plural: row
    for plural, row in {"dossiers": message(CODE), **good_rows(CODE, "1.013395")}.items()
    if plural in COUNTED
}


@pytest.fixture(autouse=True)
def measures(db: None) -> Iterator[None]:
    count_new_measures()
    yield
    active.forget()


@pytest.fixture(autouse=True)
def units(db: None) -> SimpleNamespace:
    city = unit("H29", kind=Kind.PROVINCE)
    return SimpleNamespace(city=city, ward=unit("H29.01", city))


def send(plural: str, *records: dict[str, Any]) -> None:
    receipt = receive(records, kind=KINDS[plural])
    assert receipt.accepted == len(records), receipt.results


@pytest.mark.parametrize("plural", SENT)
def test_a_fact_of_any_kind_is_archived_and_compared(plural: str, tmp_path: Path) -> None:
    send("dossiers", SENT["dossiers"])
    if plural != "dossiers":
        send(plural, SENT[plural])
    done = register.write(tmp_path)
    assert done.keys() == SENT.keys() == COUNTED
    assert done[plural] == register.Written(written=1, unchanged=0, rows=1)
    fact = KINDS[plural].fact
    archive = register.archive_of(fact, tmp_path)
    (file,) = archive.files()
    stored = fact.model._default_manager.values(*fact.vocabulary).get()
    assert pq.read_table(file).to_pylist() == [stored]
    outcome = recounting.compare(tmp_path)
    assert outcome.differences == ()
    assert outcome.rows[plural] == 1


def tell_a_day_off() -> None:
    tell_day(date(2026, 10, 2), worked=False)


CHANGES: dict[str, tuple[str, Callable[[], None]]] = {
    "a petition names a dossier": (
        "dossiers",
        lambda: send("petitions", petition("P-2", dossier_code=CODE)),
    ),
    "a lookup names a dossier": (
        "dossiers",
        lambda: send("lookups", lookup("L-2", dossier_code=CODE)),
    ),
    "a dossier is paid for": ("dossiers", lambda: send("payments", paid("T-1", dossier_code=CODE))),
    "a dossier is rated": ("dossiers", lambda: send("ratings", rating(CODE))),
    "a dossier's term moves": ("dossiers", tell_a_day_off),
    "a petition's deadlines move": ("petitions", tell_a_day_off),
}


@pytest.mark.parametrize(("plural", "change"), CHANGES.values(), ids=CHANGES)
def test_what_follows_from_elsewhere_is_written_anew(
    plural: str, change: Callable[[], None], tmp_path: Path
) -> None:
    assert import_catalogue(CATALOGUE, "catalogue.csv").refused == []
    send("dossiers", message(CODE, NgayHenTra=""))
    send("petitions", petition("P-1", received_at="2026-10-01T08:05:00"))
    register.write(tmp_path)
    change()
    with pytest.raises(ArchiveError, match="the register has changed since"):
        recounting.compare(tmp_path)
    assert register.write(tmp_path)[plural].written == 1
    assert recounting.compare(tmp_path).differences == ()
    fact = KINDS[plural].fact
    (file,) = register.archive_of(fact, tmp_path).files()[-1:]
    row = pq.read_table(file).to_pylist()[-1]
    stored = fact.model._default_manager.values(*fact.vocabulary).get(code=row["code"])
    assert row == stored
