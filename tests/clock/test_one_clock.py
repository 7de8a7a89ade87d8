"""What is judged is judged by one clock (`phucvu.clock`), which a copy as of a moment stops."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

import phucvu
from phucvu import clock
from phucvu.register.walltime import to_wall, wall_now

ROOT = Path(phucvu.__file__).parent

# Who may ask the wall clock, and for what. Whatever judges a fact, a score or a unit is not here.
NOTED = {
    "clock/__init__.py": "the one clock itself",
    "changes/publishing.py": "how long changes are kept for open pages",
    "counters/deadlines.py": "when a row was written",
    "counters/petition_deadlines.py": "when a row was written",
    "intake/actions.py": "when a batch came",
    "intake/models.py": "when a batch came",
    "intake/releasing.py": "when a code was released",
    "intake/withdraw.py": "when a batch was withdrawn",
    "intake/watch.py": "the time before a line of the terminal",
    "intake/journal_commands.py": "that no copy is asked for of a moment to come",
    "intake/uploads/models.py": "when a file was brought",
    "intake/uploads/worker.py": "when a file was taken in",
    "intake/uploads/folders.py": "how long brought files are kept",
    "editions/adopting.py": "when an edition came into use",
    "editions/choosing.py": "when an edition was chosen",
    "upkeep/backup.py": "when a backup was made",
    "upkeep/integrity_commands.py": "when a batch was hashed",
    "web/desk/figures.py": "the moment offered to whoever states a figure now",
}
# Access is granted to the living, and the example plays the wall clock's city.
NOTED_ROOMS = ("accounts/", "example/", "web/desk/grants.py", "web/desk/requests.py",
               "web/desk/keys.py", "web/desk/watching.py")  # fmt: skip

ASKS = {
    ("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"),
    ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"),
    ("time", "time"),
}  # fmt: skip


def asking(file: Path) -> Iterator[str]:
    """Where a file asks the wall clock; `localdate(moment)`, `localtime(moment)` only convert."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    given = {
        id(node.func)
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("localdate", "localtime")
        and node.args
    }
    for node in nodes:
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr) in ASKS
            and id(node) not in given
        ):
            yield f"{node.value.id}.{node.attr} at line {node.lineno}"


def sources() -> list[Path]:
    return [file for file in ROOT.rglob("*.py") if "migrations" not in file.parts]


def test_only_what_is_noted_asks_the_wall_clock() -> None:
    found = {
        (name, where)
        for file in sources()
        if (name := file.relative_to(ROOT).as_posix()) not in NOTED
        and not name.startswith(NOTED_ROOMS)
        for where in asking(file)
    }
    assert not found, f"judge by phucvu.clock, or say in NOTED what is only noted: {found}"


def test_nothing_in_sql_or_templates_asks_the_store_what_time_it_is() -> None:
    asked = ("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "datetime('now", "date('now",
             "strftime('%s', 'now", "NOW()", "{% now ", "functions import Now")  # fmt: skip
    files = [*sources(), *ROOT.rglob("*.html"), *ROOT.rglob("*.txt"), *ROOT.rglob("*.yaml")]
    found = {
        (file.relative_to(ROOT).as_posix(), word)
        for file in files
        for word in asked
        if word in file.read_text(encoding="utf-8")
    }
    assert not found


def test_the_wall_clock_is_found_where_it_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "asks.py"
    file.write_text("a = timezone.now()\nb = timezone.localdate(x)\nc = date.today\n")
    assert set(asking(file)) == {"timezone.now at line 1", "date.today at line 3"}


# --- the clock ------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    clock.forget()
    yield
    clock.forget()


@pytest.mark.database
@pytest.mark.django_db
def test_a_store_that_lives_has_the_wall_clocks_time() -> None:
    before = datetime.now(UTC)
    assert clock.stands_at() is None
    assert before <= clock.now() <= datetime.now(UTC)


@pytest.mark.database
@pytest.mark.django_db
def test_a_copy_stands_at_its_moment_for_good() -> None:
    moment = datetime(2026, 3, 21, 16, 59, 59, 123456, tzinfo=UTC)
    clock.stand_at(moment, connection)

    assert clock.now() == clock.stands_at() == moment
    assert clock.today().isoformat() == "2026-03-21"
    assert wall_now() == to_wall(datetime(2026, 3, 21, 23, 59, 59, 123456))
    # Of two moments the earlier: nothing in the copy is later than it.
    earlier = datetime(2026, 3, 1, tzinfo=UTC)
    assert clock.at_most(earlier) == earlier
    assert clock.at_most(datetime(2027, 1, 1, tzinfo=UTC)) == moment


@pytest.mark.database
@pytest.mark.django_db
def test_the_store_is_asked_once(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        for _ in range(5):
            clock.now()


def test_sqlite_keeps_the_moment_to_the_microsecond(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x")) as store:
        store.execute("CREATE TABLE t (moment datetime)")
        store.execute("INSERT INTO t VALUES ('2026-03-21 16:59:59.123456')")
        (read,) = store.execute("SELECT moment FROM t").fetchone()
    assert clock._aware(read) == datetime(2026, 3, 21, 16, 59, 59, 123456, tzinfo=UTC)
