"""Loading units from CSV."""

from __future__ import annotations

from datetime import date

import pytest

from phucvu.units.loading import UnitFileError, load_units
from phucvu.units.models import Unit

HEADER = "code,name,kind,parent_code,valid_from,valid_to,time_zone,simulated"
PROVINCE = "H44,UBND tỉnh Phú Thọ,province,,2025-07-01,,,0"
WARD = "H44.100,Phường Một,commune,H44,,,,1"

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def load(*rows: str, header: str = HEADER):
    return load_units([header, *rows], "units.csv")


def test_units_and_their_parents():
    report = load(PROVINCE, WARD)
    assert report.added == ["H44", "H44.100"]
    ward = Unit.objects.get(code="H44.100")
    assert ward.parent.code == "H44"
    assert (ward.simulated, ward.time_zone) == (True, "Asia/Ho_Chi_Minh")
    assert ward.parent.valid_from == date(2025, 7, 1)


def test_loading_again_changes_nothing():
    load(PROVINCE, WARD)
    assert load(PROVINCE, WARD).unchanged == ["H44", "H44.100"]


def test_a_unit_in_force_is_brought_up_to_date():
    load(PROVINCE)
    before = Unit.objects.get().pk
    assert load(PROVINCE.replace("tỉnh", "thành phố")).updated == ["H44"]
    assert Unit.objects.get().name == "UBND thành phố Phú Thọ"
    assert Unit.objects.get().pk == before


def test_a_code_is_free_again_once_its_unit_has_ended():
    old, new = "26536,Phường 10,commune,,,2025-07-01,,", "26536,Rạch Dừa,commune,,2025-07-01,,,"
    assert load(old, new).added == ["26536", "26536"]
    assert load(old, new).unchanged == ["26536", "26536"]
    assert Unit.objects.count() == 2


def test_a_unit_in_force_can_be_ended_by_a_file():
    load("26536,Phường 10,commune,,,,,")
    report = load("26536,Phường 10,commune,,,2025-07-01,,", "26536,Rạch Dừa,commune,,2025-07-01,,,")
    assert (report.updated, report.added) == (["26536"], ["26536"])


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",Phường,commune,,,,,", "code"),
        ("X,,commune,,,,,", "name"),
        ("X,Phường,village,,,,,", "kind"),
        ("X,Phường,commune,H99,,,,", "parent_code"),
        ("X,Phường,commune,,01/07/2025,,,", "valid_from"),
        ("X,Phường,commune,,,,Asia/Vung_Tau,", "time_zone"),
        ("X,Phường,commune,,,,,maybe", "simulated"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_loaded(row, column):
    with pytest.raises(UnitFileError, match=rf"units.csv, 3: {column}"):
        load(PROVINCE, row)
    assert not Unit.objects.exists()


def test_a_point_is_kept_where_the_row_gives_none():
    row = "26536,Phường Tam Thắng,commune,,,,,"
    load(f"{row},10.37,107.08", header=f"{HEADER},lat,lon")
    assert load(row).unchanged == ["26536"]
    unit = Unit.objects.get(code="26536")
    assert (unit.latitude, unit.longitude) == (10.37, 107.08)


@pytest.mark.parametrize(
    ("point", "fault"),
    [("10.37,", "both or neither"), ("91,107", "at most 90"), ("10,E", "lon is")],
)
def test_a_wrong_point_is_named(point, fault):
    with pytest.raises(UnitFileError, match=f"units.csv, 2: .*{fault}"):
        load(f"26536,Phường Tam Thắng,commune,,,,,,{point}", header=f"{HEADER},lat,lon")
    assert not Unit.objects.exists()


def test_a_missing_column_is_named():
    with pytest.raises(UnitFileError, match="kind"):
        load(header="code,name")
