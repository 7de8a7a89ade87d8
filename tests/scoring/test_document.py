"""Loading a scorecard: every mistake is reported, with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from phucvu.scoring import ScorecardError, SourceText, read

from .cards import SCHEMA, tiny


def problems(text: str, **others: str) -> list[str]:
    """What reading `text` as the edition `tiny` complains about; empty where it reads."""
    sources = {name: SourceText(f"{name}.yaml", t) for name, t in {"tiny": text, **others}.items()}
    try:
        read("tiny", sources, SCHEMA)
    except ScorecardError as error:
        return [str(problem) for problem in error.problems]
    return []


def line_of(text: str, needle: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if needle in line)


def test_the_tiny_card_reads() -> None:
    assert problems(tiny()) == []


def test_a_typo_in_a_key_is_named_with_the_key_meant() -> None:
    text = tiny().replace("arithmetic:", "aritmetic:")
    found = problems(text)
    line = line_of(text, "aritmetic")
    assert any(f"tiny.yaml:{line}:" in p and "did you mean 'arithmetic'?" in p for p in found), (
        found
    )
    assert any("lacks `arithmetic`" in p for p in found), found


def test_an_unknown_measure() -> None:
    text = tiny(count="recieved")
    found = problems(text)
    line = line_of(text, "count: recieved")
    assert f"tiny.yaml:{line}: indicators.1.1.numerator.count: 'recieved' is neither" in found[0]
    assert "did you mean 'received'?" in found[0]
    assert len(found) == 3  # all at once: one for each indicator


def test_points_that_do_not_add_up() -> None:
    text = tiny().replace("points: 60", "points: 50")
    found = problems(text)
    line = line_of(text, "points: 50")
    assert any(p.startswith(f"tiny.yaml:{line}:") and "add up to 60" in p for p in found)
    assert any("groups add up to 90 points; expected 100" in p for p in found)


def test_mistakes_of_every_kind_are_reported_together() -> None:
    text = (
        tiny()
        .replace("points: 60", "points: 61")
        .replace("{from: 0, code: weak", "{from: 60, code: weak")
        .replace("placed: placed_at", "placed: placed")
        .replace("group: B", "group: Bb")
        .replace("to: null", "to: 2025-01-01")
        .replace("schema: 1", "schema: 1\nextra: 1")
    )
    found = "\n".join(problems(text))
    for expected in (
        "its indicators add up to 60",
        "bands go from the highest down",
        "the lowest band must start at 0",
        "there is no definition 'placed'; did you mean 'placed_at'?",
        "there is no group 'Bb'",
        "before it begins",
        "unknown key 'extra'",
    ):
        assert expected in found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("arithmetic: portal", "arithmetic: protal", "did you mean 'portal'?"),
        ("schema: 1", "schema: 2", "expected one of 1; found 2"),
        ("id: tiny", "id: tinny", "expected 'tiny', the file's name"),
        ('colour: "#2563eb"', "colour: blue", "expected a colour like #219653"),
        ("target: 80", "target: 0", "expected more than 0"),
        ("target: 80", "target: many", "expected number, found 'many'"),
        ("from: 2026-01-01", "from: soon", "is not a date"),
        ("title: {vi: Nhỏ, en: Tiny}", "title: {vi: Nhỏ}", "lacks `en`"),
        ("title:", "title: x\ntitle:", "already given on line 3"),
        ("title:", "title: [", "not readable as YAML"),
        ("note: for tests", "note: *x", "anchors and aliases"),
        ("count: received}", 'count: "received +"}', "ends too early"),
        ("empty: {ratio: null, points: null}", "empty: {ratio: 0, points: 90}", "more than the"),
        ("window: received", "window: now", "needs the window"),
        ("target: 80", "target: .inf", "cannot read the value"),
    ],
)
def test_messages(old: str, new: str, expected: str) -> None:
    assert old in tiny()
    found = problems(tiny().replace(old, new))
    assert any(expected in p for p in found), found
    assert all(p.startswith("tiny.yaml:") for p in found)


def test_extends_keeps_the_file_of_each_value() -> None:
    base = tiny().replace("id: tiny", "id: base").replace("target: 80", "target: many")
    base = base.replace("in_force: {from: 2026-01-01, to: null}\n", "")
    edition = "schema: 1\nid: tiny\nextends: base\nin_force: {from: 2026-01-01}\n"
    found = problems(edition, base=base)
    assert len(found) == 1
    assert found[0].startswith(f"base.yaml:{line_of(base, 'target: many')}:")
    mended = edition + 'indicators: {"1.2": {target: 80}}\n'
    assert problems(mended, base=base) == []


def test_extends_null_removes_and_lists_replace() -> None:
    edition = (
        "schema: 1\nid: tiny\nextends: base\nin_force: {from: 2026-01-01}\n"
        'indicators: {"1.2": null, "1.1": {points: 60, levels: [province]}}\n'
    )
    base = tiny().replace("id: tiny", "id: base")
    sources = {"tiny": SourceText("tiny.yaml", edition), "base": SourceText("base.yaml", base)}
    card = read("tiny", sources, SCHEMA).scorecard
    assert list(card.indicators) == ["1.1", "2.1"]
    assert card.indicators["1.1"].levels == ("province",)


def test_extends_circles_and_strangers() -> None:
    edition = "schema: 1\nid: tiny\nextends: tiny\nin_force: {from: 2026-01-01}\n"
    assert "extends itself: tiny → tiny" in problems(edition)[0]
    edition = edition.replace("extends: tiny", "extends: bas")
    found = problems(edition, base=tiny())
    assert "tiny.yaml:3:" in found[0]
    assert "did you mean 'base'?" in found[0]


def test_a_base_is_no_edition() -> None:
    text = tiny().replace("in_force: {from: 2026-01-01, to: null}\n", "")
    assert "is a base to extend" in problems(text)[0]


def test_scoring_imports_nothing_of_ours() -> None:
    """The room is pure: it may be read, tested and moved without the rest."""
    import phucvu.scoring

    for path in Path(phucvu.scoring.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import django" not in text
        assert "from django" not in text
        assert "phucvu." not in text


CATALOGUE = """\
catalogue:
  definitions: {online: online_level >= 3}
  measures:
    services: {label: {vi: d, en: s}, when: online}
inputs:
"""
DISTINCT = {"count": '"procedures(received, services)"'}


def with_catalogue(text: str, parent: str = "distinct") -> str:
    """The small scorecard with a catalogue, its indicators counting procedures."""
    text = text.replace("inputs:\n", CATALOGUE).replace("parent: pooled", f"parent: {parent}")
    return text.replace('"max(received, reported)"', '"procedures(services)"')


def test_a_catalogue_and_counts_of_procedures() -> None:
    text = with_catalogue(tiny(**DISTINCT))
    card = read("tiny", {"tiny": SourceText("tiny.yaml", text)}, SCHEMA).scorecard
    assert card.catalogue.measures["services"].when == "online"
    assert card.catalogue.definitions == {"online": "online_level >= 3"}
    count = card.indicators["1.1"].numerator.count
    assert count is not None
    assert count.names == ()
    assert [term.measures for term in count.procedures] == [("received", "services")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("procedures(received, services)", "procedures(received, servces)", "'services'?"),
        ("procedures(received, services)", "procedures(reported)", "is no measure of dossiers"),
        ("procedures(received, services)", "services", "write procedures(services)"),
        ("procedures(received, services)", "received", "nothing beside it that is added up"),
        ("parent: distinct", "parent: pooled", "needs `parent: distinct`"),
        ("window: received", "window: none", "needs the window"),
        ("procedures(received, services)", "procedures(services)", "the window is `now`"),
        ("    services:", "    received:", "is a measure or an input already"),
        ("when: online}", "when: online, clock: true}", "unknown key 'clock'"),
        ("definitions: {online", "definition: {online", "did you mean 'definitions'?"),
        ('when: "status = 2"}', 'when: "status = 2", sum: "status"}', "is no plain count"),
    ],
)
def test_messages_about_procedures(old: str, new: str, expected: str) -> None:
    text = with_catalogue(tiny(**DISTINCT))
    assert old in text
    found = problems(text.replace(old, new))
    assert any(expected in p for p in found), found
    assert all(p.startswith("tiny.yaml:") for p in found)


def test_what_is_distinct_is_never_added_up() -> None:
    found = problems(tiny().replace("parent: pooled", "parent: distinct"))
    assert any("count procedures(…)" in p for p in found)
