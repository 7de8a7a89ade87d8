"""How fast a stranger may ask: enough for any page or program, too little to stop the others."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from phucvu.api.problems import ProblemError
from phucvu.api.security import FailureLimit

__all__ = ["asked", "keep_pace"]

asked = FailureLimit(most=settings.PHUCVU_API_PER_MINUTE, seconds=60.0)


def keep_pace(request: HttpRequest) -> None:
    """Count a request of this address. Raises `ProblemError` 429 where there were too many."""
    who = (str(request.META.get("REMOTE_ADDR", "")), "")
    wait = int(asked.wait(who)) + 1 if asked.wait(who) else 0
    if wait:
        raise ProblemError(
            429,
            _("Too many requests from this address. Try again in %(seconds)d seconds.")
            % {"seconds": wait},
            headers={"Retry-After": str(wait), "Access-Control-Allow-Origin": "*"},
        )
    asked.note(who)
