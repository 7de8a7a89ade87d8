"""Records of the synchronisation message for tests, with the personal data real ones carry."""

from __future__ import annotations

from typing import Any

# Nothing of this may ever be found in the store.
PERSONAL = {
    "MaDoiTuong": "MDT-0123456",
    "ChuHoSo": "Nguyễn Thị Bí Mật",
    "SoGiayToChuHoSo": "077300012345",
    "DiaChiChuHoSo": "12 Đường Kín",
    "Email": "bimat@example.vn",
    "SoDienThoai": "0909123456",
    "TrichYeuHoSo": "Hồ sơ của bà Bí Mật",
}


def message(code: str = "H29.01-261001-00001", **fields: Any) -> dict[str, Any]:
    """A dossier received and promised on 1 October 2026, in process; `fields` override."""
    return {
        "MaHoSo": code,
        "MaTTHC": "1.013395",
        "TenTTHC": "Đăng ký khai sinh",
        "MaLinhVuc": "G01",
        "TenLinhVuc": "Hộ tịch",
        "KenhThucHien": "2",
        "LoaiDoiTuong": "1",
        **PERSONAL,
        "NgayNopHoSo": "20261001080000",
        "NgayTiepNhan": "20261001081500",
        "NgayHenTra": "20261003170000",
        "NgayKetThucXuLy": "",
        "NgayTra": "",
        "NgayTuChoi": None,
        "TrangThaiHoSo": "4",
        "HinhThuc": "0",
        "NoiNopHoSo": "1",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "1",
        "DuocThanhToanTrucTuyen": "1",
        "DSKetNoiCSDL": [{"MaCSDL": "DANCU"}],
        "TaiLieuNop": [
            {
                "TenTepDinhKem": "CCCD Nguyễn Thị Bí Mật.pdf",
                "DuongDanTaiTepTin": "https://example.vn/bimat.pdf",
                "DuocSoHoa": "1",
                "DuocTaiSuDung": "2",
                "DuocLayTuKhoDMQG": "0",
            },
            {"DuocSoHoa": "0", "DuocTaiSuDung": "0", "DuocLayTuKhoDMQG": "1"},
        ],
        "DanhSachLePhi": [{"MaPhiLePhi": "P1", "Gia": "50000"}, {"Gia": 8000}],
        "DanhSachHoSoBoSung": [],
        "DanhSachGiayToKetQua": [
            {
                "TenGiayTo": "Giấy khai sinh Bí Mật",
                "MaGiayToKetQua": "KQ.G02.000354",
                "DuongDanTepTinKetQua": "/kq/1.pdf",
            },
            {"MaGiayToKetQua": "", "DuongDanTepTinKetQua": ""},
        ],
        **fields,
    }
