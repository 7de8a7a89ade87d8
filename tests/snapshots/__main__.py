"""Take every snapshot anew: `python -m tests.snapshots`. What changed is then read in the diff."""

from __future__ import annotations

import os

import django


def main() -> None:
    """Write the files, and remove those of kinds that are gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucvu.config.settings")
    django.setup()
    from tests.snapshots.taking import FOLDER, snapshots

    taken = snapshots()
    for file in FOLDER.glob("*.yaml"):
        if file.name not in taken:
            file.unlink()
    for name, text in taken.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(taken)} snapshots in {FOLDER}")


if __name__ == "__main__":
    main()
