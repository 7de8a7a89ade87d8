"""Command `phucvu`. Each room has its own commands; this file gathers them."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

__all__ = ["COMMANDS", "main"]

# command → (module, object, whether it needs the store)
COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("phucvu.config.commands", "serve"),
    "migrate": ("phucvu.config.commands", "migrate"),
    "manage": ("phucvu.config.commands", "manage"),
    "import": ("phucvu.intake.commands", "import_"),
    "mapping": ("phucvu.intake.commands", "mapping"),
    "template": ("phucvu.intake.commands", "template"),
    "watch": ("phucvu.intake.commands", "watch"),
    "batch": ("phucvu.intake.journal_commands", "batch"),
    "rebuild": ("phucvu.intake.journal_commands", "rebuild"),
    "personal": ("phucvu.intake.personal_commands", "personal"),
    "figures": ("phucvu.intake.figure_commands", "figures"),
    "catalogue": ("phucvu.intake.catalogue_commands", "catalogue"),
    "calendar": ("phucvu.register.calendar_commands", "calendar"),
    "units": ("phucvu.units.commands", "units"),
    "key": ("phucvu.accounts.commands", "key"),
    "account": ("phucvu.accounts.account_commands", "account"),
    "grant": ("phucvu.accounts.account_commands", "grant"),
    "audit": ("phucvu.accounts.audit_commands", "audit"),
    "score": ("phucvu.results.commands", "score"),
    "explain": ("phucvu.results.explain_command", "explain_"),
    "keep": ("phucvu.results.commands", "keep"),
    "scorecard": ("phucvu.results.scorecard_commands", "scorecard"),
    "backup": ("phucvu.upkeep.commands", "backup"),
    "restore": ("phucvu.upkeep.commands", "restore"),
    "verify": ("phucvu.upkeep.commands", "verify_store"),
    "integrity": ("phucvu.upkeep.integrity_commands", "integrity"),
    "recount": ("phucvu.counters.commands", "recount"),
    "archive": ("phucvu.engines.commands", "archive"),
    "example": ("phucvu.example.commands", "example"),
    "portal": ("phucvu.portal.commands", "portal"),
}
# These need no store, so they start at once and run anywhere.
_WITHOUT_STORE = {"portal"}
_WITH_LOG = "phucvu.store_with_log"


class _Rooms(click.Group):
    """Group of commands that imports a room only when its command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in _WITHOUT_STORE:
            _start_django()
            # Before the store is opened, which would make a log where there is none.
            from phucvu.upkeep.store_file import found_with_log

            ctx.meta[_WITH_LOG] = found_with_log()
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            done = super().invoke(ctx)
            _settle(ctx)
            return done
        except Exception as error:
            if _store_is_behind(error):
                raise click.ClickException(
                    "The store is not up to date. Run `phucvu migrate` first."
                ) from error
            if words := _of_the_key(error):
                raise click.ClickException(words) from error
            raise


def _settle(ctx: click.Context) -> None:
    """Remove the mark of a missing log after a command that has taken the log into the store."""
    path = ctx.meta.get(_WITH_LOG)
    if path is not None:
        from django.db import connections

        from phucvu.upkeep import store_file

        connections.close_all()
        store_file.settle(path)


def _store_is_behind(error: Exception) -> bool:
    """Tell whether `error` comes from tables that no migration has made yet."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    if not isinstance(error, DatabaseError):
        return False
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False  # the store cannot be reached at all: the first error says so


def _of_the_key(error: Exception) -> str:
    """Return what an error says of the integrity key; empty where it is another error."""
    if "phucvu.accounts.integrity_key" not in sys.modules:
        return ""
    from phucvu.accounts.integrity_key import IntegrityKeyError

    return str(error) if isinstance(error, IntegrityKeyError) else ""


def _start_django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phucvu.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error


@click.command(cls=_Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="phucvu")
def _phucvu() -> None:
    """Phục Vụ: the live scorecard of how well public offices serve people and businesses."""


def main(argv: list[str] | None = None, **extra: Any) -> None:
    """Run the `phucvu` command with its arguments."""
    _phucvu.main(args=argv, prog_name="phucvu", **extra)
