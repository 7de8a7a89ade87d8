"""A city, two wards beside each other and an office below one, with something in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey, Grant
from phucvu.accounts.policy import Role
from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.intake.actions import receive
from phucvu.units.models import Kind, Unit
from tests.dossiers import dossier, store, unit
from tests.intake.messages import message

PASSWORD = "một mật khẩu dài 766"


@dataclass
class City:
    """The units, by where they lie to the ward `own`, on which everything is granted."""

    above: Unit
    own: Unit
    below: Unit
    beside: Unit

    @property
    def all(self) -> dict[str, Unit]:
        return {
            "above": self.above,
            "own": self.own,
            "below": self.below,
            "beside": self.beside,
        }


@pytest.fixture
def city(db: None) -> Iterator[City]:
    count_new_measures()
    above = unit("H29", kind=Kind.PROVINCE)
    own, beside = unit("H29.01", above), unit("H29.02", above)
    city = City(above, own, unit("H29.01.1", own, Kind.DISTRICT_DEPARTMENT), beside)
    for place in city.all.values():
        store(dossier(f"{place.code}-260302-1", place))
    for place in (own, beside):
        key, _ = keys.issue(place, f"sender of {place.code}")
        receive([message(f"{place.code}-261001-7", MaDonVi=place.code)], key=key)
    yield city
    active.forget()


def granted(account: User, role: Role, on: Unit, end: date | None = None) -> Grant:
    """A grant in force."""
    today = timezone.localdate()
    return Grant.objects.create(
        account=account,
        role=role,
        unit=on,
        starts_on=today - timedelta(days=30),
        ends_on=end or today + timedelta(days=30),
        granted_by="test",
    )


def client_of(role: Role, on: Unit) -> Client:
    """A signed-in account with one role."""
    account = User.objects.create_user(f"{role.value}-{on.code}", password=PASSWORD)
    granted(account, role, on)
    return signed_in(account)


def signed_in(account: User) -> Client:
    """Signed in at the door, so that the session knows when and how."""
    client = Client()
    done = client.post("/tai-khoan/login/", {"login": account.username, "password": PASSWORD})
    assert done.status_code == 302, done.text
    return client


def key_client(purpose: ApiKey.Purpose, on: Unit) -> Client:
    """A caller with a key."""
    _, text = keys.issue(on, f"{purpose} of {on.code}", purpose)
    return Client(headers={"authorization": f"Bearer {text}"})
