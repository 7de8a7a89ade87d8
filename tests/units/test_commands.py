"""`phucvu units`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from phucvu.units.commands import units
from phucvu.units.models import Unit

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(units, arguments)


def test_units_are_added_and_listed_as_a_tree() -> None:
    first = run("add", "NL", "Nederland", "--kind", "country", "--time-zone", "Europe/Amsterdam")
    second = run(
        "add", "NL.COSELOG", "Gemeente [1]", "--kind", "commune", "--parent", "NL",
        "--time-zone", "Europe/Amsterdam", "--from", "2010-01-01",
    )  # fmt: skip

    assert (first.exit_code, second.exit_code) == (0, 0), second.output
    added = Unit.objects.get(code="NL.COSELOG")
    assert added.parent == Unit.objects.get(code="NL")
    assert added.time_zone == "Europe/Amsterdam"
    lines = run("list").output.splitlines()
    assert [line.strip("└─ ") for line in lines] == [
        "NL Nederland (country)",
        "NL.COSELOG Gemeente [1] (commune)",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("A", "a", "--kind", "planet"), "Invalid value for '--kind'"),
        (("A", "a"), "Missing option '--kind'"),
        (("A", "a", "--kind", "commune", "--parent", "B"), "no unit in force has the code 'B'"),
        (("A", "a", "--kind", "commune", "--time-zone", "Mars"), "unknown time zone 'Mars'"),
        (("A" * 41, "a", "--kind", "commune"), "1 to 40 characters"),
        (("X", "a", "--kind", "commune"), "has the code 'X' already"),
    ],
)
def test_what_cannot_be_added_is_said(arguments: tuple[str, ...], message: str) -> None:
    Unit.objects.create(code="X", name="x", kind="commune")

    result = run("add", *arguments)

    assert result.exit_code == 2
    assert message in result.output
    assert Unit.objects.count() == 1
