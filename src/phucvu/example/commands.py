"""Command `phucvu example`: a simulated city at work on a running server."""

from __future__ import annotations

import signal
import time
from datetime import datetime
from threading import Event
from types import FrameType
from typing import Any

import click
from rich.console import Console

from phucvu.example import loading
from phucvu.example.history import load_history
from phucvu.example.sending import SendingError
from phucvu.example.vungtau.simulation import Batch
from phucvu.register.models import Status

__all__ = ["example"]

_console = Console(highlight=False)
_SHOWN = 3

_url = click.option(
    "--url", default="http://127.0.0.1:8000", show_default=True, help="The running server."
)


@click.group()
def example() -> None:
    """Load the provinces as published, and a simulated city at work."""


@example.command()
@_url
@click.option(
    "--scale",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 100),
    help="Times the usual number of dossiers (about 1,200 a month).",
)
def load(url: str, scale: float) -> None:
    """Load units and figures into the store, and send the year's dossiers to the server."""
    start = time.perf_counter()
    loading.load_static()
    try:
        sent = load_history(url, stop_event=_stop_on_signals(), scale=scale)
    except (SendingError, loading.ExampleError) as error:
        raise click.ClickException(str(error)) from error
    _console.print(f"{sent:,} messages sent in {time.perf_counter() - start:.1f} s.")


@example.command()
@_url
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.001, 1000),
    help="1: something moves every one to three seconds.",
)
@click.option("--quiet", "-q", is_flag=True, help="Do not print what is sent.")
def live(url: str, speed: float, quiet: bool) -> None:
    """Keep the city at work until stopped: new dossiers, and dossiers that move."""
    try:
        loading.run_live(
            url, stop_event=_stop_on_signals(), speed=speed, tell=None if quiet else _tell
        )
    except SendingError as error:
        raise click.ClickException(str(error)) from error


def _stop_on_signals() -> Event:
    stop = Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop


def _tell(moment: datetime, batch: Batch, answer: dict[str, Any]) -> None:
    for message in batch[:_SHOWN]:
        status = Status(int(message["TrangThaiHoSo"]))
        _console.print(f"{moment:%H:%M:%S}  {message['MaHoSo']}  {status.value:>2} {status.label}")
    if len(batch) > _SHOWN:
        _console.print(f"{moment:%H:%M:%S}  and {len(batch) - _SHOWN:,} more")
    if answer.get("refused"):
        _console.print(f"[red]refused:[/] {answer['refused']}")
