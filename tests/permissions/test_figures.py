"""A department states figures of the indicators it leads, over its subtree, and no others."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from phucvu.accounts.models import AuditEntry
from phucvu.accounts.policy import LED, Role
from phucvu.register.models import NationalReport, StatedFigure
from tests.permissions.conftest import City, client_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PAGE = "/ban-lam-viec/so-lieu/"
ADD = "/admin/register/statedfigure/add/"
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
    assert LED[role] == own
    everywhere = [place.code for place in city.all.values()]
    tried = ["1.1", "3.1", "3.2", "3.3", "4.5", "4.6", "4.7", "TOTAL", "BCQG"]

    answer = bring(
        client_of(role, city.own), HEAD + "".join(row(u, i) for u in everywhere for i in tried)
    )

    assert answer.status_code == 422
    assert stated() == {(unit, each) for unit in (city.own.code, city.below.code) for each in own}
    assert not NationalReport.objects.exists()
    line = AuditEntry.objects.get(action="figures.stated")
    assert (line.thing, line.detail["added"]) == ("figures", 2 * len(own))
    assert line.detail["refused"] == 4 * len(tried) - 2 * len(own)


def test_a_head_brings_any_but_what_the_portal_published(city: City) -> None:
    head = client_of(Role.HEAD, city.own)
    good = bring(head, HEAD + row(city.own.code, "1.1") + row(city.own.code, "4.7", "typed"))
    assert (good.status_code, len(stated())) == (200, 2)
    bad = bring(head, HEAD + row(city.own.code, "5.1", "published"))
    assert (bad.status_code, len(stated())) == (422, 2)
    assert "so-lieu.csv" in bad.text


def test_files_that_cannot_be_read_are_told(city: City) -> None:
    head = client_of(Role.HEAD, city.own)
    for content in ("a,b\n1,2\n", HEAD.encode() + "Phường".encode("utf-16")):
        data = content if isinstance(content, bytes) else content.encode()
        answer = head.post(PAGE, {"tep": SimpleUploadedFile("x.csv", data)})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert head.post(PAGE).status_code == 422
    assert not StatedFigure.objects.exists()


def test_typing_in_is_limited_alike(city: City) -> None:
    justice = client_of(Role.JUSTICE, city.own)
    form = {
        "unit": city.own.pk, "period": "2026-Q3", "numerator": "1", "denominator": "2",
        "as_of_0": "2026-10-01", "as_of_1": "08:00:00",
    }  # fmt: skip
    assert 'value="4.7"' in justice.get(ADD).text
    assert 'value="1.1"' not in justice.get(ADD).text
    assert justice.post(ADD, {**form, "indicator": "1.1"}).status_code == 200
    assert justice.post(ADD, {**form, "indicator": "4.7"}).status_code == 302
    client_of(Role.HEAD, city.own).post(ADD, {**form, "indicator": "1.1"})
    assert stated() == {(city.own.code, "4.7"), (city.own.code, "1.1")}

    own, other = (StatedFigure.objects.get(indicator=each) for each in ("4.7", "1.1"))
    changed = {**form, "numerator": "2", "indicator": "4.7"}
    address = "/admin/register/statedfigure/{}/change/"
    assert justice.get(address.format(other.pk)).status_code == 200
    assert justice.post(address.format(other.pk), changed).status_code == 403
    assert justice.post(address.format(own.pk), changed).status_code == 302
    delete = f"/admin/register/statedfigure/{other.pk}/delete/"
    assert justice.post(delete, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [own.pk, other.pk], "post": "yes"}
    justice.post("/admin/register/statedfigure/", chosen)
    assert StatedFigure.objects.count() == 2
    assert StatedFigure.objects.get(pk=own.pk).numerator == 2
    assert justice.get("/admin/register/nationalreport/").status_code == 403


def test_who_leads_in_one_ward_and_heads_another_may_each_there(city: City) -> None:
    from django.contrib.auth.models import User

    from tests.permissions.conftest import PASSWORD, granted, signed_in

    both = User.objects.create_user("both", password=PASSWORD)
    granted(both, Role.JUSTICE, city.own)
    granted(both, Role.HEAD, city.beside)
    client = signed_in(both)
    bring(client, HEAD + row(city.own.code, "1.1") + row(city.beside.code, "1.1"))
    assert stated() == {(city.beside.code, "1.1")}
    form = {
        "unit": city.own.pk, "period": "2026-Q3", "numerator": "1", "denominator": "2",
        "as_of_0": "2026-10-01", "as_of_1": "08:00:00", "indicator": "1.1",
    }  # fmt: skip
    assert client.post(ADD, form).status_code == 200
    assert stated() == {(city.beside.code, "1.1")}
