"""Every address of the site, asked for as every role, answers as the table in the docs says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, resolve

from phucvu.accounts.administration import Site
from phucvu.accounts.models import ApiKey, AuditEntry
from phucvu.accounts.policy import BY_KEY, LEADING, PUBLIC, TABLE, Answer, Resource, Role, Standing
from phucvu.accounts.policy.describing import as_markdown
from phucvu.config.route_permissions import route_permission_at
from phucvu.scorecards import load
from tests.conftest import ROOT
from tests.permissions.conftest import PASSWORD, City, client_of, key_client, signed_in

pytestmark = [pytest.mark.database, pytest.mark.django_db]

# What a part of an address may be, beside the unit's code.
_PARTS = {
    "id_": "2.1", "edition": "qd766-common", "kind": "dossiers", "key": "abc",
    "provider_id": "sso", "app_label": "register",
    "url": "khong-co/",
}  # fmt: skip
_QUERIES = {
    "/admin/autocomplete/": "?app_label=register&model_name=dossier&field_name=unit",
}
_LOGIN = "/tai-khoan/login/"
_SENDING = (Resource.SEND, Resource.SEND_CATALOGUE)
# Where the code is a dossier's: the fixture has one in each unit. What lies elsewhere is not there.
_OF_DOSSIERS = "api/v1/dossiers/<raw_code:code>/explanation"


@dataclass(frozen=True)
class Address:
    """An address with its parts still open, and the names of those parts."""

    route: str
    pattern: URLPattern

    def filled(self, code: str) -> str:
        """The address with a unit's code, and something in every other part."""
        text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", self.route)
        text = re.sub(r"<uuid:\w+>", str(UUID(int=1)), text)
        code = f"{code}-260302-1" if self.route == _OF_DOSSIERS else code
        text = re.sub(r"[{<](?:\w+:)?code[}>]", code, text)
        text = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: _PARTS.get(found[1], "1"), text)
        return "/" + re.sub(r"[\^$\\]", "", text)

    @property
    def is_section(self) -> bool:
        """Whether it lies in a section of the administration site."""
        return re.match(r"admin/\w+/\w+/", self.route) is not None

    @property
    def names_unit(self) -> bool:
        return "code>" in self.route


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[Address]:
    """Every address there is."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, route)
        else:
            yield Address(route, pattern)


def expected(role: Role | Standing, thing: Resource, place: str | None) -> bool:
    """What the table says, in the test's own words."""
    if thing in PUBLIC:
        return True
    row = TABLE[thing]
    answer = row.get(role, Answer.NO)
    if isinstance(role, Role):
        answer = row.get(role, row.get(Standing.ACCOUNT, Answer.NO))
    if answer in (Answer.YES, Answer.NO) or place is None:
        return answer is not Answer.NO
    return place == "own" or (place == "below" and answer is Answer.SUBTREE)


def let_in(client: Client, address: str, thing: Resource) -> bool:
    """Whether the address opens; what it then answers (404, 405) is its own affair."""
    address += _QUERIES.get(address, "")
    # A stream is not read: closing it would close the test's connection.
    response = client.get(address)
    if thing in PUBLIC:
        return response.status_code != 403
    if response.status_code == 404 and address.endswith("/explanation"):
        return False
    sent_away = response.headers.get("Location") == f"{_LOGIN}?next={quote(address)}"
    return response.status_code not in (401, 403) and not sent_away


@pytest.fixture
def callers(city: City) -> dict[Role | Standing, Client]:
    """One for each column of the table; whoever holds something holds it on `own`."""
    found: dict[Role | Standing, Client] = {role: client_of(role, city.own) for role in Role}
    account = User.objects.create_user("nobody", password=PASSWORD)
    administrator = User.objects.create_superuser("admin", password=PASSWORD)
    return found | {
        Standing.ANYONE: Client(),
        Standing.ACCOUNT: signed_in(account),
        Standing.ADMINISTRATOR: signed_in(administrator),
        Standing.SENDING_KEY: key_client(ApiKey.Purpose.SEND, city.own),
        Standing.READING_KEY: key_client(ApiKey.Purpose.READ, city.own),
        Standing.CATALOGUE_KEY: key_client(ApiKey.Purpose.CATALOGUE, city.own),
    }


def test_routes_and_roles(
    city: City, callers: dict[Role | Standing, Client], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: list[str] = []
    asked = routes = 0
    for address in addresses():
        routes += 1
        route_permission = route_permission_at(resolve(address.filled(city.own.code)))
        assert route_permission is not None, (
            f"{address.route}: declare what it is about (accounts.route_permissions)"
        )
        for role, client in callers.items():
            if route_permission.thing in _SENDING or address.is_section:
                continue  # below: taken by POST only; asks for itself
            bound = bool(route_permission.unit_in) or route_permission.thing in BY_KEY
            assert bound == (address.names_unit and route_permission.thing not in PUBLIC), (
                address.route
            )
            for place in city.all if bound else [None]:
                at = city.all[place or "own"].code
                opened = let_in(client, address.filled(at), route_permission.thing)
                asked += 1
                if opened != expected(role, route_permission.thing, place):
                    told = (
                        f"{address.route} ({route_permission.thing}, {place}) as {role}: {opened}"
                    )
                    wrong.append(told)
    with capsys.disabled():
        print(f"\n{routes} addresses, {len(callers)} roles: {asked} requests")
    assert not wrong, "\n".join(wrong)
    assert routes == len(list(addresses())) > 150
    whole = sum(not address.is_section for address in addresses()) - 1
    assert asked >= whole * len(callers) > 1000


def test_routes_and_roles_of_sending(city: City, callers: dict[Role | Standing, Client]) -> None:
    doors = {
        address: route_permission_at(resolve(address.filled("H29"))) for address in addresses()
    }
    sending = {
        address: route_permission.thing
        for address, route_permission in doors.items()
        if route_permission.thing in _SENDING
    }
    assert set(sending.values()) == set(_SENDING)
    for address, thing in sending.items():
        for role, client in callers.items():
            answer = client.post(address.filled("H29"), [], "application/json")
            told = (address.route, role)
            assert (answer.status_code not in (401, 403)) == expected(role, thing, None), told


def test_routes_and_roles_of_the_administration(
    city: City, callers: dict[Role | Standing, Client]
) -> None:
    assert isinstance(site, Site)
    asked = 0
    for model, section in site.sections():
        name = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for role, client in callers.items():
            may = expected(role, section.thing, None)
            shown = may or (section.public and expected(role, Resource.ADMIN, None))
            assert (client.get(name).status_code == 200) == shown, (name, role)
            if not shown:
                for part in ("add/", "1/change/", "1/delete/", "1/history/"):
                    answer = client.get(name + part)
                    refused = answer.status_code == 403 or answer["Location"].startswith(
                        (_LOGIN, "/admin/")
                    )
                    assert refused, (name + part, role)
            asked += 1
    assert asked == len(list(site.sections())) * len(callers) > 200


def test_the_table_in_the_docs_is_the_policys() -> None:
    card = load("qd766-portal-2026").scorecard
    page = as_markdown({role: card.led_by(role) for role in LEADING}, card.id)
    assert (ROOT / "docs/permissions.md").read_text(encoding="utf-8") == page


def _undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


class _Bare:
    """Addresses with a view that nobody declared."""

    urlpatterns = [path("tran/", _undeclared)]
    handler403 = "phucvu.web.desk.refusing.refused"


def test_an_address_without_a_door_is_open_to_nobody(settings, monkeypatch) -> None:
    from phucvu.config import urls

    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, *_Bare.urlpatterns])
    from django.urls import clear_url_caches

    clear_url_caches()
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    assert client.get("/tran/").status_code == 403
    assert AuditEntry.objects.get(outcome="refused").action == "GET /tran/"
    monkeypatch.undo()
    clear_url_caches()
