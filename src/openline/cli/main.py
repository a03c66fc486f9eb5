"""`openline`: the commands, each in a module of its own, read in only when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from openline.cli.caches import keep_compiled_loops
from openline.cli.terminal import say_error, show_every_letter
from openline.domain.errors import Refused, Unavailable

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "demo": "demo",
        "serve": "serve",
        "init": "init",
        "party": "party",
        "key": "party",
        "ceremony": "ceremony",
        "say": "say",
        "commit": "commit",
        "evidence": "evidence",
        "token": "token",
        "phrase": "phrase",
        "status": "status",
        "explain": "explain",
        "export": "export",
        "verify": "verify",
        "operate": "operate",
        "confirm-time": "operate",
        "erase": "operate",
        "backup": "backups",
        "restore": "backups",
        "check": "check",
        "mirror": "mirror",
        "lodge": "lodge",
        "witness": "witness",
        "witnesses": "witnesses",
        "report": "report",
        "watchdog": "watchdog",
        "warm": "warm",
    }
)
"""Each command with the module it stands in, in the order in which they are listed."""


class Commands(TyperGroup):
    """The commands; who verifies a record reads nothing of the desk in."""

    def list_commands(self, ctx: Any) -> list[str]:
        """As `Group`: in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """As `Group`: None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"openline.cli.{COMMANDS[cmd_name]}")
        held = getattr(module, cmd_name.replace("-", "_"))
        if isinstance(held, typer.Typer):
            group = get_group(held)
            group.name = cmd_name
            return group
        alone = typer.Typer(add_completion=False, rich_markup_mode="markdown")
        alone.command(cmd_name)(held)
        return get_command(alone)


app = typer.Typer(
    name="openline",
    cls=Commands,
    help="The deconfliction desk: who would meet, where and when; a line between the right people; "
    "a record neither side can rewrite.\n\n"
    "An acknowledgement is never an approval, and openline never says that anything is clear.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


@app.callback()
def main() -> None:
    """Reads nothing and starts nothing: each command does its own."""


def run() -> None:
    """The entry point: a refusal or a wrong argument is one sentence, never a traceback."""
    show_every_letter()
    keep_compiled_loops()
    try:
        status = app(standalone_mode=False)
    except typer.TyperException as wrong:
        if wrong.format_message():  # without any argument it has printed its help instead
            say_error(f"{wrong.format_message().rstrip('.')}. Add --help to see what it takes.")
        sys.exit(wrong.exit_code)
    except typer.Abort:
        sys.exit(1)
    except (Refused, Unavailable) as refused:
        say_error(refused.sentence)
        sys.exit(2)
    sys.exit(status)
