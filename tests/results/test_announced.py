"""1.1-1.3: announced on time, published on time, published with all parts; inherited below."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from phucvu.register.models import AnnouncedProcedure, ProcedureAtUnit
from phucvu.results.announced import Announced, announcement_counts
from phucvu.results.boards import unit_score
from phucvu.results.figures import How
from phucvu.scorecards import ScorecardError, load
from phucvu.scoring import NOT_PROVIDED, Counted, Period
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree
from phucvu.workdays import WorkDays
from tests.dossiers import listed, unit, wall
from tests.figures import stated

YEAR, MARCH, APRIL = (Period.parse(text) for text in ("2026", "2026-03", "2026-04"))
NOW = datetime(2026, 10, 10, 5, tzinfo=UTC)
_numbers = count()
RULES = load("qd766-portal-2026").announced


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def counts(*announced: Announced, period: Period = MARCH, bound: str = "03-31", kind=(5, 5)):
    found = announcement_counts(RULES, announced, *kind, period, day(bound), WorkDays())
    return tuple(
        found[name]
        for name in ("announced_on_time", "announced", "publications_on_time", "publications")
    )


def item(code: str, issued: str, effective: str | None, published: str | None = None) -> Announced:
    return Announced(code, day(issued), effective and day(effective), published and day(published))


@pytest.mark.parametrize(
    ("issued", "effective", "on_time"),
    [
        ("03-02", "03-09", 1),  # Monday to Monday: five working days
        ("03-03", "03-09", 0),
        ("03-10", "03-09", 0),  # after it took effect
        ("03-10", None, 1),  # nothing says that it is late
        ("03-31", "04-07", 1),
    ],
)
def test_a_decision_is_issued_ahead_of_its_legal_basis(issued, effective, on_time):
    assert counts(item("1.1", issued, effective))[:2] == (on_time, 1)


def test_a_ministry_has_other_terms():
    early = item("1.1", "03-02", "03-30", "03-16")
    assert counts(early, kind=(20, 10)) == (1, 1, 1, 1)
    assert counts(early, kind=(21, 9)) == (0, 1, 0, 1)


def test_holidays_are_no_working_days():
    # 27 April, 30 April and 1 May are off.
    late = item("1.1", "04-23", "05-04")
    assert counts(late, period=APRIL, bound="04-30")[:2] == (0, 1)
    assert counts(item("1.1", "04-22", "05-04"), period=APRIL, bound="04-30")[:2] == (1, 1)


@pytest.mark.parametrize(
    ("issued", "published", "period", "bound", "on_time", "of"),
    [
        ("03-02", "03-09", MARCH, "03-31", 1, 1),
        ("03-02", "03-10", MARCH, "03-31", 0, 1),
        ("03-02", None, MARCH, "03-31", 0, 1),  # due and not published
        ("03-02", None, MARCH, "03-09", 0, 0),  # not yet due at the bound
        ("03-02", None, MARCH, "03-10", 0, 1),
        ("03-02", "04-02", MARCH, "03-31", 0, 1),  # published after the period: late in it
        ("03-02", "04-02", APRIL, "04-30", 0, 1),  # and late in the one it was published in
        ("03-27", "04-02", MARCH, "03-31", 0, 0),
        ("03-27", "04-02", APRIL, "04-30", 1, 1),
        ("03-27", "03-30", APRIL, "04-30", 1, 1),  # due in April
    ],
)
def test_a_procedure_is_published_soon_after(issued, published, period, bound, on_time, of):
    found = counts(item("1.1", issued, None, published), period=period, bound=bound)
    assert found[2:] == (on_time, of)


@pytest.mark.parametrize(("over", "of"), [(True, 1), (False, 0)])
def test_what_is_due_on_the_last_day_belongs_to_its_own_period(over, of):
    """Due on 31 March: once that day has passed it is late in March, whenever it is published."""
    for published in (None, "04-02"):
        late = [item("1.1", "03-24", None, published)]
        found = announcement_counts(RULES, late, 5, 5, MARCH, day("03-31"), WorkDays(), over=over)
        assert (found["publications_on_time"], found["publications"]) == (0, of)


def test_each_procedure_counts_once_and_one_late_occurrence_makes_it_late():
    found = counts(
        item("1.1", "03-02", "03-09", "03-05"),
        item("1.1", "03-12", "03-13", "03-30"),
        item("1.2", "03-02", "03-09", "03-05"),
        item("1.2", "03-09", "03-20", "03-10"),
        item("1.3", "01-05", "01-05", None),  # issued and due before
    )
    assert found == (1, 2, 1, 2)


DAYS = st.dates(date(2026, 1, 20), date(2026, 5, 20))
ANNOUNCEMENTS = st.lists(
    st.builds(Announced, st.sampled_from("abc"), DAYS, st.none() | DAYS, st.none() | DAYS),
    max_size=8,
)


def naive(announced: list[Announced], period: Period, bound: date, days: WorkDays, over: bool):
    """1.1 and 1.2 as the reference says, written out."""
    inside = lambda each: each is not None and period.first_day <= each <= period.last_day  # noqa: E731
    issued: dict[str, bool] = {}
    public: dict[str, bool] = {}
    for code, day_, effective, published in announced:
        if day_ > bound:
            continue
        if inside(day_):
            ahead = effective is None or days.working_days_between(day_, effective) >= 5
            issued[code] = issued.get(code, True) and ahead
        due = days.add_working_days(day_, 5)
        done = published if published is not None and published <= bound else None
        passed = due < bound or (due == bound == period.last_day and over)
        if inside(done) or (inside(due) and (done is not None or passed)):
            public[code] = public.get(code, True) and done is not None and done <= due
    return {
        "announced": len(issued), "announced_on_time": sum(issued.values()),
        "publications": len(public), "publications_on_time": sum(public.values()),
    }  # fmt: skip


@given(ANNOUNCEMENTS, DAYS, st.booleans())
@settings(deadline=None, max_examples=60)
def test_the_editions_words_are_the_rule(announced, bound, over):
    bound, over = min(bound, MARCH.last_day), over and bound >= MARCH.last_day
    found = announcement_counts(RULES, announced, 5, 5, MARCH, bound, WorkDays(), over=over)
    assert found == naive(announced, MARCH, bound, WorkDays(), over)


def made_up(folder: Path, section: str) -> Path:
    """A file of an edition that says `section` of announcements, and nothing else of its own."""
    path = folder / "made-up-2027.yaml"
    path.write_text(
        "schema: 1\nid: made-up-2027\nextends: qd766-portal-2026\n"
        f"in_force: {{from: 2027-01-01}}\nannouncements:\n{section}",
        encoding="utf-8",
    )
    return path


def test_an_edition_says_what_on_time_means(tmp_path):
    """In a made-up one the legal basis may take effect on the day."""
    made_up(tmp_path, "  definitions: {is_ahead: effective_on >= issued_on}\n")
    rules = load("made-up-2027", [tmp_path]).announced
    short = [item("1.1", "03-03", "03-04")]
    for each, on_time in ((RULES, 0), (rules, 1)):
        found = announcement_counts(each, short, 5, 5, MARCH, day("03-31"), WorkDays())
        assert (found["announced"], found["announced_on_time"]) == (1, on_time)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("  definitions: {is_ahead: effective >= issued_on}", ["unknown name 'effective'"]),
        ("  counts: {announced: {when: issued_on}}", ["must be boolean, not day"]),
        (
            (
                "  counts: {withdrawn: {when: was_issued, on_time: is_ahead, source: {from: [L],"
                " clause: x, confidence: low}}}"
            ),
            ["withdrawn, withdrawn_on_time", "inputs"],
        ),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path, section, said):
    path = made_up(tmp_path, section)
    with pytest.raises(ScorecardError) as found:
        load("made-up-2027", [tmp_path])
    (problem,) = map(str, found.value.problems)
    assert problem.startswith(f"{path}:6: announcements.")
    assert all(words in problem for words in said)


# --- with the store --------------------------------------------------------------------------


@pytest.fixture
def province(db) -> Unit:
    return unit("H53", kind=Kind.PROVINCE)


def announced(of: Unit, code: str, issued: str, effective: str, published: str | None) -> None:
    AnnouncedProcedure.objects.create(
        code=f"QĐ {next(_numbers)}",
        unit=of,
        decision="12/QĐ-UBND",
        procedure_code=code,
        action="new",
        issued_at=wall(f"2026-{issued}T08:00"),
        effective_at=wall(f"2026-{effective}"),
        published_at=published and wall(f"2026-{published}T10:00"),
        digest="",
        changed_at=timezone.now(),
    )


def public(of: Unit, code: str, *, whole: bool = True, published: bool = True) -> None:
    parts = ("name", "steps", "methods", "components", "term", "subjects", "body")
    flags = {f"has_{part}": whole or part != "steps" for part in parts}
    listed(code, of, published=published, **flags)


def scored(of: Unit, period: Period = YEAR):
    tree = load_tree()
    node = tree.by_code(of.code)
    assert node is not None
    return unit_score(node, period, tree=tree, now=NOW)


def portal_row(shared: Path, code: str) -> dict[str, dict[str, str]]:
    with (shared / "data/portal/portal_2026.csv").open(encoding="utf-8") as file:
        return {
            row["indicator"]: row
            for row in csv.DictReader(file)
            if row["snapshot"] == "provinces-2026-10-10" and row["unit_code"] == code
        }


@pytest.mark.database
@pytest.mark.parametrize("code", ["H53", "H44", "H01"])
def test_the_portals_counts_give_the_portals_points(province, shared, code):
    """Decisions that make up a province's published counts give its ratios and points."""
    rows = portal_row(shared, code)
    on_time, of = (int(rows["1.1"][name]) for name in ("numerator", "denominator"))
    published, due = (int(rows["1.2"][name]) for name in ("numerator", "denominator"))
    whole, shown = (int(rows["1.3"][name]) for name in ("numerator", "denominator"))
    # In the year's counts, but without a publication that counts: issued on its last working days.
    for number in range(of):
        effective = "09-30" if number < on_time else "09-02"
        announced(province, f"1.{number}", "09-01", effective, None)
    AnnouncedProcedure.objects.update(
        issued_at=wall("2026-10-09T08:00"), effective_at=wall("2026-10-09")
    )
    AnnouncedProcedure.objects.filter(
        procedure_code__in=[f"1.{number}" for number in range(on_time)]
    ).update(effective_at=wall("2026-12-01"))
    for number in range(due):
        # Of decisions of the year before: only their publication is of this one.
        announced(province, f"2.{number}", "01-02", "01-02", None)
    AnnouncedProcedure.objects.filter(procedure_code__startswith="2.").update(
        issued_at=wall("2025-12-31T08:00"), published_at=wall("2026-03-02")
    )
    AnnouncedProcedure.objects.filter(
        procedure_code__in=[f"2.{number}" for number in range(published)]
    ).update(published_at=wall("2026-01-05"))
    for number in range(shown):
        public(province, f"3.{number}", whole=number < whole)
    ward = unit(f"{code}.100", province)
    for of_unit in (province, ward):
        found = scored(of_unit).result.indicators
        for id_ in ("1.1", "1.2", "1.3"):
            row = rows[id_]
            figure = Counted(int(row["numerator"]), int(row["denominator"]))
            assert found[id_].figure == figure
            assert found[id_].ratio == Decimal(row["ratio"])
            assert found[id_].points == Decimal(row["score"])


@pytest.mark.database
def test_a_published_procedure_that_no_unit_applies_counts(province):
    public(province, "1.1")
    public(province, "1.2", whole=False)
    ProcedureAtUnit.objects.filter(procedure_code="1.2").delete()
    assert scored(province).result.indicators["1.3"].figure == Counted(1, 2)
    # Also where nothing is applied at all; and what is not published counts nowhere.
    ProcedureAtUnit.objects.all().delete()
    public(province, "1.3", published=False)
    ProcedureAtUnit.objects.all().delete()
    assert scored(province).result.indicators["1.3"].figure == Counted(1, 2)
    assert scored(province).result.indicators["3.1"].figure is NOT_PROVIDED


@pytest.mark.database
def test_published_late_after_the_last_day_is_late_in_the_period_that_ended(province):
    announced(province, "1.1", "03-24", "04-20", "04-02")
    assert scored(province, MARCH).result.indicators["1.2"].figure == Counted(0, 1)


@pytest.mark.database
def test_the_provinces_figures_hold_for_every_unit_below(province):
    announced(province, "1.1", "03-02", "03-20", "03-03")
    public(province, "1.1")
    department = unit("H53.01", province, kind=Kind.DEPARTMENT)
    found = scored(department, MARCH)
    for id_ in ("1.1", "1.2", "1.3"):
        assert found.result.indicators[id_].figure == Counted(1, 1)
        assert found.provenance[id_].how is How.INHERITED
        assert found.provenance[id_].from_unit.code == "H53"
    assert scored(province, MARCH).provenance["1.1"].how is How.OWN


@pytest.mark.database
def test_nothing_announced_is_null_and_nothing_known_is_not_provided(province):
    assert scored(province).result.indicators["1.1"].figure is NOT_PROVIDED
    announced(province, "1.1", "03-02", "03-20", "03-03")
    found = scored(province, Period.parse("2026-06")).result.indicators
    for id_ in ("1.1", "1.2"):
        assert found[id_].figure == Counted(0, 0)
        assert (found[id_].ratio, found[id_].points) == (None, None)
    # A catalogue that says nothing of publication is not one of which nothing is published.
    public(province, "1.1", published=False)
    assert scored(province).result.indicators["1.3"].figure is NOT_PROVIDED


@pytest.mark.database
def test_what_is_counted_goes_before_what_is_stated(province):
    for id_ in ("1.1", "1.3"):
        stated(
            unit=province, period="2026-03", indicator=id_, numerator=7, denominator=9, as_of=NOW
        )
    announced(province, "1.1", "03-02", "03-20", "03-03")
    found = scored(province, MARCH).result.indicators
    assert found["1.1"].figure == Counted(1, 1)
    assert found["1.3"].figure == Counted(7, 9)
