"""Reader of a request's JSON within limits, straight from its bytes."""

from __future__ import annotations

import re
import zlib
from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext as _

from phucvu.api.problems import ProblemError

__all__ = ["MAX_BYTES", "decode", "read_body"]

# Also after decompression.
MAX_BYTES = 32 * 1024 * 1024
_BYTE = re.compile(r"\(byte ([0-9]+)\)")
_BOM = b"\xef\xbb\xbf"


def read_body(request: HttpRequest) -> bytes:
    """Return the body, which may be gzipped: UTF-8 declared as JSON.

    Raises `ProblemError`: 400 for another encoding than UTF-8, 413 for too much, 415 for another
    content type or encoding.
    """
    if request.content_type != "application/json":
        raise ProblemError(415, _("Send the records as application/json."))
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise ProblemError(
            415,
            _("Content-Encoding may be gzip, or left out."),
            headers={"Accept-Encoding": "gzip"},
        )
    body = _body(request)
    body = (_gunzip(body) if encoding == "gzip" else body).removeprefix(_BOM)
    try:
        # Here for the whole of it: later only some of it is decoded.
        body.decode()
    except UnicodeDecodeError as error:
        raise ProblemError(400, _("The body is not UTF-8.")) from error
    return body


def _body(request: HttpRequest) -> bytes:
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if declared.isdigit() and int(declared) > MAX_BYTES:
        raise _too_large()
    # Not `request.body`: without a declared length, that reads however much is sent.
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise _too_large()
    return body


def _gunzip(body: bytes) -> bytes:
    parts: list[bytes] = []
    room = MAX_BYTES
    while body:
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(body, room + 1)
        except zlib.error as error:
            raise ProblemError(400, _("The body is not valid gzip.")) from error
        if len(part) > room:
            raise _too_large()
        if not member.eof:
            raise ProblemError(400, _("The gzip body ends too early."))
        parts.append(part)
        room -= len(part)
        body = member.unused_data
    return b"".join(parts)


def decode(body: bytes) -> Any:
    """Decode the JSON in a body. Raises `ProblemError` 400, with the position, for other text."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        reason = str(error)
        found = _BYTE.search(reason)
        position = int(found[1]) if found else len(body)
        # ValidationError is a DecodeError too: a number no column could hold.
        if isinstance(error, msgspec.ValidationError):
            detail = _("The JSON holds a number that is too large: %(reason)s.")
            raise ProblemError(400, detail % {"reason": reason}) from error
        if found is None:
            detail = _("The JSON ends too early, after byte %(position)d.")
        else:
            detail = _("The body is not JSON from byte %(position)d on.")
        raise ProblemError(400, detail % {"position": position}, position=position) from error
    except RecursionError as error:
        raise ProblemError(400, _("The JSON is nested too deeply.")) from error


def _too_large() -> ProblemError:
    return ProblemError(
        413,
        _("A request may have %(most)d MiB, also after decompression; send several.")
        % {"most": MAX_BYTES // 1024 // 1024},
    )
