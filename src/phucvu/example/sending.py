"""Sender of messages to a running server, as a province's system sends them."""

from __future__ import annotations

import logging
import time
from threading import Event
from types import TracebackType
from typing import Any, Self

import httpx

__all__ = ["Sender", "SendingError"]

_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0


class SendingError(Exception):
    """Error of a server that refuses the messages, or has been away for too long."""


class Sender:
    """Sender of batches with a key; it waits, longer and longer, while the server is away.

    `patience` is the number of seconds without an answer after which it gives up; None: never.
    """

    def __init__(self, base_url: str, key: str, stop: Event, patience: float | None = None) -> None:
        self._url = f"{base_url.rstrip('/')}/api/v1/dossiers"
        self._stop = stop
        self._patience = patience
        # A line for each request would drown everything else.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._client = httpx.Client(headers={"X-API-Key": key}, timeout=_TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def post(self, batch: list[dict[str, Any]]) -> dict[str, Any] | None:
        """Send a batch and return the server's answer; None where it was told to stop first.

        Sending a batch again is harmless. Raises SendingError.
        """
        wait, since = _FIRST_WAIT, time.monotonic()
        while not self._stop.is_set():
            try:
                response = self._client.post(self._url, json=batch)
            except httpx.TransportError as error:
                trouble = str(error) or type(error).__name__
            else:
                if response.is_success:
                    answer: dict[str, Any] = response.json()
                    return answer
                trouble = f"{response.status_code} {response.text[:300]}"
                if not _passes(response.status_code):
                    raise SendingError(f"{self._url} answered {trouble}")
            if self._patience is not None and time.monotonic() - since > self._patience:
                raise SendingError(f"{self._url} does not answer: {trouble}")
            self._stop.wait(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        return None


def _passes(status: int) -> bool:
    """Tell whether waiting may help against this status."""
    return status >= httpx.codes.INTERNAL_SERVER_ERROR or status in {
        httpx.codes.REQUEST_TIMEOUT,
        httpx.codes.TOO_MANY_REQUESTS,
    }
