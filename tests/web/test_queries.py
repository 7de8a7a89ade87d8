"""What strangers put behind an address makes no page of its own."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from phucvu.config.lanes import route_permission_of_path
from phucvu.config.queries import KnownQueries
from phucvu.web.shared_pages import SharedPages
from tests.conftest import ROOT

# Read through helpers by any public page; the desk's own are its own affair.
READ = re.compile(r"""request\.GET(?:\.get\(|\.getlist\(|\[)\s*"([a-z-]+)""")
OF_STREAMS = {"tu", "don-vi"}
PAGES = [
    "/", "/ban-do/", "/ban-do/H29/", "/ban-do/H29/hinh.geojson", "/bang-xep-hang/H29/",
    "/bang-xep-hang/H29/dien-bien/", "/don-vi/H29/", "/don-vi/H29/thu-tuc/", "/thu-tuc/1.0/",
    "/chi-so/2.1/", "/bo-chi-so/", "/bo-chi-so/a.yaml", "/du-lieu/", "/tim/", "/gioi-thieu/",
    "/cay-don-vi/", "/cay-don-vi/1/", "/ranh-gioi/H29.geojson", "/nhung/", "/nhung/phucvu.js",
    "/nhung/H29/huy-hieu.svg", "/nhung/H29/ban-do/", "/nhung/H29/bang/",
    "/du-lieu/danh-muc.jsonld", "/du-lieu/thay-doi.atom", "/du-lieu/don-vi/H29/thay-doi.atom",
    "/du-lieu/diem/H29/2026.csv", "/du-lieu/don-vi/H29/2026.csv",
    "/du-lieu/don-vi/H29/2026/dien-bien.csv", "/du-lieu/don-vi/H29/2026/thu-tuc.csv",
]  # fmt: skip


class Program:
    """Notes what it is asked, and answers a page for everybody."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope["query_string"].decode())
        head = [(b"cache-control", b"public"), (b"content-length", b"4")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": b"page"})


def ask(
    site: Any, path: str, query: str, host: bytes = b"a.vn", cookie: bytes = b""
) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", host)] + ([(b"cookie", cookie)] if cookie else [])
    scope = {
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(),
        "headers": headers, "scheme": "https", "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    asyncio.run(site(scope, None, send))
    return sent


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_asked_only_for_what_it_knows(path: str) -> None:
    program = Program()
    site = KnownQueries(program)
    for query in ("x=1", "utm_source=zalo&fbclid=abc", "%00=1", "x[]=1&ky.=2026", "=1"):
        ask(site, path, query)
    assert program.asked == [""] * 5


def test_one_order_and_the_last_of_two() -> None:
    program = Program()
    for query in (
        "ky=2026-Q1&ban-do=nay", "ban-do=nay&x=2&ky=2026-Q1", "ky=2025&ban-do=nay&ky=2026-Q1",
    ):  # fmt: skip
        ask(KnownQueries(program), "/don-vi/H29/", query)
    assert program.asked == ["ban-do=nay&ky=2026-Q1"] * 3


def test_a_thousand_addresses_of_one_page_are_one_making() -> None:
    async def newest() -> int:
        return 1

    program = Program()

    async def main() -> None:
        site = KnownQueries(SharedPages(program, newest))

        async def one(number: int) -> None:
            headers = [(b"host", b"A.vn" if number % 2 else b"a.vn"),
                       (b"cookie", f"django_language=x{number}".encode())]  # fmt: skip
            scope = {"type": "http", "method": "GET", "path": "/don-vi/H29/", "scheme": "https",
                     "query_string": f"v={number}".encode(), "headers": headers}  # fmt: skip

            async def send(message: Any) -> None:
                pass

            await site(scope, None, send)  # type: ignore[arg-type]

        await asyncio.gather(*(one(number) for number in range(1_000)))

    asyncio.run(main())
    assert len(program.asked) == 1


def test_a_port_of_the_readers_own_is_not_kept() -> None:
    async def newest() -> int:
        return 1

    program = Program()
    pages = SharedPages(program, newest)
    for port in range(100, 150):
        ask(pages, "/", "", host=f"a.vn:{port}".encode())
    assert len(pages._pages) == 0
    for host in (b"a.vn", b"a.vn:8000"):
        ask(pages, "/", "", host=host)
    assert len(pages._pages) == 2


def test_the_api_says_what_it_does_not_know() -> None:
    program = Program()
    site = KnownQueries(program)
    ask(site, "/api/v1/units/H29/score", "period=2026&as_of=2026-10-01")
    assert program.asked == ["as_of=2026-10-01&period=2026"]
    head, body = ask(site, "/api/v1/units/H29/score", "periode=2026")
    assert head["status"] == 400
    told = json.loads(body["body"])["detail"]
    assert "“periode”" in told
    assert "as_of, edition, map, period" in told
    assert ask(site, "/api/v1/scorecards", "x=1")[0]["status"] == 400
    assert len(program.asked) == 1


def test_too_many_parameters_are_not_read() -> None:
    assert ask(KnownQueries(Program()), "/", "&".join("a=1" for _ in range(99)))[0]["status"] == 400


def test_every_parameter_a_public_page_reads_is_known_to_one() -> None:
    known = {name for path in PAGES for name in route_permission_of_path(path).asks or ()}  # type: ignore[union-attr]
    web = ROOT / "src/phucvu/web"
    files = [*web.glob("*.py"), *(web / "views").glob("*.py"), *(web / "shown").glob("*.py")]
    files += (ROOT / "src/phucvu/opendata").glob("*.py")
    read = {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))}
    assert {"ky", "loai", "chi-so"} <= read
    assert read - OF_STREAMS <= known


def test_links_of_a_page_lead_to_what_it_knows() -> None:
    """What templates and scripts put into an address has to be let through."""
    known = {name for path in PAGES for name in route_permission_of_path(path).asks or ()}  # type: ignore[union-attr]
    templates = (ROOT / "src/phucvu/web/templates/web").rglob("*.html")
    text = "".join(path.read_text(encoding="utf-8") for path in templates)
    used = set(re.findall(r"[?&]([a-z-]+)=", text))
    used |= set(re.findall(r'<(?:input|select)[^>]*\bname="([a-z-]+)"', text))
    assert used - {"next", "language", "csrfmiddlewaretoken", "period"} <= known, used  # the API's
