"""Requests that name themselves (`Idempotency-Key`): sent again, they are answered as before."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from phucvu.accounts.models import ApiKey
from phucvu.intake.models import Batch, BatchContent

__all__ = ["MAX_NAME", "NAME", "OtherContentError", "Request", "answered", "remember"]

MAX_NAME = 100
NAME = "^[!-~]([ -~]*[!-~])?$"
"""pattern of a name: printable ASCII, no blank at its ends"""


class OtherContentError(ValueError):
    """Error of a request that bears the name of an earlier one with another content."""


@dataclass(frozen=True)
class Request:
    """Request with the sender's name for it, and the bytes sent."""

    name: str
    body: bytes

    @property
    def mark(self) -> str:
        """Return a mark that tells contents apart.

        Not a plain hash: the content may hold personal data, and guesses at it could be tested.
        """
        return salted_hmac("phucvu.intake.requests", self.body, algorithm="sha256").hexdigest()


def answered(request: Request, key: ApiKey | None) -> bytes | None:
    """Return the earlier answer to a request that `key` sent before; None where it is new.

    Raises `OtherContentError`.
    """
    content = (
        BatchContent.objects.filter(batch__key=key, batch__request_id=request.name)
        .only("request_mark", "answer")
        .first()
    )
    if content is None or content.answer is None:
        return None
    if content.request_mark != request.mark:
        raise OtherContentError(
            _("The Idempotency-Key “%(name)s” was used for another content; take a new one.")
            % {"name": request.name}
        )
    return zlib.decompress(bytes(content.answer))


def remember(request: Request, batch: Batch, answer: bytes) -> None:
    """Store the answer to the request that made `batch`."""
    BatchContent.objects.filter(batch=batch).update(
        request_mark=request.mark, answer=zlib.compress(answer)
    )
