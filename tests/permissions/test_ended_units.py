"""The open dossiers of a unit that ended: who has the work now sees them, and nobody else."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.test import Client

from phucvu.accounts.models import ApiKey
from phucvu.accounts.policy import Role
from phucvu.units import actions
from phucvu.units.mandate import Mandate, decision_of
from tests.dossiers import unit
from tests.permissions.conftest import City, client_of, key_client

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DESK = "/ban-lam-viec/"


@pytest.fixture
def mandate(db: None) -> Mandate:
    return Mandate(decision_of("1685/NQ-UBTVQH15"), date(2026, 7, 1))


def opened(client: Client, at: str, number: str) -> int:
    return client.get(f"{DESK}ho-so/{at}/so/{number}/").status_code


def test_whoever_took_a_unit_over_works_off_its_dossiers(city: City, mandate: Mandate) -> None:
    head, theirs = client_of(Role.HEAD, city.own), f"{city.beside.code}-260302-1"
    assert theirs not in head.get(f"{DESK}ho-so/{city.own.code}/").text
    assert opened(head, city.own.code, theirs) == 403

    actions.merge(mandate, [city.beside], city.own)

    page = head.get(f"{DESK}ho-so/{city.own.code}/").text
    assert theirs in page and city.beside.name in page
    assert opened(head, city.own.code, theirs) == 200
    export = head.get(f"{DESK}ho-so/{city.own.code}/xuat.csv")
    assert theirs in b"".join(export.streaming_content).decode()  # type: ignore[attr-defined]
    # In the list of units the one that ended has no line; its work stands with the other's.
    listed = head.get(f"{DESK}ho-so/").text
    assert city.own.name in listed and f"/ho-so/{city.beside.code}/" not in listed


def test_a_key_to_read_reads_them_too(city: City, mandate: Mandate) -> None:
    caller, theirs = key_client(ApiKey.Purpose.READ, city.own), f"{city.beside.code}-260302-1"
    explained = f"/api/v1/dossiers/{theirs}/explanation"
    assert caller.get(explained).status_code == 404

    actions.merge(mandate, [city.beside], city.own)

    listed = caller.get(f"/api/v1/units/{city.own.code}/dossiers").json()
    assert theirs in [each["code"] for each in listed["dossiers"]]
    assert caller.get(explained).status_code == 200


def test_of_a_split_unit_what_lies_above_all_parts_has_the_work(
    city: City, mandate: Mandate
) -> None:
    other, theirs = unit("H29.03", city.above), f"{city.beside.code}-260302-1"
    head, of_city = client_of(Role.HEAD, city.own), client_of(Role.HEAD, city.above)

    actions.split(mandate, city.beside, [(city.own, Fraction(1, 2)), (other, Fraction(1, 2))])

    assert theirs not in head.get(f"{DESK}ho-so/{city.own.code}/").text
    assert opened(head, city.own.code, theirs) == 403
    assert theirs in of_city.get(f"{DESK}ho-so/{city.above.code}/").text
    assert opened(of_city, city.above.code, theirs) == 200


def test_what_nobody_took_over_is_work_of_what_it_belonged_to(city: City, mandate: Mandate) -> None:
    head, theirs = client_of(Role.HEAD, city.own), f"{city.below.code}-260302-1"
    actions.end(mandate, city.below)
    assert theirs in head.get(f"{DESK}ho-so/{city.own.code}/").text
    assert opened(head, city.own.code, theirs) == 200
