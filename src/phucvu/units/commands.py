"""`phucvu unit`: add and list units."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

import click
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from phucvu.units.models import Kind, Unit
from phucvu.units.tree import UnitNode, load_tree

__all__ = ["unit"]

_console = Console(highlight=False)


@click.group()
def unit() -> None:
    """Offices and territories that are scored."""


@unit.command()
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(Kind.values), required=True)
@click.option("--parent", "parent_code", metavar="CODE", help="The unit it belongs to.")
@click.option(
    "--time-zone", default="Asia/Ho_Chi_Minh", show_default=True, help="What its clocks show."
)
@click.option("--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="First day in force.")
def add(
    code: str,
    name: str,
    kind: str,
    parent_code: str | None,
    time_zone: str,
    valid_from: datetime | None,
) -> None:
    """Add the unit CODE, called NAME."""
    tree = load_tree()
    if Unit.objects.filter(code=code, valid_to=None).exists():
        raise click.BadParameter(
            f"a unit in force has the code {code!r} already", param_hint="CODE"
        )
    if len(code) > 40 or not code.strip():
        raise click.BadParameter("a code has 1 to 40 characters", param_hint="CODE")
    if time_zone not in available_timezones():
        raise click.BadParameter(f"unknown time zone {time_zone!r}", param_hint="--time-zone")
    parent = tree.by_code(parent_code) if parent_code else None
    if parent_code and parent is None:
        raise click.BadParameter(
            f"no unit in force has the code {parent_code!r}", param_hint="--parent"
        )
    Unit.objects.create(
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        time_zone=time_zone,
        valid_from=valid_from.date() if valid_from else None,
    )
    click.echo(f"Added {name} ({code}).")


@unit.command("list")
def list_() -> None:
    """Show the units in force today as a tree."""
    tree = load_tree()
    trunk = Tree("units", hide_root=True)

    def grow(branch: Tree, node: UnitNode) -> None:
        twig = branch.add(f"[bold]{escape(node.code)}[/] {escape(node.name)} ({node.kind})")
        for child in tree.children(node.id):
            grow(twig, child)

    for root in tree.roots:
        grow(trunk, root)
    _console.print(trunk)
