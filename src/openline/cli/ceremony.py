"""`openline ceremony`: making, changing and revoking keys, step by step, for whoever holds them."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openline.cli.options import DATA, Data, passphrase
from openline.cli.terminal import OUT

if TYPE_CHECKING:
    from openline.domain.party import Cell, PublicKey

ceremony = typer.Typer(help="Make, change and revoke keys, step by step.", no_args_is_help=True)

HERE = "http://127.0.0.1:8700"
To = Annotated[str, typer.Option(help="The desk's address.")]
Position = Annotated[str, typer.Option(help="The position that the key is of.")]


class Because(StrEnum):
    """What became of a desk's key, as the record says it."""

    KEY_LOST = "key_lost"
    KEY_STOLEN = "key_stolen"


@ceremony.callback()
def keys() -> None:
    """Each step is printed with what to do next. Nothing here needs knowledge of cryptography.

    A key is a file. Whoever has the file can speak as its position, so it is made where it is used,
    never sent, and never copied; only its public half (.pub) is given away.
    """


@ceremony.command()
def begin(
    file: Annotated[Path, typer.Argument(help="A new file for the private key.")],
    position: Position,
) -> None:
    """Make a key for a position, and say how it gets to the desk."""
    from openline.cli.newcomers import make_key

    public = make_key(file, passphrase())
    _write_public(file, public)
    _steps(
        f"The private key of {position} is in {file}. It stays on this machine. Nobody else, the "
        "desk's operator included, ever needs it.",
        f"Its public half is in {_public_file(file)}. Send that file to the desk's operator, by "
        "any way: it is no secret.",
        "Telephone the operator, at a number that you knew before. Read these words aloud, and "
        f"have the operator read them back from the file:\n\n       {_words(public.kid)}\n\n     "
        "If one word differs, the file was changed on its way: stop, and send it again.",
        f"The operator enrols it with `openline ceremony enrol {_public_file(file)} --position "
        f"{position}`, or with `openline party add` together with a party that is new. From then "
        f"on it speaks for {position}. Make a second one and enrol it too: only with another key "
        "can a lost one be revoked at once.",
        _GUARDED if passphrase() else _UNGUARDED,
    )


@ceremony.command()
def enrol(
    file: Annotated[Path, typer.Argument(help="The public key that the party sent: a .pub file.")],
    position: Position,
    data: Data = DATA,
) -> None:
    """Bring a position's key into force, as the operator. The desk must not be running.

    First telephone the party, at a number that you knew before, and compare the key's words:
    `openline ceremony fingerprint FILE`.
    """
    from openline.app import operate
    from openline.cli.keeping import kept_desk
    from openline.cli.newcomers import read_public_key
    from openline.domain.errors import UnknownThing
    from openline.domain.party import KeyEnrolled

    key = read_public_key(file)
    with kept_desk(data) as service:
        party = service.read(
            lambda state: next(
                (cell.party for cell in state.cells.values() if position in _posts(cell)), None
            )
        )
        if party is None:
            raise UnknownThing(f"{position}: no such position at this desk. Add its party first.")
        enrolled = KeyEnrolled(party=party, position=position, key=key)
        index = operate(service, f"enrol-{key.kid}", enrolled)
    _steps(
        f"Entry {index} of the record says that this key speaks for {position} of {party}. All "
        "parties see it.",
        "Have its keeper read the words of the key once more. If one differs from these, somebody "
        "else's key is in force: the party revokes it at once, with another of its own.\n\n       "
        + _words(key.kid),
    )


def _posts(cell: Cell) -> tuple[str, ...]:
    return tuple(each.id for each in cell.positions)


@ceremony.command()
def fingerprint(
    file: Annotated[Path, typer.Argument(help="A public key: the .pub file, or a JSON Web Key.")],
) -> None:
    """Say a public key in words, to be compared over a telephone."""
    from openline.cli.newcomers import read_public_key

    OUT.print(_words(read_public_key(file).kid), markup=False)


@ceremony.command()
def rotate(
    old: Annotated[Path, typer.Argument(help="The private key in use.")],
    new: Annotated[Path, typer.Argument(help="A new file for the next private key.")],
    position: Position,
    to: To = HERE,
) -> None:
    """Go over to another key: an entry that the old key signs. Do it now and then, unasked.

    If the old key may have been in others' hands, revoke it instead, with another key.
    """
    from openline.cli.newcomers import make_key
    from openline.domain.party import KeyRotated, PublicKey
    from openline.record.keys import key_facts, load_private_key

    before = PublicKey(**key_facts(load_private_key(old, passphrase()).public_key()))
    public = make_key(new, passphrase())
    _write_public(new, public)
    content = {"old": before.kid, "key": {"kid": public.kid, "x": public.x}}
    index = _say(KeyRotated.KIND, content, f"rotate-{public.kid}", old, position, to)
    _steps(
        f"Entry {index} of the record, signed with the old key, says that {position} speaks with "
        f"the key in {new} from now on. All parties see it.",
        f"Use {new} from now on. What the old key signs from here is refused.",
        "Say the new one's words to whoever calls and asks:\n\n       " + _words(public.kid),
        f"Destroy {old} and every copy of it. What it signed before stays proven.",
    )


@ceremony.command()
def revoke(
    kid: Annotated[str, typer.Argument(help="The lost key's name (kid), as the desk shows it.")],
    key: Annotated[Path, typer.Option(help="Another private key of the same party.")],
    position: Annotated[str, typer.Option(help="The position of that other key.")],
    lost_at: Annotated[
        str | None,
        typer.Option(help="When it was lost, as far as you know: 2030-01-01T06:00:00Z."),
    ] = None,
    to: To = HERE,
) -> None:
    """Put a lost or stolen key out of force, and say from when on it may have been misused."""
    from openline.domain.party import KeyRevoked

    content: dict[str, Any] = {"kid": kid}
    if lost_at is not None:
        content["lost_at"] = _instant(lost_at).isoformat()
    index = _say(KeyRevoked.KIND, content, f"revoke-{kid}", key, position, to)
    doubt = (
        "Whatever it signed since then is shown as doubtful to every board of inquiry, with the "
        "numbers of the entries."
        if lost_at is not None
        else "You stated no time at which it was lost, so nothing it signed before is in doubt."
    )
    _steps(
        f"Entry {index} says that key {kid} is out of force from here on. All parties see it.",
        doubt,
        f"See what it signed: the desk's operator runs `openline explain key {kid}`. Correct what "
        "was not yours, by a statement of your own.",
        "Make and enrol another key, so that you have two again: `openline ceremony begin`.",
    )


@ceremony.command()
def desk_key(data: Data = DATA) -> None:
    """Give the desk another key: an entry that the old one signs. The desk must not be running."""
    from openline.desk_key import rotate_desk_key
    from openline.service import SystemClock

    vkey = rotate_desk_key(data, clock=SystemClock(), passphrase=passphrase())
    _steps(
        "The record says, in an entry that the old key signed, that the desk has another key.",
        f"Hand the new public key to every party and every witness, by the way you always use:\n\n"
        f"       {vkey}\n\n     Whoever still knows the old one alone can follow, by that entry.",
        f"The old private key is kept as {data / 'desk.key.old-…'}. Destroy it once a backup of "
        "the desk has been made: `openline backup`.",
    )


@ceremony.command()
def new_epoch(
    because: Annotated[
        Because, typer.Option(help="What became of the desk's key.", show_default=False)
    ],
    copy: Annotated[
        Path | None,
        typer.Option("--from", help="A backup to put in the desk's place, if its record is lost."),
    ] = None,
    data: Data = DATA,
    seen: Annotated[
        Path | None,
        typer.Option(
            help="A checkpoint that a witness or mirror holds: how far the record had come, if the "
            "machine is lost too."
        ),
    ] = None,
    vkey: Annotated[
        list[str] | None,
        typer.Option(help="A key that was the desk's and that the backup does not name yet."),
    ] = None,
) -> None:
    """Go on openly after the desk's key was lost or stolen: under a new key, in a new epoch.

    Only if no other way is left. If the old key is still at hand and in no other hands, use
    `desk-key`: that is vouched for. If the key is whole in a backup, `openline restore` brings it
    back. No old key vouches for the key of a new epoch: each party must decide whether it trusts
    it. The desk must not be running. OPENLINE_PASSPHRASE, if set, locks the new key.

    Where the machine is lost with the key, ask every witness and mirror for its checkpoint first,
    and give the furthest with --seen: without it the record would say that nothing is missing.
    """
    from openline.backup import restore_under_new_key
    from openline.cli.backups import read_seen
    from openline.cli.epoch_steps import steps_of_epoch
    from openline.domain.party import EpochReason
    from openline.new_epoch import begin_new_epoch
    from openline.service import SystemClock

    why, clock = EpochReason(because.value), SystemClock()
    held = None if seen is None else read_seen(seen, vkey or ())
    if copy is None:
        begun = begin_new_epoch(data, why, clock=clock, passphrase=passphrase(), seen=held)
    else:
        begun = restore_under_new_key(
            copy, data, why, clock=clock, passphrase=passphrase(), seen=held
        )
    _steps(*steps_of_epoch(begun, data))


_GUARDED = "The file is locked with the passphrase in OPENLINE_PASSPHRASE. Write that down apart."
_UNGUARDED = (
    "The file has no passphrase. Set OPENLINE_PASSPHRASE before making a key, if others can reach "
    "this machine."
)


def _say(
    kind: str, content: dict[str, Any], statement_id: str, key: Path, position: str, to: str
) -> int:
    from openline.cli.speaking import Desk, Spoken

    spoken = Spoken(id=statement_id, kind=kind, content=content, position=position, by_human=True)
    with Desk.reached(to, key, position, passphrase()) as desk:
        return desk.say(spoken).index


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text}: no instant. Write 2030-01-01T06:00:00Z.") from error
    if instant.tzinfo is None:
        raise typer.BadParameter(f"{text}: no offset. End it with Z for UTC.")
    return instant


def _steps(*steps: str) -> None:
    for number, step in enumerate(steps, start=1):
        OUT.print(f"{number}.  {step}", markup=False)


def _words(kid: str) -> str:
    from openline.domain.fingerprint import fingerprint as words_of

    return words_of(kid)


def _public_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.pub")


def _write_public(file: Path, public: PublicKey) -> None:
    from openline.domain.errors import Unavailable

    jwk = {"crv": "Ed25519", "kid": public.kid, "kty": "OKP", "x": public.x}
    try:
        _public_file(file).write_text(json.dumps(jwk) + "\n", "utf-8")
    except OSError as error:
        raise Unavailable(f"{_public_file(file)}: {error.strerror}. Make room.") from error
