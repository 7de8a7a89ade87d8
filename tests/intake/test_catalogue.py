"""The catalogue of procedures: its CSV and command, its records, and how it holds through time."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from django.urls import reverse
from django.utils import translation

from phucvu.accounts.policy import Scope
from phucvu.changes.models import Change
from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.facts.applied_procedures import OnlineLevel
from phucvu.intake import rebuild
from phucvu.intake.actions import receive
from phucvu.intake.catalogue_commands import catalogue
from phucvu.intake.catalogue_file import import_catalogue
from phucvu.intake.commands import import_
from phucvu.intake.kinds import APPLIED_PROCEDURES, PROCEDURES
from phucvu.intake.models import Batch
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Procedure, ProcedureAtUnit
from phucvu.register.tables import TableError
from phucvu.results.boards import unit_score
from phucvu.scoring import Counted, Period
from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.mandate import Mandate, decision_of
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree

HEADER = "code,name,field,subjects,fee,unit_code,online_level"
BIRTH = "1.001193,Đăng ký khai sinh,Hộ tịch,citizen|overseas,0,VT.1,4"
COPY = "2.000815,Chứng thực bản sao,Chứng thực,citizen|business,10000,VT.1,2"

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def followed() -> None:
    """Here the counters are the real ones."""


@pytest.fixture(autouse=True)
def measures(db):
    count_new_measures()
    with translation.override("en"):
        yield
    active.forget()


@pytest.fixture(autouse=True)
def wards() -> dict[str, Unit]:
    return {
        code: Unit.objects.create(code=code, name=code, kind=Kind.COMMUNE)
        for code in ("VT.1", "VT.2")
    }


def told() -> list[set[int]]:
    """The units that open pages were told to look at again, change by change."""
    return [set(change.unit_ids) for change in Change.objects.order_by("pk")]


def load(*rows: str, header: str = HEADER, since: date | None = None):
    return import_catalogue([header, *rows], "catalogue.csv", since)


def test_good_rows_go_in(wards):
    report = load(BIRTH, COPY, BIRTH.replace("VT.1,4", "VT.2,3"))
    assert (report.added, report.refused) == (3, [])
    birth = Procedure.objects.get(procedure_code="1.001193")
    assert (birth.name, birth.field_name, birth.fee) == ("Đăng ký khai sinh", "Hộ tịch", 0)
    assert birth.for_citizen
    assert birth.for_overseas
    assert not birth.for_business
    levels = dict(ProcedureAtUnit.objects.filter(procedure_code="1.001193")
                  .values_list("unit__code", "online_level"))  # fmt: skip
    assert levels == {"VT.1": OnlineLevel.FULL, "VT.2": OnlineLevel.PARTIAL}
    assert told()[-1] == {ward.pk for ward in wards.values()}
    kinds = Batch.objects.order_by("pk").values_list("kind", "accepted")
    assert list(kinds) == [("procedure", 2), ("applied_procedure", 3)]


def test_the_same_again_changes_and_announces_nothing():
    load(BIRTH, COPY)
    report = load(BIRTH, COPY, COPY)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 3)
    assert Batch.objects.count() == 2
    assert len(told()) == 1


def test_a_change_announces_every_unit_it_touches(wards):
    load(BIRTH, BIRTH.replace("VT.1,4", "VT.2,4"), COPY)
    assert load(COPY.replace(",2", ",3")).updated == 1
    assert told()[-1] == {wards["VT.1"].pk}
    # What is said of a procedure holds wherever it is applied, named in the file or not.
    assert load(BIRTH.replace("citizen|overseas,0", "citizen,8000")).updated == 1
    assert told()[-1] == {ward.pk for ward in wards.values()}
    birth = Procedure.objects.get(procedure_code="1.001193")
    assert (birth.fee, birth.for_overseas) == (8000, False)
    assert ProcedureAtUnit.objects.count() == 3


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("1.001193", "", "code", "a procedure code such as"),
        ("1.001193", "1 001193", "code", "a procedure code such as"),
        ("Đăng ký khai sinh", "", "name", "the procedure's name"),
        ("Đăng ký khai sinh", "x" * 1001, "name", "at most 1000 letters"),
        ("Hộ tịch", "x" * 301, "field", "at most 300 letters"),
        ("citizen|overseas", "", "subjects", "citizen, overseas, foreigner"),
        ("citizen|overseas", "citizen|anybody", "subjects", "separated by |"),
        (",0,", ",,", "fee", "Write 0 where there is nothing to pay"),
        (",0,", ",10.000,", "fee", "digits only"),
        ("VT.1", "VT.9", "unit_code", "the code of a unit in force"),
        ("VT.1,4", "VT.1,1", "online_level", "4 (full)"),
        ("VT.1,4", "VT.1,", "online_level", "2 (information only)"),
        ("VT.1,4", "VT.1,4,more", "(beyond the last column)", "Put quotes around"),
    ],
)
def test_what_is_wrong_is_said_by_row_and_field(old, new, field, words):
    report = load(BIRTH.replace(old, new, 1), COPY)
    assert report.added == 1
    assert [fault.field for fault in report.refused[0].faults] == [field]
    (message,) = report.messages()
    assert message.startswith("catalogue.csv, row 2: ")
    assert words in message
    assert ProcedureAtUnit.objects.get().procedure_code == "2.000815"


def test_rows_that_contradict_each_other(wards):
    report = load(
        BIRTH,
        BIRTH.replace(",0,VT.1", ",8000,VT.2"),
        BIRTH.replace("VT.1,4", "VT.1,2"),
        BIRTH.replace("citizen|overseas", "overseas|citizen").replace("VT.1", "VT.2"),
    )
    assert (report.added, len(report.refused)) == (2, 2)
    fee, level = report.messages()
    assert "row 3: fee is “8000”: expected “0”, as row 2 says of it" in fee
    assert "row 4: online_level is “2”: expected “4”, as row 2 says of it" in level


def test_a_file_without_its_columns_is_refused_whole():
    with pytest.raises(TableError, match="missing: online_level"):
        load(BIRTH, header=HEADER.replace("online_level", "level"))
    load(BIRTH.replace("Hộ tịch,", ""), header=HEADER.replace("field,", ""))
    assert Procedure.objects.get().field_name == ""


def run(*arguments):
    return CliRunner().invoke(catalogue, [str(argument) for argument in arguments])


def test_the_command_keeps_what_it_refuses_for_repair(tmp_path):
    file = tmp_path / "catalogue.csv"
    bad = COPY.replace("10000", "ten")
    file.write_text(f"{HEADER}\n{BIRTH}\n{bad}\n", encoding="utf-8-sig")
    outcome = run("import", file)
    assert outcome.exit_code == 1
    assert "1 added" in outcome.stderr
    assert "row 3" in outcome.stderr
    refused = tmp_path / "catalogue.csv.refused.csv"
    rows = list(csv.DictReader(refused.read_text(encoding="utf-8").splitlines()))
    assert [row["fee"] for row in rows] == ["ten"]
    file.write_text(f"{HEADER}\n{BIRTH}\n{COPY}\n", encoding="utf-8")
    assert run("import", file).exit_code == 0
    assert not refused.exists()

    shown = run("list", "VT.1")
    assert shown.exit_code == 0
    assert "1.001193" in shown.output
    assert "1.001193" not in run("list", "VT.2").output
    assert "no unit 'VT.9'" in run("list", "VT.9").output


def test_the_administration_site_shows_and_does_not_edit(admin_client, wards):
    load(BIRTH)
    for name, row in (("procedure", Procedure), ("procedureatunit", ProcedureAtUnit)):
        assert admin_client.get(reverse(f"admin:register_{name}_changelist")).status_code == 200
        assert admin_client.get(reverse(f"admin:register_{name}_add")).status_code == 403
        change = reverse(f"admin:register_{name}_change", args=[row.objects.get().pk])
        assert "1.001193" in admin_client.get(change).content.decode()
        assert admin_client.post(change, {"procedure_code": "2.2"}).status_code == 403


# --- through time ----------------------------------------------------------------------------

MARCH, APRIL = Period.parse("2026-03"), Period.parse("2026-04")
NOW = datetime(2026, 5, 20, 3, tzinfo=UTC)
SINCE = date(2026, 4, 10)


def figure(of: str, period: Period, id_: str = "3.1") -> tuple[int, int] | None:
    tree = load_tree()
    found = unit_score(tree.by_code(of), period, tree=tree, now=NOW).result.indicators[id_].figure
    return (found.numerator, found.denominator) if isinstance(found, Counted) else None


def test_a_file_that_holds_from_a_day_leaves_earlier_periods_as_they_were():
    load(BIRTH, COPY)
    assert figure("VT.1", MARCH) == (1, 2)
    report = load(BIRTH, COPY.replace("10000,VT.1,2", "0,VT.1,3"), since=SINCE)
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    # Only what differs is written down; what was stays for the months before.
    assert (Procedure.objects.count(), ProcedureAtUnit.objects.count()) == (3, 3)
    assert figure("VT.1", MARCH) == (1, 2)
    assert figure("VT.1", APRIL) == (2, 2)
    assert [figure("VT.1", period, "3.4") for period in (MARCH, APRIL)] == [None, None]
    assert load(BIRTH, COPY.replace("10000,VT.1,2", "0,VT.1,3"), since=SINCE).unchanged == 2


def test_a_procedure_that_ends_is_no_longer_counted(wards):
    load(BIRTH, COPY)
    ended = {"procedure_code": "2.000815", "unit": "VT.1", "online_level": 2}
    receive([{**ended, "until_at": "2026-04-10"}], kind=APPLIED_PROCEDURES)
    assert figure("VT.1", MARCH) == (1, 2)
    assert figure("VT.1", APRIL) == (1, 1)


def test_a_unit_that_begins_later_is_not_known_before(wards):
    load(BIRTH)
    sent = {"procedure_code": "1.001193", "unit": "VT.2", "online_level": 3}
    batch = receive([{**sent, "from_at": "2026-04-10"}], kind=APPLIED_PROCEDURES).batch
    assert figure("VT.2", MARCH) is None
    assert figure("VT.2", APRIL) == (1, 1)
    withdraw(batch, "tester", "not yet")
    assert figure("VT.2", APRIL) is None
    assert rebuild.compare().clean


def test_what_is_wrong_with_a_record_is_named(wards):
    said = {"procedure_code": "1.1", "unit": "VT.1", "name": "K", "fee": 0}
    answers = receive(
        [
            {**said, "name": " "},
            {**said, "fee": "ten"},
            {**said, "term": 10_000},
            {**said, "term_unit": "weeks"},
            {**said, "until_at": "2026-03-01", "from_at": "2026-04-01"},
            {**said, "unit": "VT.9"},
            {**said, "for_citizen": "maybe"},
            said,
        ],
        kind=PROCEDURES,
    ).results
    assert [answer.field for answer in answers] == [
        "name", "fee", "term", "term_unit", "until_at", "unit", "for_citizen", None,
    ]  # fmt: skip


def test_who_may_not_send_for_the_keeper_says_nothing_of_a_procedure():
    city = Unit.objects.create(code="H29", name="H29", kind=Kind.PROVINCE)
    other = Unit.objects.create(code="H22", name="H22", kind=Kind.PROVINCE)
    Unit.objects.create(code="H29.01", name="H29.01", kind=Kind.COMMUNE, parent=city)
    said = {"procedure_code": "1.1", "name": "K", "term": 3}

    def send(of, unit, **fields):
        reach = Scope(subtrees=frozenset({of.pk}))
        (answer,) = receive(
            [{**said, "unit": unit, **fields}], kind=PROCEDURES, reach=reach
        ).results
        return answer.result, answer.field

    # A ward keeps none, not even under the key of its city.
    assert send(city, "H29.01") == ("refused", "unit")
    assert send(city, "H29") == ("accepted", None)
    # Another province could otherwise change the city's terms from any day on.
    assert send(other, "H22") == ("refused", "procedure_code")
    assert send(other, "H22", from_at="2026-05-01") == ("refused", "procedure_code")
    assert send(other, "H22", procedure_code="2.2") == ("accepted", None)
    assert send(city, "H29", from_at="2026-05-01", term=1) == ("accepted", None)
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.1", "1.1 20260501", "2.2"}


def test_rebuilt_from_the_journal_it_is_the_same(wards):
    load(BIRTH, COPY)
    load(COPY.replace("VT.1,2", "VT.1,4"), since=SINCE)
    held = list(ProcedureAtUnit.objects.order_by("code").values("code", "online_level"))
    ProcedureAtUnit.objects.all().delete()
    Procedure.objects.all().delete()
    rebuild.rebuild()
    assert list(ProcedureAtUnit.objects.order_by("code").values("code", "online_level")) == held
    assert rebuild.compare().clean


# --- the national database -------------------------------------------------------------------

REAL = """
schema: 1
kind: procedures
case: code
unit: {constant: VT.1}
fields:
  name: {column: name}
  field_name: {column: field}
  promulgated_by: {column: promulgating_agency}
  executed_by: {column: executing_agency}
  fee: {column: max_fee_vnd}
  term: {column: time_value}
  term_unit: {column: time_unit, values: {Ngày: days, Giờ: hours}, otherwise: working_days}
  result: {column: result_codes, contains: KQ., then: document, else: ""}
  for_citizen: {column: subjects, contains: Công dân Việt Nam, then: 1, else: 0}
  for_foreigner: {column: subjects, contains: Người nước ngoài, then: 1, else: 0}
  for_business: {column: subjects, contains: Doanh nghiệp, then: 1, else: 0}
  published: {constant: 1}
"""


def test_the_real_catalogue(shared, tmp_path):
    path = shared / "data/tthc/tthc_catalogue_2642.csv"
    mapping = tmp_path / "catalogue.yaml"
    mapping.write_text(REAL, encoding="utf-8")
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}

    def bring() -> str:
        command = [str(path), "--mapping", str(mapping)]
        return CliRunner().invoke(import_, command).output

    first = bring()
    held = {row.procedure_code: row for row in Procedure.objects.all()}
    assert "2,642 accepted" in first
    assert held.keys() == rows.keys()
    for code, row in rows.items():
        kept = held[code]
        assert kept.for_citizen == ("Công dân Việt Nam" in row["subjects"])
        assert kept.fee == int(row["max_fee_vnd"] or 0)
        assert kept.term == (int(row["time_value"]) if row["time_value"] else None)
    assert "2,642 unchanged" in bring()
    assert rebuild.compare().clean


def test_a_unit_under_a_code_used_again_has_a_catalogue_of_its_own(wards):
    """What another unit applied that bore the code before stays with that one."""

    def say(level: int) -> None:
        sent = {"unit": "VT.1", "procedure_code": "1.001193", "online_level": level}
        assert receive([sent], kind=APPLIED_PROCEDURES).accepted == 1

    say(2)
    mandate = Mandate(decision_of("01/NQ"), date(2026, 7, 1))
    actions.merge(mandate, [wards["VT.1"]], wards["VT.2"])
    actions.create(mandate, Newcomer("VT.1", "Another", "commune", None))
    again = Unit.objects.get(code="VT.1", valid_to=None)
    say(4)
    say(3)

    held = ProcedureAtUnit.objects.values_list("unit_id", "online_level")
    assert set(held) == {(wards["VT.1"].pk, 2), (again.pk, 3)}
