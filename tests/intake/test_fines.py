"""A foreign log brought by mappings alone: fines as dossiers, what was paid, and appeals.

Road traffic fines, M. de Leoni and F. Mannhardt, 4TU.ResearchData; amounts are in euro and kept
in cents. Everything is held against plain Python over the file.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import rdata
from click.testing import CliRunner
from django.utils import translation

from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.counters.verify import verify
from phucvu.intake import rebuild
from phucvu.intake.commands import import_
from phucvu.register.models import Dossier, Payment, Petition
from phucvu.register.walltime import from_wall
from phucvu.units.models import Kind, Unit
from tests.dossiers import unit
from tests.intake.settling import settled

pytestmark = pytest.mark.django_db

_LOG = """
schema: 1
source: M. de Leoni and F. Mannhardt, 4TU.ResearchData
case: CASE
one_row_per: case
take: last
event: EVENT
unit: {constant: IT.POL}
time_zone: Europe/Rome
"""
DOSSIERS = """
fields:
  MaTTHC: {constant: FINE}
  TenTTHC: {constant: Road traffic fine}
  NgayTiepNhan: {column: TIME, at: Create Fine}
  NgayKetThucXuLy: {column: TIME, at: [Payment, Send for Credit Collection]}
  TrangThaiHoSo: {constant: 4}
"""
PAYMENTS = """
kind: payments
fields:
  dossier_code: {column: CASE}
  purpose: {constant: duty}
  amount: {column: amount, times: 100}
  requested_at: {column: TIME, at: Create Fine}
  paid_at: {column: TIME, at: Payment}
  method: {column: EVENT, at: Payment, values: {Payment: transfer, "": ""}}
"""
APPEALS = """
kind: petitions
only: Insert Date Appeal to Prefecture
fields:
  dossier_code: {column: CASE}
  about: {constant: rules}
  received_at: {column: TIME, at: Insert Date Appeal to Prefecture}
  accepted_at: {column: TIME, at: Send Appeal to Prefecture}
  processed_at: {column: TIME, at: Receive Result Appeal from Prefecture}
  published_at: {column: TIME, at: Notify Result Appeal to Offender}
"""
Log = dict[str, list[dict[str, str]]]


@pytest.fixture(autouse=True)
def followed() -> None:
    """Here the counters are the real ones."""


@pytest.fixture(autouse=True)
def police(db: None) -> Iterator[Unit]:
    count_new_measures()
    with translation.override("en"):
        yield unit(
            "IT.POL", kind=Kind.DEPARTMENT, time_zone="Europe/Rome", valid_from=date(1990, 1, 1)
        )
    active.forget()


class Names:
    """How a file calls its columns."""

    def __init__(self, case: str, event: str, time: str) -> None:
        self.case, self.event, self.time = case, event, time

    def mapping(self, fields: str, path: Path) -> Path:
        """A mapping with these names."""
        text = (_LOG + fields).replace("CASE", self.case).replace("EVENT", self.event)
        path.write_text(text.replace("TIME", self.time), encoding="utf-8")
        return path

    def cases(self, file: Path) -> Log:
        """The events of each case, in the file's order."""
        found: Log = defaultdict(list)
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                found[row[self.case]].append(row)
        return found

    def day(self, events: list[dict[str, str]], *names: str) -> date | None:
        """The day of the last event so named."""
        at = [row[self.time] for row in events if row[self.event] in names]
        return datetime.fromisoformat(at[-1]).date() if at else None


CSV = Names("case:concept:name", "concept:name", "time:timestamp")


def bring(file: Path, names: Names, folder: Path) -> list[str]:
    """What `phucvu import` says of the file under each of the three mappings."""
    told = []
    for number, fields in enumerate((DOSSIERS, PAYMENTS, APPEALS)):
        mapping = names.mapping(fields, folder / f"{number}.yaml")
        outcome = CliRunner().invoke(import_, [str(file), "--mapping", str(mapping)])
        told.append(outcome.output)
    return told


def check(names: Names, log: Log) -> None:
    """Every fact against the file."""
    dossiers = {row.code: row for row in Dossier.objects.all()}
    payments = {row.code: row for row in Payment.objects.all()}
    assert dossiers.keys() == payments.keys() == log.keys()
    for code, events in log.items():
        paid = names.day(events, "Payment")
        ended = names.day(events, "Payment", "Send for Credit Collection")
        assert _day(dossiers[code].received_at) == names.day(events, "Create Fine")
        assert _day(dossiers[code].finished_at) == ended
        assert _day(payments[code].paid_at) == paid
        amounts = [Decimal(row["amount"]) for row in events if row["amount"] not in ("", "NA")]
        assert payments[code].amount == amounts[-1] * 100
        assert settled(dossiers[code]) == ("open" if paid is None else "paid")
    appealed = {
        code: names.day(events, "Insert Date Appeal to Prefecture")
        for code, events in log.items()
        if names.day(events, "Insert Date Appeal to Prefecture")
    }
    held = {row.dossier_code: _day(row.received_at) for row in Petition.objects.all()}
    assert held == appealed
    named = set(Dossier.objects.filter(petitions=1).values_list("code", flat=True))
    assert named == appealed.keys()
    assert verify().clean
    assert rebuild.compare().clean


def _day(wall: int | None) -> date | None:
    return None if wall is None else from_wall(wall).date()


def test_a_hundred_fines(shared: Path, tmp_path: Path) -> None:
    file = shared / "data/eventlogs/roadtraffic100traces.csv"
    told = bring(file, CSV, tmp_path)
    assert [" accepted" in line and " 0 refused" in line for line in told] == [True] * 3, told
    # By hand: 100 fines, 48 of them paid (with 58 payments), and one appeal.
    assert Dossier.objects.count() == 100
    assert Payment.objects.exclude(paid_at=None).count() == 48
    log = CSV.cases(file)
    check(CSV, log)
    appeal = Petition.objects.get()
    assert appeal.dossier_code == "V18195"
    assert [_day(at) for at in (appeal.received_at, appeal.accepted_at)] == [
        date(2009, 6, 22), date(2009, 8, 10),
    ]  # fmt: skip
    assert [_day(at) for at in (appeal.processed_at, appeal.published_at)] == [
        date(2009, 10, 8), date(2009, 10, 12),
    ]  # fmt: skip
    # S106046: 35 €, raised to 71.50 €, paid in two parts, the last on 5 July 2007.
    fine = Payment.objects.get(code="S106046")
    assert (fine.amount, _day(fine.paid_at)) == (7150, date(2007, 7, 5))
    assert all(", 0 refused" in line for line in bring(file, CSV, tmp_path))
    assert Dossier.objects.count() == 100


# The file's table is of a class of another R package: read as a plain table, which is all of it.
@pytest.mark.filterwarnings("ignore:Missing constructor for R class")
def test_ten_thousand_fines(shared: Path, tmp_path: Path) -> None:
    """The larger excerpt comes as R keeps it; written down as CSV it is a log like any other."""
    frame = rdata.read_rda(shared / "data/eventlogs/traffic_fines.rda")["traffic_fines"]
    moments = (datetime.fromtimestamp(at, UTC).replace(tzinfo=None) for at in frame["timestamp"])
    frame["timestamp"] = [moment.isoformat() for moment in moments]
    file = tmp_path / "fines.csv"
    frame[["case_id", "activity", "timestamp", "amount"]].to_csv(file, index=False)
    names = Names("case_id", "activity", "timestamp")
    told = bring(file, names, tmp_path)
    assert [" 0 refused" in line for line in told] == [True] * 3, told
    # As the log's own table of activities has it: 10,000 created, 232 appeals to the prefecture.
    assert (Dossier.objects.count(), Petition.objects.count()) == (10_000, 232)
    check(names, names.cases(file))
