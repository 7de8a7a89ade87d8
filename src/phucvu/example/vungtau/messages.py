"""Message of a dossier at a moment of its course, as DongBoHoSoMC carries it."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from phucvu.example.vungtau.chance import draw
from phucvu.example.vungtau.lives import Ending, SimulatedDossier, Supplement
from phucvu.register.models import Status

__all__ = ["is_over", "message_at"]

_POPULATION_DB = "CSDLQGDC"
_ENDED_AS = {
    Ending.RESULT: Status.FINISHED,
    Ending.WITHDRAWN: Status.WITHDRAWN,
    Ending.STOPPED: Status.STOPPED,
    Ending.NOT_ACCEPTED: Status.NOT_ACCEPTED,
}


def is_over(life: SimulatedDossier, moment: datetime) -> bool:
    """Tell whether the dossier no longer changes after `moment`."""
    return life.next_change(moment) is None


def message_at(life: SimulatedDossier, moment: datetime) -> dict[str, Any] | None:
    """Write the message an office would send at `moment`; None before the submission.

    It holds nothing that has not happened yet, but for the promised date.
    """
    if moment < life.submitted:
        return None
    chance = draw("message", life.code)
    status = _status(life, moment)
    received = _past(life.received, moment)
    finished = life.ended if life.ending is Ending.RESULT else None
    refused = life.ended if life.ending is not Ending.RESULT else None
    vneid = life.online and chance.random() < life.profile.vneid
    return {
        "MaHoSo": life.code,
        "MaTTHC": life.procedure.code,
        "TenTTHC": life.procedure.name,
        "MaLinhVuc": "",
        "TenLinhVuc": life.procedure.field,
        "KenhThucHien": "2" if life.online else "3" if chance.random() < 0.04 else "1",
        "LoaiDoiTuong": life.procedure.subject,
        **_person(life.code),
        "NgayNopHoSo": _text(life.submitted),
        "NgayTiepNhan": _text(received),
        "NgayHenTra": _text(_promise(life, moment) if received else None),
        "NgayKetThucXuLy": _text(_past(finished, moment)),
        "NgayTra": _text(_past(life.handed_over, moment)),
        "NgayTuChoi": _text(_past(refused, moment)),
        "TrangThaiHoSo": str(status.value),
        "HinhThuc": "1" if chance.random() < 0.08 else "0",
        "DonViXuLy": life.profile.unit,
        "NoiNopHoSo": "1" if life.online and chance.random() < 0.7 else "2",
        "TaiKhoanDuocXacThucVoiVNeID": "1" if vneid else "0",
        **_papers(life, chance),
        **_payment(life, chance),
        "DSKetNoiCSDL": (
            [{"MaCSDL": _POPULATION_DB}] if chance.random() < life.profile.population else []
        ),
        "DanhSachHoSoBoSung": [
            _supplement(item, moment) for item in life.supplements if item.asked <= moment
        ],
        "DanhSachGiayToKetQua": _results(life, chance) if _past(finished, moment) else [],
    }


def _status(life: SimulatedDossier, moment: datetime) -> Status:
    if moment >= life.ended:
        handed_over = life.handed_over is not None and moment >= life.handed_over
        return Status.HANDED_OVER if handed_over else _ENDED_AS[life.ending]
    if life.received is None or moment < life.received:
        return Status.REGISTERED
    if any(item.asked <= moment < item.answered for item in life.supplements):
        return Status.SUPPLEMENT_REQUESTED
    started = life.started is not None and moment >= life.started
    return Status.IN_PROCESS if started else Status.RECEIVED


def _promise(life: SimulatedDossier, moment: datetime) -> datetime | None:
    """Return the promised date, which moves only when a supplement is answered."""
    for item in life.supplements:
        if moment < item.answered:
            return item.promised_before
    return life.promised


def _supplement(item: Supplement, moment: datetime) -> dict[str, str]:
    answered = item.answered <= moment
    return {
        "NgayBoSung": _text(item.asked),
        "NgayTiepNhanBoSung": _text(item.answered if answered else None),
        "NgayHenTraTruoc": _text(item.promised_before),
        "NgayHenTraMoi": _text(item.promised_after if answered else None),
        "TrangThaiBoSung": "1" if answered else "0",
        "NoiDungBoSung": "Bổ sung giấy tờ còn thiếu",
    }


def _papers(life: SimulatedDossier, chance: Random) -> dict[str, Any]:
    """Draw the dossier's papers; an office digitises a whole file or leaves part of it on paper."""
    profile = life.profile
    whole = chance.random() < profile.digitised
    reused = chance.random() < profile.reused
    stored = chance.random() < profile.stored
    rows = []
    for number in range(1, life.procedure.components + 1):
        digitised = whole or (number > 1 and chance.random() < 0.5)
        rows.append(
            {
                "TepDinhKemId": f"{life.code}/{number}",
                "TenTepDinhKem": f"thanh-phan-{number}.pdf",
                "MaThanhPhanHoSo": f"{life.procedure.code}-TP{number:02d}",
                "DuongDanTaiTepTin": f"https://example.invalid/{life.code}/{number}.pdf",
                "DuocSoHoa": "1" if digitised else "0",
                "DuocTaiSuDung": "1" if reused and number == 1 else "0",
                "DuocLayTuKhoDMQG": "1" if stored and number == 1 else "0",
                "MaKetQuaThayThe": "",
            }
        )
    some = any(row["DuocSoHoa"] == "1" for row in rows)
    return {"HoSoCoThanhPhanSoHoa": "1" if some else "0", "TaiLieuNop": rows}


def _payment(life: SimulatedDossier, chance: Random) -> dict[str, Any]:
    fee = life.procedure.fee
    if not fee:
        return {"DuocThanhToanTrucTuyen": "0", "DanhSachLePhi": []}
    exempt = chance.random() < 0.06
    paid = not exempt and chance.random() < life.profile.payment * (1 if life.online else 0.3)
    way = "2" if chance.random() < 0.25 else "1"
    return {
        "DuocThanhToanTrucTuyen": way if paid else "0",
        "DanhSachLePhi": [
            {
                "TenPhiLePhi": "Lệ phí",
                "MaPhiLePhi": f"LP-{life.procedure.code}",
                "HinhThucThu": "1",
                "Gia": "0" if exempt else str(fee),
                "LoaiPhiLePhi": "1",
            }
        ],
    }


def _results(life: SimulatedDossier, chance: Random) -> list[dict[str, str]]:
    electronic = chance.random() < life.profile.result
    return [
        {
            "TenGiayTo": f"Kết quả: {life.procedure.name}"[:200],
            "MaThanhPhanHoSo": "",
            "MaGiayToKetQua": life.procedure.result_code,
            "DuongDanTepTinKetQua": (
                f"https://example.invalid/{life.code}/ket-qua.pdf" if electronic else ""
            ),
        }
    ]


def _person(code: str) -> dict[str, str]:
    """Write plainly made-up personal data, so that intake can be seen dropping it."""
    return {
        "MaDoiTuong": f"MAU-{code}",
        "ChuHoSo": "NGUYỄN VĂN MẪU",
        "SoGiayToChuHoSo": "000000000000",
        "Email": "nguoi.nop@example.invalid",
        "SoDienThoai": "0000000000",
        "DiaChi": "Số 0, Đường Ví Dụ",
    }


def _past(event: datetime | None, moment: datetime) -> datetime | None:
    return event if event is not None and event <= moment else None


def _text(moment: datetime | None) -> str:
    return "" if moment is None else moment.strftime("%Y%m%d%H%M%S")
