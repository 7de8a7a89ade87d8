"""What every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
