"""Two wards and one that ended, counted for real; the clock stands at 20 November 2026."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import translation

from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.units.models import Kind
from tests.dossiers import unit


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel("2026-11-20T03:00:00+00:00", tick=False), translation.override("en"):
        yield


@pytest.fixture
def units(db: None) -> Iterator[SimpleNamespace]:
    count_new_measures()
    city = unit("H29", kind=Kind.PROVINCE)
    yield SimpleNamespace(
        city=city,
        ward=unit("H29.01", city),
        other=unit("H29.02", city),
        ended=unit("H29.09", city, valid_to=date(2025, 7, 1)),
    )
    active.forget()
