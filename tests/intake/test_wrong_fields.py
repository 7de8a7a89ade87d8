"""Personal data in a wrong field stays nowhere: not in the store, an answer, a sheet or a log."""

from __future__ import annotations

import json
import logging
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.core.management import call_command
from django.test import Client

from phucvu.accounts import keys
from phucvu.counters.verify import verify
from phucvu.intake.actions import receive
from phucvu.intake.commands import import_
from phucvu.intake.kinds import KINDS
from phucvu.intake.models import Batch, BatchContent, RefusedRecord
from phucvu.intake.personal_commands import personal
from phucvu.intake.requests import Request
from phucvu.intake.shapes import SHAPES, is_placeholder, shown
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PERSONS = ("Nguyễn Bí Mật", "0912345678", "0912 345 678", "Trần Văn Kín 0987654321", "079123456789")


def everything_stored(folder: Path) -> str:
    dump = folder / "all.json"
    call_command("dumpdata", "--output", str(dump), verbosity=0)
    answers = BatchContent.objects.filter(answer__isnull=False)
    packed = b"".join(zlib.decompress(bytes(content.answer or b"")) for content in answers)
    return json.dumps(json.loads(dump.read_text("utf-8")), ensure_ascii=False) + packed.decode()


@pytest.mark.parametrize("plural", KINDS)
@pytest.mark.parametrize("person", PERSONS)
def test_no_field_of_a_refused_row_keeps_a_person(
    units: SimpleNamespace, tmp_path: Path, plural: str, person: str
) -> None:
    kind = KINDS[plural]
    names = [column.name for column in kind.form.columns if "." not in column.name]
    record = dict.fromkeys(names, person)
    receipt = receive([record, *({name: person} for name in names)], kind=kind, origin="t")

    assert receipt.refused == len(names) + 1
    answered = [(a.code, a.field, a.reason, [(p.field, p.reason) for p in a.problems or ()])
                for a in receipt.results]  # fmt: skip
    assert person not in json.dumps(answered, ensure_ascii=False)
    assert person not in everything_stored(tmp_path)


@pytest.mark.parametrize("person", PERSONS)
def test_a_subject_that_is_a_person(
    units: SimpleNamespace, tmp_path: Path, caplog: pytest.LogCaptureFixture, person: str
) -> None:
    _key, text = keys.issue(units.city, "a sender")
    body = [message(LoaiDoiTuong=person), message("H29.01-261001-2", NgayTiepNhan=person)]
    with caplog.at_level(logging.DEBUG):
        answer = Client().post(
            "/api/v1/dossiers", json.dumps(body), "application/json",
            headers={"x-api-key": text, "idempotency-key": "a"},
        )  # fmt: skip
    told = answer.json()
    assert told["refused"] == 2
    assert told["results"][0]["field"] == "LoaiDoiTuong"
    assert person not in json.dumps(told, ensure_ascii=False)
    assert person not in everything_stored(tmp_path)
    assert person not in caplog.text


@pytest.mark.parametrize("person", PERSONS)
def test_a_sheet_of_refused_rows_is_mended_without_it(
    units: SimpleNamespace, tmp_path: Path, person: str
) -> None:
    (tmp_path / "m.yaml").write_text(
        "schema: 1\ncase: Số\nunit: {constant: H29.01}\ndate_format: mixed\n"
        "fields:\n  MaTTHC: {column: TTHC}\n  TenTTHC: {column: Tên}\n"
        "  LoaiDoiTuong: {column: Đối tượng}\n  TrangThaiHoSo: {constant: 4}\n"
        "  NgayTiepNhan: {column: Nhận}\n",
        encoding="utf-8",
    )
    table = tmp_path / "a.csv"
    table.write_text(
        f"Số,TTHC,Tên,Đối tượng,Nhận\n17,1.013395,Cấp giấy phép,{person},01/10/2026\n"
        f"18,1.013395,{person},9,01/10/2026\n",
        encoding="utf-8",
    )
    run = CliRunner().invoke(import_, [str(table), "--mapping", str(tmp_path / "m.yaml")])
    sheet = Path(f"{table}.refused.csv")
    text = sheet.read_text("utf-8-sig")

    assert "2 refused" in run.output
    assert person not in run.output + text
    assert '1.013395,Cấp giấy phép,"⟨' in text
    assert "01/10/2026" in text
    assert "LoaiDoiTuong" in text
    # As it is, it is refused again: nobody wrote the value in.
    again = CliRunner().invoke(import_, [str(sheet), "--mapping", str(tmp_path / "m.yaml")])
    assert "0 accepted" in again.output
    first, _ends, rest = text.partition("⟨")
    mended = first + "1" + rest.partition("⟩")[2]
    sheet.write_text(mended, encoding="utf-8-sig")
    done = CliRunner().invoke(import_, [str(sheet), "--mapping", str(tmp_path / "m.yaml")])
    assert "1 accepted" in done.output


def test_what_earlier_versions_kept_is_purged(units: SimpleNamespace, tmp_path: Path) -> None:
    receive([message(LoaiDoiTuong="x1")], origin="t", request=Request("a", b"a"))
    content = BatchContent.objects.get()
    told = zlib.decompress(bytes(content.answer or b"")).decode()
    reason = json.loads(told)["results"][0]["reason"]
    told = told.replace(reason, f"đối tượng: “{PERSONS[0]}”")
    content.answer = zlib.compress(told.encode())
    content.save()
    assert PERSONS[0] in everything_stored(tmp_path)
    row = RefusedRecord.objects.get()
    row.content = {**row.content, "LoaiDoiTuong": PERSONS[0], "MaTTHC": PERSONS[1]}
    row.reason = (
        f"LoaiDoiTuong: đối tượng không có trong danh mục: “{PERSONS[0]}”; x: “{PERSONS[3]}"
    )
    row.code = PERSONS[0]
    row.save()
    good = row.content["MaHoSo"]

    first = CliRunner().invoke(personal, ["purge"])
    assert first.exit_code == 0, first.output
    row.refresh_from_db()
    stored = everything_stored(tmp_path)
    assert not [person for person in PERSONS if person in stored]
    assert row.content["MaHoSo"] == row.code == good
    assert "LoaiDoiTuong" in row.reason
    before = (row.content, row.reason)
    CliRunner().invoke(personal, ["purge"])
    row.refresh_from_db()
    assert (row.content, row.reason) == before
    assert Batch.objects.count() == 1
    assert verify().clean


def test_what_cannot_be_personal_is_still_shown() -> None:
    for value in ("11", "31/02/2025", "20250231", 45_000, "3/10/2026 08:00", "12,5"):
        assert str(value) in shown(value)
    for code in (
        "H29.01-261001-00001",
        "1.013395",
        "2.000815.000.00.00.H44",
        "12/QĐ-UBND",
        "case-17",
    ):
        assert SHAPES["code"](code)
    assert SHAPES["title"]("Đăng ký khai sinh")
    assert is_placeholder("⟨chữ⟩")
