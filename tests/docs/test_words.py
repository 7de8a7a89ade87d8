"""The words of the code and of the documents: those of GLOSSARY.md, one for each thing."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest
from django.apps import apps

from phucvu import scoring
from tests.conftest import ROOT

SRC = ROOT / "src" / "phucvu"
MODULES = sorted(path for path in SRC.rglob("*.py") if "migrations" not in path.parts)
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}

ROW = re.compile(
    r"^\| (?P<vi>[^|]+) \| (?P<word>[^|]+) \| (?P<code>[^|]+) \| (?P<meaning>[^|]+) \|$"
)


def glossary() -> list[dict[str, str]]:
    page = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    rows = [found.groupdict() for line in page.splitlines() if (found := ROW.match(line))]
    return [row for row in rows if row["code"] != "code"]


def code_words() -> set[str]:
    return {word for row in glossary() for word in re.findall(r"`([^`]+)`", row["code"])}


def test_every_line_of_a_table_of_the_glossary_is_read():
    page = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    tables = [line for line in page.splitlines() if line.startswith("|")]
    heads = 2 * page.count("\n|---|")
    assert len(glossary()) == len(tables) - heads
    assert len(glossary()) > 60


def test_a_meaning_is_a_plain_sentence():
    for row in glossary():
        assert re.fullmatch(r"[A-Z].+\.", row["meaning"]), row
        assert row["code"] == "—" or re.fullmatch(r"(`\w+`(, )?)+", row["code"]), row


def test_each_word_stands_in_one_line():
    words = [word.strip() for row in glossary() for word in row["word"].split(",")]
    assert sorted(words) == sorted(set(words))


def test_every_code_word_of_the_glossary_is_in_the_code():
    names: set[str] = {path.name for path in SRC.iterdir()}
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.arg):
                names.add(node.arg if isinstance(node, ast.arg) else node.name)
            elif isinstance(node, ast.Name):
                names.add(node.id)
    assert code_words() - names == set()


def test_everything_the_store_holds_is_in_the_glossary():
    models = {
        model.__name__ for model in apps.get_models() if model.__module__.startswith("phucvu.")
    }
    assert models - code_words() == set()


def test_the_pure_values_of_the_scorecard_are_in_the_glossary():
    """Those that other rooms take from `phucvu.scoring`, but for errors and results of a call."""
    values = {name for name in scoring.__all__ if name[0].isupper()} & {
        "Absent", "Band", "Counted", "Derived", "Group", "Indicator", "NOT_APPLICABLE",
        "NOT_PROVIDED", "Period", "Rated", "Scorecard",
    }  # fmt: skip
    assert len(values) > 8
    assert values - code_words() == set()


# --- how a docstring begins -------------------------------------------------------------------

# Whatever ruff's D401 lets pass: no verb begins with these words, nor does a noun of the field.
NO_BEGINNING = re.compile(
    r"(What|Those|These|This|That|The same|Whether|How|Where|When|Which|Who|Whose|Whatever|Whoever|"
    r"It|Its|They|Their|He|One that|Such|There|Here|So|As it|Nothing|Nobody|None|Not|Never|Like)\b"
)
NO_VERB = re.compile(
    r"(A|An|The|Each|Every|Everything|All|Any|Some|One|Two|No|In|Of|On|At|By|For|From|Under|After|"
    r"Before|Up|If|With|Without|Only|Just|More|Most|Their|Our|Seconds|Units|Days|[0-9`].*|"
    r"\w+(?<!s)s|\w+ing(?<!Bring)|\w+ed(?<!Feed)(?<!Need))\b"
)


def docstrings(tree: ast.Module) -> Iterator[tuple[ast.AST, str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            written = ast.get_docstring(node)
            if written:
                yield node, node.name, written


def beginnings(tree: ast.Module) -> list[str]:
    """Give the docstrings of a module that begin as none should."""
    found = []
    for node, name, written in docstrings(tree):
        function = not isinstance(node, ast.ClassDef)
        wrong = NO_BEGINNING.match(written) or (function and NO_VERB.match(written))
        if wrong:
            found.append(f"{name}: {written.splitlines()[0]}")
    return found


@pytest.mark.parametrize("room", sorted({path.relative_to(SRC).parts[0] for path in MODULES}))
def test_docstrings_begin_with_a_verb_or_a_noun(room):
    found = []
    for path, tree in TREES.items():
        place = str(path.relative_to(ROOT))
        if path.relative_to(SRC).parts[0] == room:
            found += [f"{place}: {each}" for each in beginnings(tree)]
    assert found == []


def test_a_docstring_that_begins_as_none_should_is_noticed():
    riddles = '''
class Kept:
    """What was kept."""
    def whole(self): """Whether nothing went elsewhere."""
    @property
    def codes(self): """Every code there ever was."""
    def wait(self): """Seconds until the next."""
def good():
    """Return the code; None where there is none."""
'''
    names = [each.split(":")[0] for each in beginnings(ast.parse(riddles))]
    assert names == ["Kept", "whole", "codes", "wait"]


def test_no_room_is_excused_from_the_check_of_docstrings():
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
    assert {"D401", "D404"} <= set(lint["lint"]["select"])
    excused = {
        glob
        for glob, codes in lint["lint"]["per-file-ignores"].items()
        if {"D401", "D404"} & {*codes}
    }
    assert excused == {"tests/**", "tools/**", "bench/**"}


# --- one class name, one thing ----------------------------------------------------------------

# Names that two or three classes still share. The list only shrinks.
SHARED = {
    "Answer", "Asked", "Boundary", "Column", "Dated", "Fault", "Kind", "Level", "Moment", "Part",
    "Problem", "RefusedError", "Row", "Standing", "Stored", "Table", "TextOut", "Verdict",
}  # fmt: skip


def test_a_class_name_is_that_of_one_thing():
    places: dict[str, list[str]] = {}
    for path, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(str(path.relative_to(SRC)))
    shared = {name: where for name, where in places.items() if len(where) > 1}
    assert {name: where for name, where in shared.items() if name not in SHARED} == {}
    assert SHARED - shared.keys() == set(), "take these off the list"
