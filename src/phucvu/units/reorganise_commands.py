"""Commands for the actions that reorganise units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from functools import wraps
from typing import Any

import click

from phucvu.units import actions
from phucvu.units.actions import Newcomer
from phucvu.units.mandate import Mandate, ReorganisationError, decision_of
from phucvu.units.models import Kind, Reorganisation, Unit

__all__ = ["COMMANDS"]

COMMANDS: list[click.Command] = []


def _command(work: Callable[..., Reorganisation]) -> click.Command:
    """Make a command with the options that every change of units has."""

    @wraps(work)
    def run(day: datetime, decision: str, issued_by: str, note: str, **rest: Any) -> None:
        try:
            number = decision_of(decision, issued_by=issued_by)
            done = work(Mandate(number, day.date(), note=note), **rest)
        except ReorganisationError as error:
            raise click.ClickException(str(error)) from error
        touched = ", ".join(str(unit) for unit in done.units.order_by("code"))
        click.echo(f"{done}: {touched}")

    for option in (
        click.option("--note", default="", help="A remark for the record."),
        click.option("--issued-by", default="", help="Who issued the decision."),
        click.option("--decision", required=True, help="Number of the decision."),
        click.option(
            "--from", "day", required=True, type=click.DateTime(["%Y-%m-%d"]),
            help="First day it is so.",
        ),
    ):  # fmt: skip
        run = option(run)
    command = click.command(work.__name__.replace("_", "-"))(run)
    COMMANDS.append(command)
    return command


def _unit(code: str) -> Unit:
    found = Unit.objects.filter(code=code, valid_to=None).first()
    if found is None:
        raise click.BadParameter(
            f"no unit in force has the code {code!r}; `phucvu units list` shows them"
        )
    return found


def _taker(text: str, like: Unit, parent: Unit | None) -> Unit | Newcomer:
    """Read who takes over: `CODE` is a unit in force, `CODE=NAME` a new one of the same kind."""
    code, equals, name = text.partition("=")
    return Newcomer(code, name, like.kind, parent) if equals else _unit(code)


@_command
@click.argument("code")
@click.argument("name")
def rename(mandate: Mandate, code: str, name: str) -> Reorganisation:
    """Give the unit CODE another NAME."""
    return actions.rename(mandate, _unit(code), name)


@_command
@click.argument("code")
@click.argument("kind", type=click.Choice(Kind.values))
def change_kind(mandate: Mandate, code: str, kind: str) -> Reorganisation:
    """Make the unit CODE one of another KIND."""
    return actions.change_kind(mandate, _unit(code), kind)


@_command
@click.argument("code")
@click.argument("new_code")
def change_code(mandate: Mandate, code: str, new_code: str) -> Reorganisation:
    """Give the unit CODE another one, NEW_CODE."""
    return actions.change_code(mandate, _unit(code), new_code)


@_command
@click.argument("code")
@click.argument("parent")
def move(mandate: Mandate, code: str, parent: str) -> Reorganisation:
    """Put the unit CODE, with all below it, under PARENT."""
    return actions.move(mandate, _unit(code), _unit(parent))


@_command
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(Kind.values), required=True)
@click.option("--parent", metavar="CODE", help="The unit it belongs to.")
def create(mandate: Mandate, code: str, name: str, kind: str, parent: str | None) -> Reorganisation:
    """Create the unit CODE, called NAME."""
    return actions.create(mandate, Newcomer(code, name, kind, _unit(parent) if parent else None))


@_command
@click.argument("codes", nargs=-1, required=True)
@click.option(
    "--into", required=True, metavar="CODE[=NAME]", help="One that goes on, or a new one."
)
@click.option("--parent", metavar="CODE", help="What a new one belongs to, if not to the same.")
def merge(
    mandate: Mandate, codes: tuple[str, ...], into: str, parent: str | None
) -> Reorganisation:
    """End the units CODES and let one take them over whole."""
    sources = [_unit(code) for code in codes]
    above = _unit(parent) if parent else sources[0].parent
    return actions.merge(mandate, sources, _taker(into, sources[0], above))


@_command
@click.argument("code")
@click.option(
    "--part", "parts", multiple=True, required=True, metavar="CODE[=NAME]:SHARE",
    help="Who takes over how much of it, such as 26509=Phường Hai:1/3.",
)  # fmt: skip
@click.option("--parent", metavar="CODE", help="What new ones belong to, if not to the same.")
def split(
    mandate: Mandate, code: str, parts: tuple[str, ...], parent: str | None
) -> Reorganisation:
    """End the unit CODE and let others take it over, each an exact share."""
    unit = _unit(code)
    above = _unit(parent) if parent else unit.parent
    return actions.split(mandate, unit, [_part(text, unit, above) for text in parts])


@_command
@click.argument("code")
@click.option("--with-all-below", is_flag=True, help="End the units below it too.")
def end(mandate: Mandate, code: str, with_all_below: bool) -> Reorganisation:
    """End the unit CODE; nothing takes it over."""
    return actions.end(mandate, _unit(code), with_all_below=with_all_below)


def _part(text: str, unit: Unit, parent: Unit | None) -> tuple[Unit | Newcomer, Fraction]:
    name, _colon, share = text.rpartition(":")
    try:
        return _taker(name, unit, parent), Fraction(share)
    except (ValueError, ZeroDivisionError) as error:
        raise click.BadParameter(
            f"{text!r}: expected CODE:SHARE or CODE=NAME:SHARE with a share such as 1/3",
            param_hint="--part",
        ) from error
