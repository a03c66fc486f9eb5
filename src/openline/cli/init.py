"""`openline init`: makes a desk, and lets in the parties of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openline.cli.options import passphrase
from openline.cli.terminal import OUT, say_made


def init(
    directory: Annotated[Path, typer.Argument(help="A new directory, which becomes the desk.")],
    origin: Annotated[
        str | None, typer.Option(help="The record's name, for ever; else one is made up.")
    ] = None,
    exercise: Annotated[
        bool, typer.Option("--exercise", help="An exercise desk: every message says EXERCISE.")
    ] = False,
    rules: Annotated[
        Path | None, typer.Option(help="A TOML file with the agreed numbers; else the defaults.")
    ] = None,
    parties: Annotated[
        Path | None, typer.Option(help="A TOML file with one [[party]] table for each party.")
    ] = None,
    keys: Annotated[
        Path, typer.Option(help="Where the keys made for the parties' positions are put.")
    ] = Path("openline-keys"),
) -> None:
    """Make a desk: its keys, its rules, and if you like its parties.

    A parties file holds for each party: id, kind (force, backer, conduit, humanitarian,
    civil_operator, observer), and if wanted backers, label, public_name, levels (tactical,
    operational, strategic), contacts (bearer, address), utc_offset_min, public_keys.
    """
    from openline import app
    from openline.cli.keeping import kept_desk
    from openline.cli.newcomers import PartiesFile, add_newcomer
    from openline.config import UnreadableSettings, read_settings
    from openline.domain.errors import Malformed
    from openline.domain.rules import Rules

    try:
        # Both files are read before anything is made.
        numbers = Rules() if rules is None else read_settings(rules, Rules)
        newcomers = () if parties is None else read_settings(parties, PartiesFile).party
    except UnreadableSettings as error:
        raise Malformed(str(error)) from error
    vkey = app.make_desk(
        directory, origin=origin, exercise=exercise, rules=numbers, passphrase=passphrase()
    )
    say_made(directory, vkey)
    with kept_desk(directory) as service:
        for newcomer in newcomers:
            made = add_newcomer(service, newcomer, keys)
            OUT.print(f"{newcomer.id} is at the desk. Keys made for it:", markup=False)
            for path in made:
                OUT.print(f"  {path}", markup=False)
    OUT.print(f"Run it with: openline serve --data {directory}", markup=False)
