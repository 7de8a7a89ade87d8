"""Starting the program and preparing its store."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from types import FrameType

import click
import httpx
from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from rich.console import Console

__all__ = ["manage", "migrate", "serve"]

_console = Console(highlight=False)
_START_TIMEOUT = 30.0  # seconds a server may take until it answers


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands, for example `phucvu manage createsuperuser`."""
    execute_from_command_line(["phucvu manage", *arguments])


@click.command()
def migrate() -> None:
    """Bring the store up to date: its tables, and the counts of new measures."""
    prepare_store()


def prepare_store() -> None:
    """Migrate, then count whatever measure the scorecards name that is not counted yet."""
    from phucvu.counters.recount import count_new_measures

    call_command("migrate", verbosity=0, interactive=False)
    count_new_measures()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, envvar="PHUCVU_PORT")
@click.option("--example", is_flag=True, help="Load the example and keep its city at work.")
def serve(host: str, port: int, example: bool) -> None:
    """Serve the site and the API."""
    prepare_store()
    if example:
        from phucvu.example import loading

        loading.load_static()
    server = subprocess.Popen(_server_command(host, port))
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    try:
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
        _wait_until_healthy(server, address)
        if example:
            _run_example(address, stop)
        else:
            _console.print(f"Phục Vụ: [bold]{address}[/]")
            while server.poll() is None and not stop.wait(0.5):
                pass
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
    if not stop.is_set():
        sys.exit(server.returncode)


def _server_command(host: str, port: int) -> list[str]:
    return [
        sys.executable, "-m", "uvicorn", "phucvu.config.asgi:application",
        "--host", host, "--port", str(port),
        "--log-level", "info" if settings.DEBUG else "warning",
        "--timeout-graceful-shutdown", "2",
        "--no-server-header",
    ]  # fmt: skip


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise click.ClickException(
                "The server stopped while starting. Is the port taken? Try --port with another."
            )
        try:
            if httpx.get(f"{address}/healthz", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise click.ClickException(f"The server did not answer within {_START_TIMEOUT:.0f} seconds.")


def _run_example(address: str, stop: threading.Event) -> None:
    from phucvu.example import loading

    loading.load_history(address)
    _console.print(
        f"\nPhục Vụ: [bold]{address}[/]\n"
        "  /             the 34 provinces, as the national portal published them on 2026-10-10\n"
        "  /don-vi/VT/   Vũng Tàu city: simulated dossiers arrive while you watch\n"
        "Stop with Ctrl+C.\n"
    )
    loading.run_live(address, stop_event=stop)
