"""`openline evidence`: files handed in to an incident, and fetched from it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from openline.cli.options import passphrase
from openline.cli.terminal import OUT

evidence = typer.Typer(help="Hand in and fetch evidence.", no_args_is_help=True)

Key = Annotated[Path, typer.Option(help="The private key of the position that speaks.")]
Position = Annotated[str, typer.Option(help="The position that speaks.")]
To = Annotated[str, typer.Option(help="The desk's address.")]
HERE = "http://127.0.0.1:8700"


@evidence.callback()
def files() -> None:
    """Files beside an incident: pictures, recordings, papers. The desk judges none of them."""


@evidence.command()
def add(
    file: Annotated[Path, typer.Argument(help="A picture, recording, PDF or plain text.")],
    incident: Annotated[str, typer.Option(help="The incident's id.")],
    key: Key,
    position: Position,
    to: To = HERE,
) -> None:
    """Hand a file in. Its digest, which is printed, is what an account names it by.

    Whoever is a party to the incident, or becomes one, may fetch it; that cannot be undone. It can
    be erased later by the desk's keeper, and the record then says so.
    """
    from openline.cli.speaking import Desk
    from openline.domain.errors import Unavailable

    try:
        content = file.read_bytes()
    except OSError as error:
        raise Unavailable(f"{file}: {error.strerror}. Name a file.") from error
    with Desk.reached(to, key, position, passphrase()) as desk:
        taken = desk.hand_in(incident, content)
    OUT.print(f"{file} is kept as {taken.evidence} ({taken.media_type}), entry {taken.index}.")
    OUT.print(f"Name it in an account by: {taken.sha256}", markup=False)
    OUT.print(taken.no_approval, markup=False)


@evidence.command()
def get(
    evidence_id: Annotated[str, typer.Argument(metavar="ID", help="Such as ev-….")],
    file: Annotated[Path, typer.Argument(help="A new file to write it into.")],
    key: Key,
    position: Position,
    to: To = HERE,
) -> None:
    """Fetch a file that was handed in. Open it with care: nobody has looked into it for you."""
    from openline.cli.speaking import Desk
    from openline.domain.errors import Unavailable

    with Desk.reached(to, key, position, passphrase()) as desk:
        content = desk.fetch(f"/v1/evidence/{evidence_id}/file")
    try:
        with file.open("xb") as written:
            written.write(content)
    except OSError as error:
        raise Unavailable(f"{file}: {error.strerror}. Name a new file.") from error
    OUT.print(f"{file} has {len(content)} bytes and the SHA-256 {sha256(content).hexdigest()}.")
