"""Search finds with or without marks, the nearest first, and says when there is nothing."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from phucvu.editions.finding import Editions
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import UnitNode, UnitTree, load_tree
from phucvu.web.formatting import plain
from phucvu.web.searching import Found, _distance, find
from tests.dossiers import listed

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def places(country: SimpleNamespace) -> SimpleNamespace:
    Unit.objects.filter(code="VT").update(name="UBND thành phố Vũng Tàu")
    Unit.objects.filter(code="VT.26506").update(name="Phường Thắng Tam")
    Unit.objects.create(
        code="VT.1", name="Phường Vũng Tàu Mới", kind=Kind.COMMUNE, parent=country.city
    )
    listed("1.013395", name="Cấp bản sao trích lục hộ tịch", field_name="Hộ tịch")
    return country


def found(question: str) -> Found:
    return find(question, load_tree(), Editions.open().today().scorecard)


@pytest.mark.parametrize(
    "question", ["vung tau", "Vũng Tàu", "VŨNG TÀU", "tau vung", "vt", "thanh pho vung tau"]
)
def test_marks_and_letter_case_do_not_matter(places: SimpleNamespace, question: str) -> None:
    assert found(question).units.shown[0].unit.code == "VT"


def test_the_nearest_comes_first(places: SimpleNamespace) -> None:
    codes = [hit.unit.code for hit in found("vung tau").units.shown]
    assert codes == ["VT", "VT.1"]
    assert found("thang tam").units.shown[0].path[-1].code == "VT"


def test_components_and_procedures_are_found_too(places: SimpleNamespace) -> None:
    assert found("2.1").components.shown[0].id == "2.1"
    assert "5.3" in [rule.id for rule in found("hai long").components.shown]
    (procedure,) = found("ho tich").procedures.shown
    assert procedure.code == "1.013395"
    assert found("1.013395").procedures.count == 1


def test_nothing_is_found_for_nothing(places: SimpleNamespace) -> None:
    assert found("").count == found("   ").count == found("xyzzy").count == 0


def test_the_page_links_to_what_was_found(client: Client, places: SimpleNamespace) -> None:
    page = client.get("/tim/?q=vung+tau").content.decode()
    links = re.findall(r'href="(/(?:don-vi|chi-so)/[^"]+)"', page)

    assert links[0] == "/don-vi/VT/"
    for link in links:
        assert client.get(link).status_code == 200
    assert "Không tìm thấy" in client.get("/tim/?q=xyzzy").content.decode()
    for odd in ("%00", "%3Cscript%3E", "a" * 5000, "%F0%9F%92%A9"):
        response = client.get(f"/tim/?q={odd}")
        assert (
            response.status_code == 200 and b"<script>" not in response.content.split(b"<main")[1]
        )


@given(st.lists(st.text(max_size=12), max_size=4), st.text(min_size=1, max_size=8))
def test_every_word_of_a_find_is_in_it(texts: list[str], word: str) -> None:
    words = plain(word).split()
    distance = _distance([plain(text) for text in texts], words)
    every = " ".join(plain(text) for text in texts)
    assert (distance is not None) == all(each in every for each in words)


def test_three_thousand_units_are_searched_quickly() -> None:
    from time import process_time

    tree = UnitTree(
        UnitNode(n, f"U{n}", f"Phường Thắng Lợi {n}", "commune", None, "Asia/Ho_Chi_Minh", False)
        for n in range(3_321)
    )
    scorecard = Editions.open().today().scorecard
    find("thang loi", tree, scorecard)
    began = process_time()
    assert find("thang loi 33", tree, scorecard).units.count > 10
    assert process_time() - began < 0.5
