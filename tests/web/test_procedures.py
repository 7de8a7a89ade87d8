"""Pages of procedures are never behind the others."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.dossiers import dossier, store

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.mark.parametrize(
    "address",
    ["/thu-tuc/{code}/?don-vi=VT&ky=2026", "/thu-tuc/{code}/?don-vi=VT.26506&ky=2026-03"],
)
def test_a_dossier_is_on_a_procedures_page_at_once(
    client: Client, country: SimpleNamespace, settings: LazySettings, address: str
) -> None:
    settings.PHUCVU_SMALLEST_CELL = 1
    (code,) = set(country.ward.dossiers.values_list("procedure_code", flat=True))

    def said() -> tuple[int, str]:
        page = client.get(address.format(code=code)).text
        count = re.search(r'<dd class="part-ratio">(\d+)</dd>', page)
        live = re.search(r'data-live-units="([^"]*)"', page)
        assert count and live
        return int(count[1]), live[1]

    before, followed = said()
    assert followed == re.findall("don-vi=([^&]*)", address)[0]
    store(dossier("VT.26506-3", country.ward, "2026-03-03", status=9, finished_at="2026-03-11"))
    assert said() == (before + 1, followed)


def test_a_units_procedures_are_followed(client: Client, country: SimpleNamespace) -> None:
    page = client.get("/don-vi/VT.26506/thu-tuc/?ky=2026").text
    assert 'data-live-units="VT.26506"' in page
