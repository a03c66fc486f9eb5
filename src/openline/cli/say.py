"""`openline say`: signs what is in a file, and says it to a desk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from openline.cli.options import passphrase
from openline.cli.terminal import OUT
from openline.domain.errors import Malformed, Unavailable

if TYPE_CHECKING:
    from openline.protocols.rest.entries import EntryTold
    from openline.protocols.rest.says import Said

WITNESSED_WITHIN_S: Final = 60.0


def say(
    file: Annotated[
        Path,
        typer.Argument(help="JSON: id, kind, content; if wanted position, by_human, said_at."),
    ],
    key: Annotated[Path, typer.Option(help="The private key of the position that speaks.")],
    to: Annotated[str, typer.Option(help="The desk's address.")] = "http://127.0.0.1:8700",
    position: Annotated[
        str | None, typer.Option(help="The position that speaks; else the file names it.")
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option(help="Where the receipt is put, and beside it (.leaf) what it is for."),
    ] = None,
    signed: Annotated[
        Path | None,
        typer.Option(help="Where the signed bytes are put before they are sent, to be lodged."),
    ] = None,
    witnessed: Annotated[
        bool,
        typer.Option("--witnessed", help="Wait, a minute at most, until witnesses vouch for it."),
    ] = False,
) -> None:
    """Sign the statement in FILE and send it to a desk.

    The signature covers the exact words and is meant for that one record; where the key's chain
    of statements has come to is asked of the desk. The same file may be sent again: it is taken
    once. That it was taken is never an approval.
    """
    from openline.cli.speaking import Desk, content_of, read_spoken

    spoken = read_spoken(file, position)
    content_of(spoken)  # what cannot be said is told before any desk is asked
    with Desk.reached(to, key, spoken.position, passphrase()) as desk:
        said = desk.say(spoken, signed)
        proof = desk.witnessed_receipt(said.index, WITNESSED_WITHIN_S) if witnessed else None
        if receipt is not None:
            _keep(receipt, proof or said.proof, desk.leaf(said.index))
    _tell(said)
    OUT.print(_level_text(proof is not None, witnessed))
    if receipt is not None:
        OUT.print(
            f"The receipt is in {receipt}; it verifies offline, with the desk's public key:\n"
            f"  openline verify {receipt} --leaf {_leaf_beside(receipt)} --vkey VKEY",
            markup=False,
        )


def _tell(said: Said) -> None:
    """Where it stands, what the desk concluded from it, and what it is not."""
    OUT.print(f"{said.id} stands in the record as entry {said.index}.", markup=False)
    for each in said.concluded:
        OUT.print(f"  entry {each.index}: openline {_told(each)}", markup=False)
    if said.awaits_human:
        OUT.print(said.awaits_human, markup=False)
    OUT.print(said.no_approval, markup=False)


def _told(concluded: EntryTold) -> str:
    """What the desk concluded, in a sentence; its kind alone if a later release says it."""
    from openline.cli.sentences import phrase_of
    from openline.cli.speaking import content_from

    try:
        return phrase_of(content_from(concluded.kind, concluded.content))
    except (Malformed, KeyError):
        return f"concludes {concluded.kind}, which this release cannot read"


def _level_text(is_witnessed: bool, was_asked: bool) -> str:
    if is_witnessed:
        return "Its receipt is witnessed: others than the desk vouch for it."
    yet = "is not witnessed yet" if was_asked else "is logged"
    return f"Its receipt {yet}: it stands on the desk's word until witnesses have cosigned."


def _leaf_beside(receipt: Path) -> Path:
    return receipt.with_name(receipt.name + ".leaf")


def _keep(receipt: Path, proof: str, leaf: str) -> None:
    try:
        receipt.write_text(proof, "utf-8")
        _leaf_beside(receipt).write_text(leaf, "utf-8")
    except OSError as error:
        raise Unavailable(
            f"{receipt}: {error.strerror}. What was said stands; say it again for its receipt."
        ) from error
