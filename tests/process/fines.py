"""The Italian fines log as an office would send it: fines as dossiers, appeals as petitions.

A fine is a dossier of the procedure its article names, received when it was created and ended
with its last payment; its amount, in cents, is the fee. Who appeals sends in a petition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

__all__ = ["UNIT", "appeals", "cases", "fine", "fines"]

UNIT = "IT.POLIZIA"
_APPEAL = {
    "Insert Date Appeal to Prefecture": "received_at",
    "Send Appeal to Prefecture": "transferred_at",
    "Receive Result Appeal from Prefecture": "processed_at",
    "Notify Result Appeal to Offender": "published_at",
}

Events = list[Mapping[str, str]]


def cases(rows: Iterable[Mapping[str, str]]) -> dict[str, Events]:
    """The events of each case, in the order of the log."""
    found: dict[str, Events] = defaultdict(list)
    for row in rows:
        found[row["case:concept:name"]].append(row)
    return found


def fines(log: Mapping[str, Events]) -> Iterator[dict[str, Any]]:
    """A message of the synchronisation for each fine."""
    return (fine(case, events) for case, events in log.items())


def fine(case: str, events: Events) -> dict[str, Any]:
    """The message of one fine."""
    created = next(event for event in events if event["concept:name"] == "Create Fine")
    paid = [_moment(event) for event in events if event["concept:name"] == "Payment"]
    received = _moment(created)
    return {
        "MaHoSo": f"{UNIT}-{received:%y%m%d}-{case}",
        "MaTTHC": f"ART.{float(created['article']):.0f}",
        "TenTTHC": "Multa per violazione del codice della strada",
        "KenhThucHien": "1",
        "TrangThaiHoSo": "9" if paid else "4",
        "NgayTiepNhan": f"{received:%Y%m%d%H%M%S}",
        "NgayKetThucXuLy": f"{max(paid):%Y%m%d%H%M%S}" if paid else "",
        # The log knows payments, not ways to pay: one is taken as made through a gateway.
        "DuocThanhToanTrucTuyen": "2" if paid else "0",
        "DanhSachLePhi": [{"Gia": str(round(float(created["amount"]) * 100))}],
    }


def appeals(log: Mapping[str, Events]) -> Iterator[dict[str, Any]]:
    """A petition for each fine somebody appealed against, with the states it went through."""
    for case, events in log.items():
        states = {
            _APPEAL[event["concept:name"]]: f"{_moment(event):%Y-%m-%dT%H:%M:%S}"
            for event in events
            if event["concept:name"] in _APPEAL
        }
        if states:
            states.setdefault("received_at", min(states.values()))
            dossier = fine(case, events)["MaHoSo"]
            yield {"code": f"{UNIT}-RIC-{case}", "unit": UNIT, "dossier_code": dossier, **states}


def _moment(event: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(event["time:timestamp"]).replace(tzinfo=None)
