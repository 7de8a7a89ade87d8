"""The calendar's command and file."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner

from phucvu.register.calendar_commands import calendar
from phucvu.register.calendar_store import import_days
from phucvu.register.calendars import work_times
from phucvu.register.models import CalendarDay
from phucvu.units.models import Kind, Unit

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def ward() -> Unit:
    return Unit.objects.create(code="VT.1", name="Phường 1", kind=Kind.COMMUNE)


def run(*arguments: str):
    return CliRunner(env={"COLUMNS": "160"}).invoke(calendar, arguments)


def test_the_known_days_of_a_year_are_listed():
    output = run("list", "2026").output
    for day in ("2026-01-02", "2026-01-10", "2026-09-02", "2026-11-24"):
        assert day in output
    assert "2026-01-05" not in output
    assert "Tết Nguyên Đán" in output


def test_a_day_is_told_and_taken_back(ward):
    assert run("add", "2026-10-05", "--off", "--unit", "VT.1", "--note", "bão").exit_code == 0
    assert not work_times([ward.pk])[ward.pk].days.is_working_day(date(2026, 10, 5))
    assert "bão" in run("list", "2026", "--unit", "VT.1").output
    assert "bão" not in run("list", "2026").output
    assert run("remove", "2026-10-05").exit_code == 1
    assert run("remove", "2026-10-05", "--unit", "VT.1").exit_code == 0
    assert work_times([ward.pk])[ward.pk].days.is_working_day(date(2026, 10, 5))
    assert run("apply").exit_code == 0


def test_an_unknown_unit_is_named():
    result = run("add", "2026-10-05", "--off", "--unit", "nowhere")
    assert result.exit_code == 2
    assert "nowhere" in result.output


def test_a_file_of_days(tmp_path, ward):
    file = tmp_path / "days.csv"
    file.write_text(
        "day,worked,unit_code,note\n2026-10-05,0,,bão\n2026-10-10,1,VT.1,bù\n2026-13-01,0,,\n"
        "2026-10-06,maybe,nowhere,\n",
        encoding="utf-8",
    )
    result = run("import", str(file))
    assert result.exit_code == 1
    assert CalendarDay.objects.count() == 2
    refused = (tmp_path / "days.csv.refused.csv").read_text(encoding="utf-8").splitlines()
    assert refused[1:] == ["2026-13-01,0,,", "2026-10-06,maybe,nowhere,"]
    report = import_days(file.open(encoding="utf-8"), "days.csv")
    assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
    assert [[f.field for f in row.faults] for row in report.refused] == [
        ["day"],
        ["worked", "unit_code"],
    ]
