"""`openline`: the commands, each in a module of its own, read in only when it is asked for."""

from __future__ import annotations

import sys

import typer

from openline.cli.backups import backup, restore
from openline.cli.check import check
from openline.cli.demo import demo
from openline.cli.explain import explain
from openline.cli.export import export
from openline.cli.init import init
from openline.cli.party import key, party
from openline.cli.say import say
from openline.cli.serve import serve
from openline.cli.terminal import say_error
from openline.cli.verify import verify
from openline.cli.watchdog import watchdog
from openline.domain.errors import Refused, Unavailable

app = typer.Typer(
    name="openline",
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


app.command()(demo)
app.command()(serve)
app.command()(init)
app.add_typer(party, name="party")
app.command()(key)
app.command()(say)
app.command()(explain)
app.command()(export)
app.command()(verify)
app.command()(backup)
app.command()(restore)
app.command()(check)
app.command()(watchdog)


def run() -> None:
    """The entry point: a refusal is one sentence on standard error, never a traceback."""
    try:
        app()
    except (Refused, Unavailable) as refused:
        say_error(refused.sentence)
        sys.exit(2)
