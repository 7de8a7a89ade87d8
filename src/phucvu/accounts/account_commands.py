"""Commands `phucvu account` and `phucvu grant`: accounts and their roles, managed on the server."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import click
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from phucvu.accounts import audit, grants, reviewing
from phucvu.accounts.models import Grant
from phucvu.accounts.policy import Resource, Role
from phucvu.accounts.words import RoleChoice
from phucvu.units.models import Unit
from phucvu.units.tree import load_tree

__all__ = ["account", "grant"]

_console = Console(highlight=False)
_YEAR = timedelta(days=365)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def account() -> None:
    """Manage the accounts of people: make, list, end, review."""


@account.command()
@click.argument("name")
@click.option("--email", required=True, help="Where mails about access go.")
@click.option("--administrator", is_flag=True, help="May everything; for the first one.")
@click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True,
    envvar="PHUCVU_NEW_PASSWORD", help="Asked for where it is not given.",
)  # fmt: skip
def create(name: str, email: str, administrator: bool, password: str) -> None:
    """Make the account NAME."""
    if User.objects.filter(username__iexact=name).exists():
        raise click.BadParameter(f"there is an account {name!r} already", param_hint="NAME")
    made = User(username=name, email=email, is_superuser=administrator, is_staff=administrator)
    try:
        made.full_clean(exclude=["password"])
        validate_password(password, made)
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    made.set_password(password)
    with transaction.atomic():
        made.save()
        audit.note(
            grants.COMMAND, "account.made", Resource.GRANTS,
            account=name, administrator=administrator,
        )  # fmt: skip
    click.echo(f"Account {name} is made.")


@account.command("list")
def list_accounts() -> None:
    """Show every account: when last seen, and its roles in force."""
    table = Table("account", "e-mail", "state", "last seen", "roles")
    held: dict[int, list[str]] = {}
    for given in grants.in_force():
        held.setdefault(given.account_id, []).append(f"{given.role} {given.unit.code}")
    for row in User.objects.order_by("username"):
        state = "administrator" if row.is_superuser else ""
        table.add_row(
            row.username, row.email, state if row.is_active else "left",
            f"{row.last_login:%Y-%m-%d %H:%M}" if row.last_login else "",
            ", ".join(sorted(held.get(row.pk, []))),
        )  # fmt: skip
    _console.print(table)


@account.command()
@click.argument("name")
@click.option("--because", required=True, help="Why: kept in the audit.")
def leave(name: str, because: str) -> None:
    """End the account NAME and every access it has."""
    ended = grants.leave(None, _account(name), because)
    click.echo(f"{name} has left; {ended} grants ended.")


@account.command()
def review() -> None:
    """List the access nobody has confirmed for this quarter; exits with 1 where there is some."""
    first, last = reviewing.quarter(timezone.localdate())
    rows = list(
        grants.in_force()
        .filter(granted_at__date__lt=first)
        .exclude(confirmed_for__gte=last)
        .order_by("unit__code", "account__username")
    )
    table = Table("account", "role", "unit", "until", title=f"Quarter that ends {last}")
    for row in rows:
        table.add_row(row.account.username, row.role, str(row.unit), str(row.ends_on))
    _console.print(table)
    if rows:
        raise SystemExit(1)


@click.group()
def grant() -> None:
    """Manage the roles of accounts on units, for an interval."""


@grant.command()
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.argument("unit_code")
@click.option("--from", "first", type=_DAY, help="First day; today by default.")
@click.option("--until", type=_DAY, help="First day it is over; a year later by default.")
def add(
    name: str, role: str, unit_code: str, first: datetime | None, until: datetime | None
) -> None:
    """Give the account NAME a ROLE on the unit UNIT_CODE and all below it."""
    start = first.date() if first else timezone.localdate()
    end: date = until.date() if until else start + _YEAR
    try:
        made = grants.grant(None, _account(name), RoleChoice(role), _unit(unit_code), start, end)
    except grants.AccessError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Grant {made.pk}: {name}, {role}, {made.unit}, {start} to {end}.")


@grant.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that are over too.")
def list_grants(everything: bool) -> None:
    """Show the grants in force."""
    table = Table("number", "account", "role", "unit", "from", "until", "granted by")
    rows = Grant.objects.select_related("account", "unit") if everything else grants.in_force()
    for row in rows.order_by("unit__code", "account__username"):
        table.add_row(
            str(row.pk), row.account.username, row.role, str(row.unit),
            str(row.starts_on), str(row.ends_on), row.granted_by,
        )  # fmt: skip
    _console.print(table)


@grant.command()
@click.argument("number", type=int)
@click.option("--because", required=True, help="Why: told to the account, kept in the audit.")
def end(number: int, because: str) -> None:
    """End the grant NUMBER (as `list` shows it) today."""
    given = Grant.objects.filter(pk=number).first()
    if given is None:
        raise click.BadParameter(f"there is no grant {number}", param_hint="NUMBER")
    grants.end(None, given, because)
    click.echo(f"Grant {number} has ended.")


def _account(name: str) -> User:
    found = User.objects.filter(username=name).first()
    if found is None:
        raise click.BadParameter(f"there is no account {name!r}", param_hint="NAME")
    return found


def _unit(code: str) -> Unit:
    node = load_tree().by_code(code)
    if node is None:
        raise click.BadParameter(f"no unit in force has the code {code!r}", param_hint="UNIT_CODE")
    return Unit.objects.get(pk=node.id)
