"""What every face says of a store at its moment, in plain values: live, and in a copy of it.

`python -m tests.intake.replaying FILE…` counts each copy anew, as `phucvu recount` does, and prints
what it says, a line of JSON each. It has the wall clock's time, which is much later.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

PERIODS = ("2026-03", "2026-Q1", "2026")


def told() -> dict[str, Any]:
    """Figures and totals on both maps, boards' ranks, explanations, the work and the days kept."""
    from phucvu import clock
    from phucvu.editions.finding import Editions
    from phucvu.register.models import Dossier
    from phucvu.register.worklist import work_of
    from phucvu.results.explaining import explain
    from phucvu.results.explaining_json import as_plain
    from phucvu.results.maps import Atlas, View
    from phucvu.results.models import KeptScore
    from phucvu.results.periods import default_period
    from phucvu.results.scores import score_units
    from phucvu.scoring import Period
    from phucvu.units.models import Unit

    editions, said = Editions.open(), {}
    for view in View:
        atlas = Atlas.open(view)
        for period in map(Period.parse, PERIODS):
            tree = atlas.tree(period)
            for node in tree:
                by = editions.of(period, node.kind)
                (score,) = score_units(by, tree, [node], clock.now())
                said[f"{view} {score.unit.code} {period}"] = [
                    str(score.total),
                    {id_: str(item.figure) for id_, item in score.result.indicators.items()},
                ]
    year = Period.parse("2026")
    return {
        "scores": said,
        "explained": [
            as_plain(explain(dossier, year, editions.of(year).edition, clock.now()))
            for dossier in Dossier.objects.select_related("unit").order_by("code")
        ],
        "work": [
            [unit, work.open, work.overdue]
            for unit, work in sorted(
                work_of({pk: [pk] for pk in Unit.objects.values_list("pk", flat=True)}).items()
            )
        ],
        "kept": [
            [*map(str, row)]
            for row in KeptScore.objects.order_by("unit_id", "period", "kept__day").values_list(
                "unit_id", "period", "kept__day", "until__day", "total"
            )
        ],
        "now": clock.now().isoformat(),
        "today": clock.today().isoformat(),
        "period": str(default_period([])),
    }


def main(files: Iterable[str]) -> None:
    """Count and tell each copy."""
    import django

    django.setup()
    from django.db import connections

    from phucvu import clock
    from phucvu.counters import active
    from phucvu.counters.commands import recount
    from phucvu.counters.verify import verify
    from phucvu.results import stated
    from phucvu.results.remembered import Remembered

    for file in files:
        connections["default"].close()
        connections["default"].settings_dict["NAME"] = file
        connections.databases["default"]["NAME"] = file
        clock.forget()
        active.forget()
        stated._REMEMBERED = Remembered()  # what a process remembers is of one store
        recount.callback()  # type: ignore[misc]
        outcome = verify()
        print(json.dumps({**told(), "clean": outcome.clean}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
