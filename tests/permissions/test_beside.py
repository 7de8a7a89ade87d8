"""An officer who tries to see what a sibling unit has: each try refused, and each audited."""

from __future__ import annotations

import pytest
from django.test import Client

from phucvu.accounts.models import ApiKey, AuditEntry
from phucvu.accounts.policy import Role
from phucvu.intake.models import Batch
from phucvu.register.models import Dossier
from tests.permissions.conftest import City, client_of, key_client

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DESK = "/ban-lam-viec/"


def refusals() -> list[tuple[str, str, str]]:
    rows = AuditEntry.objects.filter(outcome="refused").order_by("id")
    return list(rows.values_list("thing", "unit_code", "action"))


@pytest.fixture
def head(city: City) -> Client:
    """Head of one ward: may everything, there."""
    return client_of(Role.HEAD, city.own)


@pytest.mark.parametrize(
    ("thing", "address"),
    [
        pytest.param("dossiers", "ho-so/{code}/", id="page"),
        pytest.param("exports", "ho-so/{code}/xuat.csv", id="export"),
        pytest.param("dossiers", "ho-so/{code}/su-kien/", id="live event"),
        pytest.param("work", "viec/{code}/ban-do.geojson", id="map data"),
        pytest.param("dossiers", "ho-so/{code}/so/{code}-260302-1/", id="dossier"),
    ],
)
def test_a_siblings_dossiers_are_refused(
    city: City, head: Client, thing: str, address: str
) -> None:
    own = head.get(DESK + address.format(code=city.own.code))
    assert own.status_code == 200
    assert refusals() == []

    tried = DESK + address.format(code=city.beside.code)
    answer = head.get(tried)

    assert answer.status_code == 403
    assert f"{city.beside.code}-260302-1" not in answer.text.replace(tried, "")
    assert refusals() == [(thing, city.beside.code, f"GET {tried}"[:60])]


def test_a_guessed_address_below_ones_own_unit_is_refused(city: City, head: Client) -> None:
    answer = head.get(f"{DESK}ho-so/{city.own.code}/so/{city.beside.code}-260302-1/")

    assert answer.status_code == 403
    (entry,) = AuditEntry.objects.filter(outcome="refused")
    assert entry.unit_code == city.beside.code
    assert entry.detail == {"dossier": f"{city.beside.code}-260302-1"}


def test_the_api_refuses_a_siblings_dossiers(city: City) -> None:
    caller = key_client(ApiKey.Purpose.READ, city.own)
    address = "/api/v1/units/{}/dossiers"
    listed = caller.get(address.format(city.own.code)).json()
    assert f"{city.own.code}-260302-1" in [each["code"] for each in listed["dossiers"]]
    assert caller.get(address.format(city.below.code)).status_code == 200

    assert caller.get(address.format(city.beside.code)).status_code == 403
    assert caller.get(address.format(city.above.code)).status_code == 403
    sender = key_client(ApiKey.Purpose.SEND, city.own)
    assert sender.get(address.format(city.own.code)).status_code == 403
    assert [row[:2] for row in refusals()] == [
        ("read", city.beside.code),
        ("read", city.above.code),
        ("read", ""),
    ]


def test_a_key_to_read_cannot_send(city: City) -> None:
    reader = key_client(ApiKey.Purpose.READ, city.own)
    assert reader.post("/api/v1/dossiers", [], "application/json").status_code == 403
    assert [row[0] for row in refusals()] == ["send"]


def test_the_administration_shows_ones_own_rows_only(city: City, head: Client) -> None:
    own, other = (Dossier.objects.get(code=f"{u.code}-260302-1") for u in (city.own, city.beside))
    listed = head.get("/admin/register/dossier/")
    assert own.code in listed.text
    assert f"{city.below.code}-260302-1" in listed.text
    assert other.code not in listed.text
    assert head.get(f"/admin/register/dossier/{own.pk}/change/").status_code == 200
    # Django says that there is no such row: one cannot even tell whether there is.
    assert head.get(f"/admin/register/dossier/{other.pk}/change/")["Location"] == "/admin/"

    assert Batch.objects.count() == 2
    page = head.get("/admin/intake/batch/").text
    assert "sender of H29.01" in page
    assert "sender of H29.02" not in page


def test_figures_are_typed_in_for_ones_own_units_only(city: City, head: Client) -> None:
    form = {
        "ky": "2026-Q3", "chi-so": "1.1", "tu-so": "1", "mau-so": "2",
        "thoi-diem": "2026-10-01T08:00",
    }  # fmt: skip
    address = f"{DESK}so-lieu/nhap/"
    assert head.post(address, {**form, "don-vi": city.beside.code}).status_code == 422
    assert head.post(address, {**form, "don-vi": city.own.code}).status_code == 302
    line = AuditEntry.objects.get(action="figures.stated")
    assert (line.actor, line.thing) == ("head-H29.01", "figures")
    assert line.detail["figure"] == "H29.01 2026-Q3 1.1 20261001T080000"


def test_an_officer_sees_its_unit_not_what_is_below(city: City) -> None:
    officer = client_of(Role.OFFICER, city.own)
    assert officer.get(f"{DESK}ho-so/{city.own.code}/").status_code == 200
    assert officer.get(f"{DESK}ho-so/{city.below.code}/").status_code == 403
    assert city.below.name not in officer.get(f"{DESK}ho-so/").text


def test_what_one_sees_is_audited(city: City, head: Client) -> None:
    head.get(f"{DESK}ho-so/{city.own.code}/")
    b"".join(head.get(f"{DESK}ho-so/{city.own.code}/xuat.csv").streaming_content)
    seen = AuditEntry.objects.filter(outcome="seen").order_by("id")
    assert list(seen.values_list("action", "unit_code", "actor")) == [
        ("dossiers.list", "H29.01", "head-H29.01"),
        ("dossiers.export", "H29.01", "head-H29.01"),
    ]
