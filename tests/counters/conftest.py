import pytest

from phucvu.counters import active
from phucvu.counters.recount import count_new_measures


@pytest.fixture(autouse=True)
def measures(db):
    """The shipped measures, registered in this test's store."""
    count_new_measures()
    yield
    active.forget()
