"""Loading the example through the public faces of a running server."""

from __future__ import annotations

import json
import stat
from datetime import UTC, date, datetime, time
from pathlib import Path
from threading import Event

import httpx
import pytest
import time_machine
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from phucvu.accounts.models import ApiKey
from phucvu.changes.models import Change
from phucvu.counters.recount import count_new_measures
from phucvu.example import loading, sending
from phucvu.example.history import BEFORE, load_history
from phucvu.example.keys import example_key
from phucvu.example.vungtau import TURN
from phucvu.example.vungtau.catalogue import procedures_of, profiles
from phucvu.example.vungtau.simulation import history, simulated_dossiers
from phucvu.intake.models import Batch, RefusedRecord
from phucvu.register.models import Dossier, ProcedureAtUnit, StatedFigure
from phucvu.register.walltime import to_wall
from phucvu.results.boards import scoreboard, unit_score
from phucvu.results.maps import Atlas, View
from phucvu.results.models import KeptDay, KeptScore
from phucvu.results.week import week_of
from phucvu.scoring import Period
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree

# 10:05 in Vũng Tàu.
NOW = datetime(2026, 10, 12, 3, 5, tzinfo=UTC)
SMALL = 0.05
YEAR = Period.parse("2026")
CLIENT = httpx.Client

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def server(client, monkeypatch):
    """Requests of the sender go to the application at once."""

    def answer(request: httpx.Request) -> httpx.Response:
        response = client.post(
            request.url.path,
            request.content,
            content_type="application/json",
            headers={"X-API-Key": request.headers["X-API-Key"]},
        )
        return httpx.Response(response.status_code, content=response.content)

    monkeypatch.setattr(
        sending.httpx, "Client", lambda **kw: CLIENT(transport=httpx.MockTransport(answer), **kw)
    )
    count_new_measures()
    return "http://server.invalid"


@pytest.fixture
def quiet():
    return Progress(console=Console(quiet=True))


def test_static_data_loads_once():
    count_new_measures()
    with time_machine.travel(NOW, tick=False):
        loading.load_static()
        before = StatedFigure.objects.count()
        # 35 published, the city with 13 departments and 17 wards, the province of which the example
        # shows four merged wards and 12 departments.
        assert Unit.objects.count() == 35 + 31 + 1 + 4 + 12
        assert before > 1197
        listed = ProcedureAtUnit.objects.count()
        assert listed > 5 * 30
        changes = Change.objects.count()
        loading.load_static()
        assert StatedFigure.objects.count() == before
        assert ProcedureAtUnit.objects.count() == listed
        assert Change.objects.count() == changes


def test_history_is_taken_in_and_sent_once(server, quiet):
    with time_machine.travel(NOW, tick=False):
        loading.load_static()
        sent = load_history(server, progress=quiet, scale=SMALL)
        assert sent > 300
        # Some were under way when the last week began, and were told again.
        assert sent * 0.8 < Dossier.objects.count() < sent
        assert not RefusedRecord.objects.exists()
        batches = Batch.objects.count()
        assert load_history(server, progress=quiet, scale=SMALL) == 0
        assert Batch.objects.count() == batches
    now = to_wall(datetime(2026, 10, 12, 10, 5))
    for name in ("submitted_at", "received_at", "finished_at", "handed_over_at", "refused_at"):
        assert not Dossier.objects.filter(**{f"{name}__gt": now}).exists()
    assert Dossier.objects.filter(population_db=True).exists()
    assert Dossier.objects.filter(results_coded=1, result_files=0).exists()


def test_the_last_week_was_kept_day_by_day(server, quiet):
    with time_machine.travel(NOW, tick=False):
        loading.load_static()
        load_history(server, progress=quiet, scale=SMALL)
        days = list(KeptDay.objects.order_by("day"))
        tree = load_tree()
        city = tree.by_code("VT")
        wards = scoreboard(city, Kind.COMMUNE, YEAR, tree=tree)
        found = week_of(wards, tree=tree)
    assert [kept.day for kept in days] == [date(2026, 10, 5 + ahead) for ahead in range(7)]
    assert all(timezone.localtime(kept.at).time() == time() for kept in days)
    assert (found.since, found.short) == (days[0].at, False)
    assert found.moves
    # What was kept is what was known that day: nothing of it had happened later.
    rows = KeptScore.objects.filter(unit__code="VT", period="2026").order_by("kept__at")
    kept = [row.points["2.1"] for row in rows]
    assert len(set(kept)) > 1


def test_the_week_ends_where_the_year_stands(server, quiet):
    """Day by day or at once, the dossiers are the same in the end."""
    with time_machine.travel(NOW, tick=False):
        loading.load_static()
        load_history(server, progress=quiet, scale=SMALL)
    first, last = date(2026, 1, 1), datetime(2026, 10, 12, 10, 5)
    at_once = {
        message["MaHoSo"]: int(message["TrangThaiHoSo"])
        for message in (
            *history(simulated_dossiers(*BEFORE, SMALL), last),
            *history(simulated_dossiers(first, last.date(), SMALL), last)
        )
    }  # fmt: skip
    assert dict(Dossier.objects.values_list("code", "status")) == at_once


def test_days_that_passed_since_are_added(server, quiet):
    with time_machine.travel(NOW, tick=False):
        loading.load_static()
        first = load_history(server, progress=quiet, scale=SMALL)
        before = Dossier.objects.count()
    with time_machine.travel(NOW.replace(day=22), tick=False):
        second = load_history(server, progress=quiet, scale=SMALL)
    assert 0 < second < first / 5
    assert Dossier.objects.count() == before + second


def test_live_moves_the_register_until_it_is_stopped(server, quiet):
    stop, told = Event(), []

    def tell(moment, batch, answer):
        assert answer["refused"] == 0
        told.extend(message["MaHoSo"] for message in batch)
        if len(told) > 60:
            stop.set()

    with time_machine.travel(NOW, tick=False):
        loading.load_static()
        load_history(server, progress=quiet, scale=SMALL)
        before = Dossier.objects.count()
    with time_machine.travel(NOW, tick=True):
        loading.run_live(server, stop_event=stop, speed=500, tell=tell)
        assert len(told) > 60
        assert Dossier.objects.count() > before
        latest = to_wall(loading.city_now())
    assert not Dossier.objects.filter(submitted_at__gt=latest).exists()
    assert not RefusedRecord.objects.exists()


def test_dossiers_of_an_earlier_run_are_known_again(server, quiet):
    with time_machine.travel(NOW, tick=False):
        loading.load_static()
        load_history(server, progress=quiet, scale=SMALL)
        dossier = loading.open_dossiers()[0]
    stored = Dossier.objects.get(code=dossier.code)
    assert stored.procedure_code == dossier.procedure.code
    assert stored.submitted_at == to_wall(dossier.submitted)
    # What somebody else sent under the city is left alone.
    Dossier.objects.filter(pk=stored.pk).update(code="VT.26506-261001-0001/A")
    assert dossier.code not in {known.code for known in loading.open_dossiers()}


def test_the_key_is_kept_for_its_owner_only(tmp_path: Path):
    loading.load_static()
    key = example_key()
    file = tmp_path / "example.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert example_key() == key
    assert ApiKey.objects.get().unit.code == "VT"
    ApiKey.objects.update(revoked_at=NOW)
    assert example_key() != key
    assert ApiKey.objects.count() == 2


# -- the sender --------------------------------------------------------------------------------


def sender(monkeypatch, answers, **options):
    """A sender whose server gives these answers, one after the other."""
    rest = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        given = next(rest)
        if isinstance(given, Exception):
            raise given
        return given

    monkeypatch.setattr(
        sending.httpx, "Client", lambda **kw: CLIENT(transport=httpx.MockTransport(answer), **kw)
    )
    monkeypatch.setattr(sending, "_FIRST_WAIT", 0.001)
    return sending.Sender("http://server.invalid", "key", options.pop("stop", Event()), **options)


def test_it_waits_for_a_server_that_is_away(monkeypatch):
    good = httpx.Response(200, content=json.dumps({"accepted": 1}))
    trouble = [httpx.ConnectError("refused"), httpx.Response(503), httpx.Response(429)]
    with sender(monkeypatch, [*trouble, good]) as it:
        assert it.post([{}]) == {"accepted": 1}


def test_it_says_why_it_gives_up(monkeypatch):
    with (
        sender(monkeypatch, [httpx.Response(401, text="no such key")]) as it,
        pytest.raises(sending.SendingError, match="no such key"),
    ):
        it.post([{}])
    with (
        sender(monkeypatch, [httpx.ConnectError("refused")], patience=0.0) as it,
        pytest.raises(sending.SendingError, match="refused"),
    ):
        it.post([{}])


def test_it_stops_when_told_to(monkeypatch):
    stop = Event()
    stop.set()
    with sender(monkeypatch, [], stop=stop) as it:
        assert it.post([{}]) is None


def test_typed_figures_carry_their_flag():
    with time_machine.travel(NOW, tick=False):
        loading.load_static()
    flags = StatedFigure.objects.filter(unit__code__startswith="VT").values_list("flags", flat=True)
    assert set(flags) == {"SIMULATED"}


def test_profiles_and_units_agree():
    loading.load_static()
    for day in (date(2025, 6, 30), date(2025, 7, 1)):
        tree = load_tree(day)
        assert {code for code in profiles(day) if tree.by_code(code) is None} == set()
    assert len(profiles(date(2025, 7, 1))) == 5 + 11


def test_the_city_received_all_its_dossiers_itself():
    found = list(simulated_dossiers(date(2025, 6, 1), BEFORE[1]))
    assert len(found) > 500
    assert all(dossier.received is None or dossier.received.date() < TURN for dossier in found)


def test_the_city_and_what_became_of_it(server, quiet):
    """Its last half-year is the same as it was and on today's map, beside the next year's."""
    with time_machine.travel(NOW, tick=False):
        loading.load_static()
        load_history(server, progress=quiet, scale=SMALL)
        first, second = Period.parse("2025-H1"), Period.parse("2026-H1")
        then, today = Atlas.open(View.THEN), Atlas.open(View.TODAY)

        def counts(code, period, atlas):
            tree = atlas.tree(period)
            found = unit_score(tree.by_code(code), period, tree=tree)
            return found.result.indicators["2.1"].figure

        wards = then.tree(first).children(then.tree(first).by_code("VT").id)
        five = [
            n
            for n in today.newest.children(today.newest.by_code("VT").id)
            if n.kind == Kind.COMMUNE
        ]
        assert [len([n for n in wards if n.kind == Kind.COMMUNE]), len(five)] == [17, 5]
        assert counts("VT", first, then) == counts("VT", first, today)
        assert counts("VT", first, then).denominator > 100
        vung_tau = [
            counts(f"VT.265{n}", first, then) for n in ("06", "08", "09", "12", "15", "18", "21")
        ]
        on_the_map = counts("VT.26506", first, today)
        assert on_the_map.denominator == sum(each.denominator for each in vung_tau)
        assert on_the_map.numerator == sum(each.numerator for each in vung_tau)
        for node in five:
            for period in (first, second):
                assert counts(node.code, period, today).denominator > 0


def test_procedures_are_counted_live(server, quiet):
    with time_machine.travel(NOW, tick=False):
        loading.load_static()
        load_history(server, progress=quiet, scale=SMALL)
        tree = load_tree()
        city, ward, office = (tree.by_code(code) for code in ("VT", "VT.26526", "VT.TT"))
        of_city, of_ward = (unit_score(unit, YEAR, tree=tree) for unit in (city, ward))
        of_office = unit_score(office, YEAR, tree=tree)
    applied = {
        item.code
        for unit in profiles(NOW.date())
        if unit != "VT.TT"
        for item in procedures_of(unit)
    }
    for id_ in ("3.1", "3.2", "3.4", "3.5", "4.6"):
        assert of_city.provenance[id_].source == of_ward.provenance[id_].source == "counted"
        figure = of_city.result.indicators[id_].figure
        assert 0 < figure.numerator < figure.denominator <= len(applied)
        assert id_ not in of_office.provenance
    assert of_city.result.indicators["3.1"].figure.denominator == len(applied)
