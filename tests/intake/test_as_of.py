"""A copy as of a moment says what stood then, however much later it is looked into."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from phucvu.counters import active
from phucvu.counters.recount import count_new_measures
from phucvu.intake import copying
from phucvu.intake.actions import receive
from phucvu.intake.journal_commands import write_file
from phucvu.intake.kinds import FIGURES, PETITIONS, PROCEDURES
from phucvu.intake.withdraw import withdraw
from phucvu.register.calendar_store import tell_day
from phucvu.register.facts import FACTS
from phucvu.results.keeping import keep_day
from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.mandate import Mandate
from phucvu.units.models import Decision, Reorganisation, Unit
from tests.intake.messages import message
from tests.intake.replaying import told
from tests.intake.rows import figure, petition, procedure
from tests.migrated import copy_store

pytestmark = [pytest.mark.database, pytest.mark.django_db]

START = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def measures(db: None) -> Iterator[None]:
    count_new_measures()
    yield
    active.forget()


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite store with its tables."""
    return copy_store(tmp_path_factory.mktemp("as_of") / "empty.sqlite3")


def copy_as_of(moment: datetime, empty_store: Path, name: str = "then") -> Path:
    file = empty_store.with_name(f"{name}.sqlite3")
    shutil.copy(empty_store, file)
    # Django lets a test reach only the stores that were there when it began.
    with mock.patch.object(BaseDatabaseWrapper, "ensure_connection", _connect):
        write_file(moment, file)
    return file


def _connect(wrapper: BaseDatabaseWrapper) -> None:
    if wrapper.connection is None:
        wrapper.connect()


def replayed(*files: Path) -> list[dict[str, Any]]:
    """What each copy says, in a process with the wall clock's time."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.intake.replaying", *map(str, files)],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{files[0]}",
             "DJANGO_SETTINGS_MODULE": "phucvu.config.settings"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def plain(said: dict[str, Any]) -> dict[str, Any]:
    """As it comes through JSON."""
    return {**json.loads(json.dumps(said)), "clean": True}


def differences(said: dict[str, Any], was: dict[str, Any]) -> dict[str, Any]:
    """What the copy says otherwise than the store that lived, by face."""
    found = {name: (value, was[name]) for name, value in said.items() if value != was[name]}
    if "scores" in found:
        scores, before = found["scores"]
        found["scores"] = {
            name: (scores.get(name), before.get(name))
            for name in {*scores, *before}
            if scores.get(name) != before.get(name)
        }
    return found


# --- nothing is forgotten -------------------------------------------------------------------


def test_every_table_is_accounted_for(db: None) -> None:
    taken = {rows.model._meta.label for rows in copying.copied(START)}
    journalled = {fact.model._meta.label for fact in FACTS.values()}
    journalled.add(FIGURES.fact.model._meta.label)
    left_out, reckoned = set(copying.LEFT_OUT), set(copying.RECKONED)
    written = {"clock.StandsAt"}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        places = [
            label in taken,
            label in journalled,
            label in reckoned,
            label in left_out or label.partition(".")[0] in left_out,
            label in written,
        ]
        assert places.count(True) == 1, f"say in intake.copying what becomes of {label}: {places}"


def rows_of(table: str, columns: list[str], file: Path | None = None) -> list[tuple[Any, ...]]:
    query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY id"
    if file is not None:
        with closing(sqlite3.connect(file)) as store:
            return [tuple(map(_same, row)) for row in store.execute(query)]
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [tuple(map(_same, row)) for row in cursor.fetchall()]


def _same(value: Any) -> Any:
    """A value of either store, to be compared with the other's."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def test_units_come_over_with_all_that_became_of_them(
    units: SimpleNamespace, empty_store: Path
) -> None:
    actor = User.objects.create_user("nv.huong", "huong@example.vn", "a secret", is_staff=True)
    with time_machine.travel(START, tick=False):
        decision = Decision.objects.create(number="1/NQ", issued_by="HĐND")
        on = Mandate(decision, date(2026, 2, 1), actor)
        actions.rename(on, units.ward, "Phường Một mới")
        actions.move(on, units.foreign, units.city)
        kept = Unit.objects.get(pk=units.ward2.pk)
        actions.merge(Mandate(decision, date(2026, 3, 1)), [units.renewed], kept)
        half = Newcomer("H29.03", "Nửa Một", "commune", units.city)
        actions.split(Mandate(decision, date(2026, 3, 2)), kept, _halves(half, units.city))
        tell_day(date(2026, 3, 18), False, units.city, "bầu cử")
        keep_day()
    tables = [
        "units_unit", "units_paststate", "units_succession", "units_reorganisation",
        "units_reorganisation_units", "units_decision", "units_boundary", "units_stamp",
        "register_calendarday", "results_keptday", "results_keptscore",
    ]  # fmt: skip

    file = copy_as_of(START + timedelta(days=2), empty_store)

    for table in tables:
        with connection.cursor() as cursor:
            found = connection.introspection.get_table_description(cursor, table)
        columns = [column.name for column in found if column.name != "points"]
        assert rows_of(table, columns, file) == rows_of(table, columns), table
    assert len(rows_of("units_reorganisation", ["id"], file)) == 4
    with closing(sqlite3.connect(file)) as store:
        account = "SELECT username, email, password, is_active, is_staff FROM auth_user"
        assert store.execute(account).fetchall() == [("nv.huong", "", "!", 0, 0)]
        assert store.execute("PRAGMA foreign_key_check").fetchall() == []


def _halves(half: Newcomer, city: Unit) -> list[tuple[Newcomer, Any]]:
    from fractions import Fraction

    other = Newcomer("H29.04", "Nửa Hai", "commune", city)
    return [(half, Fraction(1, 2)), (other, Fraction(1, 2))]


def test_kept_days_are_those_of_then(units: SimpleNamespace, empty_store: Path) -> None:
    """What ended after the moment stood still at it."""
    with time_machine.travel(START, tick=False) as clock:
        receive([dossier(1, end="20260316")])
        keep_day()
        clock.shift(timedelta(days=1))
        then = told()
        receive([dossier(1, end="20260330")], correction=True)
        clock.shift(timedelta(hours=1))
        keep_day()

    (said,) = replayed(copy_as_of(START + timedelta(days=1), empty_store))

    assert said == plain(then)
    assert said["kept"]


# --- what stood then ------------------------------------------------------------------------


def dossier(
    number: int, end: str = "", ward: int = 1, promised: str = "20260320"
) -> dict[str, Any]:
    ended = {"TrangThaiHoSo": "9", "NgayKetThucXuLy": f"{end}093000"} if end else {}
    return message(
        f"H29.0{ward}-260302-{number}",
        NgayNopHoSo="20260302080000",
        NgayTiepNhan="20260302081500",
        NgayHenTra=f"{promised}170000" if promised else "",
        **ended,
    )


def test_a_dossier_that_was_not_overdue_then_is_not_in_the_copy(
    units: SimpleNamespace, empty_store: Path
) -> None:
    """Promised on 20 March: on time until then, whatever the day on which the copy is read."""
    with time_machine.travel("2026-03-20T09:59:59+00:00", tick=False) as clock:
        receive([dossier(1)])
        before = told()
        clock.shift(timedelta(days=1))
        after = told()
    assert before["scores"] != after["scores"]

    files = [
        copy_as_of(datetime(2026, 3, day, 9, 59, 59, tzinfo=UTC), empty_store, f"on{day}")
        for day in (20, 21)
    ]

    assert replayed(*files) == [plain(before), plain(after)]


DAYS = st.sampled_from(["20260305", "20260317", "20260319", "20260323"])
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("send"), st.integers(1, 3), st.just("") | DAYS, st.integers(1, 2),
            st.just("") | DAYS, st.booleans(),
        ),
        st.tuples(st.just("wait"), st.integers(1, 60)),
        st.tuples(st.just("term"), st.integers(1, 20)),
        st.tuples(st.just("petition"), st.just("") | DAYS),
        st.tuples(st.just("figure"), st.integers(0, 100)),
        st.tuples(st.just("withdraw"), st.integers(0, 5)),
    ),
    min_size=5,
    max_size=8,
)  # fmt: skip


@given(steps=STEPS)
@settings(
    max_examples=int(os.environ.get("PHUCVU_REPLAYS", "2")),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_comes_each_moment_of_a_running_period_is_replayed(
    units: SimpleNamespace, empty_store: Path, steps: list[Any]
) -> None:
    stood: dict[datetime, dict[str, Any]] = {}
    with transaction.atomic(), time_machine.travel(START, tick=False) as clock:
        decision = Decision.objects.create(number="2/NQ")
        # Known from the beginning: what is entered later is known of every moment.
        actions.merge(
            Mandate(decision, date(2026, 3, 18)), [units.renewed], Unit.objects.get(code="H29.02")
        )
        batches: list[int] = []
        for step in steps:
            match step:
                case ("send", number, end, ward, promised, correction):
                    sent = dossier(number, end, ward, promised)
                    batches.append(receive([sent], correction=correction).batch)
                case ("term", days):
                    receive([procedure("1.013395", term=days)], kind=PROCEDURES)
                case ("petition", answered):
                    told_of = {"answered_at": f"{answered[:4]}-{answered[4:6]}-{answered[6:]}"}
                    receive([petition("P1", **(told_of if answered else {}))], kind=PETITIONS)
                case ("figure", ratio):
                    stated = f"{datetime.now(UTC).isoformat(timespec='seconds')}"
                    receive([figure("3.1", ratio=ratio, as_of=stated)], kind=FIGURES)
                case ("withdraw", index) if batches:
                    withdraw(batches.pop(index % len(batches)), "x", "y")
                case ("wait", hours):
                    clock.shift(timedelta(hours=hours))
            stood[datetime.now(UTC)] = told()
            clock.shift(timedelta(seconds=1))
        files = [
            copy_as_of(moment, empty_store, f"then{number}") for number, moment in enumerate(stood)
        ]
        transaction.set_rollback(True)

    for moment, said, was in zip(stood, replayed(*files), stood.values(), strict=True):
        assert differences(said, plain(was)) == {}, moment


def test_what_is_entered_of_units_later_is_said(units: SimpleNamespace) -> None:
    """The command counts the reorganisations entered after the moment: they are in the copy."""
    from phucvu.intake.journal_commands import entered_later

    decision = Decision.objects.create(number="3/NQ")
    actions.rename(Mandate(decision, date(2026, 3, 1)), units.ward, "Khác")
    entered = Reorganisation.objects.get().recorded_at

    assert entered_later(entered - timedelta(seconds=1)) == 1
    assert entered_later(entered) == 0
