"""A small province behind a running server, and the keys that open its addresses.

Run as a program it fills the store of its environment and prints the keys.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.conftest import ROOT
from tests.server import Server

__all__ = ["World", "serve"]


@dataclass(frozen=True)
class World:
    """Where the server is; a key of each purpose over the whole province, and of each that is
    refused."""

    url: str
    keys: dict[str, str]


def serve(server: Server) -> World:
    """Start a server that has units, a few facts of several kinds, and keys."""
    server.environment |= {
        "PHUCVU_API_PER_MINUTE": "10000000",
        "PHUCVU_LOG_REQUESTS": "0",
        "PHUCVU_WRONG_KEYS_PER_MINUTE": "10000000",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.contract.world"],
        cwd=ROOT, env=server.environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    server.start()
    return World(server.url, json.loads(done.stdout.splitlines()[-1]))


def fill() -> dict[str, str]:
    """Fill the store; returns the keys by what they are for."""
    from django.core.management import call_command

    from phucvu.accounts import keys
    from phucvu.accounts.models import ApiKey
    from phucvu.counters.recount import count_new_measures
    from phucvu.facts.figures import Source
    from phucvu.intake.actions import receive
    from phucvu.intake.kinds import DOSSIERS
    from phucvu.units.models import Kind
    from tests.dossiers import unit
    from tests.figures import stated
    from tests.intake.messages import message

    call_command("migrate", verbosity=0)
    count_new_measures()
    city = unit("H29", None, Kind.PROVINCE)
    wards = [unit(code, city) for code in ("H29.01", "H29.02")]
    now = datetime.now(UTC)
    stated(
        unit=city, as_of=now - timedelta(hours=1), period=str(now.year), indicator="3.6",
        numerator=1, denominator=2, source=Source.PUBLISHED,
    )  # fmt: skip
    day = now - timedelta(days=9)
    taken = receive(
        [message(f"{ward.code}-{day:%y%m%d}-{number}", **_moments(day, ended=number == 1))
         for ward in wards for number in (1, 2)],
        kind=DOSSIERS,
    )  # fmt: skip
    assert taken.accepted == len(taken.results), taken
    made = {purpose.value: keys.issue(city, purpose, purpose)[1] for purpose in ApiKey.Purpose}
    made["expired"] = keys.issue(city, "expired", expires_at=now - timedelta(days=1))[1]
    revoked, made["revoked"] = keys.issue(city, "revoked")
    keys.revoke(revoked)
    made["waiting"] = keys.issue(city, "waiting", ApiKey.Purpose.READ, waits=True)[1]
    return made


def _moments(day: datetime, *, ended: bool) -> dict[str, str]:
    end = f"{day:%Y%m%d}160000"
    return {
        "NgayNopHoSo": f"{day:%Y%m%d}080000",
        "NgayTiepNhan": f"{day:%Y%m%d}081500",
        "NgayHenTra": f"{day:%Y%m%d}170000",
        **({"NgayKetThucXuLy": end, "TrangThaiHoSo": "9"} if ended else {}),
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(fill()))
