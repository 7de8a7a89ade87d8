"""View of the catalogue of data sets."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from phucvu.accounts.audit.head import of_yesterday
from phucvu.opendata.catalogue import catalogue
from phucvu.opendata.serving import cache_control, open_to_all
from phucvu.results.maps import Atlas

__all__ = ["catalogue_file"]


@require_safe
def catalogue_file(request: HttpRequest) -> HttpResponseBase:
    """Answer with the catalogue of data sets, DCAT as JSON-LD."""
    atlas = Atlas.open()
    tree = atlas.newest
    site = request.build_absolute_uri("/du-lieu/")
    publisher = max(tree.roots, key=lambda root: len(tree.descendants(root.id)), default=None)

    def address(name: str, *parts: object) -> str:
        return request.build_absolute_uri(reverse(f"opendata:{name}", args=parts))

    api = request.build_absolute_uri("/api/v1/")
    name = publisher.name if publisher else "Phục Vụ"
    found = catalogue(atlas, name, site, api, address, of_yesterday())
    response = HttpResponse(msgspec.json.encode(found), content_type="application/ld+json")
    response.headers["Cache-Control"] = cache_control()
    return open_to_all(response)
