"""A figure by another edition than the one that counts: labelled, unranked, not embedded."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import state

pytestmark = [pytest.mark.django_db, pytest.mark.database]

OTHER = "qd766-document"


@pytest.fixture
def pages(country: SimpleNamespace) -> SimpleNamespace:
    state(country.good, "4.2", 60, 100)
    state(country.zero, "4.2", 10, 100)
    return country


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def component(told: dict[str, Any], id_: str) -> dict[str, Any]:
    return next(each for each in told["components"] if each["id"] == id_)


def test_a_comparison_is_labelled_on_every_page(pages: SimpleNamespace, client: Client) -> None:
    for page in (
        "/don-vi/H20/",
        "/bang-xep-hang/VN/",
        "/bang-xep-hang/VN/dien-bien/",
        "/ban-do/VN/",
    ):
        plain, compared = f"{page}?ky=2026", f"{page}?ky=2026&bo={OTHER}"
        text = get(client, compared)
        assert "Chỉ để so sánh" in text, page
        assert '<meta name="robots" content="noindex">' in text
        assert client.get(compared)["X-Robots-Tag"] == "noindex"
        assert "Chỉ để so sánh" not in get(client, plain)
        assert "X-Robots-Tag" not in client.get(plain)
        # Asked for by its own name, the edition that counts is no comparison.
        assert "Chỉ để so sánh" not in get(client, f"{page}?ky=2026&bo=qd766-portal-2026")
    text = get(client, f"/chi-so/4.2/?don-vi=H20&ky=2026&bo={OTHER}")
    assert "Chỉ để so sánh" in text
    assert f"bo={OTHER}" in text  # links lead on within the comparison


def test_a_comparison_has_the_other_rules_points_and_no_rank(
    pages: SimpleNamespace, client: Client
) -> None:
    counts = client.get("/api/v1/units/H20/score?period=2026").json()
    told = client.get(f"/api/v1/units/H20/score?period=2026&edition={OTHER}").json()
    assert component(counts, "4.2")["points"] == 2.4
    assert component(told, "4.2")["points"] == 3.0  # full marks at 80 % in place of 100 %
    assert told["edition"]["id"] == OTHER
    assert told["edition"]["basis"] == "compared"
    assert told["edition"]["stands"]["id"] == "qd766-portal-2026"
    assert "Chỉ để so sánh" in told["edition"]["notes"][0]["vi"]
    assert (counts["rank"], told["rank"]) == (1, None)
    board = client.get(
        f"/api/v1/units/VN/scoreboard?period=2026&kind=province&edition={OTHER}"
    ).json()
    assert [entry["rank"] for entry in board["entries"]] == [None] * 3
    assert board["entries"][0]["unit"] == "H20"


def test_published_points_have_no_part_in_a_comparison(
    pages: SimpleNamespace, client: Client
) -> None:
    """They follow from the rule they were published by."""
    state(pages.silent, "TDGQ", points=12)
    state(pages.silent, "TOTAL", points=55)
    counts = client.get("/api/v1/units/H30/score?period=2026").json()
    told = client.get(f"/api/v1/units/H30/score?period=2026&edition={OTHER}").json()
    assert (counts["total"], counts["published"]) == (55, True)
    assert (told["total"], told["published"]) == (None, False)


def test_files_say_which_edition_and_why(pages: SimpleNamespace, client: Client) -> None:
    answer = client.get(f"/du-lieu/don-vi/H20/2026.json?bo={OTHER}")
    assert answer["X-Robots-Tag"] == "noindex"
    assert f"so-sanh-{OTHER}" in answer["Content-Disposition"]
    rows = json.loads(answer.getvalue())["rows"]
    assert {row["edition"] for row in rows} == {OTHER}
    assert {row["edition_basis"] for row in rows} == {"compared"}
    plain = client.get("/du-lieu/don-vi/H20/2026.json")
    assert plain["ETag"] != answer["ETag"]
    assert {row["edition_basis"] for row in json.loads(plain.getvalue())["rows"]} == {"in_force"}


@pytest.mark.parametrize(
    "address",
    [
        "/don-vi/H20/?ky=2026&bo=x", "/bang-xep-hang/VN/?bo=x", "/ban-do/VN/?bo=x", "/?bo=x",
        "/chi-so/4.2/?bo=x", "/bo-chi-so/?bo=x", "/du-lieu/don-vi/H20/2026.csv?bo=x",
        "/api/v1/units/H20/score?period=2026&edition=x",
        "/api/v1/units/H20/trend?period=2026&edition=x",
        "/api/v1/units/VN/scoreboard?period=2026&kind=province&edition=x",
    ],
)  # fmt: skip
def test_an_unknown_edition_is_refused_in_words(
    pages: SimpleNamespace, client: Client, address: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "qd766-document, qd766-portal-2026" in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/nhung/H20/huy-hieu.svg", "/nhung/VN/bang/", "/nhung/VN/ban-do/", "/nhung/"]
)
def test_a_comparison_cannot_be_embedded(
    pages: SimpleNamespace, client: Client, address: str
) -> None:
    assert client.get(f"{address}?ky=2026").status_code == 200
    answer = client.get(f"{address}?ky=2026&bo={OTHER}")
    assert answer.status_code == 404


def test_there_is_no_comparison_by_procedure(pages: SimpleNamespace, client: Client) -> None:
    for address in ("/don-vi/VT/thu-tuc/?ky=2026", "/du-lieu/don-vi/VT/2026/thu-tuc.csv?"):
        assert client.get(address).status_code == 200
        assert client.get(f"{address}&bo={OTHER}").status_code == 404
