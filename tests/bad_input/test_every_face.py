"""Whatever intake takes in, every face can show: pages, exports, feeds, embeds, API, desk, admin.

Facts of every kind come with codes, names and dates that are as odd as may be. What is refused is
explained; of what is accepted, every address answers, and every link on a page leads somewhere.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import msgspec
import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from phucvu.accounts import keys
from phucvu.accounts.models import ApiKey
from phucvu.accounts.policy import Role
from phucvu.intake.kinds import KINDS
from phucvu.register.models import Dossier
from phucvu.units.codes import code_in_address, code_of_address
from phucvu.units.models import Unit
from tests.desk.conftest import account
from tests.dossiers import dossier, store, unit
from tests.intake.messages import message
from tests.intake.rows import good_rows

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db,
    # Said of another kind of cache than ours.
    pytest.mark.filterwarnings("ignore::django.core.cache.CacheKeyWarning"),
]

ODD = [
    "1.01/2", "/", "//", "a//b", "a/so/b", ".", "..", "../..", "~", "~2F", "~zz", "%2F", "%",
    "%s", "?a=1", "#x", "a&b=c", "a;b", "a b", "+1", "-1", "=1+1", "@SUM(A1)", "\\", "a\\b",
    "=cmd|' /C calc'!A0", '"', "'", "<b>x</b>", "{{ x }}", "{x}", "*", "[x]", "--code--", "𝟙",
    "🏠", "Đ/QĐ", "ế", "e\u0302\u0301", "\u0301", "\u202eabc", "\u200b", "\ufeff", "a\x00b",
    "\x1b", "a\tb", "a\nb", "\x85", "\u2028", "\uffff", "\U000e0001", "x" * 40,
]  # fmt: skip
TEXTS = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
# Of what lies behind, ahead, at the edges of what is taken and beyond.
DAYS = st.sampled_from([
    "", "00010101", "19700101", "19750101", "20241231235959", "20260228", "20261120235959",
    "20261121", "20991231235959", "21001231235959", "99991231",
])  # fmt: skip
_NO_CODE = frozenset({"unit", "unit_code", "period", "indicator", "flags"})


@st.composite
def facts(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """A record or more of every kind, by its plural."""
    words = draw(st.lists(TEXTS, min_size=8, max_size=8, unique=True))
    procedure, number = words[0], f"H29.01-261001-{words[1]}"
    dossiers = [message("H29.01-261001-1", MaTTHC=procedure)]
    for word, other in zip(words, reversed(words), strict=True):
        dates = {name: draw(DAYS) for name in ("NgayNopHoSo", "NgayTiepNhan", "NgayHenTra")}
        dossiers += [
            message(f"H29.01-261001-{word}", MaTTHC=other, TenTTHC=other, TenLinhVuc=word),
            message(f"H29.01-750101-{word}", MaLinhVuc=other, TrangThaiHoSo="1", **dates),
        ]
    rows: dict[str, list[dict[str, Any]]] = {"dossiers": dossiers}
    for plural, row in good_rows(number, procedure).items():
        kind = next(kind for kind in KINDS.values() if kind.plural == plural)
        other = dict(row)
        for column in kind.form.columns:
            if column.name in _NO_CODE or column.name == kind.form.unit:
                continue
            if column.kind in ("code", "name") and draw(st.booleans()):
                other[column.name] = draw(TEXTS)
            elif column.kind == "moment" and draw(st.booleans()):
                other[column.name] = draw(DAYS)
        rows[plural] = [row, other]
    return rows


@pytest.fixture
def visitor(units: SimpleNamespace) -> Client:
    """The head of the city, who administers the site too, and holds a key to read."""
    user = account("head", Role.HEAD, units.city)
    User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def senders(units: SimpleNamespace) -> dict[str, dict[str, str]]:
    """The header of a key for each purpose."""
    return {
        purpose: {"x-api-key": keys.issue(units.city, str(purpose), purpose)[1]}
        for purpose in ApiKey.Purpose
    }


def send(client: Client, key: dict[str, dict[str, str]], plural: str, rows: list[Any]) -> int:
    """How many records of a request were accepted; the others are explained."""
    catalogue = plural in ("procedures", "applied-procedures")
    purpose = ApiKey.Purpose.CATALOGUE if catalogue else ApiKey.Purpose.SEND
    body = msgspec.json.encode(rows)
    answer = client.post(
        f"/api/v1/{plural}", body, "application/json", headers=key[purpose],
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert all(item["field"] and item["reason"] for item in told["results"]
               if item["result"] == "refused")  # fmt: skip
    return int(told["accepted"])


def every_address(codes: Iterable[str]) -> Iterator[str]:
    """Where the crawl begins: what no page leads to, too."""
    yield from ("/", "/du-lieu/", "/du-lieu/danh-muc.jsonld", "/du-lieu/thay-doi.atom",
                "/ban-lam-viec/", "/ban-lam-viec/lo/", "/ban-lam-viec/so-lieu/",
                "/ban-lam-viec/nhat-ky/xuat.jsonl", "/tim/?tu=1.01")  # fmt: skip
    for code in codes:
        part, plain = code_in_address(code), quote(code)
        yield from (f"/don-vi/{part}/", f"/don-vi/{part}/thu-tuc/", f"/ban-do/{part}/",
                    f"/bang-xep-hang/{part}/", f"/nhung/{part}/huy-hieu.svg",
                    f"/nhung/{part}/bang/", f"/nhung/{part}/ban-do/",
                    f"/du-lieu/don-vi/{part}/thay-doi.atom", f"/ban-lam-viec/ho-so/{part}/",
                    f"/ban-lam-viec/ho-so/{part}/xuat.csv", f"/api/v1/units/{plain}/periods",
                    f"/api/v1/units/{plain}/score?period=2026")  # fmt: skip
        for form in ("csv", "json", "xlsx", "parquet"):
            yield f"/du-lieu/don-vi/{part}/2026/thu-tuc.{form}"
    for model in site._registry:
        if model._meta.app_label == "register":
            yield f"/admin/register/{model._meta.model_name}/"


_LINK = re.compile(rb'(?:href|src|data-shapes|data-live-url)="([^"]+)"')
# What a fact's code, name or dates may stand in; pages of the law and of the account do not.
_FOLLOWED = re.compile(
    r"/(don-vi|thu-tuc|nhung|ban-lam-viec/ho-so|ban-lam-viec/lo)/|/admin/register/.*/change/$"
)
_OWN_WORDS = ("don-vi", "so")  # whose values make another page; others only look at it otherwise


def crawl(client: Client, starts: Iterable[str], most: int = 150) -> set[str]:
    """Ask for every address and for every link found there; the paths that answered 200."""
    waiting, seen, answered = deque((start, "the start") for start in starts), set(), set()
    while waiting and len(seen) < most:
        address, found_at = waiting.popleft()
        parts = urlsplit(address)
        words = [word for word in parse_qsl(parts.query) if word[0] in _OWN_WORDS]
        if (mark := (parts.path, *words)) in seen and found_at != "the start":
            continue
        seen.add(mark)
        answer = client.get(address)
        # A ward has no map and no board: what is asked for unasked may not be there.
        expected = (200, 302, 404) if found_at == "the start" else (200, 302)
        assert answer.status_code in expected, f"{address} at {found_at}: {answer.status_code}"
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answered.add(parts.path)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            for raw in _LINK.findall(body):
                link = unescape(raw.decode())
                if not link.startswith(("/", "?", "http://testserver/")):
                    continue
                link = link.removeprefix("http://testserver").partition("#")[0]
                link = parts.path + link if link.startswith("?") else link
                if _FOLLOWED.match(link.partition("?")[0]):
                    waiting.append((link, address))
    return answered


@settings(
    max_examples=2,
    deadline=None,
    # An example is some hundred requests: to shrink one would take minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sent=facts())
def test_what_is_accepted_is_shown_by_every_face(
    visitor: Client, senders: dict[str, dict[str, str]], sent: dict[str, list[dict[str, Any]]]
) -> None:
    for plural, rows in sent.items():
        send(visitor, senders, plural, rows)
    shown = crawl(visitor, every_address(["H29", "H29.01"]))
    reader = senders[ApiKey.Purpose.READ]
    for found in Dossier.objects.all():
        told = visitor.get(f"/api/v1/dossiers/{quote(found.code, safe='')}/explanation",
                           headers=reader)  # fmt: skip
        assert told.status_code == 200, found.code
        assert told.json()["dossier"] == found.code
        visitor_page = f"/ban-lam-viec/ho-so/H29.01/so/{code_in_address(found.code)}/"
        assert visitor.get(visitor_page).status_code == 200, found.code
    assert len(shown) > 50


def test_an_old_store_is_shown_whatever_its_codes(visitor: Client, units: SimpleNamespace) -> None:
    """Units and dossiers that an earlier version let in, or somebody wrote into the store."""
    ward = unit("H29.01/a ~2F?#&\\x1b", units.city)
    Unit.objects.filter(pk=ward.pk).update(name="=Phường\u202e \x0b<b>🏠")
    odd = [word for word in ODD if "\x00" not in word and word != "\x85"]
    store(*(dossier(word, ward, procedure_code=word) for word in odd))
    # Of a procedure with few dossiers not even the name is told: these have enough of them.
    many = [(word, number) for word in ("1.01/2", "1.01/3") for number in range(10)]
    store(*(dossier(f"{word}-{n}", ward, procedure_code=word) for word, n in many))

    shown = crawl(visitor, every_address([units.city.code, ward.code]))

    for word in odd:
        assert visitor.get(f"/thu-tuc/{code_in_address(word)}/").status_code == 200, word
        number = f"/ban-lam-viec/ho-so/{code_in_address(ward.code)}/so/{code_in_address(word)}/"
        assert visitor.get(number).status_code == 200, word
    assert {f"/don-vi/{code_in_address(ward.code)}/", "/thu-tuc/1.01~2F2/"} <= shown


def test_what_no_store_can_hold_is_not_there(
    visitor: Client, senders: dict[str, dict[str, str]]
) -> None:
    for address in ("/thu-tuc/a%00b/", "/thu-tuc/a%00/b/", "/don-vi/~00/", "/don-vi/~FF/",
                    "/ban-lam-viec/ho-so/a%00/", "/ban-lam-viec/ho-so/H29/so/~00/"):  # fmt: skip
        assert visitor.get(address).status_code == 404, address
    assert visitor.get("/tim/?tu=a%00b").status_code == 200
    for address in ("/api/v1/dossiers/a%00/explanation", "/api/v1/units/%00/score?period=2026"):
        answer = visitor.get(address, headers=senders[ApiKey.Purpose.READ])
        assert answer.status_code == 404, address


@pytest.mark.parametrize("code", ODD)
def test_a_code_and_its_part_of_an_address_are_one_to_one(code: str) -> None:
    part = code_in_address(code)
    assert code_of_address(part) == code
    assert not set(part) & set("/\\?#%& ")
    assert part not in (".", "..")


def test_codes_as_most_are_stand_as_they_are() -> None:
    for code in ("1.013395", "H29.01-260302-00001", "000.00.01.H22", "KQ.G02.000354"):
        assert code_in_address(code) == code
