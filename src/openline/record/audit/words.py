"""What an audit is given, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from openline.record.note import NoteKey


class RecordCopy(Protocol):
    """What somebody holds of a record, whole or in part. Only read; never believed."""

    def checkpoint(self) -> bytes | None:
        """The signed note over the record as it is held; None if there is none."""

    def earlier_checkpoints(self) -> Iterable[tuple[str, bytes]]:
        """Checkpoints seen before, each with a name to speak of it by."""

    def tile(self, level: int, n: int, width: int, /) -> bytes | None:
        """As `tiles.ReadTile`."""

    def leaf(self, index: int) -> bytes | None:
        """The exact bytes of an entry; None if they are not held."""

    def salted_body(self, index: int) -> bytes | None:
        """The 32 bytes of salt and then the body of an entry; None if not held."""

    def indices(self) -> Iterable[int]:
        """Every index of which a leaf or a body is held, in any order."""


class Trust(Struct, frozen=True, kw_only=True):
    """Whom the reader trusts before reading.

    `keys` are the record's checkpoint keys and the witnesses'. `desk_key` is the desk's own key
    where entry 0, which names it, is not held. `from_copy`: all this came with the copy itself.
    """

    keys: tuple[NoteKey, ...]
    desk_key: Ed25519PublicKey | None = None
    from_copy: bool = False


class Wrong(StrEnum):
    """What can be wrong with a copy; the slugs never change once published."""

    BACK_DATED = "back_dated"
    BODY_ALTERED = "body_altered"
    CHAIN_FORK = "chain_fork"
    CHAIN_GAP = "chain_gap"
    CHAIN_STALE = "chain_stale"
    CHECKPOINT_FORGED = "checkpoint_forged"
    CHECKPOINT_UNREADABLE = "checkpoint_unreadable"
    COPY_DAMAGED = "copy_damaged"
    ENTRIES_WITHHELD = "entries_withheld"
    ENTRY_MALFORMED = "entry_malformed"
    ENTRY_MOVED = "entry_moved"
    ENTRY_UNPROVEN = "entry_unproven"
    EPOCH_MISSTATED = "epoch_misstated"
    EVIDENCE_ALTERED = "evidence_altered"
    KEY_FORGED = "key_forged"
    NOT_AS_COMMITTED = "not_as_committed"
    OLD_ENTRY_EDITED = "old_entry_edited"
    PAPER_ALTERED = "paper_altered"
    RECEIPT_FAILS = "receipt_fails"
    RECORD_FORKED = "record_forked"
    REFERS_AHEAD = "refers_ahead"
    SIGNER_UNKNOWN = "signer_unknown"
    SPEAKS_FOR_ANOTHER = "speaks_for_another"
    TILE_ALTERED = "tile_altered"
    WRONG_RECORD = "wrong_record"


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that is wrong: a slug for machines, a sentence for people, the entry if one."""

    slug: Wrong
    sentence: str
    index: int | None = None


class Verdict(Struct, frozen=True, kw_only=True):
    """What was found. Sound only if nothing at all is wrong; `unproven` is no fault."""

    origin: str | None
    size: int | None
    root: str | None
    proven: tuple[str, ...]
    unproven: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong and something is proven."""
        return not self.faults and bool(self.proven)


def ranges_text(indices: Sequence[int]) -> str:
    """Rising indices as people write them: `3, 5–9`."""
    spans: list[tuple[int, int]] = []
    for index in indices:
        if spans and spans[-1][1] == index - 1:
            spans[-1] = spans[-1][0], index
        else:
            spans.append((index, index))
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)


def count_text(count: int, one: str, many: str) -> str:
    """`1 entry`, `2 entries`."""
    return f"{count} {one if count == 1 else many}"
