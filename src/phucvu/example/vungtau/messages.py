"""Message of a dossier at a moment of its course, as DongBoHoSoMC carries it."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from phucvu.example.vungtau.chance import draw
from phucvu.example.vungtau.dossiers import Ending, SimulatedDossier, Supplement
from phucvu.register.models import Status

__all__ = ["is_over", "message_at"]

_POPULATION_DB = "CSDLQGDC"
_ENDED_AS = {
    Ending.RESULT: Status.FINISHED,
    Ending.WITHDRAWN: Status.WITHDRAWN,
    Ending.STOPPED: Status.STOPPED,
    Ending.NOT_ACCEPTED: Status.NOT_ACCEPTED,
}


def is_over(dossier: SimulatedDossier, moment: datetime) -> bool:
    """Tell whether the dossier no longer changes after `moment`."""
    return dossier.next_change(moment) is None


def message_at(dossier: SimulatedDossier, moment: datetime) -> dict[str, Any] | None:
    """Write the message an office would send at `moment`; None before the submission.

    It holds nothing that has not happened yet, but for the promised date.
    """
    if moment < dossier.submitted:
        return None
    chance = draw("message", dossier.code)
    status = _status(dossier, moment)
    received = _past(dossier.received, moment)
    finished = dossier.ended if dossier.ending is Ending.RESULT else None
    refused = dossier.ended if dossier.ending is not Ending.RESULT else None
    vneid = dossier.online and chance.random() < dossier.profile.vneid
    return {
        "MaHoSo": dossier.code,
        "MaTTHC": dossier.procedure.code,
        "TenTTHC": dossier.procedure.name,
        "MaLinhVuc": "",
        "TenLinhVuc": dossier.procedure.field,
        "KenhThucHien": "2" if dossier.online else "3" if chance.random() < 0.04 else "1",
        "LoaiDoiTuong": dossier.procedure.subject,
        **_person(dossier.code),
        "NgayNopHoSo": _text(dossier.submitted),
        "NgayTiepNhan": _text(received),
        "NgayHenTra": _text(_promise(dossier, moment) if received else None),
        "NgayKetThucXuLy": _text(_past(finished, moment)),
        "NgayTra": _text(_past(dossier.handed_over, moment)),
        "NgayTuChoi": _text(_past(refused, moment)),
        "TrangThaiHoSo": str(status.value),
        "HinhThuc": "1" if chance.random() < 0.08 else "0",
        "DonViXuLy": dossier.profile.unit,
        "NoiNopHoSo": "1" if dossier.online and chance.random() < 0.7 else "2",
        "TaiKhoanDuocXacThucVoiVNeID": "1" if vneid else "0",
        **_papers(dossier, chance),
        **_payment(dossier, chance),
        "DSKetNoiCSDL": (
            [{"MaCSDL": _POPULATION_DB}] if chance.random() < dossier.profile.population else []
        ),
        "DanhSachHoSoBoSung": [
            _supplement(item, moment) for item in dossier.supplements if item.asked <= moment
        ],
        "DanhSachGiayToKetQua": _results(dossier, chance) if _past(finished, moment) else [],
    }


def _status(dossier: SimulatedDossier, moment: datetime) -> Status:
    if moment >= dossier.ended:
        handed_over = dossier.handed_over is not None and moment >= dossier.handed_over
        return Status.HANDED_OVER if handed_over else _ENDED_AS[dossier.ending]
    if dossier.received is None or moment < dossier.received:
        return Status.REGISTERED
    if any(item.asked <= moment < item.answered for item in dossier.supplements):
        return Status.SUPPLEMENT_REQUESTED
    started = dossier.started is not None and moment >= dossier.started
    return Status.IN_PROCESS if started else Status.RECEIVED


def _promise(dossier: SimulatedDossier, moment: datetime) -> datetime | None:
    """Return the promised date, which moves only when a supplement is answered."""
    for item in dossier.supplements:
        if moment < item.answered:
            return item.promised_before
    return dossier.promised


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


def _papers(dossier: SimulatedDossier, chance: Random) -> dict[str, Any]:
    """Draw the dossier's papers; an office digitises a whole file or leaves part of it on paper."""
    profile = dossier.profile
    whole = chance.random() < profile.digitised
    reused = chance.random() < profile.reused
    stored = chance.random() < profile.stored
    rows = []
    for number in range(1, dossier.procedure.components + 1):
        digitised = whole or (number > 1 and chance.random() < 0.5)
        rows.append(
            {
                "TepDinhKemId": f"{dossier.code}/{number}",
                "TenTepDinhKem": f"thanh-phan-{number}.pdf",
                "MaThanhPhanHoSo": f"{dossier.procedure.code}-TP{number:02d}",
                "DuongDanTaiTepTin": f"https://example.invalid/{dossier.code}/{number}.pdf",
                "DuocSoHoa": "1" if digitised else "0",
                "DuocTaiSuDung": "1" if reused and number == 1 else "0",
                "DuocLayTuKhoDMQG": "1" if stored and number == 1 else "0",
                "MaKetQuaThayThe": "",
            }
        )
    some = any(row["DuocSoHoa"] == "1" for row in rows)
    return {"HoSoCoThanhPhanSoHoa": "1" if some else "0", "TaiLieuNop": rows}


def _payment(dossier: SimulatedDossier, chance: Random) -> dict[str, Any]:
    fee = dossier.procedure.fee
    if not fee:
        return {"DuocThanhToanTrucTuyen": "0", "DanhSachLePhi": []}
    exempt = chance.random() < 0.06
    paid = not exempt and chance.random() < dossier.profile.payment * (1 if dossier.online else 0.3)
    way = "2" if chance.random() < 0.25 else "1"
    return {
        "DuocThanhToanTrucTuyen": way if paid else "0",
        "DanhSachLePhi": [
            {
                "TenPhiLePhi": "Lệ phí",
                "MaPhiLePhi": f"LP-{dossier.procedure.code}",
                "HinhThucThu": "1",
                "Gia": "0" if exempt else str(fee),
                "LoaiPhiLePhi": "1",
            }
        ],
    }


def _results(dossier: SimulatedDossier, chance: Random) -> list[dict[str, str]]:
    electronic = chance.random() < dossier.profile.result
    return [
        {
            "TenGiayTo": f"Kết quả: {dossier.procedure.name}"[:200],
            "MaThanhPhanHoSo": "",
            "MaGiayToKetQua": dossier.procedure.result_code,
            "DuongDanTepTinKetQua": (
                f"https://example.invalid/{dossier.code}/ket-qua.pdf" if electronic else ""
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
