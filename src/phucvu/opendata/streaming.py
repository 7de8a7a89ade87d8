"""Streaming of files that are sent while they are made or read, by any kind of server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from mimetypes import guess_type
from pathlib import Path

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

__all__ = ["streamed", "streamed_file"]

# Each piece costs a change of threads and a message to the server: lines go together.
_PIECE = 64 * 1024


def streamed(
    request: HttpRequest,
    chunks: Iterable[str | bytes],
    content_type: str,
    name: str,
    *,
    inline: bool = False,
) -> StreamingHttpResponse:
    """Make a response with the file `name`; text is sent as UTF-8.

    `inline` lets a browser show it. Of `chunks` no more is made at a time than is sent.
    """
    pieces = _pieces(chunks)
    # Django would make the whole of it at once for the other kind of server.
    body = _in_steps(pieces) if isinstance(request, ASGIRequest) else pieces
    disposition = content_disposition_header(not inline, name)
    return StreamingHttpResponse(
        body, content_type=content_type, headers={"Content-Disposition": disposition}
    )


def streamed_file(request: HttpRequest, path: Path) -> StreamingHttpResponse:
    """Make a response with a stored file, to be saved under its name."""
    content_type = guess_type(path.name)[0] or "application/octet-stream"
    return streamed(request, _read(path), content_type, path.name)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _pieces(chunks: Iterable[str | bytes]) -> Iterator[bytes]:
    gathered = bytearray()
    for chunk in chunks:
        gathered += chunk.encode() if isinstance(chunk, str) else chunk
        if len(gathered) >= _PIECE:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


async def _in_steps(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield a piece at a time, each made in the thread of the request."""
    step = sync_to_async(lambda: next(pieces, None))
    while (piece := await step()) is not None:
        yield piece
