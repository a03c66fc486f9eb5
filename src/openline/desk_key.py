"""The desk goes over to another key: an act of its keeper, and an entry that the old key signs.

The new key is on the disk before the entry that names it, and takes the old one's place after it.
The checkpoint over that entry bears both signatures, so that whoever knows either key can follow.
If we stop in between, the desk does not start with the old key, and says to run this again.
"""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from openline.desk.authority import said_by_operator
from openline.desk_directory import DESK_KEY, DeskDirectory
from openline.desk_directory.disk import disk_errors_named, sync_directory
from openline.desk_directory.head import head_of
from openline.domain.errors import Unavailable
from openline.domain.party import DeskKeyRotated, PublicKey
from openline.journal.sqlite import SqliteJournal
from openline.record.errors import RecordFault
from openline.record.keys import key_facts, load_private_key, save_private_key, thumbprint
from openline.record.leaf import open_leaf
from openline.record.note import Note, note_key, parse_note, render_note, render_vkey, sign_note
from openline.sealing import Entropy, Signatures, Spoken
from openline.service import Clock
from openline.service.batch import BatchInMaking
from openline.service.fold import find_head, fold_record

NEXT_KEY: Final = "desk.key.next"


def rotate_desk_key(
    path: Path,
    *,
    clock: Clock,
    entropy: Entropy = os.urandom,
    passphrase: bytes | None = None,
) -> str:
    """Gives a desk another key; the old one is kept beside it, as `desk.key.old-1` and so on.

    Run again after a stop it goes on from where it came to.

    Returns:
        The desk's new public key with the record's name, as whoever verifies needs it.

    Raises:
        InUse: the desk is running.
        Damaged: its record is not what was signed.
        Unavailable: there is no desk, or a disk does not answer.
    """
    with DeskDirectory(path, passphrase) as directory:
        journal = SqliteJournal(directory.journal_path, directory.at_rest)
        try:
            new = make_ready(path / NEXT_KEY, passphrase)
            origin = find_head(directory).origin
            if not _is_named(journal, new):
                _append(journal, directory, new, clock, entropy)
        finally:
            journal.close()
        put_in_place(path / NEXT_KEY, path)
        return render_vkey(note_key(origin, new))


def make_ready(path: Path, passphrase: bytes | None) -> Ed25519PrivateKey:
    """The key in this file, or a new one that is durably there before anything names it.

    Raises:
        Unavailable: there is one that cannot be read.
    """
    try:
        return load_private_key(path, passphrase)
    except FileNotFoundError:
        new = Ed25519PrivateKey.generate()
        keep_key(path, new, passphrase)
        return new
    except RecordFault as fault:
        raise Unavailable(fault.sentence) from fault


def keep_key(path: Path, key: Ed25519PrivateKey, passphrase: bytes | None) -> None:
    """Writes a key to a file that is not there yet, durably; or leaves no part of it behind.

    Raises:
        Unavailable: there is one already, or the disk does not take it.
    """
    if path.exists():
        raise Unavailable(f"{path}: there is a key already. Name a new file.")
    try:
        with disk_errors_named(path):
            save_private_key(path, key, passphrase)
            sync_directory(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _is_named(journal: SqliteJournal, new: Ed25519PrivateKey) -> bool:
    """The record's last entry names this key already: only the files are still to be moved."""
    size = journal.size()
    kid = thumbprint(new.public_key())
    leaves = [open_leaf(row.leaf) for row in journal.read(max(0, size - 1), size)]
    return any(
        leaf.kind == DeskKeyRotated.KIND and leaf.data["key"]["kid"] == kid for leaf in leaves
    )


def _append(
    journal: SqliteJournal,
    directory: DeskDirectory,
    new: Ed25519PrivateKey,
    clock: Clock,
    entropy: Entropy,
) -> None:
    """The entry, signed with the old key, under a checkpoint that both keys sign."""
    head = find_head(directory)
    fold = fold_record(journal, directory, head, entropy)
    old = directory.desk_key
    rotated = DeskKeyRotated(
        old=thumbprint(old.public_key()), key=PublicKey(**key_facts(new.public_key()))
    )
    statement = said_by_operator(
        f"desk-key-{rotated.key.kid}", rotated, "openline ceremony", f"local:{os.getuid()}"
    )
    making = BatchInMaking(fold, journal, Signatures(), max(fold.state.now, clock.wall()))
    making.hear(Spoken(statement=statement, body=None))
    batch = making.close(old, head.origin)
    note = parse_note(batch.checkpoint)
    by_both = (*note.signatures, sign_note(note.text, head.origin, new))
    signed = render_note(Note(text=note.text, signatures=by_both))
    journal.append(making.started_at, replace(batch, checkpoint=signed))
    # If we stop here the entry is durable, and the head is moved by the next start.
    directory.head.write(head_of(signed, head.epoch))


def put_in_place(new: Path, path: Path) -> None:
    """The new key where the desk looks for it; the old one beside it, never written over."""
    if (path / DESK_KEY).exists():
        kept = next(name for n in count(1) if not (name := path / f"{DESK_KEY}.old-{n}").exists())
        # A second name for the old key first: at no moment is there none to be found.
        os.link(path / DESK_KEY, kept)
    new.replace(path / DESK_KEY)
    sync_directory(path)
