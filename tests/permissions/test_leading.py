"""Which department leads what follows the indicator, not its number."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from django.conf import LazySettings

from phucvu.accounts.policy import LEADING, Role
from phucvu.editions.finding import Editions
from phucvu.register import indicators
from phucvu.scorecards import ScorecardError, load
from tests.permissions.conftest import City, client_of
from tests.permissions.test_figures import HEAD, PAGE, TYPE, bring, row, stated, typed
from tests.scorecards.renumbered import renumbered

pytestmark = [pytest.mark.database, pytest.mark.django_db]
OLD = {
    Role.JUSTICE: {"4.7"},
    Role.POLICE: {"4.5", "4.6"},
    Role.CULTURE: {"3.1", "3.2", "3.3"},
}
NEW = {**OLD, Role.JUSTICE: {"4.8"}, Role.CULTURE: {"3.1", "3.2", "3.9"}}


def added(folder: Path, text: str) -> str:
    """The id of an edition that is now in `folder`."""
    (folder / "made-up-2027.yaml").write_text(text, encoding="utf-8")
    return "made-up-2027"


def problems(folder: Path, text: str) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(ScorecardError) as found:
        load(added(folder, text), [folder])
    return [str(problem) for problem in found.value.problems]


def line_of(folder: Path, word: str) -> str:
    """Where the edition says so, as problems name it."""
    file = folder / "made-up-2027.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    return f"{file}:{next(i for i, line in enumerate(lines, 1) if word in line)}:"


def test_a_renumbered_indicator_keeps_its_lead(
    city: City, tmp_path: Path, settings: LazySettings
) -> None:
    assert indicators.words_of(Editions.open().today()).leads == OLD
    settings.PHUCVU_SCORECARDS = [tmp_path]
    settings.PHUCVU_SCORECARD = added(tmp_path, renumbered())
    assert indicators.words_of(Editions.open().today()).leads == NEW
    for role in LEADING:
        tried = sorted({"1.1", "4.7", *(each for led in NEW.values() for each in led)})
        bring(client_of(role, city.own), HEAD + "".join(row(city.own.code, i) for i in tried))
        assert {each for _unit, each in stated()} == {
            each for done in LEADING[: LEADING.index(role) + 1] for each in NEW[done]
        }


def test_the_form_offers_what_one_leads(city: City, tmp_path: Path, settings: LazySettings) -> None:
    settings.PHUCVU_SCORECARDS = [tmp_path]
    settings.PHUCVU_SCORECARD = added(tmp_path, renumbered())
    justice = client_of(Role.JUSTICE, city.own)
    shown = justice.get(PAGE).text
    assert 'value="4.8"' in shown
    assert 'value="4.7"' not in shown
    assert justice.post(TYPE, typed(city.own.code, "4.7")).status_code == 422
    assert justice.post(TYPE, typed(city.own.code, "4.8")).status_code == 302


def test_who_is_not_named_states_nothing(
    city: City, tmp_path: Path, settings: LazySettings
) -> None:
    settings.PHUCVU_SCORECARDS = [tmp_path]
    settings.PHUCVU_SCORECARD = added(tmp_path, renumbered(leads={"justice": None}))
    justice, head = client_of(Role.JUSTICE, city.own), client_of(Role.HEAD, city.own)
    assert justice.post(TYPE, typed(city.own.code, "4.8")).status_code == 422
    bring(justice, HEAD + row(city.own.code, "4.7"))
    assert stated() == set()
    assert head.post(TYPE, typed(city.own.code, "4.8")).status_code == 302


def test_an_unknown_leader_is_refused(tmp_path: Path) -> None:
    lead = {"portal_codes": ["NEW_SERVICE"], "source": {"from": ["L"], "clause": "x",
            "confidence": "low"}}  # fmt: skip
    (problem,) = problems(tmp_path, renumbered(leads={"finance": lead}))
    assert problem.startswith(line_of(tmp_path, "finance:"))
    assert "leads.finance" in problem
    assert "expected one of culture, justice, police" in problem


def test_an_indicator_that_is_gone_leaves_no_lead_behind(tmp_path: Path) -> None:
    """An edition that drops what somebody led has to say what that one leads now."""
    text = renumbered().replace("portal_code: ELECTRONIC_CERTIFIED_COPY", "portal_code: OTHER_CODE")
    (problem,) = problems(tmp_path, text)
    assert "qd766-common.yaml:" in problem
    assert "leads.justice" in problem
    assert "'ELECTRONIC_CERTIFIED_COPY'" in problem


def test_the_leaders_of_the_schema_are_those_of_the_policy() -> None:
    schema = json.loads((files("phucvu.scorecards") / "schema.json").read_text(encoding="utf-8"))
    assert sorted(schema["properties"]["leads"]["propertyNames"]["enum"]) == sorted(LEADING)
    for lead in load("qd766-portal-2026").scorecard.leads.values():
        assert "1073/KH-UBND" in lead.source.clause
