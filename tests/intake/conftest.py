"""Units to send for, and counters that only note what they are asked to follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace

import pytest
import time_machine

from phucvu.counters import active, deltas

# What is imported later would keep the stand-in of `followed` for good.
from phucvu.counters import petition_deadlines as _petition_deadlines  # noqa: F401
from phucvu.counters.recount import count_new_measures
from phucvu.register.facts import Fact
from phucvu.units.models import Unit

NOW = "2026-11-20T03:00:00+00:00"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def measures(db: None) -> Iterator[None]:
    """The shipped measures, registered in this test's store."""
    count_new_measures()
    yield
    active.forget()


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The dossier codes of each call of `counters.deltas.following`, which does its work."""
    calls: list[list[str]] = []
    real = deltas.following

    @contextmanager
    def following(codes: Sequence[str], fact: Fact, **how: bool) -> Iterator[None]:
        calls.append(list(codes))
        with real(codes, fact, **how):
            yield

    monkeypatch.setattr(deltas, "following", following)
    return calls


@pytest.fixture
def units(db: None) -> SimpleNamespace:
    """A city (H29) with two wards, one department, and a ward that ended on 1 July 2025."""
    city = Unit.objects.create(code="H29", name="Thành phố", kind="province")
    other = Unit.objects.create(code="H22", name="Tỉnh khác", kind="province")
    return SimpleNamespace(
        city=city,
        ward=Unit.objects.create(code="H29.01", name="Phường Một", kind="commune", parent=city),
        ward2=Unit.objects.create(code="H29.02", name="Phường Hai", kind="commune", parent=city),
        old=Unit.objects.create(
            code="H29.09",
            name="Phường Cũ",
            kind="commune",
            parent=city,
            valid_to=date(2025, 7, 1),
        ),
        renewed=Unit.objects.create(
            code="H29.09",
            name="Phường Mới",
            kind="commune",
            parent=city,
            valid_from=date(2025, 7, 1),
        ),
        other=other,
        foreign=Unit.objects.create(code="H22.01", name="Xã khác", kind="commune", parent=other),
    )
