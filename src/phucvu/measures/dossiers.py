"""The columns of dossiers."""

from __future__ import annotations

from phucvu.measures.vocabulary import Column, Type, Vocabulary, flag, moment, number, text

__all__ = ["DOSSIER"]

DOSSIER = Vocabulary(
    "dossier",
    [
        number("id", "the register's own number", "số thứ tự trong sổ"),
        number("unit_id", "the unit that handles the dossier", "đơn vị xử lý", "DonViXuLy"),
        text("code", "dossier code", "mã hồ sơ", "MaHoSo"),
        text("procedure_code", "procedure code", "mã thủ tục hành chính", "MaTTHC"),
        text("procedure_name", "procedure name", "tên thủ tục hành chính", "TenTTHC"),
        text("field_code", "code of the field of work", "mã lĩnh vực", "MaLinhVuc"),
        text("field_name", "name of the field of work", "tên lĩnh vực", "TenLinhVuc"),
        text(
            "channel",
            "how it was submitted: 'counter' (1 or empty), 'online' (2), 'post' (3)",
            "kênh thực hiện: 'counter' trực tiếp (1 hoặc trống), 'online' trực tuyến (2), "
            "'post' bưu chính công ích (3)",
            "KenhThucHien",
        ),
        text(
            "subject",
            "who applied: 'person', 'business', 'state', 'other' or ''",
            "đối tượng: 'person' cá nhân, 'business' doanh nghiệp, 'state' cơ quan nhà nước, "
            "'other' khác hoặc ''",
            "LoaiDoiTuong",
        ),
        text(
            "submitted_through",
            "which portal took it: 'national', 'provincial' or ''",
            "nơi nộp: 'national' Cổng quốc gia, 'provincial' cổng của tỉnh hoặc ''",
            "NoiNopHoSo",
        ),
        number(
            "status",
            "1 newly registered, 2 received, 3 not accepted, 4 in process, 5 supplement requested, "
            "6 fee requested, 7 withdrawn, 8 stopped, 9 finished, 10 handed over",
            "trạng thái: 1 mới đăng ký, 2 được tiếp nhận, 3 không được tiếp nhận, 4 đang xử lý, "
            "5 yêu cầu bổ sung, 6 yêu cầu nghĩa vụ tài chính, 7 công dân rút, 8 dừng xử lý, "
            "9 đã xử lý xong, 10 đã trả kết quả",
            "TrangThaiHoSo",
        ),
        moment("submitted_at", "when it was submitted", "ngày nộp hồ sơ", "NgayNopHoSo"),
        moment("received_at", "when it was received", "ngày tiếp nhận", "NgayTiepNhan"),
        moment("promised_at", "when the result is promised", "ngày hẹn trả", "NgayHenTra"),
        moment("finished_at", "when processing ended", "ngày kết thúc xử lý", "NgayKetThucXuLy"),
        moment("handed_over_at", "when the result was handed over", "ngày trả", "NgayTra"),
        moment("refused_at", "when it was refused or stopped", "ngày từ chối", "NgayTuChoi"),
        number(
            "supplements",
            "how many supplements were asked",
            "số lần yêu cầu bổ sung",
            "DanhSachHoSoBoSung",
        ),
        Column(
            "supplement_ms",
            Type.DURATION,
            False,
            "time between asking for supplements and receiving them, answered ones only",
            "tổng thời gian chờ bổ sung, chỉ tính các lần đã bổ sung",
            "DanhSachHoSoBoSung",
        ),
        moment(
            "supplement_open_at",
            "when the latest unanswered supplement was asked",
            "thời điểm yêu cầu bổ sung gần nhất chưa được đáp ứng",
            "DanhSachHoSoBoSung",
        ),
        flag("return_by_post", "the result goes by post", "trả kết quả qua bưu chính", "HinhThuc"),
        flag(
            "vneid",
            "the account was verified with VNeID",
            "tài khoản được xác thực với VNeID",
            "TaiKhoanDuocXacThucVoiVNeID",
        ),
        number(
            "payment",
            "online payment: 0 none, 1 on the national portal, 2 through another gateway, "
            "3 asked and not paid",
            "thanh toán trực tuyến: 0 không, 1 trên Cổng quốc gia, 2 qua cổng khác, "
            "3 đã yêu cầu, chưa thanh toán",
            "DuocThanhToanTrucTuyen",
        ),
        number("databases", "databases consulted", "số cơ sở dữ liệu đã kết nối", "DSKetNoiCSDL"),
        flag(
            "population_db",
            "the population database was consulted",
            "có khai thác CSDL quốc gia về dân cư",
            "DSKetNoiCSDL",
        ),
        flag(
            "has_digitised",
            "the file has digitised components",
            "hồ sơ có thành phần số hóa",
            "HoSoCoThanhPhanSoHoa",
        ),
        number("components", "components in the file", "số thành phần hồ sơ", "TaiLieuNop"),
        number(
            "components_digitised",
            "components that were digitised",
            "số thành phần được số hóa",
            "TaiLieuNop.DuocSoHoa",
        ),
        number(
            "components_reused",
            "components that were re-used",
            "số thành phần được tái sử dụng",
            "TaiLieuNop.DuocTaiSuDung",
        ),
        number(
            "components_from_store",
            "components taken from the citizen's national store",
            "số thành phần lấy từ kho dữ liệu của tổ chức, cá nhân",
            "TaiLieuNop.DuocLayTuKhoDMQG",
        ),
        number("fees", "fees and charges on the dossier", "số khoản phí, lệ phí", "DanhSachLePhi"),
        number("fee_total", "their sum, in VND", "tổng phí, lệ phí (đồng)", "DanhSachLePhi.Gia"),
        number("results", "result documents", "số giấy tờ kết quả", "DanhSachGiayToKetQua"),
        number(
            "result_files",
            "result documents with an electronic file",
            "số giấy tờ kết quả có tệp điện tử",
            "DanhSachGiayToKetQua.DuongDanTepTinKetQua",
        ),
        number(
            "results_coded",
            "result documents with a code",
            "số giấy tờ kết quả có mã",
            "DanhSachGiayToKetQua.MaGiayToKetQua",
        ),
        moment(
            "term_due_at",
            "when the procedure's longest term runs out; only where no result is promised for a "
            "day and the catalogue has the term",
            "thời điểm hết thời hạn giải quyết tối đa của thủ tục; chỉ khi không có ngày hẹn trả "
            "và danh mục có thời hạn",
        ),
        number("petitions", "petitions about it", "số phản ánh, kiến nghị về hồ sơ"),
        number(
            "lookups",
            "lookups in the population database for it",
            "số lượt tra cứu CSDL quốc gia về dân cư cho hồ sơ",
        ),
        text(
            "rating",
            "what the applicant thinks of it: 'very_satisfied', 'satisfied', 'not_satisfied' or ''",
            "đánh giá của người nộp: 'very_satisfied' rất hài lòng, 'satisfied' hài lòng, "
            "'not_satisfied' không hài lòng hoặc ''",
        ),
        number(
            "payments_free",
            "its payments of nothing: of 0 VND, or the applicant is exempt",
            "số khoản không phải nộp: 0 đồng hoặc được miễn",
        ),
        number(
            "payments_open",
            "its payments that are due and not paid",
            "số khoản phải nộp, chưa nộp",
        ),
        number(
            "payments_refunded",
            "its payments that were paid and paid back",
            "số khoản đã nộp và đã hoàn trả",
        ),
        number(
            "payments_national",
            "its payments paid on the national portal",
            "số khoản đã nộp trực tuyến trên Cổng quốc gia",
        ),
        number(
            "payments_gateway",
            "its payments paid online elsewhere",
            "số khoản đã nộp trực tuyến qua cổng khác",
        ),
        number("payments_cash", "its payments paid in cash", "số khoản đã nộp bằng tiền mặt"),
        number(
            "payments_transfer",
            "its payments paid by transfer",
            "số khoản đã nộp bằng chuyển khoản",
        ),
    ],
)
"""Dossiers: one row is one application under a procedure."""
