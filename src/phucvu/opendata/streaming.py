"""Files that are sent while they are made, whatever kind of server asks for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

__all__ = ["streamed"]

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
    """A response with the file `name`; text is sent as UTF-8.

    `inline`: a browser may show it. Of `chunks` no more is made at a time than is sent.
    """
    pieces = _pieces(chunks)
    # Django would make the whole of it at once for the other kind of server.
    body = _in_steps(pieces) if isinstance(request, ASGIRequest) else pieces
    how = "inline" if inline else "attachment"
    return StreamingHttpResponse(
        body,
        content_type=content_type,
        headers={"Content-Disposition": f'{how}; filename="{name}"'},
    )


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
    """A piece at a time, each made in the thread of the request."""
    step = sync_to_async(lambda: next(pieces, None))
    while (piece := await step()) is not None:
        yield piece
