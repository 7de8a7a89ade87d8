"""What the tests of the register share."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english():
    """Messages are tested as they are written; the catalogues have tests of their own."""
    with translation.override("en"):
        yield
