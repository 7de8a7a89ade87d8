"""A department states figures of the indicators it leads, over its subtree, and no others."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import Role
from phucvu.editions.finding import Editions
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.register import indicators
from phucvu.register.models import StatedFigure
from tests.permissions.conftest import City, client_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PAGE = "/ban-lam-viec/so-lieu/"
TYPE = f"{PAGE}nhap/"
HEAD = "unit_code,period,indicator,numerator,denominator,source,as_of\n"


def row(unit: str, indicator: str, source: str = "") -> str:
    return f"{unit},2026-Q3,{indicator},1,2,{source},2026-10-01\n"


def bring(client: Client, text: str):
    return client.post(PAGE, {"tep": SimpleUploadedFile("so-lieu.csv", text.encode())})


def stated() -> set[tuple[str, str]]:
    return set(StatedFigure.objects.values_list("unit__code", "indicator"))


@pytest.mark.parametrize(
    ("role", "own"),
    [
        pytest.param(Role.JUSTICE, {"4.7"}, id="justice"),
        pytest.param(Role.POLICE, {"4.5", "4.6"}, id="police"),
        pytest.param(Role.CULTURE, {"3.1", "3.2", "3.3"}, id="culture"),
    ],
)
def test_a_lead_brings_figures_of_its_indicators(city: City, role: Role, own: set[str]) -> None:
    assert indicators.words_of(Editions.open().today()).leads[role] == own
    everywhere = [place.code for place in city.all.values()]
    tried = ["1.1", "3.1", "3.2", "3.3", "4.5", "4.6", "4.7", "TOTAL", "BCQG"]

    answer = bring(
        client_of(role, city.own), HEAD + "".join(row(u, i) for u in everywhere for i in tried)
    )

    assert answer.status_code == 422
    assert stated() == {(unit, each) for unit in (city.own.code, city.below.code) for each in own}
    line = AuditEntry.objects.get(action="figures.stated")
    assert (line.thing, line.detail["accepted"]) == ("figures", 2 * len(own))
    assert line.detail["refused"] == 4 * len(tried) - 2 * len(own)
    batch = Batch.objects.get(kind="figure")
    assert (batch.unit, batch.origin) == (city.own, f"so-lieu.csv ({role.value}-{city.own.code})")
    assert RefusedRecord.objects.filter(batch=batch).count() == line.detail["refused"]


def test_a_head_brings_any_but_what_the_portal_published(city: City) -> None:
    head = client_of(Role.HEAD, city.own)
    good = bring(head, HEAD + row(city.own.code, "1.1") + row(city.own.code, "4.7", "typed"))
    assert (good.status_code, len(stated())) == (200, 2)
    bad = bring(head, HEAD + row(city.own.code, "5.1", "published"))
    assert (bad.status_code, len(stated())) == (422, 2)
    assert "5.1" in bad.text
    assert Batch.objects.filter(kind="figure", unit=city.own).count() == 2


def test_files_that_cannot_be_read_are_told(city: City) -> None:
    head = client_of(Role.HEAD, city.own)
    files = {"x.csv": b"a,b\n1,2\n", "x.xlsx": HEAD.encode(), "x.doc": b"", "x.json": b"{"}
    for name, content in files.items():
        answer = head.post(PAGE, {"tep": SimpleUploadedFile(name, content or b"?")})
        assert answer.status_code == 422, name
        assert 'role="alert"' in answer.text
        assert "/tmp" not in answer.text  # noqa: S108 - where it lies here is nobody's business
    large = SimpleUploadedFile("x.csv", b"," * (4 * 1024 * 1024 + 1))
    assert head.post(PAGE, {"tep": large}).status_code == 422
    many = HEAD + row(city.own.code, "1.1") * 10_001
    assert bring(head, many).status_code == 422
    assert head.post(PAGE).status_code == 422
    assert not StatedFigure.objects.exists()


def typed(unit: str, indicator: str, **fields: str) -> dict[str, str]:
    """The form as it is filled in: the unit as chosen from the list."""
    given = {"don-vi": f"{unit} Đơn vị {unit}", "ky": "2026-Q3", "chi-so": indicator}
    return {**given, "tu-so": "1", "mau-so": "2", "thoi-diem": "2026-10-01T08:00", **fields}


def test_typing_in_is_limited_alike(city: City) -> None:
    justice, head = client_of(Role.JUSTICE, city.own), client_of(Role.HEAD, city.own)
    shown = justice.get(PAGE).text
    assert 'value="4.7"' in shown
    assert 'value="1.1"' not in shown
    assert f'value="{city.own.code} ' in shown
    assert f'value="{city.beside.code} ' not in shown
    own = city.own.code
    assert justice.post(TYPE, typed(own, "1.1")).status_code == 422
    assert justice.post(TYPE, typed(own, "BCQG", **{"tu-so": ""})).status_code == 422
    assert justice.post(TYPE, typed(city.beside.code, "4.7")).status_code == 422
    # What was not taken in is told at once, and is nothing to be mended later.
    assert not Batch.objects.filter(kind="figure").exists()
    assert justice.post(TYPE, typed(own, "4.7")).status_code == 302
    assert head.post(TYPE, typed(own, "1.1")).status_code == 302
    assert head.post(TYPE, typed(own, "BCQG", **{"tu-so": ""})).status_code == 302
    assert stated() == {(own, "4.7"), (own, "1.1"), (own, "BCQG")}

    assert head.post(TYPE, typed(own, "4.7", **{"tu-so": "2"})).status_code == 302
    assert StatedFigure.objects.get(indicator="4.7").numerator == 2
    last = Batch.objects.latest("pk")
    assert f"head-{own}" in last.origin
    done = head.post(f"/ban-lam-viec/lo/{last.pk}/thu-hoi/", {"ly-do": "nhầm"})
    assert done.status_code == 302
    assert StatedFigure.objects.get(indicator="4.7").numerator == 1
    assert justice.get(f"/ban-lam-viec/lo/{last.pk}/").status_code == 403


def test_who_leads_in_one_ward_and_heads_another_may_each_there(city: City) -> None:
    from django.contrib.auth.models import User

    from tests.permissions.conftest import PASSWORD, granted, signed_in

    both = User.objects.create_user("both", password=PASSWORD)
    granted(both, Role.JUSTICE, city.own)
    granted(both, Role.HEAD, city.beside)
    client = signed_in(both)
    bring(client, HEAD + row(city.own.code, "1.1") + row(city.beside.code, "1.1"))
    assert stated() == {(city.beside.code, "1.1")}
    assert client.post(TYPE, typed(city.own.code, "1.1")).status_code == 422
    assert stated() == {(city.beside.code, "1.1")}


def test_a_file_of_the_upload_page_is_limited_alike(city: City) -> None:
    """The page for every kind asks the same: it is the same way in."""
    from phucvu.intake.models import Upload
    from phucvu.intake.uploads import worker

    office = client_of(Role.OFFICE, city.own)
    content = HEAD + row(city.own.code, "1.1") + row(city.beside.code, "1.1")
    content += row(city.own.code, "1.2", "published")
    office.post("/ban-lam-viec/tai-len/", {"tep": SimpleUploadedFile("f.csv", content.encode())})
    Upload.objects.update(state=Upload.State.WAITING)
    worker.run_waiting()
    taken = Upload.objects.get()
    assert (taken.state, taken.accepted, taken.refused) == ("done", 1, 2)
    assert stated() == {(city.own.code, "1.1")}
