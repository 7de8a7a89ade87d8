"""The table of permissions in the documentation, made from the policy.

python tools/permissions.py update    write docs/permissions.md
python tools/permissions.py check     fail where it is not what the policy says
"""

from __future__ import annotations

import sys
from pathlib import Path

from phucvu.accounts.policy.describing import as_markdown

PAGE = Path(__file__).resolve().parent.parent / "docs/permissions.md"


def main() -> int:
    """Do what the one argument says."""
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "update":
        PAGE.write_text(as_markdown(), encoding="utf-8")
        return 0
    if command == "check":
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == as_markdown()
        if not current:
            print(f"{PAGE.name} is not what the policy says: python tools/permissions.py update")
        return 0 if current else 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
