"""Officers at the desk: one who may do everything, one who may only look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from phucvu.accounts.models import Grant
from phucvu.accounts.policy import Role
from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.units.models import Kind, Unit
from tests.dossiers import unit

PASSWORD = "một mật khẩu dài 766"


def account(name: str, role: Role | None = None, on: Unit | None = None) -> User:
    """An account, with a role where one is named: on a unit, or on the whole of the test's city."""
    user = User.objects.create_user(name, f"{name}@example.vn", PASSWORD)
    if role is not None:
        top = on or Unit.objects.filter(code="H29").first() or unit("H29", kind=Kind.PROVINCE)
        today = timezone.localdate()
        Grant.objects.create(
            account=user,
            role=role,
            unit=top,
            starts_on=today - timedelta(days=3650),
            ends_on=today + timedelta(days=3650),
            granted_by="test",
        )
    return user


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """What is uploaded goes to the test's own folder."""
    settings.DATA = tmp_path


@pytest.fixture
def wards(db: None) -> Iterator[SimpleNamespace]:
    """A city with two wards, whose dossiers are counted."""
    count_new_measures()
    city = Unit.objects.filter(code="H29").first() or unit("H29", kind=Kind.PROVINCE)
    yield SimpleNamespace(city=city, one=unit("H29.01", city), two=unit("H29.02", city))
    active.forget()


@pytest.fixture
def officer(wards: SimpleNamespace) -> Client:
    """Who may everything at the desk, in the whole city."""
    client = Client()
    client.force_login(account("canbo", Role.HEAD))
    return client


@pytest.fixture
def onlooker(wards: SimpleNamespace) -> Client:
    """Who may only look at what came in."""
    client = Client()
    client.force_login(account("nguoixem", Role.AUDITOR))
    return client
