"""Commands that start the program and prepare its store."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from types import FrameType

import click
import httpx
from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.db import DatabaseError, connection
from rich.console import Console

from phucvu.config import serving

__all__ = ["manage", "migrate", "serve"]

_console = Console(highlight=False)
_BETWEEN_LOOKS = 600.0  # seconds: a day's snapshot is stored at most so long after it begins
_START_TIMEOUT = 60.0  # seconds a server may take until it answers
_PORT_TIMEOUT = 3.0  # seconds a server that was killed may take to let go of its port
# One event every few seconds: enough to see scores move, little beside the year's history.
_LIVE_SPEED = 0.5


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a command of Django, for example `phucvu manage createsuperuser`."""
    execute_from_command_line(["phucvu manage", *arguments])


@click.command()
def migrate() -> None:
    """Bring the store up to date: its tables, and the counts of new measures."""
    prepare_store()


def prepare_store() -> None:
    """Migrate the store, then count every measure of the scorecards that is not counted yet.

    Raises `IntegrityKeyError` where the store was keyed with a key that is not there.
    """
    from phucvu.accounts import integrity_key
    from phucvu.counters.recount import count_new_measures

    call_command("migrate", verbosity=0, interactive=False)
    integrity_key.ready()
    count_new_measures()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PHUCVU_PORT")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that answer: as many as processor cores where several systems send at once.",
)
@click.option("--example", is_flag=True, help="Load the example and keep its city at work.")
def serve(host: str, port: int, workers: int, example: bool) -> None:
    """Serve the site and the API."""
    from phucvu.upkeep.store_file import in_use

    prepare_store()
    with in_use():
        _serve(host, port, workers, example=example)


def _serve(host: str, port: int, workers: int, *, example: bool) -> None:
    if example:
        from phucvu.example import loading

        loading.load_static()
    _wait_for_port(host, port)
    server = subprocess.Popen(serving.command(host, port, workers))
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    threading.Thread(target=_stop_with, args=(server, stop), daemon=True).start()
    try:
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
        _wait_until_healthy(address, stop)
        if example and not stop.is_set():
            _run_example(address, stop)
        elif not stop.is_set():
            _console.print(f"Phục Vụ: [bold]{address}[/]")
            take_snapshots(stop)
    finally:
        died = server.poll()
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
    if died is not None:
        raise click.ClickException(f"The server stopped by itself (exit code {died}).")


def _wait_for_port(host: str, port: int) -> None:
    """Wait until the port is free: another server there would answer in our place.

    A server that was just killed is soon gone. Raises ClickException where the port stays taken.
    """
    deadline = time.monotonic() + _PORT_TIMEOUT
    while error := _taken(host, port):
        if time.monotonic() > deadline:
            raise click.ClickException(
                f"Port {port} on {host} cannot be used ({error}). Choose another: "
                "--port, or PHUCVU_PORT with make."
            )
        time.sleep(0.05)


def _taken(host: str, port: int) -> str:
    """Say why the port cannot be listened on; empty where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def _stop_with(server: subprocess.Popen[bytes], stop: threading.Event) -> None:
    server.wait()
    stop.set()


def _wait_until_healthy(address: str, stop: threading.Event) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline and not stop.is_set():
        try:
            answer = httpx.get(f"{address}/healthz", headers={"Host": _our_name()}, timeout=2)
            if answer.status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        stop.wait(0.1)
    if not stop.is_set():
        raise click.ClickException(
            f"The server did not answer within {_START_TIMEOUT:.0f} seconds."
        )


def _our_name() -> str:
    """Return a host name to which the site answers; it refuses requests for any other."""
    first = next(iter(settings.ALLOWED_HOSTS), "*")
    return "localhost" if first == "*" else first.lstrip(".")


def take_snapshots(stop: threading.Event) -> None:
    """Store each day's snapshot soon after the day begins, until told to stop.

    It runs beside the processes that answer, so no request waits for it.
    """
    from phucvu.results.keeping import keep_day

    while not stop.is_set():
        try:
            keep_day()
        except DatabaseError as error:
            _console.print(f"[red]The day's snapshot could not be stored: {error}[/]")
        finally:
            connection.close()
        stop.wait(_BETWEEN_LOOKS)


def _run_example(address: str, stop: threading.Event) -> None:
    from phucvu.example import loading
    from phucvu.example.history import load_history

    load_history(address, stop_event=stop)
    if stop.is_set():
        return
    threading.Thread(target=take_snapshots, args=(stop,), daemon=True).start()
    _console.print(
        f"\nPhục Vụ: [bold]{address}[/]\n"
        "  /             the 34 provinces, as the national portal published them on 2026-10-10\n"
        "  /don-vi/VT/   Vũng Tàu: simulated dossiers arrive while you watch\n"
        "Stop with Ctrl+C.\n"
    )
    loading.run_live(address, stop_event=stop, speed=_LIVE_SPEED)
