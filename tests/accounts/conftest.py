"""A unit to make keys for."""

from __future__ import annotations

import pytest

from phucvu.units.models import Unit


@pytest.fixture
def unit(db: None) -> Unit:
    return Unit.objects.create(code="H29", name="Thành phố", kind="province")
