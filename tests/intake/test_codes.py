"""The unit code inside a dossier code."""

from __future__ import annotations

import pytest

from phucvu.intake.codes import normal_unit_code, unit_code_in


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("H44", "H44"),
        ("H44.07", "H44.07"),
        ("000.00.01.H22", "H22.01"),
        ("000.00.00.H22", "H22"),
        ("001.03.05.H22", "H22.05.03.001"),
        ("000.07.00.H22", "H22.00.07"),
        ("01.H22", "H22.01"),
        ("NL.COSELOG", "NL.COSELOG"),
        ("26536", "26536"),
    ],
)
def test_the_older_notation_is_turned_round(written: str, normal: str) -> None:
    assert normal_unit_code(written) == normal


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("H21.09-260103-12345", "H21.09"),
        ("000.00.01.H22-260103-0001", "H22.01"),
        ("H21.09-260103-12-345", "H21.09"),
        ("H21.09-260103-", None),
        ("H21.09-2601-12345", None),
        ("-260103-12345", None),
        ("12345", None),
        ("", None),
    ],
)
def test_the_unit_code_stands_before_the_date(code: str, unit: str | None) -> None:
    assert unit_code_in(code) == unit
