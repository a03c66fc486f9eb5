"""Backing a desk up, and putting it back: the second is an act of the record itself.

A record that is put back lacks what was said since. Nothing in it could tell; so the desk says it,
in an entry that opens a new epoch, and whoever holds receipts for the missing part sees it named.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from openline.cosigning.agreed import every_desk_key
from openline.desk.authority import said_by_operator
from openline.desk_directory import (
    AT_REST_KEY,
    DESK_KEY,
    EPOCH_KEY,
    EVIDENCE,
    HEAD,
    JOURNAL,
    RESTORING,
    SNAPSHOTS,
    DeskDirectory,
    read_at_rest_key,
    take_lock,
)
from openline.desk_directory.disk import sync_directory
from openline.desk_directory.head import Head, HeadFile, head_of
from openline.desk_key import NEXT_KEY, put_in_place, rotate_desk_key
from openline.domain.errors import Unavailable
from openline.domain.party import EpochOpened, EpochReason
from openline.journal import Damaged
from openline.journal.at_rest import AtRest
from openline.journal.sqlite import SqliteJournal
from openline.last_known import (
    Seen,
    changes_of_keys,
    find_stood,
    furthest_known,
    head_seen,
)
from openline.new_epoch import NewEpoch, begin_new_epoch
from openline.record.errors import RecordFault
from openline.record.note import NoteKey, note_key
from openline.restored_key import Exchange, key_at, key_in_force
from openline.sealing import Entropy
from openline.service import Clock, Service
from openline.service.fold import find_head, fold_record

_KEYS: Final = (DESK_KEY, AT_REST_KEY)
_LOG: Final = JOURNAL + "-wal"
T = TypeVar("T")


class PutBack(Struct, frozen=True, kw_only=True):
    """What the record says of a backup put back, at which entry; and the desk's key from here on.

    `is_vouched_for`: somebody but the backup says that this key is still the desk's. `back` are the
    entries whose bodies came back with it though they were no longer there: erased, or lost.
    """

    opened: EpochOpened
    index: int
    key: NoteKey
    is_vouched_for: bool
    back: tuple[int, ...] = ()


def backup(desk: Path, to: Path, passphrase: bytes | None = None) -> Head:
    """Copies a desk, running or not, to a new directory, and reads the copy back to its last hash.

    The copy holds the desk's keys: whoever has it can speak as the desk. Keep it as you keep those.

    Returns:
        Up to where the copy reaches.

    Raises:
        Unavailable: there is something at `to` already, or a disk does not answer.
        Damaged: what was copied is not what was signed.
    """
    if to.exists():
        raise Unavailable(f"{to}: there is something here already. Name a new directory.")
    to.mkdir(mode=0o700, parents=True)
    for name in _KEYS:
        _copy(desk / name, to / name)
    known = HeadFile(desk / HEAD).read()
    if known is None:
        raise Damaged(f"{desk}: it has no head. Run `openline restore` with an older backup.")
    # The head was read first: the copy reaches at least as far as what was answered by then.
    _copy_record(desk, to)
    # After the record: a file is there before the entry that says so.
    _copy_evidence(desk, to)
    with DeskDirectory(to, passphrase) as copy:
        journal = SqliteJournal(copy.journal_path, copy.at_rest)
        try:
            note = journal.checkpoint()
            reached = known if note is None else head_of(note, known.epoch)
            copy.head.write(reached)
            fold_record(journal, copy, reached, os.urandom)
        finally:
            journal.close()
    sync_directory(to)
    return reached


def restore(
    copy: Path,
    desk: Path,
    *,
    clock: Clock,
    entropy: Entropy = os.urandom,
    passphrase: bytes | None = None,
    seen: Seen | None = None,
    trusted: NoteKey | None = None,
) -> PutBack:
    """Puts a backup in a desk's place and opens a new epoch in its record, saying what is missing.

    The database that stood there is kept beside it. Everything is made ready apart and verified
    before the first file is moved, and the head is moved last: if we stop anywhere in between,
    the desk refuses to start and names this command, which can then simply be run again.

    A backup from before the desk's key was rotated holds the older key. That key says in the
    record what is missing, and hands over to the one that the desk has now. It does so only if it
    did before, by the record that stands there: after a new epoch it may be a thief's.

    Args:
        copy: what `backup` made; it is left as it is.
        desk: the directory to put it in; one without a desk becomes this one.
        seen: a checkpoint that others hold, by which more was known than the desk's own head says:
            where the machine is lost, only they can tell how much is missing.
        trusted: the desk's newest key, by the word of whoever restores: on a machine where nothing
            is left, only they can tell that the backup's is not one that was stolen since.

    Raises:
        InUse: the desk is running.
        Unavailable: what is there is of another desk, or a disk does not answer.
        Unavailable: the desk's key would not be `trusted`; or a new epoch began since under another
            key, or may have: see `restore_under_new_key`.
        OtherBranch: the record was answered for that went on otherwise than the backup.
        Damaged: the backup is not what was signed; or `seen` is no checkpoint of its desk.
    """

    def open_epoch(staging: Path, exchange: Exchange) -> PutBack:
        _copy(copy / DESK_KEY, staging / DESK_KEY)
        in_force = key_in_force(exchange, desk, staging, passphrase, trusted)
        known = _furthest(staging, desk, exchange, seen, passphrase)
        opened, index = _open_epoch(staging, known, clock, entropy, passphrase)
        if in_force.is_handed_over:
            _copy(desk / DESK_KEY, staging / NEXT_KEY)
            rotate_desk_key(staging, clock=clock, entropy=entropy, passphrase=passphrase)
        return PutBack(
            opened=opened,
            index=index,
            key=in_force.key,
            is_vouched_for=in_force.is_vouched_for,
            back=_come_back(staging, exchange.stood.without_body),
        )

    return _put_back(copy, desk, open_epoch)


def restore_under_new_key(
    copy: Path,
    desk: Path,
    why: EpochReason,
    *,
    clock: Clock,
    entropy: Entropy = os.urandom,
    passphrase: bytes | None = None,
    seen: Seen | None = None,
) -> NewEpoch:
    """The same where the desk's key is lost or stolen: no key of the backup is asked for.

    Args:
        passphrase: of the new key.
        seen: as for `restore`; any key that was ever the desk's by the backup's record may have
            signed it, or one that was given by hand.

    Raises:
        As `restore`.
    """

    def open_epoch(staging: Path, exchange: Exchange) -> NewEpoch:
        begun = begin_new_epoch(
            staging,
            why,
            clock=clock,
            entropy=entropy,
            passphrase=passphrase,
            known=exchange.stood.known,
            seen=seen,
        )
        return replace(begun, back=_come_back(staging, exchange.stood.without_body))

    return _put_back(copy, desk, open_epoch)


def _put_back(copy: Path, desk: Path, open_epoch: Callable[[Path, Exchange], T]) -> T:
    desk.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = take_lock(desk)
    try:
        _check_same_desk(copy, desk)
        staging = desk / RESTORING
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
        for name in (AT_REST_KEY, HEAD, JOURNAL):
            _copy(copy / name, staging / name)
        if (copy / _LOG).exists():
            _copy(copy / _LOG, staging / _LOG)
        try:
            exchange = _compared(copy, staging, desk)
            opened = open_epoch(staging, exchange)
        except BaseException:
            # Nothing was moved yet: no key of the backup's is left lying here.
            shutil.rmtree(staging, ignore_errors=True)
            raise
        _copy_evidence(copy, desk, exchange.stood.erased)
        _put_in_place(staging, desk)
        return opened
    finally:
        os.close(lock)


def _compared(copy: Path, staging: Path, desk: Path) -> Exchange:
    """What is to be put back beside what stands there.

    Raises:
        OtherBranch, Unavailable: as `find_stood`.
        Damaged: what is to be put back cannot be read.
    """
    at_rest = AtRest(read_at_rest_key(staging))
    head = HeadFile(staging / HEAD).read()
    if head is None:
        raise Damaged("The backup has no head: it was not made to its end. Put another one back.")
    journal = SqliteJournal(staging / JOURNAL, at_rest)
    try:
        keys = every_desk_key(changes_of_keys(journal), head.origin)
    except RecordFault as fault:
        raise Damaged(f"{fault.sentence} Put another backup back.") from fault
    finally:
        journal.close()
    return Exchange(copy=copy, restored=head, keys=keys, stood=find_stood(desk, head, at_rest))


def _furthest(
    staging: Path, desk: Path, exchange: Exchange, seen: Seen | None, passphrase: bytes | None
) -> Head:
    """How far the record had come, by the desk that stood here and by what others hold."""
    told = exchange.stood.known
    if seen is not None:
        origin = exchange.restored.origin
        held = (each / DESK_KEY for each in (staging, desk) if (each / DESK_KEY).exists())
        keys = (note_key(origin, key_at(each, passphrase)) for each in held)
        told += (head_seen(seen, origin, (*exchange.keys, *keys)),)
    journal = SqliteJournal(staging / JOURNAL, AtRest(read_at_rest_key(staging)))
    try:
        return furthest_known(journal, exchange.restored, told)
    finally:
        journal.close()


def _open_epoch(
    staging: Path,
    known: Head,
    clock: Clock,
    entropy: Entropy,
    passphrase: bytes | None,
) -> tuple[EpochOpened, int]:
    """Starts the desk apart, and has it say what it knows to be missing; at which entry."""
    directory = DeskDirectory(staging, passphrase)
    restored = find_head(directory)
    opened = EpochOpened(
        restored_size=restored.size,
        restored_root=restored.root,
        last_known_size=known.size,
        last_known_root=known.root,
    )
    statement = said_by_operator(
        f"epoch-after-{restored.size}-of-{known.size}", opened, "openline restore", restored.root
    )
    journal = SqliteJournal(directory.journal_path, directory.at_rest)
    service = Service(journal, directory, clock=clock, entropy=entropy)
    try:
        service.start()
        index = service.submit(statement).result().index
    finally:
        service.close()
    return opened, index


def _put_in_place(staging: Path, desk: Path) -> None:
    """Moves the desk made ready over the one that stands: keys, record, and last the head."""
    if _differ(staging / DESK_KEY, desk / DESK_KEY):
        put_in_place(staging / DESK_KEY, desk)
    (staging / AT_REST_KEY).replace(desk / AT_REST_KEY)
    # A new epoch that was begun here and not finished is not this one.
    (desk / EPOCH_KEY).unlink(missing_ok=True)
    shutil.rmtree(desk / SNAPSHOTS, ignore_errors=True)
    kept = next(name for name in _names_to_keep() if not (desk / name).exists())
    for suffix in ("", "-wal", "-shm"):
        # A log goes with its database: beside another one it would be read into that.
        if (desk / (JOURNAL + suffix)).exists():
            (desk / (JOURNAL + suffix)).replace(desk / (kept + suffix))
    # Nor may a power cut bring the old log's name back beside the new database.
    sync_directory(desk)
    (staging / JOURNAL).replace(desk / JOURNAL)
    sync_directory(desk)
    # If we stop here the old head is further than this record, or of another: no start.
    (staging / HEAD).replace(desk / HEAD)
    sync_directory(desk)
    shutil.rmtree(staging)


def _names_to_keep() -> Iterator[str]:
    return (f"{JOURNAL}.replaced-{n}" for n in count(1))


def _copy_record(source: Path, to: Path) -> None:
    """The record at one size, its log folded in, without the pages where erased bodies lay."""
    journal = SqliteJournal(source / JOURNAL, AtRest(read_at_rest_key(source)))
    try:
        journal.copy_to(to / JOURNAL)
    finally:
        journal.close()


def _come_back(staging: Path, without_body: tuple[int, ...]) -> tuple[int, ...]:
    """Those of these entries whose bodies the backup holds: only the keeper knows which to erase.

    Nothing in a record says whether a body was erased or went with a failing disk, for which the
    backup is there. So none is erased here.
    """
    journal = SqliteJournal(staging / JOURNAL, AtRest(read_at_rest_key(staging)))
    try:
        held = (row for index in without_body for row in journal.read(index, index + 1))
        return tuple(row.index for row in held if row.body is not None)
    finally:
        journal.close()


def _copy_evidence(source: Path, to: Path, erased: frozenset[str] = frozenset()) -> None:
    """The files handed in as evidence that are not there yet, still encrypted; none of `erased`."""
    if not (source / EVIDENCE).is_dir():
        return
    (to / EVIDENCE).mkdir(mode=0o700, exist_ok=True)
    for path in sorted((source / EVIDENCE).iterdir()):
        is_one = "." not in path.name and path.name not in erased
        if is_one and not (to / EVIDENCE / path.name).exists():
            _copy(path, to / EVIDENCE / path.name)
    sync_directory(to / EVIDENCE)


def _check_same_desk(copy: Path, desk: Path) -> None:
    """No two desks have one at-rest key, and none ever changes it."""
    if (desk / AT_REST_KEY).exists() and _differ(copy / AT_REST_KEY, desk / AT_REST_KEY):
        raise Unavailable(
            f"{desk / AT_REST_KEY}: not the key of this backup, which is of another desk."
        )


def _differ(one: Path, other: Path) -> bool:
    try:
        return not other.exists() or one.read_bytes() != other.read_bytes()
    except OSError as error:
        raise Unavailable(f"{one}: {error.strerror}. Name a desk, or a backup of one.") from error


def _copy(source: Path, to: Path) -> None:
    try:
        with source.open("rb") as read, to.open("xb") as written:
            os.fchmod(written.fileno(), 0o600)
            shutil.copyfileobj(read, written)
            written.flush()
            os.fsync(written.fileno())
    except OSError as error:
        raise Unavailable(
            f"{source}: {error.strerror}. Name a desk, or a backup of one."
        ) from error
