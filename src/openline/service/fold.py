"""The record folded: the state, the tree and the desk's chain at one size, and how they are had.

A start believes nothing: the checkpoint must be signed by this desk over the tree that stands,
every entry folded must lie under it, and the head must not be further than the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import msgspec
import structlog
from msgspec import Struct

from openline.desk.state import STATE_VERSION, State, evolve, state_from_snapshot
from openline.desk_directory import RESTORING, DeskDirectory
from openline.desk_directory.head import Head
from openline.desk_directory.snapshots import SnapshotOf
from openline.domain.errors import Refused, Unavailable
from openline.domain.party import Heard
from openline.domain.statement import Entry, Signed
from openline.journal import Damaged, Journal
from openline.record.checkpoint import open_checkpoint
from openline.record.errors import RecordFault
from openline.record.leaf import leaf_hash
from openline.record.merkle import EMPTY_ROOT, Tree
from openline.record.note import NoteKey, note_key
from openline.record.tiles import TILE_WIDTH, Tile, read_hashes, split_hashes, tree_from_tiles
from openline.sealing import DeskChain, Entropy, entry_from_row

_log = structlog.get_logger(__name__)
_MANY: Final = 10_000
"""So many entries take seconds to fold: whoever waits for the desk is told."""
_RESTORE: Final = "Run `openline restore` with the newest backup."
_CUT_SHORT: Final = (
    "A backup was being put here and that was cut short: run the same command again, `openline "
    "restore` or `openline ceremony new-epoch --from`."
)


class Restored(Unavailable):
    """The record is older than the last answer that left: a backup was put back by hand."""

    slug = "restored-by-hand"


class Fold(Struct, kw_only=True):
    """What a record of `tree.size` entries comes to. The writer alone changes it.

    `snapshot_size` is the size of the newest snapshot that fits; 0 if there is none. `right_edge`
    has the last tile of each level that was widened since the record was folded.
    """

    state: State
    tree: Tree
    chain: DeskChain
    snapshot_size: int = 0
    right_edge: dict[int, Tile] = {}


def find_head(directory: DeskDirectory) -> Head:
    """How far the record had come.

    Raises:
        Damaged: there is no head: it was removed, or the directory was never made to its end.
    """
    head = directory.head.read()
    if head is None:
        raise Damaged(f"{directory.path}: it has no head, so no backup can be told. {_RESTORE}")
    return head


def fold_record(
    journal: Journal,
    directory: DeskDirectory,
    head: Head,
    entropy: Entropy,
    signed_by: NoteKey | None = None,
) -> Fold:
    """The record as it stands: from the newest snapshot that fits, or from its beginning.

    Args:
        signed_by: who signed it, if that is another than the desk's key that is here: this one has
            sealed nothing yet.

    Raises:
        Restored: the head is further than the record.
        Damaged: the record is not what was signed, or is not the one that the head is of.
        Unavailable: the store does not answer, or a later release wrote it.
    """
    by = signed_by or note_key(head.origin, directory.desk_key)
    way = _CUT_SHORT if (directory.path / RESTORING).exists() else _RESTORE
    size, root = _signed_size_and_root(journal, by, way)
    _check_head(journal, head, size, way)
    chain = DeskChain(directory.desk_key, head.origin, entropy)
    for last in journal.read(max(0, size - 1), size) if signed_by is None else ():
        chain.resume(last)
    newest = directory.snapshots.newest_first()
    state, tree = find_snapshot(journal, head.origin, newest, size) or (State(), Tree())
    snapshot_size = tree.size
    if size - snapshot_size >= _MANY:
        _log.info("folding the record", entries=size - snapshot_size, of=size)
    try:
        _fold_rows(journal, state, tree, size)
    except Refused as refused:
        raise Damaged(f"The record cannot be read: {refused.sentence}") from refused
    if tree.root() != root:
        raise Damaged(f"The entries are not those that were signed. {_RESTORE}")
    return Fold(state=state, tree=tree, chain=chain, snapshot_size=snapshot_size)


def _signed_size_and_root(journal: Journal, by: NoteKey, way: str) -> tuple[int, bytes]:
    """What the desk signed last, and the tiles and the store's size agree with it."""
    size, note = journal.size(), journal.checkpoint()
    if note is None:
        if size:
            raise Damaged(f"The record has {size} entries and no checkpoint. {way}")
        return 0, EMPTY_ROOT
    try:
        signed = open_checkpoint(note, [by]).checkpoint
        root = tree_from_tiles(size, journal.tile).root()
    except RecordFault as fault:
        raise Damaged(f"{fault.sentence} {way}") from fault
    if (signed.size, signed.root) != (size, root):
        raise Damaged(f"The record is not the one that was signed at {signed.size}. {way}")
    return size, root


def _check_head(journal: Journal, head: Head, size: int, way: str) -> None:
    if head.size > size:
        raise Restored(
            f"The record has {size} entries and answers were given up to {head.size}: an older "
            f"copy was put in its place. {way}"
        )
    # A head behind the record is a stop between commit and head: nobody was answered meanwhile.
    if tree_from_tiles(head.size, journal.tile).root().hex() != head.root:
        raise Damaged(f"The record is not the one answered for at {head.size}. {way}")


def find_snapshot(
    journal: Journal,
    origin: str,
    snapshots: Iterable[tuple[SnapshotOf, bytes]],
    size: int,
) -> tuple[State, Tree] | None:
    """State and tree of the first of these that is of this record at up to `size` entries.

    Raises:
        Unavailable: the store does not answer.
    """
    for of, text in snapshots:
        try:
            return _state_in(of, text, journal, origin, size)
        except _PassedOver as why:
            _log.warning("snapshot passed over: the record is replayed", size=of.size, why=str(why))
    return None


class _PassedOver(Exception):
    """A snapshot is not to be believed, or not to be read."""


def _state_in(
    of: SnapshotOf, text: bytes, journal: Journal, origin: str, size: int
) -> tuple[State, Tree]:
    if of.origin != origin:
        raise _PassedOver(f"it is of {of.origin}")
    if of.state_version != STATE_VERSION:
        raise _PassedOver(
            f"another release wrote it (state {of.state_version}, read here is {STATE_VERSION})"
        )
    if of.size > size:
        raise _PassedOver(f"the record has {size} entries")
    tree = tree_from_tiles(of.size, journal.tile)
    if tree.root().hex() != of.root:
        raise _PassedOver("it is of another record of that name")
    try:
        return state_from_snapshot(text), tree
    except msgspec.DecodeError as error:
        raise _PassedOver("it holds no state that can be read") from error


def _fold_rows(journal: Journal, state: State, tree: Tree, size: int) -> None:
    unheard: dict[int, tuple[tuple[str, ...], datetime]] = {}
    rows = journal.read(state.size, size)
    for index, signed in enumerate(_leaf_hashes(journal, state.size, size), start=state.size):
        row = next(rows, None)
        if row is None or row.index != index or leaf_hash(row.leaf) != signed:
            raise Damaged(f"Entry {index} is not the one that was signed. {_RESTORE}")
        entry = entry_from_row(row)
        tree.append(signed)
        evolve(state, entry)
        if isinstance(entry.word, Signed):
            unheard[index] = (entry.readers, entry.recorded_at)
        elif isinstance(entry.content, Heard):
            _check_heard(entry, entry.content, unheard)
    if unheard:
        raise Damaged(f"Entry {min(unheard)}: the desk never said that it heard it. {_RESTORE}")


def _leaf_hashes(journal: Journal, start: int, end: int) -> Iterator[bytes]:
    """The hashes of these leaves as they stand in the tiles."""
    for n in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
        first = n * TILE_WIDTH
        hashes = read_hashes(journal.tile, 0, n, min(TILE_WIDTH, end - first))
        yield from split_hashes(hashes)[max(0, start - first) :]


def _check_heard(
    entry: Entry, heard: Heard, unheard: dict[int, tuple[tuple[str, ...], datetime]]
) -> None:
    """What stands beside a leaf that a party signed is what the desk signed about it."""
    for index, readers in heard.leaves:
        if unheard.pop(index, None) != (readers, entry.recorded_at):
            raise Damaged(
                f"Entry {index}: what stands beside it is not what entry {entry.index} says of it. "
                f"{_RESTORE}"
            )
