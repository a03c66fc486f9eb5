"""Receipts: proof, for whoever said something, of where in the record it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from openline.domain.errors import Unavailable
from openline.domain.statement import Entry
from openline.journal import Journal
from openline.record.checkpoint import parse_checkpoint
from openline.record.errors import RecordFault
from openline.record.merkle import InclusionProofs
from openline.record.note import parse_note
from openline.record.proof import InclusionProof, render_proof
from openline.record.tiles import subtrees_of_tiles

_SUBTREES_KEPT: Final = 65_536


class ReceiptLevel(StrEnum):
    """By whose word a receipt stands: the desk's alone, or that of witnesses too."""

    LOGGED = "logged"
    WITNESSED = "witnessed"


class Receipt(Struct, frozen=True, kw_only=True):
    """That a statement stands in the record as entry `index`, never that anybody agrees to it.

    `proof` is a C2SP tlog-proof, which verifies offline with the leaf and the desk's public key;
    where it is witnessed, the checkpoint in it bears the witnesses' cosignatures as well.
    """

    index: int
    proof: bytes
    level: ReceiptLevel = ReceiptLevel.LOGGED


class Recorded(Struct, frozen=True, kw_only=True):
    """That a statement stands in the record, durably: its entry, and what was concluded from it.

    Of what was said before under the same id and is said again, these are the entries of the
    first time, without the bodies that were erased since.
    """

    entry: Entry
    concluded: tuple[Entry, ...] = ()

    @property
    def index(self) -> int:
        """Where it stands."""
        return self.entry.index


class Receipts:
    """Makes receipts out of the journal's tiles."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._subtrees: dict[tuple[int, int], bytes] = {}
        self._newest = _Batch(range(0), b"", self._proofs(0))

    def remember(self, entries: range, note: bytes, subtrees: dict[tuple[int, int], bytes]) -> None:
        """A batch has become durable: most receipts that are asked for are of its entries.

        Args:
            entries: their indices; the record ends with them.
            note: the checkpoint over it.
            subtrees: what it made whole of the tree, by (height, n).
        """
        if len(self._subtrees) > _SUBTREES_KEPT:
            self._subtrees.clear()
        self._subtrees.update(subtrees)
        self._newest = _Batch(entries, note, self._proofs(entries.stop))

    def receipt(self, index: int) -> Receipt:
        """The receipt of an entry: whenever it is asked for, the very same bytes.

        It is proven under the checkpoint of the batch that brought the entry in.

        Raises:
            Unavailable: the store does not answer, or there is no such entry.
        """
        newest = self._newest
        if index in newest.entries:
            return _receipt(index, newest.note, newest.proofs)
        note = self._journal.checkpoint(over=index + 1)
        if note is None:
            raise Unavailable(f"Entry {index}: the record does not reach so far. Try again.")
        size = parse_checkpoint(parse_note(note).text).size
        return _receipt(index, note, self._proofs(size))

    def find_witnessed(self, index: int) -> Receipt | None:
        """The receipt under the first checkpoint over the entry that witnesses have cosigned.

        The very same bytes whenever it is asked for; None as long as there is no such checkpoint.

        Raises:
            Unavailable: the store does not answer.
        """
        note = self._journal.cosigned(over=index + 1)
        if note is None:
            return None
        proofs = self._proofs(parse_checkpoint(parse_note(note).text).size)
        return replace(_receipt(index, note, proofs), level=ReceiptLevel.WITNESSED)

    def _proofs(self, size: int) -> InclusionProofs:
        """Reads perfect subtrees once: whatever the size of the record, they never change."""
        read = subtrees_of_tiles(self._journal.tile, size)

        def subtree(height: int, n: int) -> bytes:
            found = self._subtrees.get((height, n))
            if found is None:
                found = self._subtrees[height, n] = read(height, n)
            return found

        return InclusionProofs(size, subtree)


def witnessed_size(journal: Journal) -> int:
    """How many entries, from the first on, witnesses have cosigned a root over.

    Raises:
        Unavailable: the store does not answer.
    """
    note = journal.cosigned()
    return 0 if note is None else parse_checkpoint(parse_note(note).text).size


class _Batch(NamedTuple):
    """Entries that came in together, under one checkpoint."""

    entries: range
    note: bytes
    proofs: InclusionProofs


def _receipt(index: int, note: bytes, proofs: InclusionProofs) -> Receipt:
    try:
        hashes = proofs.of(index)
    except RecordFault as fault:
        raise Unavailable(f"Entry {index}: {fault.sentence}") from fault
    proof = InclusionProof(index=index, hashes=tuple(hashes), checkpoint=note)
    return Receipt(index=index, proof=render_proof(proof))
