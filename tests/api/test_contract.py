"""Whatever is asked within the description is answered within it. Bounded, so it stays short."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from phucvu.accounts.failures import Pace
from phucvu.api import pace
from tests.api.test_figures import READING
from tests.web.conftest import country, measures

__all__ = ["country", "measures"]

pytestmark = [pytest.mark.django_db]

CODES = st.sampled_from(["VN", "H20", "H30", "VT", "VT.26506", "KHONG", "'; --", "Ư"])
PERIODS = st.sampled_from(["2026", "2026-Q1", "2026-03", "2026-9M", "1900", "9998", "0", "x"])
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.fixture
def described(country: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(pace, "asked", Pace("api", 300))
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.mark.parametrize("name", READING)
def test_answers_are_as_described(described: Any, name: str) -> None:
    operation = described.find_operation_by_id(name)

    @settings(
        max_examples=25, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(), data=st.data())
    def check(case: Any, data: st.DataObject) -> None:
        if "code" in (case.path_parameters or {}):
            case.path_parameters["code"] = data.draw(CODES)
        if "period" in (case.query or {}):
            case.query["period"] = data.draw(PERIODS)
        case.call_and_validate(checks=CHECKS)

    check()
