"""What may be embedded, and that nothing else may."""

from __future__ import annotations

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EMBEDDABLE = ["/nhung/VN/ban-do/", "/nhung/VN/bang/", "/nhung/VN/huy-hieu.svg"]
UNFRAMEABLE = ["/", "/ban-do/VN/", "/don-vi/H20/", "/du-lieu/", "/nhung/", "/admin/login/"]


@pytest.mark.parametrize("address", EMBEDDABLE)
def test_these_may_be_framed_by_anyone(
    client: Client, country: SimpleNamespace, address: str
) -> None:
    client.cookies["django_language"] = "en"
    response = client.get(address)

    assert response.status_code == 200
    assert "X-Frame-Options" not in response
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "public, no-cache"
    # No cookie is set, and none has a say.
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert response["Content-Language"] == "vi"
    assert client.get(f"{address}?ngon-ngu=en")["Content-Language"] == "en"


@pytest.mark.parametrize("address", UNFRAMEABLE)
def test_everything_else_may_not(client: Client, country: SimpleNamespace, address: str) -> None:
    response = client.get(address)

    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("address", EMBEDDABLE[:2])
def test_links_of_a_framed_page_leave_the_frame(
    client: Client, country: SimpleNamespace, address: str
) -> None:
    page = client.get(address).content.decode()
    links = re.findall(r"<a [^>]*>", page)

    assert links
    for link in links:
        assert 'target="_blank"' in link and 'rel="noopener"' in link, link
    assert "csrfmiddlewaretoken" not in page


def test_the_badge_is_a_picture_that_says_what_is_known(
    client: Client, country: SimpleNamespace
) -> None:
    country.good.name = "Sở <Tư pháp> & những điều rất dài khác nữa"
    country.good.save()
    for code, words in (("H20", "/"), ("H30", "chưa cung cấp"), ("VT", "mô phỏng")):
        response = client.get(f"/nhung/{code}/huy-hieu.svg")
        assert response["Content-Type"] == "image/svg+xml"
        root = ElementTree.fromstring(response.content)  # noqa: S314
        assert words in "".join(root.itertext())


def test_what_is_not_there_cannot_be_embedded(client: Client, country: SimpleNamespace) -> None:
    for address in (
        "/nhung/KHONG/bang/",
        "/nhung/VT.26506/ban-do/",
        "/nhung/VN/bang/?loai=commune",
    ):
        assert client.get(f"/nhung/{address}").status_code == 404


def test_the_page_that_says_how_names_what_is_there(
    client: Client, country: SimpleNamespace
) -> None:
    page = client.get("/nhung/?don-vi=VN").content.decode()

    for code in ('hien="huy-hieu"', 'hien="ban-do"', 'hien="bang"'):
        assert code in page.replace("&quot;", '"')
    pictures = re.findall(r'<img src="(/nhung/[^"]+)"', page)
    assert pictures
    for address in pictures:
        assert client.get(address.replace("&amp;", "&")).status_code == 200
