"""`openline backup` and `openline restore`: a copy of a desk, and the act of putting it back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openline.cli.options import DATA, Data, passphrase
from openline.cli.terminal import OUT

if TYPE_CHECKING:
    from openline.last_known import Seen
    from openline.record.note import NoteKey


def backup(
    to: Annotated[Path, typer.Argument(help="A new directory for the copy.")],
    data: Data = DATA,
) -> None:
    """Copy a desk, running or not, and verify the copy to its last hash.

    The copy holds the desk's keys: keep it as you keep those. What is erased later is still in it.
    """
    from openline import backup as backups

    head = backups.backup(data, to, passphrase())
    OUT.print(f"{to} holds {head.size} entries of {head.origin}.", markup=False)


def restore(
    copy: Annotated[Path, typer.Argument(help="What `openline backup` made.")],
    data: Data = DATA,
    seen: Annotated[
        Path | None,
        typer.Option(
            help="A checkpoint that a witness or mirror holds, if the desk's own head is lost."
        ),
    ] = None,
    vkey: Annotated[
        str | None,
        typer.Option(
            help="The desk's public key that its parties now go by, had from one of them: a backup "
            "that would bring another back is refused."
        ),
    ] = None,
) -> None:
    """Put a backup in a desk's place, and say in its record what is missing since.

    A new epoch begins, which every party sees. Nothing is thrown away: the database that stood
    there is kept beside the other. A backup from before the desk's key was rotated is put back
    too: the key in it hands over to the one that the desk has now. If the desk's key is lost, see
    `openline ceremony new-epoch`.

    On a machine where nothing of the desk is left an old backup can bring back a key that was
    stolen since, and only --vkey tells.
    """
    from openline import backup as backups
    from openline.cli.epoch_steps import rows_of_restore
    from openline.service import SystemClock

    done = backups.restore(
        copy,
        data,
        clock=SystemClock(),
        passphrase=passphrase(),
        seen=None if seen is None else read_seen(seen),
        trusted=None if vkey is None else _desk_key(vkey),
    )
    for row in rows_of_restore(done, data):
        OUT.print(row, markup=False)


def _desk_key(vkey: str) -> NoteKey:
    from openline.domain.errors import Malformed
    from openline.record.errors import NotAKey
    from openline.record.note import ED25519, parse_vkey

    try:
        key = parse_vkey(vkey)
    except NotAKey as fault:
        raise Malformed(f"--vkey: {fault.sentence}") from fault
    if key.algorithm != ED25519:
        raise Malformed(f"--vkey: {key.name} is the key of a witness. Give the desk's.")
    return key


def read_seen(file: Path, vkeys: Iterable[str] = ()) -> Seen:
    """A checkpoint that others hold, from a file, with the keys given by hand to verify it.

    Raises:
        Malformed: a key cannot be read.
        Unavailable: the file cannot be read.
    """
    from openline.domain.errors import Malformed, Unavailable
    from openline.last_known import Seen
    from openline.record.errors import NotAKey
    from openline.record.note import NOTE_BYTES_MAX, parse_vkey
    from openline.record.verify import read_bounded

    try:
        keys = tuple(parse_vkey(each) for each in vkeys)
        return Seen(note=read_bounded(file, NOTE_BYTES_MAX), keys=keys)
    except NotAKey as fault:
        raise Malformed(f"--vkey: {fault.sentence}") from fault
    except OSError as error:
        raise Unavailable(f"{file}: {error.strerror}. Name the file of a checkpoint.") from error
