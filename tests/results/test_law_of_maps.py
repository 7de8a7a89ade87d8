"""The law of the maps: at the tops both hold the same facts, all of them, whatever happened.

Random worlds are reorganised through the actions, also backdated and entered late, with facts
before, between and after, inside and outside the lives of their units. For every period drawn
the figures of each top are held against those of a flat tree, in which all units ever lie
directly below one: the plain sum over the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import count
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phucvu.counters.commands import verify as verify_command
from phucvu.counters.deltas import following
from phucvu.counters.verify import verify
from phucvu.editions.finding import Basis, PeriodEdition
from phucvu.register.facts import FACTS
from phucvu.register.models import AnnouncedProcedure, CertifiedCopy, Petition
from phucvu.results.boards import unit_score
from phucvu.results.gathering import gather
from phucvu.results.handling import handled_in
from phucvu.results.known import mentioned
from phucvu.results.maps import Atlas, View
from phucvu.results.scores import bound_of
from phucvu.scorecards import load
from phucvu.scoring import NOT_PROVIDED, Counted, Period
from phucvu.scoring.periods import Kind as PeriodKind
from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.consistency import contradictions
from phucvu.units.kin import kin
from phucvu.units.mandate import Mandate, ReorganisationError, decision_of
from phucvu.units.models import Kind, Succession, Unit
from phucvu.units.tree import UnitNode, UnitTree
from tests.dossiers import dossier, listed, store, unit, wall

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
EDITION = load("qd766-portal-2026")
PERIODS = [
    Period.parse(text)
    for text in (
        "2025", "2025-H2", "2025-Q4", "2025-12", "2026", "2026-H1", "2026-9M", "2026-Q1",
        "2026-Q3", "2026-02", "2026-07", "2026-11",
    )
]  # fmt: skip
DAYS = st.dates(date(2025, 11, 1), date(2026, 11, 19))
_numbers = count()
Sums = dict[str, tuple[Fraction, Fraction]]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


# --- worlds ---------------------------------------------------------------------------------


def facts(draw: st.DrawFn) -> None:
    """Some facts of any units there ever were, of any day."""
    units = list(Unit.objects.order_by("pk"))
    for _ in range(draw(st.integers(1, 6))):
        of, day = draw(st.sampled_from(units)), draw(DAYS)
        kind, name = draw(st.sampled_from(["dossier"] * 4 + ["petition", "copy"])), next(_numbers)
        if kind == "dossier":
            took = draw(st.sampled_from([None, 3, 25, 90]))
            ended = None if took is None else str(day + timedelta(days=took))
            if ended is not None and ended > "2026-11-19":
                ended = None
            procedure = draw(st.sampled_from(["p", "q", "r"]))
            store(
                dossier(
                    f"d{name}", of, f"{day}T08:00", procedure_code=procedure,
                    status=4 if ended is None else 9, finished_at=ended,
                    channel=draw(st.sampled_from(["online", "counter"])), fee_total=5000,
                    payment=draw(st.integers(0, 2)), vneid=draw(st.booleans()),
                )
            )  # fmt: skip
        elif kind == "petition":
            moment = wall(f"{day}T08:00")
            done = moment + draw(st.sampled_from([2, 60])) * 86_400_000
            keep(Petition(code=f"k{name}", unit=of, received_at=moment, processed_at=done))
        else:
            keep(CertifiedCopy(code=f"b{name}", unit=of, certified_at=wall(f"{day}T08:00")))


def keep(row: Petition | CertifiedCopy) -> None:
    row.digest, row.changed_at = "", timezone.now()
    fact = FACTS["petition" if isinstance(row, Petition) else "certified_copy"]
    with transaction.atomic(), following([row.code], fact, all_new=True):
        row.save()


def reorganise(draw: st.DrawFn, *, tops: bool) -> None:
    """One change of any day, where the actions take it."""
    alive = list(Unit.objects.filter(valid_to=None).order_by("pk"))
    one, other = draw(st.sampled_from(alive)), draw(st.sampled_from(alive))
    if not tops and one.parent_id is None:
        return
    mandate = Mandate(decision_of("01/NQ"), draw(DAYS))
    name = f"n{next(_numbers)}"
    newcomer = Newcomer(name, name, other.kind, other.parent or other)
    share = Fraction(1, draw(st.integers(2, 4)))
    act: Callable[[], Any] = draw(
        st.sampled_from(
            [
                lambda: actions.merge(mandate, [one], other),
                lambda: actions.merge(mandate, [one], newcomer),
                lambda: actions.split(mandate, one, [(other, share), (newcomer, 1 - share)]),
                lambda: actions.move(mandate, one, other),
                lambda: actions.end(mandate, one, with_all_below=True),
                lambda: actions.rename(mandate, one, name),
                lambda: actions.change_code(mandate, one, "used again"),
                lambda: actions.create(mandate, newcomer),
            ]
        )
    )
    try:
        act()
    except ReorganisationError:
        return


@contextmanager
def world(draw: st.DrawFn, *, tops: bool) -> Iterator[None]:
    with transaction.atomic():
        first = unit("T1", kind=Kind.PROVINCE)
        above = [first, *([unit("T2", kind=Kind.PROVINCE)] if tops else [])]
        for number in range(draw(st.integers(2, 4))):
            parent = draw(st.sampled_from(above))
            kind = draw(st.sampled_from([Kind.COMMUNE, Kind.DISTRICT]))
            above.append(unit(f"u{number}", parent, kind))
        for code in ("p", "q"):
            listed(code, draw(st.sampled_from(above)), fee=8000, for_citizen=True)
        for _ in range(draw(st.integers(1, 4))):
            facts(draw)
            reorganise(draw, tops=tops)
        facts(draw)
        yield
        transaction.set_rollback(True)


# --- counting -------------------------------------------------------------------------------


def figures(tree: UnitTree, unit_id: int, period: Period) -> Sums:
    """The counts of a unit's figures that are counted for itself, not inherited."""
    scored = PeriodEdition(period, "", EDITION, Basis.IN_FORCE)
    found = gather(scored, tree, [unit_id], bound=bound_of(period, NOW), now=NOW)
    return {
        id_: (Fraction(figure.numerator), Fraction(figure.denominator))
        for id_, figure in found[unit_id].figures.items()
        if isinstance(figure, Counted) and EDITION.scorecard.indicators[id_].parent != "inherited"
    }


def flat(atlas: Atlas, group: frozenset[int]) -> tuple[UnitTree, int]:
    """All units of a group directly below one that has no facts: nothing to get wrong."""
    top = UnitNode(0, "", "", "province", None, "Asia/Ho_Chi_Minh", False)
    last = [state.node for unit in group if (state := atlas.eras.latest(unit)) is not None]
    below = [
        UnitNode(node.id, node.code, node.name, node.kind, 0, node.time_zone, False)
        for node in last
    ]
    return UnitTree([top, *below]), 0


def added(parts: list[Sums]) -> Sums:
    total: dict[str, list[Fraction]] = {}
    for sums in parts:
        for id_, counts in sums.items():
            into = total.setdefault(id_, [Fraction(0), Fraction(0)])
            into[0] += counts[0]
            into[1] += counts[1]
    return {id_: (counts[0], counts[1]) for id_, counts in total.items()}


def pooled_only(sums: Sums) -> Sums:
    """Those that add up: counted from facts of one kind, each by itself.

    What needs two kinds is not known of a top that has but one of them.
    """
    rules = EDITION.scorecard.indicators
    return {
        id_: counts
        for id_, counts in sums.items()
        if rules[id_].parent == "pooled"
        and counts != (0, 0)
        and len(mentioned(EDITION, rules[id_]) | set(rules[id_].needs)) == 1
    }


# --- the law --------------------------------------------------------------------------------


LAW = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@LAW
@given(st.data())
def test_one_top_has_every_fact_on_both_maps(data: st.DataObject) -> None:
    with world(data.draw, tops=False):
        then, now = Atlas.open(), Atlas.open(View.TODAY)
        (group,) = kin(then.eras)
        (top,) = then.newest.roots
        for period in data.draw(st.lists(st.sampled_from(PERIODS), min_size=3, max_size=3)):
            plain = figures(*flat(then, group), period)
            for atlas in (then, now):
                found = figures(atlas.tree(period), top.id, period)
                # 4.7 counts the units in force, not what they did.
                assert without(found, "4.7") == without(plain, "4.7"), (period, atlas.view)
        assert verify().astray == ()
        assert contradictions(then.eras) == []


@LAW
@given(st.data())
def test_tops_between_which_units_passed_have_all_of_it_together(data: st.DataObject) -> None:
    with world(data.draw, tops=True):
        then, now = Atlas.open(), Atlas.open(View.TODAY)
        for period in data.draw(st.lists(st.sampled_from(PERIODS), min_size=2, max_size=2)):
            for group in kin(then.eras):
                plain = pooled_only(figures(*flat(then, group), period))
                for atlas in (then, now):
                    assert of_tops(atlas.tree(period), group, period) == plain
        assert verify().astray == ()
        assert contradictions(then.eras) == []


@LAW
@given(st.data())
def test_a_year_is_the_sum_of_its_months(data: st.DataObject) -> None:
    year = data.draw(st.sampled_from([Period.parse("2025"), Period.parse("2026")]))
    with world(data.draw, tops=data.draw(st.booleans())):
        atlas = Atlas.open(data.draw(st.sampled_from(View)))
        for group in kin(atlas.eras):
            whole = of_tops(atlas.tree(year), group, year)
            months = [
                of_tops(atlas.tree(month), group, month)
                for number in year.months()
                if (month := Period.block(PeriodKind.MONTH, number)).first_day <= atlas.today
            ]
            summed = added(months)
            for id_ in ("2.2", "3.3", "3.6"):  # of what was received in the period
                assert summed.get(id_) == whole.get(id_), id_


def without(sums: Sums, id_: str) -> Sums:
    return {name: counts for name, counts in sums.items() if name != id_}


def of_tops(tree: UnitTree, group: frozenset[int], period: Period) -> Sums:
    """What all the tops of a group come to, those among them that no list shows."""
    shared = {part for parts in tree.shares.values() for part in parts}
    tops = [top.id for top in tree.branches(None) if top.id in group and top.id not in shared]
    return pooled_only(added([figures(tree, top, period) for top in tops]))


# --- by hand --------------------------------------------------------------------------------


@pytest.fixture
def province() -> Unit:
    """90 late dossiers at H44.1 in February, 10 good ones at H44.2 in July."""
    top = unit("H44", kind=Kind.PROVINCE)
    one, two = unit("H44.1", top), unit("H44.2", top)
    late = {"status": 9, "finished_at": "2026-02-28"}
    good = {"status": 9, "finished_at": "2026-07-10"}
    store(
        *(dossier(f"a{n}", one, "2026-02-02", **late) for n in range(90)),
        *(dossier(f"b{n}", two, "2026-07-06", **good) for n in range(10)),
    )
    return top


def on_time(code: str, period: str, view: View = View.THEN) -> object:
    atlas, when = Atlas.open(view), Period.parse(period)
    tree = atlas.tree(when)
    node = tree.by_code(code)
    assert node is not None, f"{code} is not on the map"
    found = unit_score(node, when, tree=tree, earlier=atlas.before(when), now=NOW)
    return found.result.indicators["2.1"].figure


def merge(on: date) -> None:
    one, two = (Unit.objects.get(code=code) for code in ("H44.1", "H44.2"))
    actions.merge(Mandate(decision_of("02/NQ"), on), [one], two)


def test_what_a_merged_unit_did_stays_above_it(province: Unit) -> None:
    assert on_time("H44", "2026") == Counted(10, 100)
    merge(date(2026, 7, 1))

    assert on_time("H44", "2026") == Counted(10, 100)
    assert on_time("H44", "2026", View.TODAY) == Counted(10, 100)
    assert on_time("H44", "2026-Q1") == Counted(0, 90)
    # Its own figure is its own: the one that took it over has it on today's map alone.
    assert on_time("H44.2", "2026") == Counted(10, 10)
    assert on_time("H44.2", "2026", View.TODAY) == Counted(10, 100)
    assert on_time("H44.1", "2026-02") == Counted(0, 90)
    board = [node.code for node in Atlas.open().tree(Period.parse("2026")).children(province.pk)]
    assert board == ["H44.2"]


def test_a_merger_entered_late_hides_no_fact_of_after_its_day(province: Unit) -> None:
    one = Unit.objects.get(code="H44.1")
    store(dossier("a-late", one, "2026-09-01", status=9, finished_at="2026-09-02"))
    merge(date(2026, 7, 1))
    assert on_time("H44", "2026-09") == Counted(1, 1)
    assert on_time("H44", "2026") == Counted(11, 101)


def test_an_open_dossier_of_an_ended_unit_is_carried_over_above_it(province: Unit) -> None:
    store(dossier("a-open", Unit.objects.get(code="H44.1"), "2026-06-01"))
    merge(date(2026, 7, 1))
    # Overdue since June, in every month until somebody ends it.
    assert on_time("H44", "2026-11") == Counted(0, 1)
    assert on_time("H44", "2026-11", View.TODAY) == Counted(0, 1)
    assert on_time("H44.2", "2026-11") == Counted(0, 0)


def test_a_code_means_the_unit_that_bore_it_on_the_last_day(province: Unit) -> None:
    merge(date(2026, 7, 1))
    again = Newcomer("H44.1", "Another", "commune", province)
    actions.create(Mandate(decision_of("03/NQ"), date(2026, 9, 1)), again)
    assert on_time("H44.1", "2026-02") == Counted(0, 90)
    assert on_time("H44.1", "2026") in (Counted(0, 0), NOT_PROVIDED)
    assert on_time("H44", "2026") == Counted(10, 100)


def test_a_province_that_became_part_of_another_announced_for_it_on_todays_map() -> None:
    country = unit("VN", kind=Kind.COUNTRY)
    old, new = (unit(code, country, Kind.PROVINCE) for code in ("77", "79"))
    for number, of in enumerate((old, old, new)):
        day = wall("2026-03-02")
        AnnouncedProcedure.objects.create(
            code=f"q{number}", unit=of, procedure_code=f"p{number}", issued_at=day,
            effective_at=day + (60 if number else 1) * 86_400_000, published_at=day,
            digest="", changed_at=timezone.now(),
        )  # fmt: skip
    period = Period.parse("2026")

    def announced(view: View) -> object:
        atlas = Atlas.open(view)
        node = atlas.tree(period).by_code("79")
        assert node is not None
        found = unit_score(node, period, tree=atlas.tree(period), now=NOW)
        return found.result.indicators["1.1"].figure

    assert announced(View.TODAY) == Counted(1, 1)
    actions.merge(Mandate(decision_of("05/NQ"), date(2026, 7, 1)), [old], new)
    assert announced(View.THEN) == Counted(1, 1)
    assert announced(View.TODAY) == Counted(2, 3)


def test_units_are_counted_that_are_there_each_with_what_is_its_own(province: Unit) -> None:
    """4.7: communes that issued a certified copy ÷ communes; an ended one is no commune."""
    keep(
        CertifiedCopy(
            code="c", unit=Unit.objects.get(code="H44.1"), certified_at=wall("2026-02-02")
        )
    )

    def communes(view: View) -> object:
        atlas, when = Atlas.open(view), Period.parse("2026")
        node = atlas.tree(when).by_code("H44")
        assert node is not None
        found = unit_score(node, when, load("qd766-document"), tree=atlas.tree(when), now=NOW)
        return found.result.indicators["4.7"].figure

    assert communes(View.THEN) == communes(View.TODAY) == Counted(1, 2)
    merge(date(2026, 7, 1))
    assert communes(View.THEN) == Counted(0, 1)
    assert communes(View.TODAY) == Counted(1, 1)


def test_few_dossiers_of_an_ended_unit_cannot_be_worked_out(province: Unit) -> None:
    """What is above it counts them; with all that is listed below told, they would be the rest."""
    one, two = (Unit.objects.get(code=code) for code in ("H44.1", "H44.2"))
    store(
        *(dossier(f"f{n}", one, "2026-02-02", procedure_code="few") for n in range(2)),
        *(dossier(f"g{n}", two, "2026-02-02", procedure_code="few") for n in range(10)),
    )
    merge(date(2026, 7, 1))
    atlas, year = Atlas.open(), Period.parse("2026")
    tree = atlas.tree(year)
    top = tree.by_code("H44")
    assert top is not None

    own, below = handled_in("few", top, year, tree, EDITION, now=NOW)

    told = {None if each.dossiers is None else each.dossiers for each in below.values()}
    assert own.dossiers in (12, None)
    assert own.dossiers is None or told <= {None}


def test_verify_says_which_facts_count_nowhere(province: Unit) -> None:
    assert verify().clean
    # What no action does: two units that belong to each other are below no top.
    one, two = (Unit.objects.get(code=code) for code in ("H44.1", "H44.2"))
    for unit_, parent in ((one, two), (two, one)):
        unit_.parent = parent
        unit_.save()

    outcome = verify()

    assert not outcome.clean
    assert outcome.differences == ()
    said = [str(wrong) for wrong in outcome.astray]
    assert (
        "On the map then of 2026-02-28 the facts of Đơn vị H44.1 (H44.1) count 0 times at the top,"
        " not once." in said
    )
    told = CliRunner().invoke(verify_command)
    assert told.exit_code == 1
    assert "the facts of Đơn vị H44.2 (H44.2) count 0 times" in told.output.replace("\n", " ")


def test_verify_finds_a_map_that_leaves_out_who_ended(
    province: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge(date(2026, 7, 1))
    assert verify().clean
    monkeypatch.setattr("phucvu.counters.tops.as_it_was", lambda eras, day: eras.on(day))
    wrong = {(each.what, each.counted) for each in verify().astray}
    assert wrong == {("Đơn vị H44.1 (H44.1)", Fraction(0))}


def test_verify_finds_shares_that_do_not_add_up(province: Unit) -> None:
    one, two = (Unit.objects.get(code=code) for code in ("H44.1", "H44.2"))
    parts = [(two, Fraction(1, 3)), (Newcomer("H44.3", "Ba", "commune", province), Fraction(2, 3))]
    actions.split(Mandate(decision_of("04/NQ"), date(2026, 7, 1)), one, parts)
    assert verify().clean
    Succession.objects.filter(after=two).update(share_of=6)
    (wrong,) = verify().astray
    assert (wrong.map, wrong.counted) == ("today", Fraction(1, 6) + Fraction(2, 3))
