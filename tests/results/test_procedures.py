"""Components that count procedures: each once over a unit and all below it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import count

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phucvu.counters.distinct import Asked, Moment, count_procedures
from phucvu.counters.reading import Window
from phucvu.facts.catalogue import CATALOGUE
from phucvu.facts.figures import Source
from phucvu.measures import compile_conditions
from phucvu.register.models import ProcedureAtUnit
from phucvu.results.boards import scoreboard, unit_score
from phucvu.results.figures import FigureSource, How
from phucvu.results.procedures import monthly_procedure_numbers
from phucvu.results.scores import UnitScore
from phucvu.results.trends import trend
from phucvu.scorecards import load
from phucvu.scoring import NOT_PROVIDED, Counted, Figure, Period, Procedures
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree
from tests.dossiers import dossier, store, unit, wall
from tests.dossiers import listed as in_catalogue
from tests.figures import stated

pytestmark = [pytest.mark.django_db, pytest.mark.database]

YEAR, MARCH = Period.parse("2026"), Period.parse("2026-03")
NOW = datetime(2026, 3, 20, 3, 0, tzinfo=UTC)
EDITION = load("qd766-portal-2026")
COUNTED = ("3.1", "3.2", "3.4", "3.5", "4.6")
MOMENTS = (wall("2026-03-20"), wall("2026-03-20"))
_numbers = count()


def listed(code: str, *at: Unit, level: int = 4, **facts) -> None:
    """A procedure that is for citizens unless something else is said."""
    in_catalogue(code, *at, level=level, **{"for_citizen": True, **facts})


def handled(code: str, of: Unit, received: str = "2026-03-02", **columns) -> None:
    store(dossier(f"{of.code}-{next(_numbers)}", of, received, procedure_code=code, **columns))


def result(of: Unit, period: Period = YEAR) -> UnitScore:
    tree = load_tree()
    return unit_score(tree.by_code(of.code), period, tree=tree, now=NOW)


def figures(of: Unit, period: Period = YEAR) -> dict[str, tuple[int, int] | None]:
    found = result(of, period).result.indicators
    return {
        id_: (figure.numerator, figure.denominator)
        if isinstance(figure := found[id_].figure, Counted)
        else None
        for id_ in COUNTED
    }


@pytest.fixture
def city():
    return unit("VT", kind=Kind.DISTRICT)


@pytest.fixture
def wards(city):
    return [unit(f"VT.{n}", city) for n in (1, 2, 3)]


def test_a_parent_counts_each_procedure_once_at_its_highest_level(city, wards):
    listed("1.1", wards[0], level=2)
    listed("1.1", wards[1], level=4)
    listed("1.1", wards[2], level=3)
    listed("1.2", wards[0], wards[1], level=2)
    for ward in wards:
        handled("1.1", ward, channel="online")
    assert figures(wards[0])["3.1"] == (0, 2)
    assert figures(wards[1])["3.1"] == (1, 2)
    assert figures(wards[2])["3.1"] == (1, 1)
    assert figures(city)["3.1"] == (1, 2)
    assert figures(city)["3.2"] == (1, 1)
    found = result(city).provenance["3.1"]
    assert (found.source, found.how, found.parts) == (FigureSource.COUNTED, How.DISTINCT, (3, 3))
    assert found.catalogued
    assert result(wards[0]).provenance["3.1"].how is How.OWN


def test_each_component_by_its_rule(city, wards):
    ward = wards[0]
    listed("fee", ward, fee=8000)
    listed("fee, unused", ward, fee=8000)
    listed("free", ward, level=2)
    listed("firm", ward, for_citizen=False, for_business=True)
    listed("foreigner", ward, level=3, for_citizen=False, for_foreigner=True)
    handled("fee", ward, channel="online", fee_total=8000, payment=1)
    handled("free", ward, fee_total=5000, payment=2, vneid=True, channel="online")
    handled("firm", ward, vneid=True)
    handled("foreigner", ward, population_db=True)
    assert figures(ward) == {
        "3.1": (4, 5),
        "3.2": (1, 4),
        "3.4": (1, 2),
        "3.5": (1, 2),
        "4.6": (2, 4),
    }


def test_a_payment_counts_whatever_the_fee_on_the_dossier(wards):
    listed("1.1", wards[0], fee=8000)
    handled("1.1", wards[0], payment=1)
    assert figures(wards[0])["3.4"] == (0, 1)
    assert figures(wards[0])["3.5"] == (1, 1)


def test_a_numerator_never_exceeds_its_denominator(wards):
    listed("1.1", wards[0], level=2)
    for code in ("1.1", "not listed", "nor this"):
        handled(code, wards[0], channel="online", fee_total=1, payment=1, vneid=True)
    assert figures(wards[0]) == {
        "3.1": (0, 1),
        "3.2": (0, 0),
        "3.4": (0, 0),
        "3.5": (0, 0),
        "4.6": (1, 1),
    }


def test_the_period_places_dossiers_and_not_the_catalogue(wards):
    listed("1.1", wards[0], fee=1)
    handled("1.1", wards[0], "2026-02-02", channel="online", fee_total=1, payment=1, vneid=True)
    march, february = figures(wards[0], MARCH), figures(wards[0], Period.parse("2026-02"))
    assert february == dict.fromkeys(COUNTED, (1, 1))
    # Carried over into March, where only 4.6 counts it: it is not received there.
    assert march == {**dict.fromkeys(COUNTED, (0, 1)), "3.1": (1, 1), "4.6": (1, 1)}


def test_what_a_dossier_no_longer_is_counts_no_more(wards):
    listed("1.1", wards[0])
    stored = dossier("VT.1-A", wards[0], procedure_code="1.1", channel="online")
    store(stored)
    assert figures(wards[0])["3.2"] == (1, 1)
    store(dossier("VT.1-A", wards[0], procedure_code="1.1", channel="post"))
    assert figures(wards[0])["3.2"] == (0, 1)


def test_without_a_catalogue_a_stated_figure_stands(city, wards):
    handled("1.1", wards[0], channel="online", fee_total=1)
    for id_ in COUNTED:
        stated(
            unit=wards[0], period="2026", indicator=id_, numerator=3, denominator=4,
            source=Source.TYPED, as_of=NOW,
        )  # fmt: skip
    assert figures(wards[0]) == dict.fromkeys(COUNTED, (3, 4))
    assert figures(wards[1]) == dict.fromkeys(COUNTED)
    # A catalogue elsewhere under the parent changes nothing here.
    listed("1.1", wards[1])
    assert figures(wards[0]) == dict.fromkeys(COUNTED, (3, 4))
    listed("1.1", wards[0])
    assert figures(wards[0])["3.1"] == (1, 1)
    assert figures(wards[0])["3.2"] == (1, 1)


def test_without_any_dossier_only_the_catalogue_is_counted(city, wards):
    listed("1.1", wards[0], fee=1)
    assert figures(wards[0]) == {**dict.fromkeys(COUNTED), "3.1": (1, 1)}
    assert result(wards[0]).result.indicators["2.1"].figure is NOT_PROVIDED
    # Dossiers of one unit and the catalogue of another meet in the parent.
    handled("1.1", wards[1], channel="online", fee_total=1)
    assert figures(wards[1]) == dict.fromkeys(COUNTED)
    assert figures(city)["3.4"] == (1, 1)


def test_the_zero_rules_are_as_they_were(wards):
    listed("1.1", wards[0], level=2, for_citizen=False)
    handled("1.1", wards[0])
    found = result(wards[0]).result.indicators
    for id_, ratio in (("3.2", 0), ("3.4", 0), ("3.5", 0), ("4.6", None)):
        assert found[id_].figure == Counted(0, 0)
        assert (found[id_].ratio, found[id_].points) == (ratio, ratio)


def test_the_trend_by_month_reads_the_catalogue_as_it_was(wards):
    listed("1.1", wards[0], level=3)
    listed("1.1", wards[0], since="2026-02-10", level=2)
    listed("1.2", wards[0], since="2026-02-01")
    handled("1.1", wards[0], "2026-01-05", channel="online")
    handled("1.1", wards[0], "2026-03-05", channel="online")
    tree = load_tree()
    found = trend(tree.by_code("VT.1"), MARCH, tree=tree, now=NOW).indicators
    shares = {id_: [(str(p.period), int(p.ratio)) for p in found[id_]] for id_ in ("3.1", "3.2")}
    assert shares["3.1"][-3:] == [("2026-01", 100), ("2026-02", 50), ("2026-03", 50)]
    # In February nothing was received: a gap, as there is one before the first dossier.
    assert shares["3.2"] == [("2026-01", 100), ("2026-03", 0)]


def test_the_number_of_queries_does_not_grow_with_the_units(city, wards):
    def queries() -> int:
        tree = load_tree()
        with CaptureQueriesContext(connection) as captured:
            scoreboard(tree.by_code("VT"), Kind.COMMUNE, YEAR, tree=tree, now=NOW)
        return len(captured)

    for ward in wards:
        listed("1.1", ward)
        handled("1.1", ward, channel="online")
    few = queries()
    for number in range(4, 24):
        ward = unit(f"VT.{number}", city)
        listed("1.1", ward)
        handled("1.1", ward, channel="online")
    assert queries() == few


# -- against a plain model ---------------------------------------------------------------------

PARENTS = st.lists(st.integers(0, 6), max_size=7)  # of unit n + 1, taken modulo n + 1
AT = st.tuples(st.integers(0, 7), st.sampled_from("abcd"))
LISTED = st.dictionaries(AT, st.sampled_from([2, 3, 4]), max_size=12)
MONTHS = st.sampled_from(["2026-01", "2026-03"])
HANDLED = st.lists(st.tuples(AT, st.booleans(), MONTHS), max_size=12)
TERMS = (
    ("received_online", "online_services"),
    ("online_services",),
    ("under_authority",),
    ("received_online",),
    ("received", "under_authority"),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(parents=PARENTS, catalogue=LISTED, dossiers=HANDLED)
def test_over_any_tree_it_is_the_union_and_never_the_sum(parents, catalogue, dossiers):
    with transaction.atomic():
        _compare(parents, catalogue, dossiers)
        transaction.set_rollback(True)


def _compare(parents, catalogue, dossiers) -> None:
    units = [unit("U0")]
    for number, parent in enumerate(parents, start=1):
        units.append(unit(f"U{number}", units[parent % number]))

    def place(number: int) -> Unit:
        return units[number % len(units)]

    # What each unit has of its own: measure → unit → codes.
    own: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    levels = {(place(number).pk, code): level for (number, code), level in catalogue.items()}
    for (pk, code), level in levels.items():
        listed(code, next(u for u in units if u.pk == pk), level=level)
        own["under_authority"][pk].add(code)
        if level >= 3:
            own["online_services"][pk].add(code)
    for (number, code), online, month in dossiers:
        at = place(number)
        handled(code, at, f"{month}-05", channel="online" if online else "counter")
        if month == "2026-03":
            own["received"][at.pk].add(code)
            if online:
                own["received_online"][at.pk].add(code)
    tree = load_tree()
    subtrees = {
        node.pk: {node.pk, *(below.id for below in tree.descendants(node.pk))} for node in units
    }
    terms = [Procedures.having(measures) for measures in TERMS]
    asked = Asked({Window.RECEIVED: terms}, EDITION.measures, EDITION.catalogue, MARCH, *MOMENTS)
    found = count_procedures(asked, subtrees)
    for pk, parts in subtrees.items():
        has_catalogue = any(own["under_authority"][part] for part in parts)
        expected = {
            Procedures.having(measures).name: len(
                set.intersection(
                    *(set().union(*(own[measure][part] for part in parts)) for measure in measures)
                )
            )
            for measures in TERMS
            if has_catalogue or measures == ("received_online",)
        }
        assert found[pk][Window.RECEIVED] == expected


MONTHS_12 = [Period.parse(f"2025-{month:02d}") for month in range(4, 13)]
MONTHS_12 += [Period.parse(f"2026-{month:02d}") for month in range(1, 4)]
DAYS = st.sampled_from(["", "2025-06-30", "2025-10-01", "2026-01-31T09:00", "2026-03-19"])
SPANS = st.dictionaries(
    st.tuples(st.integers(0, 2), st.sampled_from("abc"), DAYS),
    st.tuples(st.sampled_from([2, 3, 4]), DAYS, st.sampled_from([0, 8000])),
    max_size=8,
)
RECEIVED = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from("abc"),
        st.sampled_from(["2025-02-05", "2025-06-05", "2025-10-31", "2026-01-05", "2026-03-05"]),
        st.sampled_from([{"vneid": True}, {"channel": "online"}, {"fee_total": 5, "payment": 1}]),
        st.sampled_from(["", "2025-12-20", "2026-03-18"]),
    ),
    max_size=8,
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(spans=SPANS, dossiers=RECEIVED)
# One dossier carried over into every month from June to December.
@example(
    spans={(1, "a", ""): (4, "", 0)},
    dossiers=[
        (1, "a", "2025-06-05", {"vneid": True}, "2025-12-20"),
        (2, "b", "2025-02-05", {}, ""),
    ],
)
def test_each_month_of_a_trend_is_that_months_score(spans, dossiers):
    with transaction.atomic():
        city = unit("VT", kind=Kind.PROVINCE)
        units = [city, unit("VT.1", city), unit("VT.2", city)]
        for (at, code, since), (level, until, fee) in spans.items():
            listed(code, since=since, fee=fee)
            listed(code, units[at], since=since, level=level)
            if until > since:
                held = ProcedureAtUnit.objects.filter(
                    code=f"{units[at].code} {code} {since}".strip()
                )
                held.update(until_at=wall(until))
        for at, code, received, columns, finished in dossiers:
            more = {"finished_at": finished} if finished > received else {}
            handled(code, units[at], received, **columns, **more)
        tree = load_tree()
        for place in units:
            node = tree.by_code(place.code)
            found = trend(node, MARCH, tree=tree, now=NOW).indicators
            by_score = defaultdict(list)
            for month in MONTHS_12:
                of_month = unit_score(node, month, tree=tree, now=NOW).result.indicators
                received, there = (is_heard(of_month[id_].figure) for id_ in ("3.3", "4.1"))
                for id_ in COUNTED:
                    figure = of_month[id_].figure
                    heard = {"3.1": True, "4.6": there}.get(id_, received)
                    if heard and isinstance(figure, Counted) and figure.denominator:
                        by_score[id_].append((month, of_month[id_].ratio, of_month[id_].points))
            for id_ in COUNTED:
                points = [(p.period, p.ratio, p.points) for p in found.get(id_, ())]
                assert points == (by_score[id_] if len(by_score[id_]) > 1 else [])
        transaction.set_rollback(True)


def is_heard(figure: Figure) -> bool:
    return isinstance(figure, Counted) and figure.denominator > 0


def test_a_trend_asks_no_more_of_the_catalogue_for_more_months(wards):
    listed("1.1", wards[0])
    parts, bounds = [wards[0].pk], dict.fromkeys(MONTHS_12, MOMENTS[0])
    with CaptureQueriesContext(connection) as captured:
        monthly_procedure_numbers(EDITION, parts, bounds, parts, NOW)
    assert len(captured) == 4


def test_a_measure_may_ask_of_the_level_and_of_the_procedure_together(wards):
    listed("1.1", wards[0], level=2, fee=5)
    listed("1.1", wards[1], level=4)
    listed("1.2", wards[0], wards[1], level=4)
    measures = {"sold_online": {"when": "online_level >= 3 and fee > 0"}}
    conditions = compile_conditions({}, measures, CATALOGUE)
    terms = {Moment.NOW: [Procedures.having(measures)]}
    asked = Asked(terms, EDITION.measures, conditions, YEAR, *MOMENTS)
    found = count_procedures(asked, {ward.pk: [ward.pk] for ward in wards[:2]})
    assert [list(found[ward.pk][Moment.NOW].values()) for ward in wards[:2]] == [[0], [1]]


def test_the_store_offers_every_column_of_the_vocabulary():
    ward = unit("VT.1")
    listed("1.1", ward, level=3, fee=5, for_state=True, field_name="Hộ tịch")
    wanted = {
        "procedure_code": "procedure_code = '1.1'",
        "field_name": "field_name = 'Hộ tịch'", "online_level": "online_level = 3",
        "fee": "fee = 5", "result": "result = ''",
        "for_citizen": "for_citizen", "for_overseas": "not for_overseas",
        "for_foreigner": "not for_foreigner", "for_business": "not for_business",
        "for_organisation": "not for_organisation", "for_state": "for_state",
        "published": "not published", "has_name": "not has_name", "has_steps": "not has_steps",
        "has_methods": "not has_methods", "has_components": "not has_components",
        "has_term": "not has_term", "has_subjects": "not has_subjects", "has_body": "not has_body",
    }  # fmt: skip
    assert wanted.keys() == CATALOGUE.keys()
    measures = {name: {"when": text} for name, text in wanted.items()}
    conditions = compile_conditions({}, measures, CATALOGUE)
    asked = Asked(
        {Moment.NOW: [Procedures.having(wanted)]}, EDITION.measures, conditions, YEAR, *MOMENTS
    )
    found = count_procedures(asked, {ward.pk: [ward.pk]})
    assert list(found[ward.pk][Moment.NOW].values()) == [1]
