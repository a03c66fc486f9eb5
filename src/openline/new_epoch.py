"""The desk goes on under a key that no old one vouches for: its key was lost, or stolen.

Nothing can make the new key follow from the old one. So the desk says openly that it has another,
in an entry that the new key itself signs, which names how far the record was known to go; and each
party decides whether it trusts that key. If we stop in between, the desk does not start, and says
to run this again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct
from msgspec.structs import replace

from openline.cosigning.agreed import every_desk_key
from openline.desk.authority import said_by_operator
from openline.desk_directory import DESK_KEY, EPOCH_KEY, HEAD, JOURNAL, DeskDirectory
from openline.desk_directory.head import Head, head_of
from openline.desk_key import keep_key, put_in_place
from openline.domain.errors import Unavailable
from openline.domain.party import (
    EpochOpened,
    EpochReason,
    PublicKey,
)
from openline.domain.statement import Entry
from openline.journal import Batch, Damaged, Journal
from openline.journal.sqlite import SqliteJournal
from openline.last_known import Known, Seen, changes_of_keys, furthest_known, head_seen
from openline.record.errors import RecordFault
from openline.record.keys import key_facts, load_private_key, thumbprint
from openline.record.note import note_key, render_vkey
from openline.sealing import Entropy, Signatures, Spoken
from openline.service import Clock
from openline.service.batch import BatchInMaking
from openline.service.fold import Fold, fold_record


class NewEpoch(Struct, frozen=True, kw_only=True):
    """What was said, at which entry; the desk's keys as verifiers need them, `old` the last.

    `back` are the entries whose bodies came back with a backup though they were gone.
    """

    opened: EpochOpened
    index: int
    vkey: str
    old: str
    back: tuple[int, ...] = ()


class _Told(NamedTuple):
    """Why there is a new key, how far others than the desk know that its record had come, and the
    passphrase of the new key."""

    why: EpochReason
    known: tuple[Known, ...]
    seen: Seen | None
    passphrase: bytes | None


def begin_new_epoch(
    path: Path,
    why: EpochReason,
    *,
    clock: Clock,
    entropy: Entropy = os.urandom,
    passphrase: bytes | None = None,
    known: Iterable[Known] = (),
    seen: Seen | None = None,
) -> NewEpoch:
    """Gives a desk a new key without the old one, and says so in its record.

    The old key's file, if there still is one, is kept beside it, as `desk.key.old-1` and so on. Run
    again after a stop it goes on from where it came to.

    Args:
        passphrase: of the new key.
        known: how far the record had come, where that is told elsewhere than by its own head.
        seen: a checkpoint that others hold, signed with any key that was the desk's by its record.

    Raises:
        InUse: the desk is running.
        Damaged: its record is not what was signed, or is not the one that was answered for; or
            `seen` is no checkpoint of this desk.
        OtherBranch: the record was known to have gone on otherwise.
        Unavailable: there is no record, or a disk does not answer.
    """
    if not (path / JOURNAL).exists():
        raise Unavailable(
            f"{path}: no record is there. Name a desk's directory with --data, or put a backup "
            "there with --from."
        )
    with DeskDirectory(path, passphrase, _key_of_epoch) as directory:
        journal = SqliteJournal(directory.journal_path, directory.at_rest)
        try:
            told = _Told(why, tuple(known), seen, passphrase)
            begun = _begin(journal, directory, told, clock, entropy)
        finally:
            journal.close()
        put_in_place(path / EPOCH_KEY, path)
        return begun


def _key_of_epoch(directory: Path, passphrase: bytes | None) -> Ed25519PrivateKey:
    if not (directory / HEAD).exists() and not (directory / DESK_KEY).exists():
        raise Unavailable(f"{directory}: not a desk's directory. Name one with --data.")
    try:
        return load_private_key(directory / EPOCH_KEY, passphrase)
    except FileNotFoundError:
        # Not kept before all is known to be well: its file alone keeps the desk from starting.
        return Ed25519PrivateKey.generate()
    except RecordFault as fault:
        raise Unavailable(fault.sentence) from fault


def _begin(
    journal: SqliteJournal,
    directory: DeskDirectory,
    told: _Told,
    clock: Clock,
    entropy: Entropy,
) -> NewEpoch:
    """The entry, unless an earlier run has made it; the desk's head is at it then."""
    changes = list(changes_of_keys(journal))
    here = _head_here(journal)
    keys = every_desk_key(changes, here.origin)
    if not keys:
        raise Damaged("The record's first entry opens no desk. Put a backup in its place.")
    new = note_key(here.origin, directory.desk_key)
    if keys[-1] == new and isinstance(changes[-1].content, EpochOpened):
        _move_head(directory, journal, _epochs_in(changes))
        made = changes[-1].content
        return NewEpoch(
            opened=made,
            index=changes[-1].index,
            vkey=render_vkey(new),
            old=render_vkey(keys[-2]),
        )
    answered = _find_head(directory) or here
    # What was answered for must be how this record begins, as far as it goes.
    begins = answered if answered.size <= here.size else here
    fold = fold_record(journal, directory, begins, entropy, signed_by=keys[-1])
    by_others = () if told.seen is None else (head_seen(told.seen, here.origin, keys),)
    by_itself = Known(by="the desk's own head", head=answered)
    known = furthest_known(journal, here, (by_itself, *told.known, *by_others))
    opened = EpochOpened(
        restored_size=here.size,
        restored_root=here.root,
        last_known_size=known.size,
        last_known_root=known.root,
        desk_key=PublicKey(**key_facts(directory.desk_key.public_key())),
        why=told.why,
    )
    _append(fold, journal, directory, opened, clock, told.passphrase)
    # If we stop here the entry is durable, and the next run only moves the head and the key.
    _move_head(directory, journal, fold.state.epoch)
    return NewEpoch(
        opened=opened, index=here.size, vkey=render_vkey(new), old=render_vkey(keys[-1])
    )


def _append(
    fold: Fold,
    journal: Journal,
    directory: DeskDirectory,
    opened: EpochOpened,
    clock: Clock,
    passphrase: bytes | None,
) -> None:
    """Keeps the new key, then says in the record that it is the desk's."""
    kept = directory.path / EPOCH_KEY
    if not kept.exists():
        keep_key(kept, directory.desk_key, passphrase)
    # If we stop here the desk does not start, and says how to go on and how to go back.
    batch = _sealed(fold, journal, directory, opened, clock)
    with _let_go_if_refused(kept, journal, opened.restored_size):
        journal.append(opened.restored_size, batch)


@contextmanager
def _let_go_if_refused(kept: Path, journal: Journal, size: int) -> Iterator[None]:
    """A key that no entry names, because the store took none, does not keep the desk from starting.

    Where the store cannot even say whether it took the entry, the key stays.
    """
    try:
        yield
    except Unavailable:
        with suppress(Unavailable):
            if journal.size() == size:
                kept.unlink()
        raise


def _sealed(
    fold: Fold, journal: Journal, directory: DeskDirectory, opened: EpochOpened, clock: Clock
) -> Batch:
    """The entry, sealed with the new key in a chain of its own, under a checkpoint by that key."""
    new, kid = directory.desk_key, thumbprint(directory.desk_key.public_key())
    statement = said_by_operator(
        f"epoch-{kid}", opened, "openline ceremony", f"local:{os.getuid()}"
    )
    making = BatchInMaking(fold, journal, Signatures(), max(fold.state.now, clock.wall()))
    making.hear(Spoken(statement=statement, body=None))
    return making.close(new, fold.state.origin)


def _epochs_in(changes: Iterable[Entry]) -> int:
    return sum(isinstance(each.content, EpochOpened) for each in changes)


def _head_here(journal: Journal) -> Head:
    """How far the record goes that lies here, by its own checkpoint; by whom is judged after."""
    note = journal.checkpoint()
    try:
        return head_of(note or b"", epoch=0)
    except RecordFault as fault:
        raise Damaged(
            "The record has no checkpoint that can be read. Put a backup in its place: "
            "`openline ceremony new-epoch --from BACKUP`."
        ) from fault


def _find_head(directory: DeskDirectory) -> Head | None:
    """How far answers were given; None if that is lost too."""
    try:
        return directory.head.read()
    except Damaged:
        return None


def _move_head(directory: DeskDirectory, journal: Journal, epoch: int) -> None:
    here = _head_here(journal)
    directory.head.write(replace(here, epoch=epoch))
