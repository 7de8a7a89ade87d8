"""What every test may use."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import hypothesis
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from tests.migrated import fill_memory, folder_of_run

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Share a folder between the processes of one run; let no example end by the clock."""
    # A machine at work may make an example wait for longer than hypothesis would.
    hypothesis.settings.register_profile("phucvu", deadline=None, print_blob=True)
    hypothesis.settings.load_profile("phucvu")
    run = ExitStack()
    run.enter_context(folder_of_run())
    config.add_cleanup(run.close)


class QuickHasher(Argon2PasswordHasher):
    """A hasher of passwords as the site's, at a thousandth of its cost."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


@pytest.fixture(scope="session", autouse=True)
def quick_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let a run have a data folder of its own, and not do over and over what proves nothing."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = [f"{__name__}.QuickHasher"]
    # Static files are looked for when one is asked for, not all of them for each test's client.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.DATA = tmp_path_factory.mktemp("data")
    settings.FILE_UPLOAD_TEMP_DIR = settings.DATA / "tmp"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    settings.PHUCVU_FACTOR_KEY_FILE = str(settings.DATA / "factor_key")
    settings.PHUCVU_INTEGRITY_KEY_FILE = str(settings.DATA / "integrity_key")


@pytest.fixture(scope="session", autouse=True)
def migrated_once(quick_settings: None) -> Iterator[None]:
    """Begin the store in memory with its tables, so that no worker migrates by itself."""
    from django.db import connection
    from django.db.backends.sqlite3.creation import DatabaseCreation

    kept: list[sqlite3.Connection] = []
    create = DatabaseCreation._create_test_db

    def create_filled(
        self: DatabaseCreation, verbosity: int, autoclobber: bool, keepdb: bool = False
    ) -> str:
        name = create(self, verbosity, autoclobber, keepdb)
        if self.is_in_memory_db(name):
            kept.append(fill_memory(name))
        return name

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(DatabaseCreation, "_create_test_db", create_filled)
        yield
    for store in kept:
        store.close()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data, beside the checkout; tests skip where it is absent."""
    folder = Path(os.environ.get("PHUCVU_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"no real data at {folder} (set PHUCVU_SHARED to its folder)")
    return folder


@pytest.fixture(autouse=True)
def noted_heads(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is noted of a test's chains lies beside no real store's, and ends with the test."""
    from phucvu.accounts import noted_head

    folder = tmp_path_factory.getbasetemp()
    for file in folder.glob("*_head"):
        file.unlink()
    monkeypatch.setattr(noted_head, "folder_of_heads", lambda: folder)


@pytest.fixture(scope="session", autouse=True)
def emptied_audit() -> Iterator[None]:
    """Emptying the store after a test that commits needs the audit's triggers out of the way."""
    from django.apps import apps
    from django.db import connection
    from django.db.backends.base.operations import BaseDatabaseOperations

    migration = import_module("phucvu.accounts.migrations.0003_audit_append_only")
    flush = BaseDatabaseOperations.execute_sql_flush

    def without_triggers(self: BaseDatabaseOperations, statements: list[str]) -> None:
        with connection.schema_editor() as editor:
            migration.remove(apps, editor)
        try:
            flush(self, statements)
        finally:
            with connection.schema_editor() as editor:
                migration.add(apps, editor)

    BaseDatabaseOperations.execute_sql_flush = without_triggers  # type: ignore[method-assign]
    yield
    BaseDatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def by_password_alone() -> None:
    """Signing in asks for no second factor, but in the tests that turn it on."""
    from django.conf import settings

    settings.PHUCVU_SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def nobody_knocked() -> None:
    """A process remembers wrong keys: what one test knocks with shuts no other out."""
    from phucvu.api.security import failures

    failures.forget()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright leaves an event loop running in this thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
