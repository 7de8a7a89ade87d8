"""National lists: one follows the other."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from phucvu.units.commands import units
from phucvu.units.consistency import contradictions
from phucvu.units.history import history_of
from phucvu.units.loading import UnitFileError
from phucvu.units.models import Reorganisation, Unit
from phucvu.units.national import read_list, read_mapping
from phucvu.units.tree import load_eras, load_tree

pytestmark = [pytest.mark.database, pytest.mark.django_db]

BEFORE, DAY = date(2025, 6, 30), date(2025, 7, 1)

OLD = """province_code,province_name,district_code,district_name,ward_code,ward_name
77,Tỉnh Bà Rịa - Vũng Tàu,747,Thành phố Vũng Tàu,26536,Phường 10
77,Tỉnh Bà Rịa - Vũng Tàu,747,Thành phố Vũng Tàu,26535,Phường Rạch Dừa
77,Tỉnh Bà Rịa - Vũng Tàu,747,Thành phố Vũng Tàu,26545,Xã Long Sơn
77,Tỉnh Bà Rịa - Vũng Tàu,755,Huyện Côn Đảo,,
79,Thành phố Hồ Chí Minh,760,Quận 1,26740,Phường Bến Nghé
"""
NEW = """province_code,province_name,ward_code,ward_name,lat,lon
79,Thành phố Hồ Chí Minh,26536,Phường Rạch Dừa,10.39,107.11
79,Thành phố Hồ Chí Minh,26545,Xã Long Sơn,10.45,107.09
79,Thành phố Hồ Chí Minh,26740,Phường Sài Gòn,10.78,106.70
"""
MAPPING = """legacy_code,legacy_name,new_code,new_name
26536,Phường 10,26536,Phường Rạch Dừa
26535,Phường Rạch Dừa,26536,Phường Rạch Dừa
26545,Xã Long Sơn,26545,Xã Long Sơn
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("old", OLD), ("new", NEW), ("mapping", MAPPING)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(units, [str(word) for word in arguments])


def load_both(folder: Path) -> None:
    first = run("import", folder / "old.csv")
    second = run(
        "import", folder / "new.csv", "--from", DAY, "--decision", "202/2025/QH15",
        "--mapping", folder / "mapping.csv", "--departments",
    )  # fmt: skip
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output


def test_a_list_follows_another(folder: Path) -> None:
    load_both(folder)

    before, after = load_tree(BEFORE), load_tree(DAY)
    assert [n.code for n in before.path(before.by_code("26536").id)] == ["VN", "77", "747", "26536"]  # type: ignore[union-attr]
    assert [n.code for n in after.path(after.by_code("26536").id)] == ["VN", "79", "26536"]  # type: ignore[union-attr]
    # The same code, another unit; the same code and name, the same unit under another parent.
    assert before.by_code("26536").id != after.by_code("26536").id  # type: ignore[union-attr]
    assert before.by_code("26545").id == after.by_code("26545").id  # type: ignore[union-attr]
    assert before.by_code("755") is not None
    assert [n.code for n in after if n.kind == "district"] == []
    assert sum(n.kind == "department" for n in after) == 12
    assert Unit.objects.get(code="26536", valid_to=None).latitude == 10.39
    assert contradictions(load_eras()) == []


def test_what_became_of_whom(folder: Path) -> None:
    load_both(folder)

    eras = load_eras()
    before, after = load_tree(BEFORE), load_tree(DAY)
    rach_dua = after.by_code("26536").id  # type: ignore[union-attr]
    for code in ("26535", "26536"):
        assert eras.successors[before.by_code(code).id] == [(rach_dua, Fraction(1))]  # type: ignore[union-attr]
    # By the communes' codes: all that Bà Rịa - Vũng Tàu had are found again in one province.
    assert eras.successors[before.by_code("77").id] == [(after.by_code("79").id, Fraction(1))]  # type: ignore[union-attr]
    # Phường Bến Nghé ended and nothing says what became of it: nothing is made up.
    assert before.by_code("26740").id not in eras.successors  # type: ignore[union-attr]
    told = history_of(rach_dua)
    assert [str(each.unit) for each in told.origins] == [
        "Phường Rạch Dừa (26535)", "Phường 10 (26536)",
    ]  # fmt: skip
    assert str(told.chapters[0].begun_by[0].decision) == "202/2025/QH15"
    moved = history_of(after.by_code("26545").id)  # type: ignore[union-attr]
    assert [chapter.parent.code for chapter in moved.chapters if chapter.parent] == ["747", "79"]


def test_the_commands_tell_it(folder: Path) -> None:
    load_both(folder)

    assert "Phường 10" in run("life", "26536").output
    assert "202/2025/QH15" in run("life", "26536").output
    assert "Thành phố Vũng Tàu" in run("list", "77", "--on", BEFORE).output
    assert "Phường Bến Nghé" not in run("list", "VN", "--on", BEFORE, "--depth", "2").output
    checked = run("check")
    assert checked.exit_code == 0, checked.output
    assert "0 contradictions" in checked.output.replace("\n", " ")


def test_the_same_list_again_changes_nothing(folder: Path) -> None:
    load_both(folder)
    states = list(load_eras())

    again = run("import", folder / "new.csv", "--from", "2026-01-01", "--decision", "202/2025/QH15")

    assert again.exit_code == 0, again.output
    assert list(load_eras()) == states


def test_actions_as_commands(folder: Path) -> None:
    load_both(folder)
    order = ("--from", "2026-04-30", "--decision", "99/2026/QH16")

    done = [
        run("rename", "26545", "Phường Long Sơn", *order),
        run("change-code", "26545", "26546", *order),
        run("split", "26740", "--part", "26741=Phường A:1/3", "--part", "26536:2/3", *order),
        run("create", "26800", "Xã Mới", "--kind", "commune", "--parent", "79", *order),
        run("merge", "26800", "--into", "26536", "--from", "2026-05-01", "--decision", "x"),
        run("change-kind", "79.NV", "commune", *order),
        run("move", "79.NV", "VN", *order),
        run("end", "79.TP", *order),
    ]

    assert [result.exit_code for result in done] == [0] * 8, [r.output for r in done]
    assert Reorganisation.objects.count() == 1 + 8
    assert load_tree(date(2026, 5, 1)).by_code("26546").name == "Phường Long Sơn"  # type: ignore[union-attr]
    assert contradictions(load_eras()) == []
    refused = run("end", "79", *order)
    assert refused.exit_code == 1
    assert "79" in refused.output
    wrong = run("split", "26741", "--part", "26536:half", "--part", "26546:1/2", *order)
    assert wrong.exit_code == 2
    assert "26536:half" in wrong.output


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("province_code,province_name\n", "ward_code"),
        (NEW + "79,Thành phố Hồ Chí Minh,,Xã\n", "5"),
        (NEW + "79,Thành phố Hồ Chí Minh,26545,Xã Khác,,\n", "26545"),
        (NEW + "79,Tên khác,1,Xã,,\n", "79"),
        (NEW + "79,Thành phố Hồ Chí Minh,1,Xã,91,1\n", "lat"),
        (NEW + "79,Thành phố Hồ Chí Minh,1,Xã,north,1\n", "north"),
        (NEW + "79,Thành phố Hồ Chí Minh,1,Xã,1,\n", "lat"),
    ],
)
def test_a_list_with_errors_names_them(text: str, says: str) -> None:
    with pytest.raises(UnitFileError, match=says):
        read_list(text.splitlines(), "new.csv")


@pytest.mark.parametrize("share", ["0", "2", "x", "1/0", "-1/2", "1/2"])
def test_a_mapping_with_a_wrong_share_is_refused(share: str) -> None:
    with pytest.raises(UnitFileError, match="1"):
        read_mapping(["legacy_code,new_code,share", f"1,2,{share}"], "mapping.csv")


def test_a_mapping_must_know_its_units(folder: Path) -> None:
    (folder / "mapping.csv").write_text("legacy_code,new_code\n26536,11111\n", encoding="utf-8")
    run("import", folder / "old.csv")
    states = list(load_eras())

    refused = run(
        "import", folder / "new.csv", "--from", DAY, "--decision", "x",
        "--mapping", folder / "mapping.csv",
    )  # fmt: skip

    assert refused.exit_code == 1
    assert "11111" in refused.output
    assert list(load_eras()) == states


def test_a_list_over_units_needs_a_decision(folder: Path) -> None:
    run("import", folder / "old.csv")

    refused = run("import", folder / "new.csv")

    assert refused.exit_code == 1
    assert Unit.objects.filter(valid_to=None).count() == 10


def test_the_real_lists(shared: Path) -> None:
    data = shared / "data" / "admin"
    first = run("import", data / "vn_legacy_63_705_10599.csv")
    second = run(
        "import", data / "vn_2025_34_3321.csv", "--from", DAY, "--decision", "202/2025/QH15",
        "--mapping", data / "vungtau_17_to_5_mapping.csv", "--departments",
    )  # fmt: skip
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output

    def kinds(day: date) -> list[int]:
        found = [node.kind for node in load_tree(day)]
        return [found.count(kind) for kind in ("province", "district", "commune")]

    eras, before, after = load_eras(), load_tree(BEFORE), load_tree(DAY)
    assert kinds(BEFORE) == [63, 705, 10_599]
    assert kinds(DAY) == [34, 0, 3_321]
    assert contradictions(eras) == []
    provinces = [n for n in before if n.kind == "province" and n.id not in after]
    assert len(provinces) == 40
    assert all(n.id in eras.successors for n in provinces)
    wards = list(before.descendants(before.by_code("747").id))  # type: ignore[union-attr]
    assert len(wards) == 17
    five = {eras.successors.get(n.id, [(n.id, Fraction(1))])[0][0] for n in wards}
    assert {after.get(id_).name for id_ in five} == {  # type: ignore[union-attr]
        "Phường Vũng Tàu", "Phường Tam Thắng", "Phường Rạch Dừa", "Phường Phước Thắng",
        "Xã Long Sơn",
    }  # fmt: skip
