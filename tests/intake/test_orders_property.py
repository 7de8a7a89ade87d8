"""Deliveries in any order and any number: the same image, in the register and in the journal.

Versions that clock and state tell apart converge, whatever comes first; a correction holds against
all that was sent before it, repeated as often and as late as one likes.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phucvu.counters.verify import verify
from phucvu.intake import rebuild
from phucvu.intake.actions import receive
from phucvu.intake.kinds import DOSSIERS
from phucvu.intake.models import FactVersion
from phucvu.intake.withdraw import withdraw
from phucvu.units.tree import load_eras
from tests.intake.messages import message

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ASKED = {"NgayBoSung": "20261001120000"}
ANSWERED = {**ASKED, "NgayTiepNhanBoSung": "20261001150000"}
# One dossier's life in order; up to FINISHED only the state and the supplements tell them apart.
LIFE: tuple[dict[str, Any], ...] = (
    {"TrangThaiHoSo": "1"},
    {"TrangThaiHoSo": "2"},
    {"TrangThaiHoSo": "4"},
    {"TrangThaiHoSo": "6"},
    {"TrangThaiHoSo": "5", "DanhSachHoSoBoSung": [ASKED]},
    {"TrangThaiHoSo": "4", "DanhSachHoSoBoSung": [ANSWERED]},
    {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261002090000"},
    {"TrangThaiHoSo": "10", "NgayKetThucXuLy": "20261002090000", "NgayTra": "20261003090000"},
)
LAST = len(LIFE) - 1
DELIVERIES = st.lists(st.integers(0, LAST), min_size=1, max_size=12)
RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def sent(version: int, **more: Any) -> dict[str, Any]:
    return message(**LIFE[version], **more)


def image() -> Any:
    (found,) = DOSSIERS.table.rows([message()["MaHoSo"]]).values()
    return found[0]


def understood(record: dict[str, Any]) -> Any:
    (found,) = DOSSIERS.reader(load_eras()).read_all([record])
    return found


def check_all_ways() -> None:
    assert rebuild.compare().clean
    assert verify().clean
    before = image()
    FactVersion.objects.update(stage=None, mark=None)  # as before they were kept
    rebuild.rebuild()
    assert image() == before
    assert verify().clean


@given(deliveries=DELIVERIES, size=st.integers(1, 4))
@example(deliveries=[2, 1], size=1)
@example(deliveries=list(range(LAST, -1, -1)) * 2, size=3)
@settings(max_examples=25, deadline=None, suppress_health_check=RELAXED)
def test_any_order_comes_to_the_furthest(
    units: SimpleNamespace, deliveries: list[int], size: int
) -> None:
    with transaction.atomic():
        for start in range(0, len(deliveries), size):
            receive([sent(version) for version in deliveries[start : start + size]])
        assert image() == understood(sent(max(deliveries)))
        check_all_ways()
        transaction.set_rollback(True)


@given(
    before=DELIVERIES,
    corrected=st.integers(0, LAST),
    after=DELIVERIES,
    drop=st.integers(0, 30),
)
@example(before=[0, LAST], corrected=0, after=[0, LAST], drop=30)
@settings(max_examples=25, deadline=None, suppress_health_check=RELAXED)
def test_repeats_undo_no_correction(
    units: SimpleNamespace, before: list[int], corrected: int, after: list[int], drop: int
) -> None:
    with transaction.atomic():
        brought = [(receive([sent(version)]).batch, version) for version in before]
        right = sent(corrected, MaTTHC="9.9")
        correction = receive([right], correction=True).batch
        late = [version for version in after if version in before]
        brought += [(receive([sent(version)]).batch, version) for version in late]
        assert image() == understood(right)

        if drop < len(brought):  # what the correction took the place of is not needed for it
            withdraw(brought[drop][0], "x", "y")
            brought = [each for each in brought if each[0] != brought[drop][0]]
            assert image() == understood(right)
        check_all_ways()

        withdraw(correction, "x", "y")
        if brought:
            assert image() == understood(sent(max(version for _batch, version in brought)))
            check_all_ways()
        transaction.set_rollback(True)


@given(later=st.integers(1, 5))
@settings(max_examples=5, deadline=None, suppress_health_check=RELAXED)
def test_what_is_later_undoes_it_and_so_does_a_correction(
    units: SimpleNamespace, later: int
) -> None:
    with transaction.atomic():
        receive([sent(LAST)])
        receive([sent(2, MaTTHC="9.9")], correction=True)
        again = sent(LAST) | {"NgayTra": f"2026101{later}090000"}
        receive([again])
        assert image() == understood(again)
        receive([sent(1)], correction=True)
        receive([sent(LAST), again, sent(2, MaTTHC="9.9")])
        assert image() == understood(sent(1))
        check_all_ways()
        transaction.set_rollback(True)
