"""Officers at the desk: one who may do everything, one who may only look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from phucvu.accounts.signing_in import sign_in_failures
from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.units.models import Kind
from tests.dossiers import unit

PASSWORD = "một mật khẩu dài 766"


def account(name: str, *permissions: str, staff: bool = True) -> User:
    """An account with these permissions of the intake room."""
    user = User.objects.create_user(name, password=PASSWORD, is_staff=staff)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="intake", codename__in=permissions)
    )
    return user


@pytest.fixture(autouse=True)
def forgotten_failures() -> Iterator[None]:
    sign_in_failures.clear()
    yield
    sign_in_failures.clear()


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """What is uploaded goes to the test's own folder."""
    settings.DATA = tmp_path


@pytest.fixture
def wards(db: None) -> Iterator[SimpleNamespace]:
    """A city with two wards, whose dossiers are counted."""
    count_new_measures()
    city = unit("H29", kind=Kind.PROVINCE)
    yield SimpleNamespace(city=city, one=unit("H29.01", city), two=unit("H29.02", city))
    active.forget()


@pytest.fixture
def officer(db: None) -> Client:
    client = Client()
    client.force_login(account("canbo", "view_batch", "add_batch", "withdraw_batch"))
    return client


@pytest.fixture
def onlooker(db: None) -> Client:
    client = Client()
    client.force_login(account("nguoixem", "view_batch"))
    return client
