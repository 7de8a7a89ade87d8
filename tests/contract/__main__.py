"""`python -m tests.contract`: asks every operation of the API, with every check of schemathesis."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.contract.running import PHASES, run
from tests.contract.world import serve
from tests.postgres import PostgresServer
from tests.server import Server


def main() -> int:
    """Run it as asked; 1 where something was found."""
    words = argparse.ArgumentParser(prog="python -m tests.contract", description=__doc__)
    words.add_argument("--examples", type=int, default=100, help="of each operation")
    words.add_argument("--seed", type=int, help="other examples than the usual ones")
    words.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    asked = words.parse_args()
    begun = time.perf_counter()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="phucvu-contract-"))
        server = Server(Path(folder))
        if asked.store == "postgresql":
            server.environment["DATABASE_URL"] = stack.enter_context(PostgresServer()).url
        stack.callback(server.stop)
        world = serve(server)
        found = run(world, asked.examples, PHASES, seed=asked.seed, tell=print)
        whole = server.command("verify", check=False)
        if whole.returncode != 0:
            found.faults["phucvu verify", whole.stdout + whole.stderr] = ""
    for line in found.lines():
        print(line)
    print(
        f"{asked.store}, {asked.examples} examples: {found.cases} requests to "
        f"{len(found.operations)} operations, answered {sorted(found.statuses)}; "
        f"{len(found.faults)} faults ({time.perf_counter() - begun:.0f} s)"
    )
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
