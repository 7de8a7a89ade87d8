from tests.web.conftest import country, measures

__all__ = ["country", "measures"]
