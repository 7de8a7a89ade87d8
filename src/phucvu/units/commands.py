"""`phucvu units`: add, list, load and reorganise units."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

import click
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from phucvu import clock
from phucvu.units.boundary_commands import boundaries
from phucvu.units.history import history_of, share_in_words
from phucvu.units.loading_commands import import_
from phucvu.units.models import Kind, Unit
from phucvu.units.reorganise_commands import COMMANDS
from phucvu.units.tree import UnitNode, load_eras, load_tree

__all__ = ["units"]

_console = Console(highlight=False)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def units() -> None:
    """Manage the offices and territories that are scored."""


units.add_command(import_)
units.add_command(boundaries)
for _command in COMMANDS:
    units.add_command(_command)


@units.command()
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=click.Choice(Kind.values), required=True)
@click.option("--parent", "parent_code", metavar="CODE", help="The unit it belongs to.")
@click.option(
    "--time-zone", default="Asia/Ho_Chi_Minh", show_default=True, help="What its clocks show."
)
@click.option("--from", "valid_from", type=_DAY, help="First day in force.")
def add(
    code: str,
    name: str,
    kind: str,
    parent_code: str | None,
    time_zone: str,
    valid_from: datetime | None,
) -> None:
    """Add the unit CODE, called NAME, that there is already. `create` is for one that begins."""
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


@units.command("list")
@click.argument("code", required=False)
@click.option("--on", "day", type=_DAY, help="The day; today by default.")
@click.option("--depth", type=click.IntRange(1), help="Show so many levels only.")
def list_(code: str | None, day: datetime | None, depth: int | None) -> None:
    """Show the units in force on a day as a tree: all, or CODE and those below it."""
    tree = load_tree(day.date() if day else None)
    roots = tree.roots
    if code is not None:
        top = tree.by_code(code)
        if top is None:
            raise click.BadParameter(f"no unit has the code {code!r} that day", param_hint="CODE")
        roots = [top]
    trunk = Tree("units", hide_root=True)

    def grow(branch: Tree, node: UnitNode, level: int) -> None:
        twig = branch.add(f"[bold]{escape(node.code)}[/] {escape(node.name)} ({node.kind})")
        below = tree.children(node.id)
        if below and depth is not None and level >= depth:
            twig.add(f"… {len(tree.descendants(node.id)):,}")
            return
        for child in below:
            grow(twig, child, level + 1)

    for root in roots:
        grow(trunk, root, 1)
    _console.print(trunk)


@units.command()
@click.argument("code")
def life(code: str) -> None:
    """Tell what every unit that bears or bore CODE was, and what became of it."""
    eras = load_eras()
    ids = dict.fromkeys(state.node.id for state in eras if state.node.code == code)
    if not ids:
        raise click.BadParameter(f"no unit ever had the code {code!r}", param_hint="CODE")
    for unit_id in ids:
        history = history_of(unit_id)
        _console.print(f"[bold]{escape(str(history.unit))}[/]")
        for relative in history.origins:
            share = share_in_words(relative.share)
            _console.print(
                f"  ← {relative.unit}, {share} [{relative.reorganisation}]", markup=False
            )
        for chapter in history.chapters:
            parent = f", {chapter.parent}" if chapter.parent else ""
            by = "; ".join(map(str, chapter.begun_by))
            _console.print(
                f"  {chapter.first or '…'} – {chapter.end or '…'}  {chapter.code} {chapter.name}"
                f" ({chapter.kind.label}{parent})" + (f" [{by}]" if by else ""),
                markup=False,
            )
        for relative in history.successors:
            share = share_in_words(relative.share)
            _console.print(
                f"  → {relative.unit}, {share} [{relative.reorganisation}]", markup=False
            )
        for row in history.ended_by if not history.successors else ():
            _console.print(f"  × {row}", markup=False)


@units.command()
def check() -> None:
    """Look for units that contradict each other; exit with 1 where there are any."""
    from phucvu.units.consistency import contradictions, unexplained

    found = contradictions(load_eras())
    for trouble in found:
        _console.print(trouble, markup=False)
    tree, lost = load_tree(), unexplained(load_eras())
    _console.print(
        f"{len(tree):,} units in force on {clock.today()}; {len(found)} contradictions; "
        f"{len(lost):,} units ended and nothing says what became of them."
    )
    if found:
        raise click.exceptions.Exit(1)
