"""Dossiers without a promise: judged by the procedure's term, which catalogue and calendar move."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phucvu import scorecards
from phucvu.counters.deadlines import reckon_anew
from phucvu.counters.reading import Window
from phucvu.counters.verify import verify
from phucvu.intake import rebuild
from phucvu.intake.actions import receive
from phucvu.intake.catalogue_file import import_catalogue
from phucvu.intake.kinds import PROCEDURES
from phucvu.intake.withdraw import withdraw
from phucvu.register.calendar_store import remove_day, tell_day
from phucvu.register.models import CalendarDay, Dossier, Procedure
from phucvu.register.walltime import from_wall
from phucvu.scoring import Period
from phucvu.units.models import Unit
from tests.dossiers import counts_of, unit, wall
from tests.intake.messages import message

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BOOK = scorecards.load("qd766-portal-2026").measures
OCTOBER = Period.parse("2026-10")
HEADER = "code,name,field,subjects,fee,unit_code,online_level,term,term_unit"
RECEIVED = {"NgayTiepNhan": "20261001081500", "NgayHenTra": ""}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-11-20T03:00:00+00:00", tick=False):
        yield


@pytest.fixture
def wards() -> tuple[Unit, Unit]:
    city = unit("H29")
    return unit("H29.01", city), unit("H29.02", city)


def term(number: int | str, kind: str = "working_days", code: str = "1.013395") -> None:
    row = f"{code},Khai sinh,,citizen,0,H29.01,4,{number},{kind}"
    assert import_catalogue([HEADER, row], "catalogue.csv").refused == []


def due(code: str = "H29.01-261001-00001") -> datetime | None:
    at = Dossier.objects.get(code=code).term_due_at
    return None if at is None else from_wall(at).replace(second=0, microsecond=0)


def counted(measure: str, ward: Unit) -> int:
    return counts_of(ward, BOOK, OCTOBER, Window.IN_PERIOD).get(measure, 0)


def test_a_term_is_kept_where_nothing_is_promised(wards):
    term(3)
    receive([message(**RECEIVED), message("H29.01-261001-00002")])
    assert due() == datetime(2026, 10, 6, 23, 59)  # Thursday and three working days
    assert due("H29.01-261001-00002") is None
    # A promise that comes later goes before the term.
    receive([message(NgayTiepNhan="20261001081500")])
    assert due() is None


def test_a_dossier_of_no_known_term_is_not_late(wards):
    ended = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261020080000"}
    receive([message(**RECEIVED, **ended)])
    assert counted("ended_on_time", wards[0]) == 1
    # The term comes to be known, the count follows at once, and back.
    term(3)
    assert (due(), counted("ended_on_time", wards[0])) == (datetime(2026, 10, 6, 23, 59), 0)
    term(30, "days")
    assert (due(), counted("ended_on_time", wards[0])) == (datetime(2026, 11, 2, 23, 59), 1)
    term(9, "hours")
    assert (due(), counted("ended_on_time", wards[0])) == (datetime(2026, 10, 2, 9, 15), 0)
    term("", "")
    assert (due(), counted("ended_on_time", wards[0])) == (None, 1)
    assert verify().clean


def test_a_file_without_terms_leaves_them(wards):
    term(3)
    row = "1.013395,Khai sinh,,citizen,0,H29.01,3"
    import_catalogue([HEADER.removesuffix(",term,term_unit"), row], "catalogue.csv")
    assert Procedure.objects.get().term == 3


@pytest.mark.parametrize(
    ("cells", "field"), [("x,days", "term"), ("5,weeks", "term_unit"), ("10000,days", "term")]
)
def test_a_term_that_is_none_is_refused(wards, cells, field):
    report = import_catalogue([HEADER, f"1.1,K,,citizen,0,H29.01,4,{cells}"], "catalogue.csv")
    assert [fault.field for fault in report.refused[0].faults] == [field]


def test_a_day_off_moves_the_deadline_of_all_units_or_one(wards):
    term(3)
    receive([message(**RECEIVED), message("H29.02-261001-00003", **RECEIVED)])
    tell_day(date(2026, 10, 5), worked=False, note="bão")
    assert due() == due("H29.02-261001-00003") == datetime(2026, 10, 7, 23, 59)
    # A unit's own day goes before one of all.
    tell_day(date(2026, 10, 5), worked=True, unit=wards[0])
    assert due() == datetime(2026, 10, 6, 23, 59)
    assert due("H29.02-261001-00003") == datetime(2026, 10, 7, 23, 59)
    assert remove_day(date(2026, 10, 5))
    assert due("H29.02-261001-00003") == datetime(2026, 10, 6, 23, 59)
    assert verify().clean


def test_an_open_dossier_is_overdue_when_its_term_has_run_out(wards):
    term(3)
    receive([message(**RECEIVED)])

    def overdue(bound: str) -> int:
        found = counts_of(wards[0], BOOK, OCTOBER, Window.IN_PERIOD, wall(bound))
        return found.get("open_overdue", 0)

    assert overdue("2026-10-06T23:00") == 0
    assert overdue("2026-10-07T08:00") == 1
    # A term stands still while a supplement is awaited: here for two days.
    asked = [{"NgayBoSung": "20261002080000", "NgayTiepNhanBoSung": "20261004080000"}]
    receive([message(**RECEIVED, DanhSachHoSoBoSung=asked)])
    assert overdue("2026-10-07T08:00") == 0
    assert overdue("2026-10-09T08:00") == 1


def test_a_rebuilt_register_has_the_same_deadlines(wards):
    term(3)
    receive([message(**RECEIVED)])
    second = receive([message(**RECEIVED, MaTTHC="9.9")]).batch
    assert due() is None
    withdraw(second, "tester", "wrong procedure")
    assert due() == datetime(2026, 10, 6, 23, 59)


def test_the_administration_site_moves_deadlines(wards, admin_client):
    term(3)
    receive([message(**RECEIVED)])
    form = {"day": "2026-10-05", "unit": "", "note": ""}
    add = reverse("admin:register_calendarday_add")
    assert admin_client.post(add, form).status_code == 302
    assert due() == datetime(2026, 10, 7, 23, 59)
    day = CalendarDay.objects.get()
    change = reverse("admin:register_calendarday_change", args=[day.pk])
    admin_client.post(change, {**form, "unit": wards[1].pk})
    assert due() == datetime(2026, 10, 6, 23, 59)
    assert verify().clean


def test_a_withdrawn_catalogue_takes_its_deadlines_back(wards):
    term(3)
    receive([message(**RECEIVED)])
    sent = {"procedure_code": "1.013395", "unit": "H29", "name": "Khai sinh", "term": 1}
    batch = receive([sent], kind=PROCEDURES).batch
    assert due() == datetime(2026, 10, 2, 23, 59)
    withdraw(batch, "tester", "wrong term")
    assert due() == datetime(2026, 10, 6, 23, 59)
    assert rebuild.compare().clean
    assert verify().clean


def test_a_term_is_that_of_the_day_of_reception(wards):
    term(3)
    receive([message(**RECEIVED)])
    sent = {"procedure_code": "1.013395", "unit": "H29", "name": "Khai sinh", "term": 1}
    receive([{**sent, "from_at": "2026-10-02"}], kind=PROCEDURES)
    assert due() == datetime(2026, 10, 6, 23, 59)
    receive([{**sent, "from_at": "2026-10-01"}], kind=PROCEDURES)
    assert due() == datetime(2026, 10, 2, 23, 59)
    assert verify().clean


def test_an_abolished_procedures_term_sets_no_deadline(wards):
    receive([message(**RECEIVED)])
    sent = {"procedure_code": "1.013395", "unit": "H29", "name": "Khai sinh", "term": 3}
    receive([{**sent, "until_at": "2026-10-02"}], kind=PROCEDURES)
    assert due() == datetime(2026, 10, 6, 23, 59)  # received before
    receive([{**sent, "until_at": "2026-10-01"}], kind=PROCEDURES)
    assert Dossier.objects.get().term_due_at is None
    assert verify().clean
    # It comes back with another term.
    receive([{**sent, "term": 1, "from_at": "2026-10-01"}], kind=PROCEDURES)
    assert due() == datetime(2026, 10, 2, 23, 59)
    assert verify().clean


_DAY = st.integers(1, 12).map(lambda day: date(2026, 10, day))
_STEPS = st.one_of(
    st.tuples(
        st.just("dossier"),
        st.sampled_from(["H29.01-261001-1", "H29.01-261001-2", "H29.02-261001-3"]),
        st.sampled_from(["1.1", "1.2"]),
        st.sampled_from(["", "20261005170000"]),
        st.sampled_from(["", "20261006100000", "20261012100000"]),
    ),
    st.tuples(
        st.just("term"),
        st.sampled_from(["1.1", "1.2"]),
        st.sampled_from([0, 1, 5, ""]),
        st.sampled_from(["working_days", "days", "hours"]),
    ),
    st.tuples(st.just("day"), _DAY, st.booleans(), st.booleans()),
    st.tuples(st.just("forget"), _DAY, st.booleans()),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(_STEPS, max_size=12))
def test_whatever_comes_in_whatever_order(wards, steps):
    """Kept deadlines are what they would be if all were reckoned anew, and the counts agree."""
    with transaction.atomic():
        for kind, *rest in steps:
            if kind == "dossier":
                code, procedure, promised, ended = rest
                fields = {"NgayTiepNhan": "20261001081500", "NgayHenTra": promised}
                if ended:
                    fields |= {"NgayKetThucXuLy": ended, "TrangThaiHoSo": "9"}
                receive([message(code, MaTTHC=procedure, **fields)], correction=True)
            elif kind == "term":
                procedure, number, unit_ = rest
                term(number, unit_, procedure)
            elif kind == "day":
                day, worked, own = rest
                tell_day(day, worked, wards[0] if own else None)
            else:
                day, own = rest
                remove_day(day, wards[0] if own else None)
        assert verify().clean
        assert reckon_anew() == 0
        transaction.set_rollback(True)
