"""`python -m tests.oracle`: compares every figure of a made-up province with a plain count."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.oracle.comparing import compare
from tests.oracle.points import DOCUMENT, PORTAL
from tests.oracle.world import World
from tests.postgres import PostgresServer
from tests.server import Server


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--dossiers", type=int, default=2500)
    words.add_argument("--changes", type=int, default=12)
    words.add_argument("--edition", choices=(PORTAL, DOCUMENT), default=PORTAL)
    words.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    asked = words.parse_args()
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).replace(tzinfo=None)
    begun = time.perf_counter()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="phucvu-oracle-"))
        server = Server(Path(folder))
        if asked.store == "postgresql":
            server.environment["DATABASE_URL"] = stack.enter_context(PostgresServer()).url
        stack.callback(server.stop)
        world = World(asked.seed, now)
        found = compare(
            server, world, asked.dossiers, asked.changes, edition=asked.edition, tell=print
        )
    for line in found.differences[:60]:
        print(line)
    print(
        f"seed {asked.seed}, {asked.edition}, {asked.store}: "
        f"{asked.dossiers} dossiers, {found.offices} offices, "
        f"{found.scores} scores, {found.figures} figures compared, "
        f"{len(found.differences)} differ ({time.perf_counter() - begun:.0f} s)"
    )
    return 1 if found.differences else 0


if __name__ == "__main__":
    sys.exit(main())
