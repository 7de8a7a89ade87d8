"""Every text has a Vietnamese translation that keeps its placeholders."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from babel.messages import Catalog

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools/messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_text_is_translated(messages: ModuleType) -> None:
    assert list(messages.problems_of(messages.collect(), messages.stored())) == []


def test_texts_of_code_and_templates_are_found(messages: ModuleType) -> None:
    found = messages.collect()
    assert found.get("not provided") is not None  # Python
    assert found.get("Skip to the content") is not None  # a template
    assert found.get("The figures were updated at %(time)s") is not None  # blocktranslate


def catalogs(id_: object, string: object) -> tuple[Catalog, Catalog]:
    wanted, have = Catalog(locale="vi"), Catalog(locale="vi")
    wanted.add(id_, locations=[("a.py", 0)])
    have.add(id_, string)
    return wanted, have


@pytest.mark.parametrize(
    ("id_", "string", "said"),
    [
        ("Hello", "", "not translated"),
        ("Hello %(name)s", "Chào", "lacks %(name)s"),
        ("Hello %(name)s", "Chào %(ten)s", "has %(ten)s"),
        ("{n} units", "đơn vị", "lacks {n}"),
        (("%(n)s unit", "%(n)s units"), ("đơn vị",), "lacks %(n)s"),
        ("<strong>Note.</strong>", "Lưu ý.", "lacks </strong>, <strong>"),
    ],
)
def test_faults_are_told(messages: ModuleType, id_: object, string: object, said: str) -> None:
    problems = list(messages.problems_of(*catalogs(id_, string)))
    assert problems
    assert any(said in problem for problem in problems), problems


def test_a_sound_translation_passes(messages: ModuleType) -> None:
    wanted, have = catalogs(("%(n)s unit", "%(n)s units"), ("%(n)s đơn vị",))
    assert list(messages.problems_of(wanted, have)) == []
