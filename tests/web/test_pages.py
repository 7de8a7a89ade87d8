"""Every page, with figures and without, as a reader without scripts gets it."""

from __future__ import annotations

import html
import re
from importlib.resources import files
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from phucvu.units.models import Kind
from tests.dossiers import unit
from tests.web.conftest import state

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EVERY_PAGE = [
    "/",
    "/?ky=2026-Q1",
    "/?sap-xep=ten",
    "/?sap-xep=-TDGQ",
    "/ban-do/",
    "/ban-do/VN/?loai=province&ky=2026&chi-so=TDGQ",
    "/ban-do/VT/?loai=commune&chi-so=2.1&sap-xep=ten",
    "/ban-do/VT.26506/",
    "/bang-xep-hang/VN/?loai=province&ky=2026",
    "/bang-xep-hang/VT/?loai=commune",
    "/bang-xep-hang/VN/dien-bien/",
    "/bang-xep-hang/VT/dien-bien/?loai=commune&ky=2026",
    "/bang-xep-hang/VT.26506/dien-bien/",
    "/bang-xep-hang/VT.26506/",
    "/don-vi/VN/",
    "/don-vi/H20/",
    "/don-vi/H30/",
    "/don-vi/VT/",
    "/don-vi/VT.26506/?ky=2026-03",
    "/don-vi/VT.26506/?ky=2019",
    "/don-vi/VT/thu-tuc/",
    "/don-vi/VT.26506/thu-tuc/?ky=2019",
    "/thu-tuc/1.000001/?don-vi=VT",
    "/thu-tuc/1.000001/?don-vi=VT.26506&ky=2019",
    "/don-vi/VT.26506/?ky=1900",
    *(f"/chi-so/{id_}/" for id_ in ("1.1", "1.4", "2.1", "2.2", "3.3", "4.7", "5.1")),
    "/chi-so/2.1/?don-vi=VT.26506&ky=2026",
    "/chi-so/2.1/?don-vi=VT&loai=district_department",
    "/bo-chi-so/",
    "/du-lieu/",
    "/tim/",
    "/tim/?q=don vi",
    "/nhung/",
    "/nhung/?don-vi=VT.26506",
    "/du-lieu/?don-vi=VT.26506&ky=2026-03",
    "/gioi-thieu/",
]


def text_of(page: str) -> str:
    """What a reader sees: no tags, no runs of blanks."""
    return re.sub(r"[ \t\n]+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page))).strip()


def get(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, address
    return response.content.decode()


@pytest.fixture
def browser(client: Client) -> Client:
    """A visitor; what goes wrong in a page is raised here."""
    return client


@pytest.mark.parametrize("address", EVERY_PAGE)
def test_every_page_renders(browser: Client, country: SimpleNamespace, address: str) -> None:
    page = get(browser, address)
    assert '<html lang="vi"' in page
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert 'href="#noi-dung"' in page
    assert "None" not in text_of(page)
    # Ids are unique, or links and live changes go astray.
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), [each for each in ids if ids.count(each) > 1]


@pytest.mark.parametrize(
    "address", ["/", "/ban-do/", "/bo-chi-so/", "/gioi-thieu/", "/chi-so/2.1/"]
)
def test_pages_without_any_unit(browser: Client, address: str) -> None:
    get(browser, address)


def test_an_empty_store_says_what_to_do(browser: Client) -> None:
    page = text_of(get(browser, "/"))
    assert "Chưa có đơn vị nào" in page
    assert "phucvu" in page


@pytest.mark.parametrize(
    "address",
    [
        "/khong-co/",
        "/don-vi/XX/",
        "/bang-xep-hang/XX/",
        "/chi-so/9.9/",
        "/don-vi/H20/?ky=quy-3",
        "/?loai=commune",
        "/?loai=nothing",
        "/chi-so/2.1/?don-vi=XX",
        "/don-vi/XX/thu-tuc/",
        "/thu-tuc/9.9/",
    ],
)
def test_what_is_not_there_is_a_404_in_vietnamese(
    browser: Client, country: SimpleNamespace, address: str
) -> None:
    response = browser.get(address)
    assert response.status_code == 404
    assert "Không tìm thấy trang" in response.content.decode()


def test_a_published_figure_with_source_moment_and_flag(
    browser: Client, country: SimpleNamespace
) -> None:
    page = text_of(get(browser, "/don-vi/H20/?ky=2026"))
    assert "358.660 ÷ 405.424" in page
    assert "88,47\N{NO-BREAK SPACE}%" in page
    assert "17,69 / 20 điểm" in page
    assert "còn thiếu 2,31" in page
    assert "Cổng DVCQG công bố" in page
    assert "10/10/2026 08:30" in page
    assert "mẫu số tạm tính" in page
    assert "358.660 ÷ 405.424 × 100 = 88,47 %" in page
    assert "Cần thêm 46.764 trong 405.424 để đạt 100" in page


def test_not_provided_is_said_and_is_no_zero(browser: Client, country: SimpleNamespace) -> None:
    page = get(browser, "/don-vi/H30/?ky=2026")
    part = text_of(
        re.search(r'<article class="part" id="chi-so-2\.1">.*?</article>', page, re.S)[0]
    )
    assert "chưa cung cấp" in part
    assert "0,00" not in part
    assert "Tổng điểm: chưa cung cấp" in page


def test_a_zero_is_shown_and_ranked_and_silence_is_last(
    browser: Client, country: SimpleNamespace
) -> None:
    page = get(browser, "/?ky=2026")
    rows = {
        code: text_of(re.search(rf'<tr role="row" id="u-{code}".*?</tr>', page, re.S)[0])
        for code in ("H20", "H30", "H40")
    }
    assert "0,00" in rows["H40"]
    assert rows["H40"].startswith("2")
    assert "chưa cung cấp" in rows["H30"]
    assert "0,00" not in rows["H30"]
    assert "Chưa xếp hạng" in rows["H30"]
    assert page.index("u-H20") < page.index("u-H40") < page.index("u-H30")


def test_a_partial_total_says_so(browser: Client, country: SimpleNamespace) -> None:
    page = text_of(get(browser, "/don-vi/H20/?ky=2026"))
    assert "chỉ số thành phần chưa cung cấp" in page
    assert "chưa đủ số liệu" in page
    assert "Xuất sắc" not in page


def test_counts_from_dossiers_say_that_they_are(browser: Client, country: SimpleNamespace) -> None:
    page = text_of(get(browser, "/don-vi/VT.26506/?ky=2026"))
    assert "1 ÷ 2" in page
    assert "đếm từ hồ sơ" in page
    assert "gộp từ 1/1 đơn vị" in text_of(get(browser, "/don-vi/VT/?ky=2026"))


@pytest.mark.parametrize("address", ["/don-vi/VT/", "/don-vi/VT.26506/", "/bang-xep-hang/VT/",
                                     "/chi-so/2.1/?don-vi=VT"])  # fmt: skip
def test_simulated_data_is_labelled(
    browser: Client, country: SimpleNamespace, address: str
) -> None:
    assert "Dữ liệu mô phỏng." in text_of(get(browser, address))


def test_real_data_is_not_called_simulated(browser: Client, country: SimpleNamespace) -> None:
    assert "mô phỏng" not in text_of(get(browser, "/don-vi/H20/"))


def test_a_component_page_has_meaning_rule_and_clause(
    browser: Client, country: SimpleNamespace
) -> None:
    page = text_of(get(browser, "/chi-so/2.1/?don-vi=H20&ky=2026"))
    assert "bao nhiêu phần đã xong đúng hẹn hoặc còn trong hạn" in page
    assert "tỷ lệ × 20 ÷ 100\N{NO-BREAK SPACE}%, tối đa 20 điểm" in page
    assert "QĐ 766/QĐ-TTg, nhóm 2" in page
    assert "độ tin cậy cao" in page
    assert "88,47 × 20 ÷ 100" in page or "358.660 ÷ 405.424 × 100 × 20 ÷ 100" in page


def test_a_component_page_shows_the_rule_as_published(
    browser: Client, country: SimpleNamespace
) -> None:
    page = get(browser, "/chi-so/3.3/")
    card = html.unescape(page)
    # What the edition says first, then what it leaves to the one it extends.
    assert card.index('"3.3": {published: counts}') < card.index("target: 50")
    for name in ("qd766-portal-2026", "qd766-common"):
        assert f"/bo-chi-so/{name}.yaml" in page
        answer = browser.get(f"/bo-chi-so/{name}.yaml")
        path = files("phucvu.scorecards").joinpath(f"{name}.yaml")
        assert answer.content.decode() == path.read_text("utf-8")
    assert browser.get("/bo-chi-so/settings.yaml").status_code == 404


def test_a_component_page_says_how_units_spread(browser: Client, country: SimpleNamespace) -> None:
    for number, on_time in enumerate((50, 60, 70, 100, 100)):
        one = unit(f"P{number}", country.top, Kind.PROVINCE)
        state(one, "2.1", on_time, 100)
    page = get(browser, "/chi-so/2.1/?don-vi=P1")
    text = text_of(page).replace("\N{NO-BREAK SPACE}", " ")
    # With Đơn vị H20 at 88.46 and H40 at 0: seven, the fourth of which is the middle.
    assert "Một nửa trong 7 đơn vị đạt từ 70,00 % trở lên" in text
    assert "2 đơn vị đạt điểm tối đa (từ 100 %)" in text
    assert page.count("histogram-bar is-own") == 1
    best = page.split("Cao nhất")[1].split("Thấp nhất")
    assert "Đơn vị P3" in best[0]
    assert "Đơn vị H40" in best[1].split("Tiến bộ")[0]


def test_sorting_needs_no_script(browser: Client, country: SimpleNamespace) -> None:
    page = get(browser, "/?ky=2026&sap-xep=-TDGQ")
    assert 'aria-sort="ascending"' in page
    assert page.index("u-H40") < page.index("u-H20") < page.index("u-H30")


def test_the_scorecard_lists_every_component(browser: Client) -> None:
    page = get(browser, "/bo-chi-so/")
    for id_ in ("1.1", "2.2", "3.6", "4.7", "5.3"):
        assert f'href="/chi-so/{id_}/"' in page


def test_only_own_scripts_and_none_inline(browser: Client, country: SimpleNamespace) -> None:
    response = browser.get("/don-vi/H20/")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    page = response.content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
    assert re.findall(r'\son\w+="', page) == []
    addresses = re.findall(r'(?:src|href)="(https?:|//)', page)
    assert addresses == []


def test_vietnamese_until_somebody_chooses(browser: Client, country: SimpleNamespace) -> None:
    english_browser = {"accept-language": "en-US,en;q=0.9"}
    assert '<html lang="vi"' in get(browser, "/", **english_browser)
    response = browser.post("/i18n/setlang/", {"language": "en", "next": "/don-vi/H20/?ky=2026"})
    assert response.headers["Location"] == "/don-vi/H20/?ky=2026"
    page = get(browser, "/don-vi/H20/?ky=2026")
    assert '<html lang="en"' in page
    assert "Six groups" in page
    assert "358,660 ÷ 405,424" in text_of(page)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "tlh"
    assert '<html lang="vi"' in get(browser, "/")


def test_an_open_page_can_ask_for_its_main_part_only(
    browser: Client, country: SimpleNamespace
) -> None:
    response = browser.get("/don-vi/VT.26506/", headers={"X-Fragment": "main"})
    part = response.content.decode().strip()
    assert part.startswith("<main")
    assert part.endswith("</main>")
    assert 'data-live-units="VT.26506"' in part
    assert "X-Fragment" in response.headers["Vary"]


def test_number_of_queries_does_not_grow_with_the_units(
    browser: Client, country: SimpleNamespace, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        get(browser, "/?ky=2026")


def test_pages_are_compressed(browser: Client, country: SimpleNamespace) -> None:
    response = browser.get("/", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
