"""The neighbour's officer: facts about a dossier move its unit's score only where they may."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from phucvu.accounts import audit, keys
from phucvu.accounts.models import ApiKey, Grant
from phucvu.accounts.policy import Role, Scope
from phucvu.counters.verify import verify
from phucvu.intake import rebuild
from phucvu.intake.actions import receive, rehearse
from phucvu.intake.importing import Terms, import_file, plan
from phucvu.intake.journal import JournalError
from phucvu.intake.journal_commands import batch
from phucvu.intake.kinds import DOSSIERS, KINDS, PAYMENTS, RATINGS
from phucvu.intake.record import MappedRecord
from phucvu.intake.releasing import release
from phucvu.intake.withdraw import withdraw
from phucvu.register.models import Dossier, DossierRating, Payment
from phucvu.units.tree import load_eras
from tests.intake.messages import message
from tests.intake.rows import BUILDERS, step
from tests.intake.settling import settled

pytestmark = [pytest.mark.database, pytest.mark.django_db]

OURS = "H29.01-261001-00001"
UNMARKED = "HS/2026/0001"  # a code that says nothing of its unit
LINKED = ("petitions", "certified-copies", "lookups", "ratings", "payments", "progress-steps")
COUNTED = {"petitions": "petitions", "lookups": "lookups", "ratings": "rating",
           "payments": "payments_national"}  # fmt: skip
NOTHING = {"petitions": 0, "lookups": 0, "rating": "", "payments_national": 0}


def about(kind: str, dossier: str, unit: str = "H29.02") -> dict[str, Any]:
    """A fact of the kind about a dossier, as a sender of `unit` makes it."""
    if kind == "progress-steps":
        return step(dossier)
    if kind == "ratings":
        return BUILDERS[kind](dossier) | {"unit": unit}
    return BUILDERS[kind]("N-1") | {"unit": unit, "dossier_code": dossier}


def key_of(unit: Any) -> ApiKey:
    return keys.issue(unit, f"sender of {unit.code}")[0]


def bring_dossier(units: SimpleNamespace, code: str) -> None:
    """The ward's own dossier; one whose code names no unit comes in a table of the ward's."""
    reach = Scope(subtrees=frozenset({units.ward.pk}))
    record = MappedRecord(message(code), unit_code="H29.01")
    receipt = receive([record], reach=reach)
    assert receipt.accepted + receipt.unchanged == 1, receipt.results


@pytest.mark.parametrize("kind", LINKED)
def test_a_neighbour_says_nothing_of_a_dossier_that_is_there(
    units: SimpleNamespace, kind: str
) -> None:
    bring_dossier(units, OURS)
    before = Dossier.objects.values().get()

    receipt = receive([about(kind, OURS)], key=key_of(units.ward2), kind=KINDS[kind])

    assert receipt.refused == 1
    (answer,) = receipt.results
    field = {"ratings": "code", "progress-steps": "MaHoSo"}.get(kind, "dossier_code")
    assert answer.field == field
    assert "may not send" in (answer.reason or "") or "được gửi" in (answer.reason or "")
    assert Dossier.objects.values().get() == before
    assert not KINDS[kind].fact.model._default_manager.exists()


@pytest.mark.parametrize("kind", LINKED)
def test_who_may_send_for_both_says_it(units: SimpleNamespace, kind: str) -> None:
    bring_dossier(units, OURS)

    receipt = receive([about(kind, OURS)], key=key_of(units.city), kind=KINDS[kind])

    assert receipt.accepted == 1
    if kind in COUNTED:
        assert getattr(Dossier.objects.get(), COUNTED[kind]) != NOTHING[COUNTED[kind]]


@pytest.mark.parametrize("kind", LINKED)
def test_a_code_that_names_its_unit_is_judged_before_it_comes(
    units: SimpleNamespace, kind: str
) -> None:
    receipt = receive([about(kind, OURS)], key=key_of(units.ward2), kind=KINDS[kind])
    assert receipt.refused == 1


@pytest.mark.parametrize("kind", sorted(COUNTED))
def test_what_comes_early_is_judged_when_the_dossier_comes(
    units: SimpleNamespace, kind: str
) -> None:
    neighbour, own = key_of(units.ward2), key_of(units.ward)
    early = receive([about(kind, UNMARKED)], key=neighbour, kind=KINDS[kind])
    assert early.accepted == 1

    bring_dossier(units, UNMARKED)

    column = COUNTED[kind]
    assert getattr(Dossier.objects.get(), column) == NOTHING[column]
    assert verify().clean
    rebuild.rebuild()
    assert rebuild.compare().clean
    assert getattr(Dossier.objects.get(), column) == NOTHING[column]

    # The rightful one goes in, though the code is the neighbour's, and stays.
    ours = about(kind, UNMARKED, "H29.01")
    receipt = receive([ours], key=own, kind=KINDS[kind])
    assert receipt.accepted == 1, receipt.results
    said = getattr(Dossier.objects.get(), column)
    assert said != NOTHING[column]
    again = receive([about(kind, UNMARKED)], key=neighbour, kind=KINDS[kind])
    assert again.refused == 1
    assert verify().clean
    assert rebuild.compare().clean
    rebuild.rebuild()
    assert getattr(Dossier.objects.get(), column) == said


@pytest.mark.parametrize("kind", sorted(COUNTED))
def test_what_comes_early_from_who_may_counts_at_once(units: SimpleNamespace, kind: str) -> None:
    receive([about(kind, UNMARKED)], key=key_of(units.city), kind=KINDS[kind])
    bring_dossier(units, UNMARKED)
    column = COUNTED[kind]
    said = getattr(Dossier.objects.get(), column)
    assert said != NOTHING[column]
    # Taken back and brought again it is judged again.
    batch = receive([message(OURS)]).batch
    withdraw(batch, "x", "y")
    rebuild.rebuild()
    assert getattr(Dossier.objects.get(), column) == said


def test_a_later_clock_does_not_keep_the_rightful_one_out(units: SimpleNamespace) -> None:
    squat = about("ratings", UNMARKED) | {"rated_at": "2026-11-19", "level": "not_satisfied"}
    receive([squat], key=key_of(units.ward2), kind=RATINGS)
    bring_dossier(units, UNMARKED)
    receive([about("ratings", UNMARKED, "H29.01")], key=key_of(units.ward), kind=RATINGS)
    assert Dossier.objects.get().rating == "satisfied"
    assert DossierRating.objects.get().unit == units.ward
    (line,) = audit.search(audit.Wanted("code.released"))
    assert (line.unit_code, line.detail["code"]) == ("H29.01", UNMARKED)
    assert rebuild.compare().clean


def test_a_table_does_not_take_a_neighbours_codes(units: SimpleNamespace) -> None:
    record = MappedRecord(message(OURS), unit_code="H29.02")
    receipt = receive([record], reach=Scope(own=frozenset({units.ward2.pk})))
    assert (receipt.refused, receipt.results[0].field) == (1, "MaHoSo")
    (answer, _record), *_rest = rehearse(
        [record], load_eras(), reach=Scope(own=frozenset({units.ward2.pk}))
    )
    assert answer.result == "refused"


# --- every face -----------------------------------------------------------------------------


def test_over_http_and_in_the_synchronisation(units: SimpleNamespace) -> None:
    bring_dossier(units, OURS)
    _key, text = keys.issue(units.ward2, "neighbour")
    caller = Client(headers={"x-api-key": text})
    for kind in ("petitions", "certified-copies", "lookups", "ratings", "payments"):
        sent = caller.post(f"/api/v1/{kind}", [about(kind, OURS)], "application/json")
        assert sent.json()["refused"] == 1, kind
    envelope = {"service": "CapNhatTienDoHoSoMC", "data": [step(OURS)]}
    assert caller.post("/api/v1/sync", envelope, "application/json").json()["error_code"] == "1"


@pytest.mark.parametrize("kind", sorted(COUNTED))
def test_in_a_file_at_the_desk_and_by_the_command(
    units: SimpleNamespace, tmp_path: Path, kind: str
) -> None:
    bring_dossier(units, OURS)
    path = tmp_path / "facts.jsonl"
    path.write_text(json.dumps(about(kind, OURS)))
    planned = plan(path, Terms(kind=KINDS[kind]))
    outcome = import_file(planned, load_eras(), reach=Scope(own=frozenset({units.ward2.pk})))
    assert outcome.refused == 1
    # A command on the server has every unit in its reach.
    outcome = import_file(plan(path, Terms(kind=KINDS[kind])), load_eras())
    assert outcome.accepted == 1


# --- releasing ------------------------------------------------------------------------------


@pytest.fixture
def squatted(units: SimpleNamespace) -> Callable[[], Any]:
    """A payment's number that a neighbour holds for no dossier of ours."""
    bring_dossier(units, OURS)
    other = "H29.02-261001-00001"
    receive([message(other)], key=key_of(units.ward2))
    receive([about("payments", other)], key=key_of(units.ward2), kind=PAYMENTS)
    ours = about("payments", OURS, "H29.01")
    own = key_of(units.ward)
    assert receive([ours], key=own, kind=PAYMENTS).refused == 1
    return lambda: receive([ours], key=own, kind=PAYMENTS)


def account(role: Role, unit: Any) -> User:
    made = User.objects.create_user(f"{role.value}-{unit.code}")
    today = timezone.localdate()
    Grant.objects.create(
        account=made, role=role, unit=unit, starts_on=today,
        ends_on=today.replace(year=today.year + 1), granted_by="test",
    )  # fmt: skip
    return made


def test_a_squatted_code_is_released_by_who_may(
    units: SimpleNamespace, squatted: Callable[[], Any]
) -> None:
    with pytest.raises(JournalError):
        release(account(Role.HEAD, units.ward), PAYMENTS, "N-1", units.ward, "ours")
    with pytest.raises(JournalError):
        release(account(Role.OFFICER, units.city), PAYMENTS, "N-1", units.ward, "ours")
    with pytest.raises(JournalError):
        release(None, PAYMENTS, "N-1", units.ward, "  ")
    release(account(Role.IT_CENTRE, units.city), PAYMENTS, "N-1", units.ward, "ours")

    assert not Payment.objects.exists()
    assert settled(Dossier.objects.get(code="H29.02-261001-00001")) == ""
    assert squatted().accepted == 1
    assert settled(Dossier.objects.get(code=OURS)) == "online"
    # And the neighbour does not take it back.
    back = receive(
        [about("payments", "H29.02-261001-00001")], key=key_of(units.ward2), kind=PAYMENTS
    )
    assert back.refused == 1
    (line,) = audit.search(audit.Wanted("code.released"))
    assert (line.actor, line.unit_code) == (f"{Role.IT_CENTRE.value}-H29", "H29.01")
    assert verify().clean
    assert rebuild.compare().clean
    rebuild.rebuild()
    assert Payment.objects.get().unit == units.ward


def test_by_the_command(units: SimpleNamespace, squatted: Callable[[], Any]) -> None:
    say = ["release", "N-1", "--kind", "payments", "--for", "H29.01", "--reason", "ours"]
    done = CliRunner().invoke(batch, say)
    assert done.exit_code == 0, done.output
    assert squatted().accepted == 1
    history = CliRunner().invoke(batch, ["history", "N-1", "--kind", "payments"])
    assert re.search(r"released", history.output)
    assert CliRunner().invoke(batch, [say[0], "no-such", *say[2:]]).exit_code == 1


def test_the_head_takes_back_a_dossiers_code_under_a_strange_unit(units: SimpleNamespace) -> None:
    # A command once brought it under the wrong unit.
    receive([MappedRecord(message(OURS), unit_code="H29.02")])
    assert receive([message(OURS)], key=key_of(units.ward)).refused == 1
    release(account(Role.HEAD, units.ward), DOSSIERS, OURS, units.ward, "ours")
    assert receive([message(OURS)], key=key_of(units.ward)).accepted == 1
    assert Dossier.objects.get().unit == units.ward
