"""The small country of the pages' tests."""

from tests.web.conftest import country, measures

__all__ = ["country", "measures"]
