"""Receipts: proof, for whoever said something, of where in the record it stands."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from openline.domain.errors import Unavailable
from openline.domain.statement import Entry
from openline.journal import Journal
from openline.record.checkpoint import parse_checkpoint
from openline.record.errors import RecordFault
from openline.record.merkle import ReadSubtree, inclusion_proof
from openline.record.note import parse_note
from openline.record.proof import InclusionProof, render_proof
from openline.record.tiles import subtrees_of_tiles

_SUBTREES_KEPT: Final = 65_536


class Receipt(Struct, frozen=True, kw_only=True):
    """That a statement stands in the record as entry `index`, never that anybody agrees to it.

    `proof` is a C2SP tlog-proof, which verifies offline with the leaf and the desk's public key.
    """

    index: int
    proof: bytes


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
        self._newest = (b"", 0, 0)

    def remember(self, note: bytes, start: int, size: int) -> None:
        """The checkpoint of the batch just made durable: most receipts asked for are under it."""
        self._newest = note, start, size

    def receipt(self, index: int) -> Receipt:
        """The receipt of an entry: whenever it is asked for, the very same bytes.

        It is proven under the checkpoint of the batch that brought the entry in.

        Raises:
            Unavailable: the store does not answer, or there is no such entry.
        """
        newest, start, size = self._newest
        if start <= index < size:
            return self._receipt_under(newest, size, index)
        note = self._journal.checkpoint(over=index + 1)
        if note is None:
            raise Unavailable(f"Entry {index}: the record does not reach so far. Try again.")
        return self._receipt_under(note, parse_checkpoint(parse_note(note).text).size, index)

    def _receipt_under(self, note: bytes, size: int, index: int) -> Receipt:
        try:
            hashes = inclusion_proof(index, size, self._read_subtree(size))
        except RecordFault as fault:
            raise Unavailable(f"Entry {index}: {fault.sentence}") from fault
        proof = InclusionProof(index=index, hashes=tuple(hashes), checkpoint=note)
        return Receipt(index=index, proof=render_proof(proof))

    def _read_subtree(self, size: int) -> ReadSubtree:
        """Reads perfect subtrees once: whatever the size of the record, they never change."""
        read = subtrees_of_tiles(self._journal.tile, size)
        if len(self._subtrees) > _SUBTREES_KEPT:
            self._subtrees.clear()

        def subtree(height: int, n: int) -> bytes:
            found = self._subtrees.get((height, n))
            if found is None:
                found = self._subtrees[height, n] = read(height, n)
            return found

        return subtree
