"""The editions that are shipped: complete, valid, and as the reference says."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from phucvu.scorecards import ScorecardError, available, in_force, load, schema
from phucvu.scoring import Problem, SourceText, document
from phucvu.scoring.document import problems_of_text
from phucvu.scoring.located import LocatedValue, parse

PORTAL, DOCUMENT = "qd766-portal-2026", "qd766-document"
D = Decimal

# id: group, portal code, points, full at (per cent), parent
COMPONENTS = {
    "1.1": ("CKMB", "PUBLISH_ON_TIME", 6, 100, "inherited"),
    "1.2": ("CKMB", "PUBLIC_UPDATE_ON_TIME", 4, 100, "inherited"),
    "1.3": ("CKMB", "PUBLIC_CONTENT_FULL", 2, 100, "inherited"),
    "1.4": ("CKMB", "DOSSIER_SYNC", 6, 100, "pooled"),
    "2.1": ("TDGQ", "totalOnTime/totalReceived", 20, 100, "pooled"),
    "2.2": ("TDGQ", "avgProcessingDays", 0, 100, "pooled"),
    "3.1": ("ONLINE", "(partialCount+fullCount)/authorityCount", 2, 80, "distinct"),
    "3.2": ("ONLINE", "onlineDossierCount/onlineServiceTotal", 4, 100, "distinct"),
    "3.3": ("ONLINE", "channelOnlineSum/channelTotalSum", 6, 50, "pooled"),
    "3.4": ("TTTT", "totalFeeDossierFormality/totalFeeFormality", 2, 80, "distinct"),
    "3.5": (
        "TTTT",
        "totalDossierOnlineFormalityPaymentSuccess/totalFeeDossierFormalityDistinct",
        2,
        80,
        "distinct",
    ),
    "3.6": (
        "TTTT",
        "totalDossierOnlinePaymentSuccess/totalDossierFinancialObligation",
        6,
        100,
        "pooled",
    ),
    "4.1": ("MDSH", "ORIGINAL_RESULT_AVAILABLE", 6, 100, "pooled"),
    "4.2": ("MDSH", "SO_HOA_GIAY_TO_GIAI_QUYET", 4, 100, "pooled"),
    "4.3": ("MDSH", "REUSED_DIGITIZED_DATA", 2, 80, "pooled"),
    "4.4": ("MDSH", "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", 4, 100, "pooled"),
    "4.5": ("MDSH", "CITIZEN_DATA_CONNECTED_DOSSIER", 2, 100, "pooled"),
    "4.6": ("MDSH", "CITIZEN_DATA_CONNECTED_FORMALITY", 2, 100, "distinct"),
    "4.7": ("MDSH", "ELECTRONIC_CERTIFIED_COPY", 2, 100, "pooled"),
    "5.1": ("MDHL", "PETITION_PROCESSING_ON_TIME", 6, 100, "own"),
    "5.2": ("MDHL", "PETITION_HANDLING_SATISFACTION", 6, 100, "own"),
    "5.3": ("MDHL", "DOSSIER_RECEIVING_SATISFACTION", 6, 90, "pooled"),
}


@pytest.mark.parametrize("id_", [PORTAL, DOCUMENT])
def test_every_component_is_there_with_its_rule(id_: str) -> None:
    card = load(id_).scorecard
    targets = {key: row[3] for key, row in COMPONENTS.items()}
    if id_ == DOCUMENT:
        targets["4.2"] = 80
    for key, (group, code, points, _, parent) in COMPONENTS.items():
        indicator = card.indicators[key]
        assert (indicator.group, indicator.portal_code) == (group, code)
        assert (indicator.points, indicator.target) == (points, targets[key])
        assert indicator.parent == parent
        assert indicator.source.clause
        assert indicator.meaning.vi.endswith(".")
        assert indicator.meaning.en.endswith(".")
    assert sum(i.scored for i in card.indicators.values()) == 21
    assert card.points == 100


def test_group_maxima_and_arithmetic() -> None:
    portal, document = load(PORTAL).scorecard, load(DOCUMENT).scorecard
    maxima = {"CKMB": 18, "TDGQ": 20, "ONLINE": 12, "TTTT": 10, "MDSH": 22, "MDHL": 18}
    assert {c: int(g.points) for c, g in portal.groups.items()} == maxima
    rounded = [c for c, g in portal.groups.items() if g.points_from_rounded]
    assert rounded == ["ONLINE", "TTTT"]
    assert not any(g.points_from_rounded for g in document.groups.values())
    assert (portal.arithmetic_name, document.arithmetic_name) == ("portal", "decimal")
    for total, code in (("90", "excellent"), ("89.99", "good"), ("50", "average"), ("0", "weak")):
        assert portal.band_of(D(total)).code == code


def test_official_names_agree_with_the_reference(shared: Path) -> None:
    text = (shared / "reference" / "scorecard-766.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d\.\d) \| [^|]+ \| ([^|]+) \|", text, flags=re.MULTILINE)
    names = {key: name.strip() for key, name in rows}
    card = load(PORTAL).scorecard
    assert len(names) == 22
    assert {key: card.indicators[key].name.vi for key in names} == names


@pytest.mark.parametrize("name", ["qd766-common", PORTAL, DOCUMENT])
def test_the_schema_holds_for_every_shipped_file(name: str) -> None:
    text = (files("phucvu.scorecards") / f"{name}.yaml").read_text(encoding="utf-8")
    assert problems_of_text(SourceText(f"{name}.yaml", text), schema()) == []


def test_which_edition_is_in_force() -> None:
    assert available() == [DOCUMENT, PORTAL]
    editions = [load(DOCUMENT), load(PORTAL)]
    assert in_force(date(2026, 9, 17), editions) is editions[1]
    assert in_force(date(2023, 3, 1), editions) is editions[0]
    assert in_force(date(2020, 1, 1), editions) is None


def test_switches_have_a_reason_and_say_whether_they_work() -> None:
    settings = load(PORTAL).scorecard.settings
    assert settings["on_time_grain"].default == "date"
    assert settings["on_time_grain"].available
    assert settings["certified_copies_counted"].available
    assert not settings["certified_copies_counted"].default
    assert load(DOCUMENT).scorecard.settings["certified_copies_counted"].default
    working = {"on_time_grain", "certified_copies_counted"}
    others = [s for name, s in settings.items() if name not in working]
    assert others
    assert not any(s.available or s.default for s in others)
    assert all(s.reason for s in settings.values())


def test_measures_are_compiled_and_used() -> None:
    edition = load(PORTAL)
    card = edition.scorecard
    indicators = [*card.indicators.values(), *load(DOCUMENT).scorecard.indicators.values()]
    used = {
        name
        for i in indicators
        for part in (i.numerator, i.denominator)
        if part.count
        for name in part.count.mentioned
    } | {i.apart.count for i in indicators if i.apart is not None}
    counted = {*card.measures, *(name for fact in card.facts.values() for name in fact.measures)}
    assert used == {*counted, *card.inputs, *card.catalogue.measures}
    assert all(name in edition.measures for name in counted)
    assert edition.measures.facts == ("dossier", "petition", "certified_copy")
    assert edition.catalogue.keys() == card.catalogue.measures.keys()
    assert len(edition.digest) == 64
    assert edition.digest != load(DOCUMENT).digest


def test_an_operator_adds_an_edition(tmp_path: Path) -> None:
    path = tmp_path / "city-2027.yaml"
    path.write_text(
        "schema: 1\nid: city-2027\nextends: qd766-portal-2026\n"
        "in_force: {from: 2027-01-01, to: 2027-12-31}\n"
        "definitions: {on_time: on_time_by_timestamp}\n",
        encoding="utf-8",
    )
    edition = load("city-2027", [tmp_path])
    assert edition.scorecard.definitions["on_time"] == "on_time_by_timestamp"
    editions = [load(PORTAL), edition]
    assert in_force(date(2027, 6, 1), editions) is edition
    assert in_force(date(2028, 6, 1), editions) is editions[0]


def test_an_edition_for_some_kinds_of_unit_scores_those_alone(tmp_path: Path) -> None:
    path = tmp_path / "wards-2027.yaml"
    path.write_text(
        "schema: 1\nid: wards-2027\nextends: qd766-portal-2026\n"
        "in_force: {from: 2026-01-01, to: null, kinds: [commune]}\n",
        encoding="utf-8",
    )
    editions = [load(PORTAL), load("wards-2027", [tmp_path])]
    day = date(2027, 6, 1)
    assert in_force(day, editions, "commune") is editions[1]
    assert in_force(day, editions, "province") is editions[0]
    assert in_force(day, editions) is editions[0]


def failure(tmp_path: Path, body: str) -> str:
    head = "schema: 1\nid: city\nextends: qd766-portal-2026\nin_force: {from: 2027-01-01}\n"
    (tmp_path / "city.yaml").write_text(head + body, encoding="utf-8")
    with pytest.raises(ScorecardError) as caught:
        load("city", [tmp_path])
    return str(caught.value)


def test_a_wrong_measure_names_line_and_indicators(tmp_path: Path) -> None:
    body = "definitions:\n  on_time_by_date: promised_at is null or ended_at <= promised_on\n"
    message = failure(tmp_path, body)
    assert f"{tmp_path / 'city.yaml'}:6: definitions.on_time_by_date:" in message
    assert "promised_on" in message
    assert "used by indicator 2.1" in message


def test_a_wrong_when_names_line_and_indicators(tmp_path: Path) -> None:
    message = failure(tmp_path, "measures:\n  received:\n    when: is_received and nonsense\n")
    assert f"{tmp_path / 'city.yaml'}:7: measures.received.when:" in message
    assert "used by indicator 1.4, 3.3" in message


def test_points_that_do_not_add_up(tmp_path: Path) -> None:
    message = failure(tmp_path, 'indicators:\n  "5.3": {points: 5}\n')
    assert "qd766-common.yaml:" in message  # the group's points stand there
    assert "add up to 17" in message


def test_ids_are_not_taken_twice_and_folders_exist(tmp_path: Path) -> None:
    (tmp_path / f"{PORTAL}.yaml").write_text("schema: 1\n", encoding="utf-8")
    with pytest.raises(ScorecardError, match="is taken by"):
        load(PORTAL, [tmp_path])
    with pytest.raises(ScorecardError, match="not a folder"):
        load(PORTAL, [tmp_path / "nowhere"])
    with pytest.raises(ScorecardError, match="did you mean 'qd766-portal-2026'"):
        load("qd766-portal-2062")


def test_a_wrong_condition_on_the_catalogue_names_line_and_indicators(tmp_path: Path) -> None:
    body = (
        "definitions:\n  placed_at: recieved_at\n"
        "catalogue:\n  definitions:\n    online: level >= 3\n"
        "  measures:\n    online_services: {when: online}\n    with_fee: {when: fee}\n"
    )
    message = failure(tmp_path, body)
    file = tmp_path / "city.yaml"
    assert f"{file}:6: definitions.placed_at:" in message
    assert f"{file}:9: catalogue.definitions.online:" in message
    assert "'level'" in message
    assert "used by indicator 3.1, 3.2" in message
    assert f"{file}:12: catalogue.measures.with_fee.when:" in message
    assert "used by indicator 3.4, 3.5" in message


def test_the_catalogue_is_read_as_it_stands(tmp_path: Path) -> None:
    body = "catalogue: {measures: {with_fee: {when: fee > 0 and bound is not null}}}\n"
    assert "may not depend on 'bound'" in failure(tmp_path, body)


def test_a_numerator_of_procedures_asks_for_its_denominator_too() -> None:
    for id_, indicator in load(PORTAL).scorecard.indicators.items():
        if indicator.parent == "distinct":
            top, bottom = indicator.numerator.count, indicator.denominator.count
            assert top is not None, id_
            assert bottom is not None, id_
            assert bottom.mentioned <= top.mentioned, id_


def test_what_the_portal_does_not_publish_it_does_not_count() -> None:
    portal = load(PORTAL).scorecard.indicators["4.7"]
    document = load(DOCUMENT).scorecard.indicators["4.7"]

    assert portal.numerator.count is None and portal.denominator.count is None
    assert portal.not_provided is not None and portal.not_provided.points == 2
    assert document.numerator.count is not None and document.denominator.count is not None
    assert document.numerator.count.text == "units(commune, certified_copies)"
    assert document.denominator.count.text == "units(commune)"


def test_mistakes_in_the_section_of_a_kind_are_named_at_their_place(tmp_path: Path) -> None:
    file = tmp_path / "city.yaml"
    file.write_text(
        "schema: 1\nid: city\nextends: qd766-portal-2026\n"
        "in_force: {from: 2027-01-01}\n"
        "facts:\n  petition:\n    definitions:\n      is_first: folows_code = ''\n"
        "    measures:\n      received: {label: {vi: a, en: a}, when: is_petition}\n"
        "  survey:\n    definitions: {}\n    calendar: {placed: a, ended: a}\n    measures: {}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScorecardError) as caught:
        load("city", [tmp_path])
    message = str(caught.value)
    assert (
        f"{file}:10: facts.petition.measures.received: 'received' is a measure already" in message
    )
    assert "facts.survey.calendar.placed: there is no definition 'a'" in message

    file.write_text(
        file.read_text("utf-8")
        .replace("received:", "petitions_b:")
        .replace(
            "  survey:\n    definitions: {}\n    calendar: {placed: a, ended: a}\n",
            "  survey:\n    definitions: {a: code}\n    calendar: {placed: a, ended: a}\n",
        ),
        encoding="utf-8",
    )
    with pytest.raises(ScorecardError) as caught:
        load("city", [tmp_path])
    message = str(caught.value)
    assert f"{file}:8: facts.petition.definitions.is_first:" in message
    assert "follows_code" in message
    assert "used by indicator 5.2" in message
    assert "there is no kind of fact 'survey' beside dossiers" in message


def test_a_text_is_read_once_however_often_the_editions_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(source: SourceText) -> tuple[LocatedValue | None, list[Problem]]:
        read.append(source.file)
        return parse(source)

    monkeypatch.setattr(document, "parse", reading)
    own = tmp_path / "own.yaml"
    own.write_text("id: own\nextends: qd766-portal-2026\n", encoding="utf-8")
    assert "own" not in available([tmp_path])
    read.clear()
    assert "own" not in available([tmp_path])
    assert read == []
    own.write_text("id: own\nextends: qd766-portal-2026\nin_force: {}\n", encoding="utf-8")
    assert "own" in available([tmp_path])
    assert read == [str(own)]
