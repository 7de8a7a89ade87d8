"""The table of permissions in the documentation, made from the policy and the edition.

python tools/permissions.py update    write docs/permissions.md
python tools/permissions.py check     fail where it is not what the policy says
"""

from __future__ import annotations

import sys
from pathlib import Path

from phucvu.accounts.policy import LEADING
from phucvu.accounts.policy.describing import as_markdown
from phucvu.scorecards import load

EDITION = "qd766-portal-2026"
PAGE = Path(__file__).resolve().parent.parent / "docs/permissions.md"


def page() -> str:
    """Write the page anew from the policy and the edition that is shipped."""
    card = load(EDITION).scorecard
    return as_markdown({role: card.led_by(role) for role in LEADING}, EDITION)


def main() -> int:
    """Do what the one argument says."""
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "update":
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if command == "check":
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        if not current:
            print(f"{PAGE.name} is not what the policy says: python tools/permissions.py update")
        return 0 if current else 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main())
