"""`openline token`: a token for a position, for curl or any other program that speaks HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openline.cli.options import passphrase
from openline.cli.terminal import OUT


def token(
    key: Annotated[Path, typer.Option(help="The private key of the position that speaks.")],
    position: Annotated[str, typer.Option(help="The position, for example EAST-TAC.duty.")],
    to: Annotated[str, typer.Option(help="The desk's address.")] = "http://127.0.0.1:8700",
    role: Annotated[
        list[str] | None,
        typer.Option(help="What it shall serve for: reader, duty, …; repeatable.  [default: all]"),
    ] = None,
) -> None:
    """Get a token for a position, and print it.

    The key proves the position (private_key_jwt) and stays here. The token serves for 15 minutes,
    at that desk alone: TOKEN=$(openline token …), then -H "Authorization: Bearer $TOKEN".
    """
    from openline.cli.speaking import Desk

    scope = None if role is None else " ".join(role)
    with Desk.reached(to, key, position, passphrase(), scope) as desk:
        OUT.print(desk.token, markup=False)
