"""Ranks among peers by volume, and by progress."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from phucvu.facts.figures import Source
from phucvu.results.boards import Scoreboard, scoreboard
from phucvu.results.ranking import By, PeerRule, peer_rule
from phucvu.results.stated import TOTAL
from phucvu.scoring import Period, Text
from phucvu.units.models import Kind, Unit
from phucvu.units.tree import load_tree
from tests.dossiers import unit
from tests.figures import stated

YEAR = Period.parse("2026")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
THREE = tuple(Text(name, name) for name in ("few", "middle", "many"))


def state(of: Unit, total: str, received: int | None, day: int = 10) -> None:
    moment = datetime(2026, 10, day, tzinfo=UTC)
    given = {"unit": of, "period": "2026", "source": Source.PUBLISHED, "as_of": moment}
    stated(indicator=TOTAL, points=total, **given)
    if received is not None:
        stated(indicator="3.3", numerator=received, denominator=received, **given)


def board(parent: Unit, by: By) -> Scoreboard:
    tree = load_tree()
    node = tree.by_code(parent.code)
    assert node is not None
    return scoreboard(node, Kind.COMMUNE, YEAR, tree=tree, now=NOW, by=by)


def places(found: Scoreboard) -> list[tuple[str, int | None, int | None, int]]:
    return [(e.unit.code, e.peers, e.rank, e.of) for e in found.entries]


@pytest.fixture
def six(db: None) -> Unit:
    """Six wards from 10 to 600 dossiers, and one of which the number is not known."""
    top = unit("P", kind=Kind.PROVINCE)
    given = {"a": ("90", 10), "b": ("80", 20), "c": ("95", 100), "d": ("95", 110),
             "e": ("50", 500), "f": ("60", 600), "g": ("70", None)}  # fmt: skip
    for code, (total, received) in given.items():
        state(unit(code, top), total, received)
    return top


@pytest.mark.django_db
@pytest.mark.database
def test_peers_by_terciles_of_volume(six: Unit) -> None:
    found = board(six, By.PEERS)

    assert places(found) == [
        ("a", 0, 1, 2), ("b", 0, 2, 2), ("c", 1, 1, 2), ("d", 1, 1, 2), ("f", 2, 1, 2),
        ("e", 2, 2, 2), ("g", None, None, 0),
    ]  # fmt: skip
    assert found.entries[-1].reason == "volume_unknown"


@pytest.mark.django_db
@pytest.mark.database
def test_progress_since_what_was_published_before(six: Unit) -> None:
    for code, before in {"a": "91", "b": "70", "e": "50"}.items():
        state(Unit.objects.get(code=code), before, None, day=1)

    found = board(six, By.PROGRESS)

    ranked = [(e.unit.code, e.rank, str(e.change)) for e in found.entries if e.rank]
    assert ranked == [("b", 1, "10.00"), ("e", 2, "0.00"), ("a", 3, "-1.00")]
    assert {e.reason for e in found.entries if e.rank is None} == {"nothing_to_compare"}


@given(st.dictionaries(st.integers(0, 40), st.integers(0, 50), min_size=1))
def test_terciles_keep_equals_together_and_rise(volumes: dict[int, int]) -> None:
    groups = PeerRule("3.3", THREE, None).groups(volumes)

    assert groups.keys() == volumes.keys()
    for one in volumes:
        for other in volumes:
            if volumes[one] < volumes[other]:
                assert groups[one] <= groups[other]
            if volumes[one] == volumes[other]:
                assert groups[one] == groups[other]
    assert set(groups.values()) <= {0, 1, 2}


def test_thresholds_are_the_least_of_their_group() -> None:
    rule = PeerRule("3.3", THREE, (100, 500))

    assert rule.groups({1: 99, 2: 100, 3: 499, 4: 500}) == {1: 0, 2: 1, 3: 1, 4: 2}


def test_a_rule_of_ones_own(tmp_path: Path, settings) -> None:
    file = tmp_path / "peers.yaml"
    settings.PHUCVU_PEERS = str(file)
    label = "{vi: a, en: a}"
    file.write_text(f'volume: "3.3"\nthresholds: [500]\nlabels: [{label}, {label}]\n')
    assert peer_rule().thresholds == (500,)

    for number, wrong in enumerate(
        (f"volume: x\nparts: 3\nlabels: [{label}]", "labels: 3", "[", "volume: x",
         f"volume: x\nthresholds: [5, 1]\nlabels: [{label}, {label}, {label}]")
    ):  # fmt: skip
        other = tmp_path / f"{number}.yaml"
        other.write_text(wrong)
        settings.PHUCVU_PEERS = str(other)
        with pytest.raises(ImproperlyConfigured, match="PHUCVU_PEERS"):
            peer_rule()
