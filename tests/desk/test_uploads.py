"""A file brought in the browser: looked through, confirmed, taken in, its refused rows mended."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from phucvu.accounts.policy import Role
from phucvu.counters.verify import verify
from phucvu.intake import importing
from phucvu.intake.models import Batch, RefusedRecord, Upload
from phucvu.intake.uploads import extent, folders, worker
from phucvu.register.models import Dossier, ProcedureAtUnit
from tests.desk.conftest import account
from tests.intake.messages import message
from tests.intake.tables import filled, row

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DESK = "/ban-lam-viec/tai-len/"
PERSON = "Nguyễn Thị Bí Mật"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker works in the request, not in a thread with another connection."""
    monkeypatch.setattr(worker, "wake", worker.run_waiting)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2026-11-20T03:00:00+00:00"):
        yield


def bring(client: Client, name: str, content: bytes, **headers: str):
    return client.post(DESK, {"tep": SimpleUploadedFile(name, content)}, headers=headers)


def template(folder: Path, *rows: dict[str, object]) -> bytes:
    return filled(folder / "mau.xlsx", list(rows)).read_bytes()


def only() -> Upload:
    return Upload.objects.get()


def test_a_filled_template_from_choosing_to_mending(
    officer: Client, wards: SimpleNamespace, tmp_path: Path
) -> None:
    content = template(tmp_path, row(), row("H29.02-261001-1", NgayHenTra="31/02/2025"))

    address = bring(officer, "tháng 10.xlsx", content)["Location"]
    seen = officer.get(address).text
    assert "H29.01-261001-00001" in seen
    assert "31/02/2025" in seen
    assert not Dossier.objects.exists()
    assert officer.post(f"{address}xac-nhan/")["Location"] == address
    done = officer.get(address).text
    assert "Đã nhận" in done

    upload = only()
    assert (upload.state, upload.accepted, upload.refused) == ("done", 1, 1)
    assert Dossier.objects.get().code == "H29.01-261001-00001"
    assert Batch.objects.get().origin == "tháng 10.xlsx (canbo)"
    assert not folders.file_of(upload).exists()
    sheet = officer.get(f"{address}khong-nhan/")
    assert "refused.xlsx" in sheet["Content-Disposition"]
    refused = tmp_path / "lai.xlsx"
    refused.write_bytes(b"".join(sheet.streaming_content))
    again = bring(officer, "lai.xlsx", _mended(refused))["Location"]
    officer.post(f"{again}xac-nhan/")
    assert Dossier.objects.count() == 2
    assert not RefusedRecord.objects.filter(repaired_at=None).exists()


def _mended(path: Path) -> bytes:
    """The workbook with the impossible date put right, as its sheet's texts are."""
    mended = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(mended, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"31/02/2025", b"03/10/2026"))
    return mended.getvalue()


def test_a_foreign_table_is_asked_about_and_remembered(
    officer: Client, wards: SimpleNamespace
) -> None:
    table = (
        "Số hồ sơ;Họ tên;Mã thủ tục;Tình trạng;Ngày nhận;Hạn trả\n"
        f"17;{PERSON};1.013395;Đã trả;01/10/2026 08:00;03/10/2026\n"
        f"18;{PERSON};1.013395;Lạ lùng;01/10/2026 08:00;03/10/2026\n"
    ).encode()

    address = bring(officer, "so.csv", table)["Location"]
    assert address.endswith("/cot/")
    page = officer.get(address).text
    assert "Lạ lùng" in page
    assert PERSON not in page
    filled_in = {
        "don-vi": "H29.01", "MaHoSo.cot": "Số hồ sơ", "MaTTHC.cot": "Mã thủ tục",
        "TrangThaiHoSo.cot": "Tình trạng", "TrangThaiHoSo.xem": "Tình trạng",
        "TrangThaiHoSo.gia-tri.0": "Đã trả", "TrangThaiHoSo.ma.0": "4",
        "TrangThaiHoSo.gia-tri.1": "Lạ lùng", "TrangThaiHoSo.ma.1": "",
        "NgayTiepNhan.cot": "Ngày nhận", "NgayHenTra.cot": "Hạn trả", "KenhThucHien.la": "2",
    }  # fmt: skip
    seen = officer.get(officer.post(address, filled_in)["Location"]).text
    assert "H29.01-17" in seen
    assert "Lạ lùng" not in seen
    assert "chữ, 7 ký tự" in seen
    assert 'value="H29.01"' in officer.get(address).text

    officer.post(address.replace("cot/", "xac-nhan/"))
    dossier = Dossier.objects.get()
    assert (dossier.code, dossier.unit, dossier.channel) == ("H29.01-17", wards.one, "online")
    refused = b"".join(officer.get(address.replace("cot/", "khong-nhan/")).streaming_content)
    assert "Lạ lùng" not in refused.decode()
    assert "chữ, 7 ký tự" in refused.decode()
    assert PERSON not in refused.decode()


@pytest.mark.parametrize(
    "table",
    [
        "x,y\n",
        "x\n",
        "x,x\n1,2\n",
        ";;\n",
        "ngày;tháng\n1;2\n",
        "\x07,\x1b\n1,2\n",
        '"\n"\n',
        "0\n" * 9,
    ],
    ids=["a header", "one column", "twice", "no names", "words", "signs", "a line end", "numbers"],
)
def test_a_table_of_which_nothing_is_recognised_is_asked_about(
    officer: Client, wards: SimpleNamespace, table: str
) -> None:
    brought = bring(officer, "la.csv", table.encode())
    address = brought.get("Location")
    if address is None:
        assert "la.csv" in brought.text
        return
    assert address.endswith("/cot/")
    page = officer.get(address)
    assert page.status_code == 200
    assert "la.csv" in page.text
    nameless = "la.csv has no header" in page.text or "không có dòng tiêu đề" in page.text
    assert officer.post(address, {}).status_code == (200 if nameless else 422)


def test_what_is_missing_and_what_is_new_is_asked_again(
    officer: Client, wards: SimpleNamespace
) -> None:
    table = "a,b,c\nH29.01-261001-1,1.013395,Đã trả\n".encode()
    address = bring(officer, "a.csv", table)["Location"]

    nothing = officer.post(address, {"MaHoSo.cot": "a"})
    assert nothing.status_code == 422
    assert nothing.text.count('aria-invalid="true"') == 2
    chosen = {"MaHoSo.cot": "a", "MaTTHC.cot": "b", "TrangThaiHoSo.cot": "c"}
    assert "ý nghĩa từng giá trị" in officer.post(address, chosen).text
    again = officer.post(address, {**chosen, "TrangThaiHoSo.xem": "c"})
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.pdf", b"%PDF", ".csv"),
        ("a.csv", b"", "a.csv"),
        ("a.xlsx", b"PK no workbook", "a.xlsx"),
        ("a.csv", b"a\xa7\xa8ng k\xfd,\xae\xa8ng\n1,2\n", "TCVN3"),
    ],
)
def test_what_cannot_be_read_is_told_at_once_and_not_kept(
    officer: Client, name: str, content: bytes, told: str
) -> None:
    answer = bring(officer, name, content)
    assert answer.status_code == 422
    assert told in answer.text
    assert str(folders.top()) not in answer.text
    by_script = bring(officer, name, content, accept="application/json")
    assert told in by_script.json()["problem"]
    assert not Upload.objects.exists()
    assert [path for path in folders.top().iterdir() if path.is_dir()] == []


def test_too_large_a_file_is_not_kept(officer: Client, settings) -> None:
    settings.PHUCVU_UPLOAD_MIB = 1
    answer = bring(officer, "a.csv", b"a" * ((1 << 20) + 1))
    assert "1 MiB" in answer.text
    assert not Upload.objects.exists()


def test_a_packed_bomb_is_not_unpacked_to_its_end(
    officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extent, "MOST_UNPACKED", 8 << 20)
    answer = bring(officer, "a.csv.gz", gzip.compress(b"a,b\n" + b"0" * (64 << 20)))
    assert answer.status_code == 422
    assert "GiB" in answer.text


def test_a_broken_end_is_told_and_what_stands_before_it_is_in(
    officer: Client, wards: SimpleNamespace
) -> None:
    whole = json.dumps([message(f"H29.01-261001-{n:05d}") for n in range(3)]).encode()
    address = bring(officer, "a.json", whole)["Location"]
    upload = only()
    folders.file_of(upload).write_bytes(whole[:-40])

    officer.post(f"{address}xac-nhan/")

    upload.refresh_from_db()
    assert (upload.state, upload.accepted) == ("broken", 2)
    assert upload.reason.startswith("a.json")
    assert upload.reason in officer.get(address).text


def test_cut_short_it_goes_on_where_its_last_batch_stands(
    officer: Client, wards: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As after a kill: the row says *running*, no thread has it, and another start finds it."""
    monkeypatch.setattr(importing, "_AT_ONCE", 2)
    rows = [row(f"H29.01-261001-{n:05d}") for n in range(7)]
    rows[1]["NgayHenTra"] = "31/02/2026"
    rows[6]["NgayHenTra"] = "32/02/2026"
    address = bring(officer, "a.xlsx", template(tmp_path, *rows))["Location"]
    assert officer.get(address).status_code == 200
    receive, calls = importing.receive, []

    def dying(records, **terms):
        calls.append(len(records))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return receive(records, **terms)

    monkeypatch.setattr(importing, "receive", dying)
    with pytest.raises(KeyboardInterrupt):
        officer.post(f"{address}xac-nhan/")
    upload = only()
    assert (upload.state, upload.taken, upload.percent) == ("running", 4, 66)
    # Meanwhile somebody else says something newer with the same moments: it has to stay.
    receive([message("H29.01-261001-00000", TrangThaiHoSo="5")])

    monkeypatch.setattr(importing, "receive", receive)
    worker.run_waiting()

    upload.refresh_from_db()
    assert (upload.state, upload.accepted, upload.refused) == ("done", 5, 2)
    assert Dossier.objects.get(code="H29.01-261001-00000").status == 5
    assert Batch.objects.filter(origin=upload.origin).count() == 4
    assert RefusedRecord.objects.count() == 2
    refused = folders.refused_of(upload)
    assert refused is not None
    rows_again = bring(officer, "b.xlsx", refused.read_bytes())["Location"]
    assert "31/02/2026" in officer.get(rows_again).text
    assert "32/02/2026" in officer.get(rows_again).text


def test_a_fault_of_ours_interrupts_and_may_go_on(
    officer: Client, wards: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = bring(officer, "a.xlsx", template(tmp_path, row()))["Location"]
    with monkeypatch.context() as away:
        away.setattr(importing, "receive", lambda *_a, **_k: 1 / 0)
        officer.post(f"{address}xac-nhan/")
    assert only().state == "interrupted"
    assert "Tiếp tục" in officer.get(address).text
    officer.post(f"{address}xac-nhan/")
    assert only().state == "done"


def test_counts_follow(officer: Client, wards: SimpleNamespace, tmp_path: Path) -> None:
    address = bring(officer, "a.xlsx", template(tmp_path, row()))["Location"]
    officer.post(f"{address}xac-nhan/")
    assert Dossier.objects.count() == 1
    assert verify().clean


def test_an_upload_is_its_owners_alone(
    officer: Client, onlooker: Client, wards: SimpleNamespace, tmp_path: Path
) -> None:
    address = bring(officer, "a.xlsx", template(tmp_path, row()))["Location"]
    other = Client()
    other.force_login(account("khac", Role.HEAD))

    for part in ("", "cot/", "khong-nhan/"):
        assert other.get(address + part).status_code == 404
        assert onlooker.get(address + part).status_code == 403
    for part in ("xac-nhan/", "bo/"):
        assert other.post(address + part).status_code == 404
        assert onlooker.post(address + part).status_code == 403
        assert officer.get(address + part).status_code == 405
    assert onlooker.post(DESK).status_code == 403
    assert only().state == "held"


def test_rows_of_units_out_of_reach_are_refused(wards: SimpleNamespace, tmp_path: Path) -> None:
    head = Client()
    head.force_login(account("phuongmot", Role.HEAD, wards.one))
    rows = row(), row("H29.02-261001-1", MaDonVi="H29.02")
    address = bring(head, "a.xlsx", template(tmp_path, *rows))["Location"]
    head.post(f"{address}xac-nhan/")

    assert (only().accepted, only().refused) == (1, 1)
    assert Dossier.objects.get().unit == wards.one
    assert Batch.objects.get().unit == wards.one


def test_an_office_does_not_bring_the_catalogue_it_is_measured_by(
    wards: SimpleNamespace, tmp_path: Path
) -> None:
    content = b"procedure_code,unit,online_level\n1.1,H29.01,4\n"
    for role, taken in ((Role.HEAD, 0), (Role.OFFICE, 1)):
        client = Client()
        client.force_login(account(f"ai-{role}", role))
        address = bring(client, "a.csv", content)["Location"]
        assert client.post(f"{address}xac-nhan/").status_code == 302
        assert ProcedureAtUnit.objects.count() == taken


def test_forms_cannot_be_forged(wards: SimpleNamespace) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account("canbo", Role.HEAD))
    assert bring(strict, "a.json", b"[]").status_code == 403


def test_dropped_it_leaves_nothing(officer: Client, tmp_path: Path) -> None:
    address = bring(officer, "a.xlsx", template(tmp_path, row()))["Location"]
    folder = folders.folder_of(only())
    assert folder.exists()
    officer.post(f"{address}bo/")
    assert not folder.exists()
    assert officer.get(address).status_code == 404


def test_what_nobody_confirms_and_old_results_are_swept_away(
    officer: Client, wards: SimpleNamespace, tmp_path: Path
) -> None:
    content = template(tmp_path, row())
    bring(officer, "a.xlsx", content)
    address = bring(officer, "b.xlsx", content)["Location"]
    officer.post(f"{address}xac-nhan/")
    stray = folders.top() / "0d5f7a52-0000-4000-8000-000000000000"
    stray.mkdir()
    os.utime(stray, (0, 0))
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        folders.sweep()
        assert [upload.name for upload in Upload.objects.all()] == ["b.xlsx"]
        assert not stray.exists()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        folders.sweep()
    assert not Upload.objects.exists()
    assert Dossier.objects.count() == 1


def test_one_whose_file_lies_elsewhere_is_left_alone(
    officer: Client, wards: SimpleNamespace, tmp_path: Path
) -> None:
    bring(officer, "a.xlsx", template(tmp_path, row()))
    shutil.rmtree(folders.folder_of(only()))
    Upload.objects.update(state="waiting")
    worker.run_waiting()
    assert only().state == "waiting"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("tháng 10.xlsx", "tháng 10.xlsx"),
        ("../../etc/a.csv", "a.csv"),
        ("C:\\hồ sơ\\a.csv", "a.csv"),
        ("a.csv.gz", "a.csv.gz"),
        ("...", "tep"),
        ("đ" * 200 + ".jsonl.gz", "đ" * 52 + ".jsonl.gz"),
        ("a\x00\n.csv", "a.csv"),
    ],
)
def test_names_are_made_safe(name: str, kept: str) -> None:
    assert folders.safe_name(name) == kept
    assert len(f"{kept}.refused.xlsx".encode()) < 255


def test_the_desk_in_english_too(officer: Client) -> None:
    officer.cookies["django_language"] = "en"
    assert "Nothing is taken in yet" in officer.get(DESK).text
