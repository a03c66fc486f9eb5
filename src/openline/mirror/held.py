"""What a mirror holds, as files: a copy that `openline verify` judges, whenever it is stopped.

checkpoint, tile/, entries/, bodies/, keys.json   as in every copy of a record
checkpoints/                                      those from before that the keeper kept
pending                                           how far the copy of what comes next has got
lodged/<digest>.complaint                         what others lodged here
evidence/<n>/                                     what the desk offered instead, when refused

The checkpoint is written last, once all that it signs is on the disk: whatever lies beyond it
after a crash is looked at again, and is nobody's word until then.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from openline.desk_directory import InUse, take_lock
from openline.desk_directory.disk import disk_errors_named, sync_directory
from openline.domain.errors import Unavailable
from openline.journal import Damaged
from openline.record.bundle import (
    CHECKPOINT,
    EARLIER,
    KEYS,
    PENDING,
    body_name,
    leaf_name,
    parse_keys,
    render_keys,
)
from openline.record.checkpoint import SignedCheckpoint, open_checkpoint
from openline.record.errors import NotALeaf, RecordFault
from openline.record.leaf import leaf_hash, open_leaf
from openline.record.merkle import Tree
from openline.record.note import ED25519, NoteKey
from openline.record.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    read_hashes,
    split_hashes,
    tile_path,
    tiles_of_growth,
    tiles_of_size,
    tree_from_tiles,
)

EVIDENCE: Final = "evidence"


class Pending(Struct, frozen=True):
    """How far the copy of what comes after the checkpoint has got: entries below are written.

    `held` is how many the checkpoint signed when it began; 0 if there was none.
    """

    done: int
    held: int = 0


class HeldCopy:
    """The files of a mirror, held against every other program until `close`."""

    def __init__(self, path: Path, keys: Iterable[NoteKey] = ()) -> None:
        """Takes up a copy, or begins one whose record these keys sign and witness.

        Raises:
            InUse: another program holds it.
            Damaged: what lies there is not what was signed.
            Unavailable: it cannot be read or written; or it is new and no key is given.
        """
        self.path = path
        with disk_errors_named(path):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._lock = take_lock(path)
        except InUse as in_use:
            raise InUse(
                f"{path}: another program keeps this copy. Stop that one first, or begin another "
                "copy elsewhere."
            ) from in_use
        try:
            self.keys = self._take_keys(tuple(keys))
            self.signed = self._open()
            self.tree = self._tree()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Lets other programs have it."""
        os.close(self._lock)

    @property
    def origin(self) -> str:
        """The record of which this is a copy."""
        return next(key.name for key in self.keys if key.algorithm == ED25519)

    @property
    def keys_in_force(self) -> tuple[NoteKey, ...]:
        """By whose signature a checkpoint is taken over: the desk's newest key, and its witnesses.

        The older ones are held for what they signed before. Whoever stole one signs nothing new.
        """
        own = [key for key in self.keys if key.algorithm == ED25519]
        return tuple(key for key in self.keys if key not in own[:-1])

    @property
    def desk_key(self) -> NoteKey:
        """The desk's newest key that is held: whoever has it is followed."""
        return [key for key in self.keys if key.algorithm == ED25519][-1]

    @property
    def size(self) -> int:
        """How many entries it holds the hashes of."""
        return self.tree.size

    def _take_keys(self, given: tuple[NoteKey, ...]) -> tuple[NoteKey, ...]:
        held: tuple[NoteKey, ...] = ()
        file = self.path / KEYS
        try:
            if file.exists():
                held = parse_keys(file.read_bytes()).keys
        except (OSError, RecordFault) as error:
            raise Damaged(f"{file}: not the keys of a copy. Put them back.") from error
        keys = tuple(dict.fromkeys((*held, *given)))
        # One record, and every key that its desk has had, the newest last: it may have gone over to
        # another. One that is held already stays where it stands, however often it is given.
        if len({key.name for key in keys if key.algorithm == ED25519}) != 1:
            raise Unavailable(
                f"{self.path}: a copy is of one record. Give that desk's public key with --vkey: "
                "whoever keeps the desk has it."
            )
        if keys != held:
            self.write_durably(KEYS, render_keys(keys))
        return keys

    def take_successors(self, keys: tuple[NoteKey, ...]) -> None:
        """Trusts these keys as well, to which a key held has handed over; from here on for ever."""
        self.keys = tuple(dict.fromkeys((*self.keys, *keys)))
        self.write_durably(KEYS, render_keys(self.keys))

    def _open(self) -> SignedCheckpoint | None:
        note = self.read(CHECKPOINT)
        if note is None:
            self._refuse_forgotten()
            return None
        try:
            return open_checkpoint(note, self.keys)
        except RecordFault as fault:
            raise Damaged(f"{self.path / CHECKPOINT}: {fault.sentence}") from fault

    def _refuse_forgotten(self) -> None:
        """Returns if there is no checkpoint because there never was one.

        Tiles are written just before the checkpoint: those of a first copy that was cut short lie
        there without one, and `pending` says so.
        """
        pending = self.find_pending()
        is_first = pending is not None and pending.held == 0
        if not is_first and (pending is not None or (self.path / "tile").exists()):
            raise Damaged(
                f"{self.path / CHECKPOINT}: not there, and a mirror that has forgotten what it "
                "held could take a fork of it for the record. Put it back, or begin another copy."
            )

    def find_pending(self) -> Pending | None:
        """How far a copy got that was cut short; None if none was."""
        try:
            return msgspec.json.decode(self.read(PENDING) or b"", type=Pending)
        except msgspec.MsgspecError:
            return None

    def note_pending(self, done: int) -> None:
        """Says how far the copy of what comes next has got."""
        self.write(PENDING, msgspec.json.encode(Pending(done, self.size)))

    def _tree(self) -> Tree:
        if self.signed is None:
            return Tree()
        size, root = self.signed.checkpoint.size, self.signed.checkpoint.root
        try:
            tree = Tree()
            for each in self.hashes(size):
                tree.append(each)
        except RecordFault as fault:
            raise Damaged(f"{self.path}: {fault.sentence}") from fault
        if tree.root() != root:
            raise Damaged(f"{self.path}: the hashes are not those signed. Keep it, begin another.")
        return tree

    def hashes(self, size: int) -> Iterator[bytes]:
        """The hash of every entry up to a size.

        Raises (when reading):
            TileMissing, NotATile: a tile is damaged.
        """
        for level, n, width in tiles_of_size(size):
            if level:
                return
            yield from split_hashes(read_hashes(self.tile, level, n, width))

    def root_at(self, size: int) -> bytes:
        """The root of the first so many entries, of those held.

        Raises:
            TileMissing, NotATile: a tile is damaged.
        """
        return tree_from_tiles(size, self.tile).root()

    def tile(self, level: int, n: int, width: int, /) -> bytes | None:
        """A tile's hashes, at least `width` of them; None if they are not held."""
        held = min(self.size_of_tile(level, n), TILE_WIDTH)
        if width > held:
            return None
        return self.read(tile_path(level, n, held))

    def size_of_tile(self, level: int, n: int) -> int:
        """How many hashes of a tile the checkpoint signs; may be more than a tile has."""
        size = self.signed.checkpoint.size if self.signed is not None else 0
        return (size >> (TILE_HEIGHT * level)) - n * TILE_WIDTH

    def leaf(self, index: int) -> bytes | None:
        """An entry, if its party may read it."""
        return self.read(leaf_name(index))

    def salted_body(self, index: int) -> bytes | None:
        """The body of an entry, its salt before it, if its party may read it."""
        return self.read(body_name(index))

    def is_whole(self, index: int, hashed: bytes) -> bool:
        """Whether the entry of that hash is held, and its body too if it has one.

        What a failing disk has spoilt is not: it is fetched anew.
        """
        leaf = self.leaf(index)
        if leaf is None or leaf_hash(leaf) != hashed:
            return False
        try:
            committed = open_leaf(leaf).bodydigest
        except NotALeaf:
            return True  # the desk has signed nonsense: `openline verify` says so
        body = self.salted_body(index) if committed is not None else None
        return committed is None or (body is not None and sha256(body).hexdigest() == committed)

    def keep_entry(self, index: int, leaf: bytes, salted_body: bytes | None) -> None:
        """Writes an entry, and its body if it has one; not yet for certain."""
        self.write(leaf_name(index), leaf)
        if salted_body is not None:
            self.write(body_name(index), salted_body)

    def commit(self, note: bytes, signed: SignedCheckpoint, hashes: list[bytes]) -> None:
        """The copy now reaches as far as this checkpoint, durably."""
        grown = tiles_of_growth(self.size, hashes, self.tile)
        for tile in grown:
            self.write(tile.path, tile.hashes)
        # All that the checkpoint signs is on the disk before the checkpoint says so. If we stop
        # here the copy is the one before, and goes on from there.
        os.sync()
        before = [(tile.level, tile.n, self.size_of_tile(tile.level, tile.n)) for tile in grown]
        self.replace_checkpoint(note, signed)
        self.tree.extend(hashes)
        self._drop_narrower(grown, before)

    def replace_checkpoint(self, note: bytes, signed: SignedCheckpoint) -> None:
        """Another note over the same entries, or over more that are held already."""
        self.write_durably(CHECKPOINT, note)
        self.signed = signed

    def _drop_narrower(self, grown: list[Tile], before: list[tuple[int, int, int]]) -> None:
        for tile, (level, n, width) in zip(grown, before, strict=True):
            if 0 < width < TILE_WIDTH and width != tile.width:
                self.forget(tile_path(level, n, width))

    def keep_evidence(self, refused: bytes, files: Iterable[tuple[str, bytes]]) -> Path:
        """Keeps what was refused beside what is held; the same note once.

        LIMIT: no bound is kept, but a mirror that refuses ends: it is one for each start of it.

        Returns:
            The folder: it is itself a copy, which `openline verify` judges.
        """
        named = sha256(refused).hexdigest()[:12]
        for name, each in files:
            self.write(f"{EVIDENCE}/{named}/{name}", each)
        os.sync()
        return self.path / EVIDENCE / named

    def keep_earlier(self, note: bytes, size: int) -> None:
        """Writes down a checkpoint from before that the record must begin with, durably."""
        self.write_durably(f"{EARLIER}{size}-{sha256(note).hexdigest()[:8]}", note)

    def earlier_checkpoints(self) -> list[tuple[str, bytes]]:
        """Those written down, each with a name to speak of it by."""
        files = (self.path / EARLIER).glob("*")
        names = sorted(f"{EARLIER}{file.name}" for file in files)
        return [(name, self.read(name) or b"") for name in names]

    def forget_earlier(self, note: bytes) -> None:
        """It is none that the record must begin with."""
        for name, each in self.earlier_checkpoints():
            if each == note:
                self.forget(name)

    def read(self, name: str) -> bytes | None:
        """A file of the copy; None if it is not there."""
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"{self.path / name}: {error.strerror}.") from error

    def write(self, name: str, content: bytes) -> None:
        """Writes a file of the copy, whole or not at all, and not yet for certain.

        Raises:
            Unavailable: the disk does not take it.
        """
        target = self.path / name
        with disk_errors_named(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f"{target.name}.new")
            fresh.write_bytes(content)
            fresh.replace(target)

    def write_durably(self, name: str, content: bytes) -> None:
        """As `write`, and on the disk when this returns: whole before it lies under its name.

        Raises:
            Unavailable: the disk does not take it; what lay there still does.
        """
        target = self.path / name
        with disk_errors_named(target):
            target.parent.mkdir(exist_ok=True)
            # Apart from where copies are looked for: nobody takes half a file for a whole one.
            fresh = self.path / f"{CHECKPOINT}.new"
            with fresh.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
            sync_directory(target.parent)
            sync_directory(self.path)

    def forget(self, name: str) -> None:
        """Removes a file that is no part of the copy.

        Raises:
            Unavailable: the disk does not let go of it.
        """
        with disk_errors_named(self.path / name):
            (self.path / name).unlink(missing_ok=True)
