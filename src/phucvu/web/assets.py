"""Addresses of the built front end: `app.css` → `/static/dist/app-1A2B3C4D.css`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.templatetags.static import static

__all__ = ["asset_file", "asset_url"]

_MANIFEST = Path(__file__).parent / "static/dist/manifest.json"


def asset_url(name: str) -> str:
    """Return the address of a built file. Before the first build it is the plain name."""
    return static(f"dist/{_built(name) or name}")


def asset_file(name: str) -> Path | None:
    """Return the path of a built file; None before the first build."""
    built = _built(name)
    return _MANIFEST.parent / built if built else None


def _built(name: str) -> str | None:
    try:
        stamp = _MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _names(stamp).get(name)


@cache
def _names(_stamp: int) -> dict[str, str]:
    """Read the manifest as of its last change."""
    names: dict[str, str] = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    return names
