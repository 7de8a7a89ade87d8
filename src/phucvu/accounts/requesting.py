"""Actions on access requests: the officer registers, the head passes on, the IT centre grants."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from phucvu.accounts import audit
from phucvu.accounts.asking import ids_within, may, path_of
from phucvu.accounts.grants import AccessError, grant, in_force
from phucvu.accounts.mails import tell
from phucvu.accounts.models import AccessRequest
from phucvu.accounts.policy import TABLE, Answer, Resource, Role
from phucvu.accounts.second_person import is_head_of
from phucvu.accounts.words import RoleChoice
from phucvu.units.models import Unit

__all__ = ["approve", "pass_on", "refuse", "register", "take_back", "waiting_for"]

State = AccessRequest.State


def register(
    account: User, unit: Unit, role: RoleChoice, reason: str, address: str = ""
) -> AccessRequest:
    """Make a request of an account for a role on a unit.

    It goes to the heads of the unit and of those above it. Raises `AccessError` without a reason,
    or where the same request waits already.
    """
    if not reason.strip():
        raise AccessError(_("Say what the access is for."))
    waiting = AccessRequest.objects.filter(
        account=account, unit=unit, role=role, state__in=[State.REGISTERED, State.ASKED]
    )
    with transaction.atomic():
        if waiting.exists():
            raise AccessError(_("You have asked for this already."))
        asked = AccessRequest.objects.create(
            account=account, unit=unit, role=role, reason=reason.strip()[:300]
        )
        _note(asked, account.get_username(), "request.made", address)
        _tell_next(asked)
    return asked


def pass_on(by: User, asked: AccessRequest, address: str = "") -> None:
    """Pass a request on to the IT centre, as a head of the unit or of one above it.

    Raises `AccessError` where `by` may not: an account that grants cannot take the head's place.
    """
    _require(by, asked, Resource.REQUESTS)
    if not is_head_of(by, asked.unit):
        raise AccessError(_("Only a head of the unit, or of one above it, can agree to this."))
    with transaction.atomic():
        # One that was asked for by nobody is from before this was so.
        row = _locked(asked, State.REGISTERED, *([] if asked.asked_by else [State.ASKED]))
        row.state, row.asked_by = State.ASKED, by.get_username()
        row.save(update_fields=["state", "asked_by"])
        _note(row, by.get_username(), "request.passed_on", address)
        _tell_next(row)


def approve(by: User, asked: AccessRequest, first: date, end: date, address: str = "") -> None:
    """Grant a request that a head has passed on, as the IT centre.

    Raises `AccessError` where `by` may not, or where no second person has passed it on.
    """
    with transaction.atomic():
        row = _locked(asked, State.ASKED)
        if not row.asked_by:
            raise AccessError(
                _(
                    "No head has asked for this. The first head of a unit is granted by a head "
                    "above it, or on the server: phucvu grant add."
                )
            )
        if row.asked_by == by.get_username():
            raise AccessError(_("Somebody else has to grant this: you asked for it."))
        given = grant(by, row.account, RoleChoice(row.role), row.unit, first, end, address)
        row.grant = given
        _settle(row, by, State.GRANTED, "", address)


def refuse(by: User, asked: AccessRequest, answer: str, address: str = "") -> None:
    """Refuse a request, as its head or the IT centre. Raises `AccessError` without an answer."""
    _require(by, asked, Resource.REQUESTS)
    if not answer.strip():
        raise AccessError(_("Say why the request is refused."))
    with transaction.atomic():
        row = _locked(asked, State.REGISTERED, State.ASKED)
        _settle(row, by, State.REFUSED, answer.strip()[:300], address)
        tell(
            [row.account],
            _("Access refused: %(unit)s") % {"unit": row.unit.name},
            row.answer,
            _("Refused by %(name)s.") % {"name": by.get_username()},
        )


def take_back(by: User, asked: AccessRequest, address: str = "") -> None:
    """Withdraw a request, as the account that made it."""
    if asked.account_id != by.pk:
        raise AccessError(_("This request is another account's."))
    with transaction.atomic():
        _settle(_locked(asked, State.REGISTERED, State.ASKED), by, State.TAKEN_BACK, "", address)


def waiting_for(asker: User) -> QuerySet[AccessRequest]:
    """Return open requests the account may act on, the oldest first, without its own."""
    rows = AccessRequest.objects.select_related("account", "unit").exclude(account=asker)
    ids = ids_within(asker, Resource.REQUESTS)
    rows = rows if ids is None else rows.filter(unit_id__in=ids)
    return rows.filter(state__in=[State.REGISTERED, State.ASKED]).order_by("made_at", "id")


def _require(by: User, asked: AccessRequest, thing: Resource) -> None:
    if asked.account_id == by.pk:
        raise AccessError(_("Nobody decides on a request of one's own."))
    if not may(by, thing, asked.unit_id):
        raise AccessError(_("The unit lies outside what was granted to you."))


def _locked(asked: AccessRequest, *states: str) -> AccessRequest:
    rows = AccessRequest.objects.select_for_update(of=("self",))
    row = rows.select_related("account", "unit").get(pk=asked.pk)
    if row.state not in states:
        raise AccessError(
            _("This request is settled or in another step: %(state)s.")
            % {"state": row.get_state_display()}
        )
    return row


def _settle(row: AccessRequest, by: User, state: str, answer: str, address: str) -> None:
    row.state, row.answer = state, answer
    row.settled_by, row.settled_at = by.get_username(), timezone.now()
    row.save(update_fields=["state", "answer", "settled_by", "settled_at", "grant"])
    _note(row, by.get_username(), f"request.{state}", address)


def _note(row: AccessRequest, actor: str, action: str, address: str) -> None:
    audit.note(
        actor, action, Resource.REQUESTS, unit=row.unit, address=address,
        account=row.account.get_username(), role=row.role, request=row.pk,
    )  # fmt: skip


def _tell_next(row: AccessRequest) -> None:
    """Send a mail to the account, and to those who have to act next."""
    names = {"name": row.account.get_username(), "unit": row.unit.name}
    what = _("%(role)s, %(unit)s: %(reason)s") % {
        "role": row.get_role_display(),
        "unit": row.unit.name,
        "reason": row.reason,
    }
    tell(
        [row.account],
        _("Your request for access: %(unit)s") % names,
        what,
        _("It %(state)s.") % {"state": row.get_state_display()},
    )
    turn = _acting_on(
        Resource.GRANTS if row.state == State.ASKED else Resource.REQUESTS,
        row.unit,
        *([] if row.state == State.ASKED else [Role.HEAD]),
    )
    # Where nobody can pass it on, those who grant should know that a head is missing.
    turn = turn or _acting_on(Resource.GRANTS, row.unit)
    tell(
        [account for account in turn if account.pk != row.account_id],
        _("%(name)s asks for access: %(unit)s") % names,
        what,
        _("Open the desk to decide on it."),
    )


def _acting_on(thing: Resource, unit: Unit, *roles: Role) -> list[User]:
    """Return the accounts whose grants (of these roles, if any) give them the permission for the
    unit.
    """
    path = path_of(unit.pk)
    found: dict[int, User] = {}
    for given in in_force().filter(unit_id__in=path, account__is_active=True):
        role = Role(given.role)
        answer = TABLE[thing].get(role, Answer.NO)
        covers = answer is Answer.SUBTREE or (answer is Answer.OWN and given.unit_id == unit.pk)
        if covers and (not roles or role in roles):
            found[given.account_id] = given.account
    return list(found.values())
