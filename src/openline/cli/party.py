"""`openline party add` and `openline key`: who is at the desk, and the keys they speak with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openline.cli.options import DATA, Data, passphrase
from openline.cli.terminal import OUT

if TYPE_CHECKING:
    from openline.cli.newcomers import Newcomer

party = typer.Typer(help="Let parties in.", no_args_is_help=True)


@party.callback()
def parties() -> None:
    """Who is at a desk. Every act of the operator is an entry that all parties see."""


Code = Annotated[str, typer.Argument(metavar="ID", help="A neutral code, such as EAST.")]
KindNamed = Annotated[
    str,
    typer.Option(help="force, backer, conduit, humanitarian, civil_operator or observer."),
]
Backers = Annotated[
    list[str] | None, typer.Option(help="A party behind it, at the desk already; repeatable.")
]
Label = Annotated[str, typer.Option(help="What screens call it; else its id.")]
Levels = Annotated[
    list[str] | None,
    typer.Option(help="tactical, operational or strategic; repeatable.  [default: tactical]"),
]
Contacts = Annotated[
    list[str] | None,
    typer.Option(
        help="How its watch is rung, BEARER:ADDRESS, in the order to be tried; repeatable."
    ),
]
PublicKeys = Annotated[
    list[str] | None,
    typer.Option(help="POSITION=FILE: the public half of a key that the party made itself."),
]
KeysInto = Annotated[
    Path, typer.Option(help="Where keys are put that are made for positions without one.")
]


@party.command()
def add(
    party_id: Code,
    kind: KindNamed,
    data: Data = DATA,
    backer: Backers = None,
    label: Label = "",
    level: Levels = None,
    contact: Contacts = None,
    public_key: PublicKeys = None,
    keys: KeysInto = Path("openline-keys"),
) -> None:
    """Let a party in: itself, a cell at each level, and a key for each position.

    A cell is called ID-TAC, ID-OPS or ID-STRAT, its positions for example EAST-TAC.duty and
    EAST-TAC.commander. The desk must not be running: whoever holds its directory is its operator,
    and it has one program at a time. Best is that a party makes its keys itself with
    `openline key` and gives you the public half alone.

    Run again for a party that is there, it adds what is missing (another level, a key for a
    position that has none) and what you name anew; nothing else changes.
    """
    from openline.cli.keeping import kept_desk
    from openline.cli.newcomers import add_newcomer

    newcomer = _newcomer(
        {
            "id": party_id,
            "kind": kind,
            "backers": backer or [],
            "label": label,
            "levels": level or ["tactical"],
            "contacts": [_contact(each) for each in contact or []],
            "public_keys": dict(_pair(each, "=") for each in public_key or []),
        }
    )
    with kept_desk(data) as service:
        size = service.read(lambda state: state.size)
        made = add_newcomer(service, newcomer, keys)
        changed = service.read(lambda state: state.size) > size
    if changed:
        OUT.print(f"{newcomer.id} is at the desk.", markup=False)
    else:
        OUT.print(
            f"{newcomer.id} was at the desk already, with all of this: nothing has changed. To "
            "give one of its positions another key, add --public-key POSITION=FILE.",
            markup=False,
        )
    for path in made:
        OUT.print(f"  {path}  hand this to its position, and keep no copy", markup=False)


def key(
    file: Annotated[Path, typer.Argument(help="A new file for the private key (mode 0600).")],
) -> None:
    """Make a key for a position; prints its public half, for the desk's operator to enrol.

    The private half is in the file alone, under a passphrase if OPENLINE_PASSPHRASE holds one.
    """
    from openline.cli.newcomers import make_key

    public = make_key(file, passphrase())
    jwk = {"crv": "Ed25519", "kid": public.kid, "kty": "OKP", "x": public.x}
    OUT.print(json.dumps(jwk), markup=False)


def _newcomer(facts: dict[str, object]) -> Newcomer:
    import msgspec

    from openline.cli.newcomers import Newcomer
    from openline.config import settings_from
    from openline.domain.errors import Malformed
    from openline.domain.misfit import misfit

    try:
        return settings_from(facts, Newcomer, Path())
    except msgspec.ValidationError as error:
        raise Malformed(f"{facts['id']}: {misfit(error, Newcomer, quoting=True)}") from error


def _contact(text: str) -> dict[str, str]:
    bearer, address = _pair(text, ":")
    return {"bearer": bearer, "address": address}


def _pair(text: str, divider: str) -> tuple[str, str]:
    name, found, value = text.partition(divider)
    if not (name and found and value):
        raise typer.BadParameter(f"{text}: two parts are needed, with {divider} between them.")
    return name, value
