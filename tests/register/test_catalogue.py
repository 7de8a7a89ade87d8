"""The catalogue's CSV, its command and its place in the administration site."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner
from django.urls import reverse

from phucvu.register.catalogue import import_catalogue
from phucvu.register.catalogue_commands import catalogue
from phucvu.register.models import OnlineLevel, Procedure, ProcedureAtUnit
from phucvu.register.signals import figures_stated
from phucvu.register.tables import TableError
from phucvu.units.models import Kind, Unit

HEADER = "code,name,field,subjects,fee,unit_code,online_level"
BIRTH = "1.001193,Đăng ký khai sinh,Hộ tịch,citizen|overseas,0,VT.1,4"
COPY = "2.000815,Chứng thực bản sao,Chứng thực,citizen|business,10000,VT.1,2"

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def wards() -> dict[str, Unit]:
    return {
        code: Unit.objects.create(code=code, name=code, kind=Kind.COMMUNE)
        for code in ("VT.1", "VT.2")
    }


@pytest.fixture
def announced():
    heard: list[set[int]] = []

    def listen(sender, unit_ids, **_kwargs):
        heard.append(set(unit_ids))

    figures_stated.connect(listen)
    yield heard
    figures_stated.disconnect(listen)


def load(*rows: str, header: str = HEADER):
    return import_catalogue([header, *rows], "catalogue.csv")


def test_good_rows_go_in(wards, announced):
    report = load(BIRTH, COPY, BIRTH.replace("VT.1,4", "VT.2,3"))
    assert (report.added, report.refused) == (3, [])
    birth = Procedure.objects.get(code="1.001193")
    assert (birth.name, birth.field_name, birth.fee) == ("Đăng ký khai sinh", "Hộ tịch", 0)
    assert birth.for_citizen
    assert birth.for_overseas
    assert not birth.for_business
    levels = dict(birth.at_units.values_list("unit__code", "online_level"))
    assert levels == {"VT.1": OnlineLevel.FULL, "VT.2": OnlineLevel.PARTIAL}
    assert announced == [{ward.pk for ward in wards.values()}]


def test_the_same_again_changes_and_announces_nothing(announced):
    load(BIRTH, COPY)
    report = load(BIRTH, COPY, COPY)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 3)
    assert len(announced) == 1


def test_a_change_announces_every_unit_it_touches(wards, announced):
    load(BIRTH, BIRTH.replace("VT.1,4", "VT.2,4"), COPY)
    assert load(COPY.replace(",2", ",3")).updated == 1
    assert announced[-1] == {wards["VT.1"].pk}
    # What is said of a procedure holds wherever it is applied, named in the file or not.
    assert load(BIRTH.replace("citizen|overseas,0", "citizen,8000")).updated == 1
    assert announced[-1] == {ward.pk for ward in wards.values()}
    birth = Procedure.objects.get(code="1.001193")
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
    assert ProcedureAtUnit.objects.get().procedure.code == "2.000815"


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


def test_the_administration_site(admin_client, wards, announced):
    load(BIRTH, BIRTH.replace("VT.1,4", "VT.2,4"))
    birth = Procedure.objects.get()
    for name in ("procedure", "procedureatunit"):
        assert admin_client.get(reverse(f"admin:register_{name}_changelist")).status_code == 200
        assert admin_client.get(reverse(f"admin:register_{name}_add")).status_code == 200
    change = reverse("admin:register_procedure_change", args=[birth.pk])
    form = {
        "code": "1.001193",
        "name": "Khai sinh",
        "field_name": "",
        "fee": "8000",
        "term_unit": "days",
    }
    assert admin_client.post(change, form).status_code == 302
    birth.refresh_from_db()
    assert (birth.fee, birth.for_citizen) == (8000, False)
    assert announced[-1] == {ward.pk for ward in wards.values()}
    assert admin_client.post(change, {**form, "fee": "-1"}).status_code == 200

    at_ward = birth.at_units.get(unit=wards["VT.1"])
    change = reverse("admin:register_procedureatunit_change", args=[at_ward.pk])
    form = {"procedure": birth.pk, "unit": wards["VT.1"].pk, "online_level": "2"}
    assert admin_client.post(change, form).status_code == 302
    assert announced[-1] == {wards["VT.1"].pk}
    delete = reverse("admin:register_procedure_delete", args=[birth.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 302
    assert announced[-1] == {ward.pk for ward in wards.values()}
    assert not ProcedureAtUnit.objects.exists()
