"""A made-up edition of 2027: some indicators bear other numbers, and one number another thing."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

__all__ = ["RENUMBERED", "renumbered"]

RENUMBERED = {"4.7": "4.8", "3.3": "3.9", "2.1": "2.5"}
"""The new number of each: what it counts and its portal code stay."""


def renumbered(id_: str = "made-up-2027", extends: str = "qd766-common", **more: Any) -> str:
    """The edition's YAML; `more` are keys of the file, laid over.

    4.7 is another indicator now, by the portal's code NEW_SERVICE.
    """
    text = (files("phucvu.scorecards") / "qd766-common.yaml").read_text(encoding="utf-8")
    common = yaml.safe_load(text)
    old = common["indicators"]
    indicators: dict[str, Any] = dict.fromkeys(RENUMBERED)
    indicators |= {new: old[number] for number, new in RENUMBERED.items()}
    none = {"ratio": 0, "points": 0}  # null would take back what stands in the extended file
    indicators["4.7"] = {**old["4.1"], "portal_code": "NEW_SERVICE", "points": 0, "empty": none}
    document = {
        "schema": 1,
        "id": id_,
        "extends": extends,
        "title": {"vi": "Bộ chỉ số thử", "en": "A made-up scorecard"},
        "provenance": {"source": "L", "note": "for tests"},
        "in_force": {"from": "2027-01-01", "to": None},
        "arithmetic": "decimal",
        "explain": {"verdict": RENUMBERED["2.1"]},
        "indicators": indicators,
        **more,
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
