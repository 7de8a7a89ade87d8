"""What waits to be done: not what was withdrawn, stopped or turned away."""

from __future__ import annotations

import pytest
from tests.dossiers import dossier, store, unit, wall

from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.register.models import Dossier, Status
from phucvu.register.worklist import Work, is_open, open_dossiers, work_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_nobody_waits_for_what_was_given_up() -> None:
    count_new_measures()
    ward = unit("VT.1")
    states = {
        "open": Status.IN_PROCESS,
        "asked": Status.SUPPLEMENT_REQUESTED,
        "withdrawn": Status.WITHDRAWN,
        "stopped": Status.STOPPED,
        "refused": Status.NOT_ACCEPTED,
    }
    store(
        *(dossier(name, ward, "2026-03-02", status=status) for name, status in states.items()),
        dossier("done", ward, "2026-03-02", status=Status.FINISHED, finished_at="2026-03-30"),
    )
    assert {row.code for row in open_dossiers([ward.pk])} == {"open", "asked"}
    assert work_of({ward.pk: [ward.pk]}, wall("2026-04-01")) == {ward.pk: Work(open=2, overdue=2)}
    assert {row.code for row in Dossier.objects.all() if is_open(row)} == {"open", "asked"}
    active.forget()
