"""Answers with a file: conditional, streamed, readable from any site, cached by anyone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from phucvu import __version__, clock
from phucvu.changes import following
from phucvu.counters import reading
from phucvu.editions.finding import PeriodEdition
from phucvu.opendata.licence import licence
from phucvu.opendata.streaming import streamed
from phucvu.opendata.tables import FileTable
from phucvu.opendata.writing.forms import FORMS
from phucvu.register.facts import FACTS
from phucvu.units.midnights import seconds_to_midnight
from phucvu.units.tree import UnitNode, UnitTree

__all__ = [
    "CACHED_FOR",
    "FileVersion",
    "answer_file",
    "cache_control",
    "conditional",
    "edition_parts",
    "open_to_all",
    "version_of",
]

CACHED_FOR = 60
"""Seconds for which a file may be cached without asking again."""


@dataclass(frozen=True)
class FileVersion:
    """Version of a file: files of one version have the same bytes."""

    etag: str
    changed: datetime | None
    moment: datetime
    """what counts as now in it"""


def version_of(
    tree: UnitTree, unit: UnitNode, scored: PeriodEdition | None, *more: object
) -> FileVersion:
    """Return the version of the figures of a unit and those below it.

    They are of the period that `scored` names, if any.

    Where facts are counted, time alone changes figures (an open dossier falls overdue), so such a
    version lasts a minute and its figures are as of the minute's beginning.
    """
    last, changed = following.newest_change()
    nodes = [*tree.path(unit.id), *tree.pooled_below(unit.id)]
    moment = clock.now().replace(second=0, microsecond=0)
    if any(reading.units_with([node.id for node in nodes], fact) for fact in FACTS.values()):
        # A change inside the minute is known to have happened: it belongs to the file.
        moment = changed = clock.at_most(max(moment, changed)) if changed else moment
    parts = [
        __version__,
        last,
        *edition_parts(scored),
        changed,
        *nodes,
        *more,
        *licence_parts(),
    ]
    return FileVersion(f'"{_digest(parts)}"', changed, moment)


def edition_parts(scored: PeriodEdition | None) -> tuple[str, ...]:
    """Name the period, what scores it, and why."""
    if scored is None:
        return ()
    digests = scored.edition.digest, scored.standing.digest
    return str(scored.period), *digests, scored.basis, scored.reason


def licence_parts() -> tuple[str, str]:
    """Return name and address of the licence, which go into every file."""
    found = licence()
    return found.name, found.address


def _digest(parts: Iterable[object]) -> str:
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]


def answer_file(
    request: HttpRequest, version: FileVersion, form: str, table: Callable[[], FileTable]
) -> HttpResponseBase:
    """Answer with the file, or 304 where the reader has it; the table is made only when needed."""

    def whole() -> HttpResponseBase:
        found = table()
        chunks = FORMS[form].write(found)
        name = f"{found.name}.{form}"
        return streamed(request, chunks, FORMS[form].media_type, name, inline=form == "json")

    return conditional(request, version, whole)


def conditional(
    request: HttpRequest, version: FileVersion, whole: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Answer as `whole` does, or 304 where the reader has this version."""
    changed = int(version.changed.timestamp()) if version.changed else None
    known = get_conditional_response(
        request, etag=version.etag, last_modified=changed, response=HttpResponse()
    )
    response: HttpResponseBase = whole() if known is None or known.status_code == 200 else known
    response.headers["ETag"] = version.etag
    if changed is not None:
        response.headers["Last-Modified"] = http_date(changed)
    response.headers["Cache-Control"] = cache_control()
    # A file of bare rows says nothing of itself; the catalogue does.
    described = request.build_absolute_uri(reverse("opendata:catalogue"))
    response.headers["Link"] = (
        f'<{licence().address}>; rel="license", '
        f'<{described}>; rel="describedby"; type="application/ld+json"'
    )
    return open_to_all(response)


def cache_control() -> str:
    """Return the Cache-Control header; an answer is never cached past a midnight."""
    # A cache may hand it out when it is as old as our own pages may be.
    until_old = CACHED_FOR + settings.PHUCVU_PAGES_KEPT
    return (
        f"public, max-age={CACHED_FOR}" if seconds_to_midnight() > until_old else "public, no-cache"
    )


def open_to_all(response: HttpResponseBase) -> HttpResponseBase:
    """Let pages of any site read the answer, which does not depend on who asks."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Retry-After"
    return response
