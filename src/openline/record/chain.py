"""Each key's leaves form a chain of their own: nothing dropped, nothing slipped in, no two ways on.

The log's order is the desk's word; a chain is the signer's. A desk that leaves a leaf out, moves it
or back-dates another breaks a chain it has no key to mend.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum

from msgspec import Struct

from openline.record.leaf import NO_LEAF_BEFORE, Leaf


class Breach(StrEnum):
    """How a leaf can be out of turn."""

    STALE = "stale"
    GAP = "gap"
    FORK = "fork"


class Head(Struct, frozen=True, kw_only=True):
    """Where a key's chain has come to: what its next leaf must carry."""

    seq: int = 0
    prevhash: str = NO_LEAF_BEFORE


class ChainFault(Struct, frozen=True, kw_only=True):
    """The leaf at `index` is out of turn; `missing` leaves before it are nowhere."""

    breach: Breach
    index: int
    kid: str
    seq: int
    due: int
    missing: int = 0

    @property
    def sentence(self) -> str:
        """What is wrong, with which entry."""
        entry = f"Entry {self.index}, number {self.seq} of key {self.kid},"
        if self.breach is Breach.GAP:
            return f"{entry} came where number {self.due} was due: {self.missing} dropped between."
        if self.breach is Breach.STALE:
            return f"{entry} came where number {self.due} was due: that number was used before."
        return f"{entry} follows another leaf than the one before it here: the chain forks."


def head_after(leaf: Leaf) -> Head:
    """What the next leaf of the same key must carry."""
    return Head(seq=leaf.seq + 1, prevhash=leaf.digest)


def find_breach(head: Head, leaf: Leaf) -> Breach | None:
    """How the leaf is out of turn; None if it is the next one.

    STALE: its number was used before. GAP: numbers before it are missing. FORK: the number is
    due, and it follows another leaf than the last one here.
    """
    if leaf.seq < head.seq:
        return Breach.STALE
    if leaf.seq > head.seq:
        return Breach.GAP
    return Breach.FORK if leaf.prevhash != head.prevhash else None


class Chains:
    """The chains of all keys, followed through a log of which some entries may not be held.

    A gap is a fault only where entries that are not held cannot account for it. Each of those
    can stand for one missing leaf; they are given out so that as many gaps as possible are
    accounted for (earliest end first), so a fault is never raised against an honest log.
    """

    def __init__(self) -> None:
        self._heads: dict[str, Head] = {}
        self._seen_at: dict[str, int] = {}
        self._not_held: list[int] = []

    def pass_over(self, index: int) -> None:
        """The entry at `index` is not held; indices only rise."""
        self._not_held.append(index)

    def follow(self, index: int, leaf: Leaf) -> ChainFault | None:
        """Takes the next leaf of the log; the fault if it is out of turn.

        After a gap or a fork the chain goes on from this leaf; a stale leaf changes nothing.
        """
        head = self._heads.get(leaf.kid, Head())
        breach = find_breach(head, leaf)
        missing = 0
        if breach is Breach.GAP:
            before = self._seen_at.get(leaf.kid, -1)
            missing = leaf.seq - head.seq - self._account_for(leaf.seq - head.seq, before)
            if not missing:
                breach = None
        if breach is not Breach.STALE:
            self._heads[leaf.kid] = head_after(leaf)
            self._seen_at[leaf.kid] = index
        if breach is None:
            return None
        return ChainFault(
            breach=breach, index=index, kid=leaf.kid, seq=leaf.seq, due=head.seq, missing=missing
        )

    def _account_for(self, wanted: int, after: int) -> int:
        """How many of the wanted leaves may be among entries not held since `after`."""
        start = bisect_right(self._not_held, after)
        taken = self._not_held[start : start + wanted]
        del self._not_held[start : start + wanted]
        return len(taken)
