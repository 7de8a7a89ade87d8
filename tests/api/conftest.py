"""A unit with a key, a client that uses it, and counters that stand aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from phucvu.accounts import keys
from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.units.models import Unit


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2026-11-20T03:00:00+00:00", tick=False):
        yield


@pytest.fixture(autouse=True)
def measures(db: None) -> Iterator[None]:
    """The shipped measures, registered in this test's store."""
    count_new_measures()
    yield
    active.forget()


@pytest.fixture
def ward(db: None) -> Unit:
    return Unit.objects.create(code="H29.01", name="Phường Một", kind="commune")


@pytest.fixture
def key(ward: Unit) -> str:
    return keys.issue(ward, "a sender")[1]


class Sender:
    """Posts to `/api/v1/dossiers`, as another system does."""

    def __init__(self, key: str | None) -> None:
        # CSRF is enforced, as for a browser: the address must not need it.
        self.client = Client(enforce_csrf_checks=True)
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        self.headers = {"authorization": f"Bearer {key}"}

    def __call__(self, body: Any, content_type: str = "application/json", **headers: str) -> Any:
        return self.client.post(
            "/api/v1/dossiers", body, content_type=content_type, headers=self.headers | headers
        )


@pytest.fixture
def send(key: str) -> Sender:
    return Sender(key)
