"""Copying what is new of a record, and refusing what does not go on from what is held."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from openline.domain.errors import Unavailable
from openline.mirror.held import HeldCopy
from openline.record.audit.succession import handed_over_to
from openline.record.bundle import CHECKPOINT, EARLIER, KEYS, PENDING, render_keys
from openline.record.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    open_checkpoint,
    parse_checkpoint,
)
from openline.record.errors import NotALeaf, RecordFault, UnknownSigner
from openline.record.leaf import SALT_BYTES, leaf_hash, open_leaf
from openline.record.merkle import HASH_BYTES, root_of
from openline.record.note import parse_note
from openline.record.tiles import (
    TILE_WIDTH,
    read_hashes,
    split_hashes,
    tile_path,
    tiles_of_growth,
    tiles_of_size,
)

ENTRIES_AT_ONCE: Final = 256
GROWTH_MAX: Final = 1 << 20
"""So many entries beyond those held are looked through for the desk's change of key."""
RELEASED: Final = "entries.released.v1"
"""An entry after which earlier ones may be readable that were not."""


class Offered(Struct, frozen=True, kw_only=True):
    """One entry as the desk offers it: whole to whom may read it, else nothing but its hash."""

    index: int
    leaf_hash: bytes
    leaf: bytes | None = None
    salted_body: bytes | None = None


class Source(Protocol):
    """Where a record is copied from. Nothing it says is believed.

    Every call raises `Unavailable` if there is no answer.
    """

    def checkpoint(self) -> bytes:
        """The signed note over the record as it now is."""

    def tile(self, level: int, n: int, width: int, /) -> bytes:
        """The hashes of a tile."""

    def entries(self, start: int, end: int, /) -> Sequence[Offered]:
        """The entries from one index up to another, at most `ENTRIES_AT_ONCE`."""


class Spoilt(Unavailable):
    """What was offered does not hold together: spoilt on the way, or by the desk. Nothing is kept.

    It proves nothing against anybody, and may be asked for again.
    """

    slug = "spoilt"


class RecordRefused(Exception):
    """The desk offers another record than the one that is held: `sentence` says how.

    `evidence` is where both are kept, None if the disk did not take them; `proven`: it holds two
    checkpoints by the desk's own key that cannot both be true. A record that is merely shorter
    proves nothing by itself.
    """

    def __init__(self, sentence: str, evidence: Path | None, *, proven: bool) -> None:
        super().__init__(sentence)
        self.sentence, self.evidence, self.proven = sentence, evidence, proven


class _Pending(Struct, frozen=True):
    """How far the copy of what comes after the checkpoint has got: entries below are written."""

    done: int


Progress = Callable[[int, int], None]
"""Is told how many entries have been copied, of how many."""


class Copying:
    """Brings a held copy up to what a source offers."""

    def __init__(
        self,
        held: HeldCopy,
        source: Source,
        progress: Progress | None = None,
        at_once: int = ENTRIES_AT_ONCE,
    ) -> None:
        self._held, self._source, self._at_once = held, source, at_once
        self._progress = progress or (lambda _done, _of: None)
        self._asks_again = False
        self._looked_to = 0

    def follow(self) -> int:
        """Copies all that is new, verified, or nothing of it; how many entries are held then.

        Raises:
            RecordRefused: what is offered is another record than the one held.
            Spoilt: it does not hold together.
            Unavailable: the desk does not answer, or the disk does not take it.
        """
        held = self._held
        note = self._source.checkpoint()
        signed = self._opened(note)
        checkpoint = signed.checkpoint
        if checkpoint.size < held.size:
            self._refuse_rewound(note, signed)
        if checkpoint.size == held.size:
            if checkpoint.root != held.tree.root():
                self._refuse_forked(note, signed)
            if held.signed is None or len(signed.witnessed_by) > len(held.signed.witnessed_by):
                held.replace_checkpoint(note, signed)
            return held.size
        hashes = self._new_hashes(note, signed)
        self._copy_entries(held.size, hashes)
        held.commit(note, signed, hashes)
        held.forget(PENDING)
        if self._asks_again:
            self.ask_again()
        return held.size

    def _opened(self, note: bytes) -> SignedCheckpoint:
        """The checkpoint offered, by the key in force or one to which that has handed over."""
        try:
            try:
                return open_checkpoint(note, self._held.keys_in_force)
            except UnknownSigner:
                self._refuse_older_key(note)
                self._take_successors(parse_checkpoint(parse_note(note).text))
                return open_checkpoint(note, self._held.keys_in_force)
        except UnknownSigner as fault:
            raise Spoilt(
                f"The checkpoint offered does not hold: {fault.sentence} No key held here has "
                "handed over to the one it bears. If the desk has begun a new epoch, ask its "
                "keeper by another way, decide whether to trust the new key, and give it once "
                "with --vkey."
            ) from fault
        except RecordFault as fault:
            raise Spoilt(f"The checkpoint offered does not hold: {fault.sentence}") from fault

    def _refuse_older_key(self, note: bytes) -> None:
        """Returns unless a key that held before the one in force has signed it.

        Raises:
            Spoilt: it has; it may be stolen, so that proves nothing against the desk.
        """
        with contextlib.suppress(UnknownSigner):
            offered = open_checkpoint(note, self._held.keys).checkpoint
            raise Spoilt(
                f"The checkpoint offered, of {offered.size} entries, is signed with a key of the "
                "desk's that counts no more: a newer one is held here. Either somebody who has the "
                "old key stands in for the desk, or the desk was put back to before it changed its "
                "key: ask its keeper by another way. If its keys were given here in another order "
                "than they held in, begin another copy, and give the newest last."
            )

    def _take_successors(self, checkpoint: Checkpoint) -> None:
        """Takes the keys that entries hand over to: those held, then those that this tree proves.

        Each such entry is signed with the key in force before it. So whoever signed the
        checkpoint is believed only if a key held says so, in a record that goes on from the one
        held.
        """
        held, size = self._held, checkpoint.size
        unread = range(self._looked_to, held.size)
        in_force = held.keys_in_force
        keys = list(handed_over_to(map(held.leaf, unread), in_force))
        self._looked_to = held.size
        # Nothing is signed by anybody known yet, so no more is read than a record may have grown.
        if 0 < size - held.size <= GROWTH_MAX and checkpoint.origin == held.origin:
            offered = self._offered_hashes(held.size // TILE_WIDTH, size)
            hashes = offered[held.size % TILE_WIDTH :]
            tree = held.tree.copy()
            tree.extend(hashes)
            if tree.root() == checkpoint.root:
                last = keys[-1:] or in_force
                keys += handed_over_to(self._leaves_offered(hashes), last)
        if keys:
            held.take_successors(tuple(keys))

    def _leaves_offered(self, hashes: Sequence[bytes]) -> Iterator[bytes | None]:
        """The entries beyond those held, each the one that stands there in the tree."""
        start = self._held.size
        for at in range(0, len(hashes), self._at_once):
            expected = hashes[at : at + self._at_once]
            for each in self._verified(start + at, expected):
                yield each.leaf

    def ask_again(self) -> int:
        """Asks for the entries that are not held: what its party may read now; how many came.

        Raises:
            Spoilt, Unavailable: as `follow`.
        """
        self._asks_again = False
        held, came = self._held, 0
        hashes = list(held.hashes(held.size))
        for start in range(0, held.size, self._at_once):
            end = min(start + self._at_once, held.size)
            missing = {at for at in range(start, end) if not held.is_whole(at, hashes[at])}
            if missing:
                for each in self._offered(start, hashes[start:end]):
                    came += each.index in missing and each.leaf is not None
        return came

    def _new_hashes(self, note: bytes, signed: SignedCheckpoint) -> list[bytes]:
        """The hashes of all entries that are not held yet, shown to go on from those that are."""
        held, size = self._held, signed.checkpoint.size
        first = held.size // TILE_WIDTH
        offered = self._offered_hashes(first, size)
        hashes = offered[held.size - first * TILE_WIDTH :]
        tree = held.tree.copy()
        tree.extend(hashes)
        if tree.root() != signed.checkpoint.root:
            self._refuse_forked(note, signed)
        return hashes

    def _offered_hashes(self, first_tile: int, size: int) -> list[bytes]:
        """The leaf hashes of the tiles from that number on, up to a size, as offered."""
        hashes: list[bytes] = []
        for n in range(first_tile, -(-size // TILE_WIDTH)):
            width = min(TILE_WIDTH, size - n * TILE_WIDTH)
            tile = self._source.tile(0, n, width)
            if len(tile) != width * HASH_BYTES:
                raise Spoilt(f"{tile_path(0, n, width)} has {len(tile)} bytes. Ask again.")
            hashes += split_hashes(tile)
        return hashes

    def _copy_entries(self, start: int, hashes: list[bytes]) -> None:
        """Writes the entries that may be read. One that was interrupted goes on where it was."""
        total = start + len(hashes)
        at = self._resumed(start, hashes)
        # First of all: whatever lies beyond the checkpoint is said to be on its way.
        self._held.write(PENDING, msgspec.json.encode(_Pending(at)))
        while at < total:
            end = min((at // self._at_once + 1) * self._at_once, total)
            for each in self._offered(at, hashes[at - start : end - start]):
                self._asks_again |= each.leaf is not None and _is_release(each.leaf)
            at = end
            self._held.write(PENDING, msgspec.json.encode(_Pending(at)))
            self._progress(at, total)

    def _resumed(self, start: int, hashes: list[bytes]) -> int:
        """Up to where entries beyond the checkpoint lie, whole; after a power cut some may not."""
        try:
            pending = msgspec.json.decode(self._held.read(PENDING) or b"", type=_Pending)
        except msgspec.MsgspecError:
            return start
        for at in range(start, min(pending.done, start + len(hashes))):
            leaf, body = self._held.leaf(at), self._held.salted_body(at)
            hashed = hashes[at - start]
            try:
                _check(Offered(index=at, leaf_hash=hashed, leaf=leaf, salted_body=body), hashed)
            except Spoilt:
                return at
        return max(start, min(pending.done, start + len(hashes)))

    def _offered(self, start: int, hashes: Sequence[bytes]) -> Sequence[Offered]:
        """Asks for entries, verifies and writes each that is given."""
        offered = self._verified(start, hashes)
        for each in offered:
            if each.leaf is not None:
                self._held.keep_entry(each.index, each.leaf, each.salted_body)
        return offered

    def _verified(self, start: int, hashes: Sequence[bytes]) -> Sequence[Offered]:
        """Asks for entries, and verifies each that is given."""
        offered = self._source.entries(start, start + len(hashes))
        if [each.index for each in offered] != list(range(start, start + len(hashes))):
            raise Spoilt(f"Entries from {start} on were asked for, and others were offered.")
        for each, expected in zip(offered, hashes, strict=True):
            _check(each, expected)
        return offered

    def _refuse_rewound(self, note: bytes, signed: SignedCheckpoint) -> None:
        held, size = self._held, signed.checkpoint.size
        if held.root_at(size) != signed.checkpoint.root:
            self._refuse_forked(note, signed)
        raise RecordRefused(
            f"REWOUND: the desk offers a record of {size} entries, and {held.size} are held here "
            "that it had signed. What is held stays as it is.",
            self._kept(note, self._held_against(note)),
            proven=False,
        )

    def _refuse_forked(self, note: bytes, signed: SignedCheckpoint) -> None:
        """Another history, if what is offered is sound in itself; else it is merely spoilt."""
        held, checkpoint = self._held, signed.checkpoint
        files = self._held_against(note)
        if checkpoint.size > held.size:
            files = self._offered_against_held(note, checkpoint)
        in_force = held.keys_in_force
        by_one_key = held.signed is None or any(
            each.key in in_force for each in held.signed.signed_by
        )
        raise RecordRefused(
            f"REWRITTEN: the record of {checkpoint.size} entries that the desk offers is not the "
            f"one of which {held.size} are held here. "
            + (
                "It has signed both. What is held stays."
                if by_one_key
                else "What is held was signed with an older key of the desk's: if that was stolen, "
                "it may be the thief's. What is held stays; ask the desk's keeper by another way, "
                "and begin another copy if it is not the desk's."
            ),
            self._kept(note, files),
            proven=by_one_key,
        )

    def _kept(self, note: bytes, files: list[tuple[str, bytes]]) -> Path | None:
        """Where what was offered lies as evidence; a disk that is full silences no refusal."""
        try:
            return self._held.keep_evidence(note, files)
        except Unavailable:
            return None

    def _held_against(self, note: bytes) -> list[tuple[str, bytes]]:
        """What is held as a copy, and beside it the shorter record, as an earlier checkpoint."""
        held = self._held
        files = [
            (CHECKPOINT, held.read(CHECKPOINT) or b""),
            (KEYS, render_keys(held.keys)),
            (f"{EARLIER}offered", note),
        ]
        for level, n, width in tiles_of_size(held.size):
            files.append((tile_path(level, n, width), read_hashes(held.tile, level, n, width)))
        return files

    def _offered_against_held(self, note: bytes, checkpoint: Checkpoint) -> list[tuple[str, bytes]]:
        """What is offered as a copy, and beside it what is held, as an earlier checkpoint.

        Raises:
            Spoilt: its hashes do not lead to its root.
        """
        hashes = self._offered_hashes(0, checkpoint.size)
        if root_of(hashes) != checkpoint.root:
            raise Spoilt("The hashes offered do not lead to the root offered. Nothing was kept.")
        tiles: dict[tuple[int, int], bytes] = {}
        files = [(CHECKPOINT, note), (KEYS, render_keys(self._held.keys))]
        if self._held.signed is not None:
            files.append((f"{EARLIER}held", self._held.read(CHECKPOINT) or b""))
        for tile in tiles_of_growth(0, hashes, lambda level, n, _: tiles.get((level, n))):
            files.append((tile.path, tile.hashes))
        return files


def _check(each: Offered, expected: bytes) -> None:
    """Returns if an entry is the one that the tree has there, and its body the one it commits to.

    Raises:
        Spoilt: otherwise.
    """
    if each.leaf_hash != expected:
        raise Spoilt(f"Entry {each.index}: another hash was offered than the one signed.")
    if each.leaf is None:
        if each.salted_body is not None:
            raise Spoilt(f"Entry {each.index}: a body was offered without its entry.")
        return
    if leaf_hash(each.leaf) != expected:
        raise Spoilt(f"Entry {each.index}: another entry was offered than the one signed.")
    if each.salted_body is None:
        return
    try:
        committed = open_leaf(each.leaf).bodydigest
    except NotALeaf as fault:
        raise Spoilt(f"Entry {each.index}: {fault.sentence}") from fault
    if len(each.salted_body) < SALT_BYTES or sha256(each.salted_body).hexdigest() != committed:
        raise Spoilt(f"Entry {each.index}: another body was offered than it commits to.")


def _is_release(leaf: bytes) -> bool:
    try:
        return open_leaf(leaf).kind == RELEASED
    except NotALeaf:
        return False
