"""Take every snapshot anew, and write the tables of columns in `docs/measures.md`.

`python -m tests.snapshots`; what has changed is then read in the diff.
"""

from __future__ import annotations

import os

import django


def main() -> None:
    """Write the files, and remove those of what is gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucvu.config.settings")
    django.setup()
    from tests.snapshots.columns_page import PAGE, written_anew
    from tests.snapshots.taking import FOLDER, snapshots
    from tests.snapshots.taking_measures import MEASURES, measure_snapshots

    PAGE.write_text(written_anew(PAGE.read_text("utf-8")), encoding="utf-8")
    for folder, taken in ((FOLDER, snapshots()), (MEASURES, measure_snapshots())):
        folder.mkdir(exist_ok=True)
        for file in folder.glob("*.yaml"):
            if file.name not in taken:
                file.unlink()
        for name, text in taken.items():
            (folder / name).write_text(text, encoding="utf-8")
        print(f"{len(taken)} snapshots in {folder}")


if __name__ == "__main__":
    main()
