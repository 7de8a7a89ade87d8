"""The page of open data, and the links to files on the other pages."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.test import Client

from phucvu.opendata.columns import SCORES, STATES

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def files_on(page: str) -> list[str]:
    return re.findall(r'href="(/du-lieu/[^"]+\.(?:csv|json|xlsx|parquet)(?:\?[^"]*)?)"', page)


def test_the_page_has_the_dictionary_the_licence_and_files(
    client: Client, country: SimpleNamespace
) -> None:
    page = page_of(client, "/du-lieu/")

    for column in SCORES:
        assert f"<code>{column.name}</code>" in page
    for state in STATES:
        assert f"<code>{state}</code>" in page
    assert "CC BY 4.0" in page
    assert len(files_on(page)) == 4 * 4


@pytest.mark.parametrize(
    "address",
    [
        "/du-lieu/",
        "/du-lieu/?don-vi=VT.26506&ky=2026-03",
        "/",
        "/bang-xep-hang/VT/?loai=district_department",
        "/ban-do/VT/?loai=commune",
        "/don-vi/H20/",
        "/don-vi/VT.26506/?ky=2026-03",
        "/chi-so/2.1/?don-vi=VT&loai=commune",
        "/chi-so/2.1/?don-vi=VT.26506",
    ],
)
def test_every_file_a_page_links_to_is_there(
    client: Client, country: SimpleNamespace, address: str
) -> None:
    files = files_on(page_of(client, address))

    assert files
    for file in files:
        assert client.get(file.replace("&amp;", "&")).status_code == 200, file


def test_without_units_the_dictionary_is_there_still(client: Client) -> None:
    page = page_of(client, "/du-lieu/")
    assert "<code>edition_digest</code>" in page and not files_on(page)
