"""Pace at which a stranger may ask: enough for any page or program, too slow to stop the others."""

from __future__ import annotations

from math import ceil

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from phucvu.accounts.failures import Pace
from phucvu.api.problems import ProblemError
from phucvu.edge.askers import network_of

__all__ = ["asked", "keep_pace"]

asked = Pace("api", settings.PHUCVU_API_PER_MINUTE)


def keep_pace(request: HttpRequest) -> None:
    """Count a request of this address. Raises `ProblemError` 429 where there were too many."""
    wait = ceil(asked.ask(network_of(str(request.META.get("REMOTE_ADDR", "")))))
    if wait:
        raise ProblemError(
            429,
            _("Too many requests from this address. Try again in %(seconds)d seconds.")
            % {"seconds": wait},
            headers={"Retry-After": str(wait), "Access-Control-Allow-Origin": "*"},
        )
