"""The feed of changes: valid Atom, ids that last, only what really changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from django.test import Client

from phucvu.facts.figures import Source
from phucvu.units.models import Unit
from tests.figures import stated
from tests.web.conftest import AS_OF

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ATOM = "{http://www.w3.org/2005/Atom}"


def publish(of: Unit, points: str, when: datetime, period: str = "2026") -> None:
    stated(
        unit=of, period=period, indicator="TOTAL", points=points, source=Source.PUBLISHED,
        as_of=when,
    )  # fmt: skip


@pytest.fixture
def published(country: SimpleNamespace) -> SimpleNamespace:
    publish(country.good, "79.50", AS_OF - timedelta(days=23))
    publish(country.good, "86.19", AS_OF)
    publish(country.silent, "70.00", AS_OF)
    return country


def feed_of(client: Client, address: str = "/du-lieu/thay-doi.atom") -> Any:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    return parsed


def test_a_changed_total_is_told_with_its_band(client: Client, published: SimpleNamespace) -> None:
    (entry,) = feed_of(client).entries

    assert entry.title == "Đơn vị H20: 86,19 điểm (+6,69), Năm 2026"
    assert "Từ 79,50 đến 86,19 điểm" in entry.summary
    assert "Khá → Tốt" in entry.summary
    assert entry.link == "http://testserver/don-vi/H20/?ky=2026"
    assert client.get(entry.link).status_code == 200


def test_first_totals_and_unchanged_ones_are_no_change(
    client: Client, published: SimpleNamespace
) -> None:
    publish(published.good, "86.19", AS_OF + timedelta(days=7))
    assert len(feed_of(client).entries) == 1


def test_ids_last(client: Client, published: SimpleNamespace) -> None:
    (first,) = feed_of(client).entries
    publish(published.good, "90.00", AS_OF + timedelta(days=7))
    newer, older = feed_of(client).entries

    assert older.id == first.id != newer.id
    assert newer.id.startswith("urn:uuid:")
    response = client.get("/du-lieu/thay-doi.atom", headers={"host": "localhost"})
    assert feedparser.parse(response.content).entries[1].id == first.id


def test_one_unit_with_those_below_it(client: Client, published: SimpleNamespace) -> None:
    assert len(feed_of(client, "/du-lieu/don-vi/H20/thay-doi.atom").entries) == 1
    assert len(feed_of(client, "/du-lieu/don-vi/VN/thay-doi.atom").entries) == 1
    assert feed_of(client, "/du-lieu/don-vi/VT/thay-doi.atom").entries == []
    assert client.get("/du-lieu/don-vi/KHONG/thay-doi.atom").status_code == 404


def test_only_the_periods_asked_for(client: Client, published: SimpleNamespace) -> None:
    publish(published.good, "70.00", AS_OF - timedelta(days=9), period="2026-Q3")
    publish(published.good, "71.00", AS_OF, period="2026-Q3")

    def titles(query: str) -> list[str]:
        return [e.title for e in feed_of(client, f"/du-lieu/thay-doi.atom{query}").entries]

    year = "Đơn vị H20: 86,19 điểm (+6,69), Năm 2026"
    quarter = "Đơn vị H20: 71 điểm (+1), Quý III/2026"
    assert sorted(titles("")) == [quarter, year]
    assert titles("?ky=year") == titles("?ky=2026") == [year]
    assert titles("?ky=quarter") == titles("?ky=2026-Q3") == [quarter]
    assert titles("?ky=month") == []
    refused = client.get("/du-lieu/thay-doi.atom?ky=hom-qua")
    assert refused.status_code == 404
    assert "year, half, quarter, month" in refused.content.decode()


def test_a_change_has_one_id_in_every_feed(client: Client, published: SimpleNamespace) -> None:
    feeds = [
        feed_of(client, address)
        for address in (
            "/du-lieu/thay-doi.atom", "/du-lieu/thay-doi.atom?ky=year",
            "/du-lieu/don-vi/H20/thay-doi.atom?ky=2026",
        )
    ]  # fmt: skip
    assert len({feed.entries[0].id for feed in feeds}) == 1
    assert len({feed.feed.id for feed in feeds}) == 3


def test_pages_lead_to_the_feed_of_their_kind_of_period(
    client: Client, published: SimpleNamespace
) -> None:
    publish(published.good, "70.00", AS_OF, period="2026-Q3")
    for page in ("/don-vi/H20/?ky=2026-Q3", "/bang-xep-hang/VN/?ky=2026-Q3"):
        code = page.split("/")[2]
        text = client.get(page).content.decode()
        feed = f"/du-lieu/don-vi/{code}/thay-doi.atom?ky=quarter"
        assert f'<link rel="alternate" type="application/atom+xml" href="{feed}"' in text
        assert f'<a class="feed-link" href="{feed}">' in text
        assert client.get(feed).status_code == 200


def test_what_atom_asks_for_is_there(client: Client, published: SimpleNamespace) -> None:
    root = ElementTree.fromstring(client.get("/du-lieu/thay-doi.atom").content)  # noqa: S314

    for needed in ("id", "title", "updated", "author"):
        assert len(root.findall(ATOM + needed)) == 1, needed
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "http://testserver/du-lieu/thay-doi.atom"
    for entry in root.findall(f"{ATOM}entry"):
        for needed in ("id", "title", "updated"):
            assert len(entry.findall(ATOM + needed)) == 1, needed
        datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "")


def test_a_reader_that_has_it_is_told_so(client: Client, published: SimpleNamespace) -> None:
    first = client.get("/du-lieu/don-vi/H20/thay-doi.atom")
    again = client.get(
        "/du-lieu/don-vi/H20/thay-doi.atom", headers={"If-None-Match": first["ETag"]}
    )
    assert again.status_code == 304
