"""Copying what is new of a record, and refusing what does not go on from what is held."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from openline.journal import Damaged
from openline.mirror.earlier import Earlier, EarlierOnes, Offer
from openline.mirror.held import HeldCopy
from openline.mirror.refusing import Refusing
from openline.mirror.source import ENTRIES_AT_ONCE, Offered, Source, Spoilt, offered_hashes
from openline.record.audit.succession import handed_over_to
from openline.record.bundle import PENDING
from openline.record.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    open_checkpoint,
    parse_checkpoint,
)
from openline.record.errors import NotALeaf, RecordFault, UnknownSigner
from openline.record.leaf import SALT_BYTES, leaf_hash, open_leaf
from openline.record.note import parse_note
from openline.record.tiles import (
    TILE_WIDTH,
)

GROWTH_MAX: Final = 1 << 20
"""So many entries beyond those held are looked through for the desk's change of key."""
RELEASED: Final = "entries.released.v1"
"""An entry after which earlier ones may be readable that were not."""


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
        earlier: Sequence[Earlier] = (),
    ) -> None:
        """`earlier` is what the keeper kept: what is offered must go on from that too.

        Raises:
            Malformed: that is no checkpoint of this record.
            Unavailable: the disk does not take it.
        """
        self._held, self._source, self._at_once = held, source, at_once
        self._refusing = Refusing(held, source)
        self._earlier = EarlierOnes(held, earlier, self._refusing)
        self._progress = progress or (lambda _done, _of: None)
        self._asks_again = False
        self._looked_to = 0

    def follow(self) -> int:
        """Copies all that is new, verified, or nothing of it; how many entries are held then.

        Raises:
            RecordRefused: what is offered is another record than the one held, or kept.
            Malformed: what was kept cannot be judged.
            Spoilt: it does not hold together.
            Damaged: a file of what is held is spoilt.
            Unavailable: the desk does not answer, or the disk does not take it.
        """
        try:
            return self._follow()
        except RecordFault as fault:
            raise Damaged(
                f"{self._held.path}: {fault.sentence} Keep it as it is, and begin another copy "
                "beside it."
            ) from fault

    def _follow(self) -> int:
        held = self._held
        note = self._source.checkpoint()
        signed = self._opened(note)
        checkpoint = signed.checkpoint
        if checkpoint.size < held.size:
            self._refusing.rewound(note, signed)
        if checkpoint.size == held.size and checkpoint.root != held.tree.root():
            self._refusing.forked(note, signed)
        hashes = self._new_hashes(note, signed) if checkpoint.size > held.size else []
        offer = Offer(held, note, signed, hashes)
        self._earlier.hold(offer)
        if hashes:
            self._copy_entries(held.size, hashes)
        self._earlier.judge(offer)
        if hashes:
            held.commit(note, signed, hashes)
            held.forget(PENDING)
        elif held.signed is None or len(signed.witnessed_by) > len(held.signed.witnessed_by):
            held.replace_checkpoint(note, signed)
        self._earlier.settle()
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
            offered = offered_hashes(self._source, held.size // TILE_WIDTH, size)
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

    @property
    def said_of_earlier(self) -> tuple[str, ...]:
        """What is proven of whole copies that were kept and part from this record, and what not."""
        return self._earlier.said

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
        offered = offered_hashes(self._source, first, size)
        hashes = offered[held.size - first * TILE_WIDTH :]
        tree = held.tree.copy()
        tree.extend(hashes)
        if tree.root() != signed.checkpoint.root:
            self._refusing.forked(note, signed)
        return hashes

    def _copy_entries(self, start: int, hashes: list[bytes]) -> None:
        """Writes the entries that may be read. One that was interrupted goes on where it was."""
        total = start + len(hashes)
        at = self._resumed(start, hashes)
        # First of all: whatever lies beyond the checkpoint is said to be on its way.
        self._held.note_pending(at)
        while at < total:
            end = min((at // self._at_once + 1) * self._at_once, total)
            for each in self._offered(at, hashes[at - start : end - start]):
                self._asks_again |= each.leaf is not None and _is_release(each.leaf)
            at = end
            self._held.note_pending(at)
            self._progress(at, total)

    def _resumed(self, start: int, hashes: list[bytes]) -> int:
        """Up to where entries beyond the checkpoint lie, whole; after a power cut some may not."""
        pending = self._held.find_pending()
        if pending is None:
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
