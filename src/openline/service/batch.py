"""A batch in the making: statements decided, sealed and folded one after the other.

Nothing of it is durable, and nobody outside the writer sees it, before the journal has it whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.desk.clock import next_due
from openline.desk.decide import decide, entries_of
from openline.desk.ruling import Conclusion
from openline.desk.state import evolve
from openline.domain.errors import Replayed
from openline.domain.finding import Fault, FindingBody, FindingMade
from openline.domain.intent import AirspaceJudged
from openline.domain.party import Heard
from openline.domain.statement import Entry, Signed, Statement, Tick
from openline.journal import Batch, Damaged, Journal, Row, Said
from openline.record.checkpoint import Checkpoint, sign_checkpoint
from openline.record.leaf import leaf_hash
from openline.record.tiles import tiles_of_growth
from openline.sealing import Signatures, Spoken, entry_from_row, says_the_same
from openline.service.fold import Fold
from openline.service.receipts import Recorded

HEARD_AT_ONCE: Final = 32
"""Leaves that one `Heard` speaks of: with their readers they fit into a leaf of its own."""
TICK_ROUNDS: Final = 64
"""An escalation may fall due at once, and what follows from it too; never so often in a row."""


def said_of(statement: Statement) -> Said:
    """Under which id its author says it."""
    return Said(party=statement.author.party, id=statement.id)


class FoldBroken(Exception):
    """A fault of ours in folding: the state may be half of something, and is built anew."""


class BatchInMaking:
    """Grows by what is heard at one instant; `fold` is ahead of the record until it is durable."""

    def __init__(
        self,
        fold: Fold,
        journal: Journal,
        signatures: Signatures,
        now: datetime,
        coming: Callable[[], Iterable[Said]] = tuple,
    ) -> None:
        """Begins one; `coming` tells what will probably be heard next, to be looked up at once."""
        self.now = now
        self.started_at = fold.tree.size
        self.entries: list[Entry] = []
        self.subtrees: dict[tuple[int, int], bytes] = {}
        self._fold, self._journal, self._signatures = fold, journal, signatures
        self._rows: list[Row] = []
        self._coming = coming
        self._said: dict[Said, int] = {}
        self._found_before: dict[Said, int] = {}
        self._looked_up: set[Said] = set()

    def __len__(self) -> int:
        return len(self._rows)

    def hear(self, spoken: Spoken) -> Recorded:
        """Decides one statement and folds what follows from it: the entries that this makes.

        What was said before under its id is answered as it was then, and changes nothing.

        Raises:
            Refused: it cannot stand; the batch is as it was.
            Replayed: as above, but a finding was added to the batch.
        """
        statement = spoken.statement
        state = self._fold.state
        self._signatures.check(spoken, state.keys)
        said = said_of(statement)
        before = self._find_said(said) if statement.word is not None else None
        if before is not None:
            return self._said_before(before, spoken)
        entries = decide(state, statement, self.now)
        at = len(self.entries)
        self._add(entries, spoken.body)
        self._said[said] = entries[0].index
        entry, *concluded = self.entries[at:]
        return Recorded(entry=entry, concluded=tuple(concluded))

    def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        """Adds what the desk concludes of its own accord."""
        self._add(entries_of(self._fold.state, list(conclusions), self.now))

    def tick(self) -> bool:
        """Adds what silence means by now; whether all of it was."""
        for _ in range(TICK_ROUNDS):
            due_at = next_due(self._fold.state)
            if due_at is None or due_at > self.now:
                return True
            entries = decide(self._fold.state, Tick(), self.now)
            if not entries:
                return False
            self._add(entries)
            if any(isinstance(each.content, AirspaceJudged) for each in entries):
                # A supplier that changes thousands of things at once makes nobody wait for it.
                break
        due_at = next_due(self._fold.state)
        return due_at is None or due_at > self.now

    def close(self, private_key: Ed25519PrivateKey, origin: str) -> Batch:
        """The batch as the journal takes it, over the checkpoint that the desk signs.

        For each party that signed a leaf, the desk says last when it heard it and who may read
        it. Each is told of its own alone: who speaks to whom is nobody else's.
        """
        self.conclude(
            [
                Conclusion(content=Heard(leaves=leaves), readers=(party,))
                for party, leaves in self._heard_by_party()
            ]
        )
        hashes = [leaf_hash(row.leaf) for row in self._rows]
        tiles = tiles_of_growth(self.started_at, hashes, self._tile)
        self._fold.right_edge |= {tile.level: tile for tile in tiles}
        self._fold.tree.extend(hashes, self.subtrees)
        tree = self._fold.tree
        checkpoint = Checkpoint(origin=origin, size=tree.size, root=tree.root())
        signed = sign_checkpoint(checkpoint, private_key)
        return Batch(rows=self._rows, tiles=tiles, checkpoint=signed)

    def _tile(self, level: int, n: int, width: int, /) -> bytes | None:
        """As the journal's; those at the right edge are at hand from the batch before."""
        tile = self._fold.right_edge.get(level)
        if tile is not None and tile.n == n and tile.width >= width:
            return tile.hashes
        return self._journal.tile(level, n, width)

    def _heard_by_party(self) -> Iterator[tuple[str, tuple[tuple[int, tuple[str, ...]], ...]]]:
        heard: defaultdict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
        for entry in self.entries:
            if isinstance(entry.word, Signed):
                heard[entry.author.party].append((entry.index, entry.readers))
        for party, leaves in heard.items():
            for at in range(0, len(leaves), HEARD_AT_ONCE):
                yield party, tuple(leaves[at : at + HEARD_AT_ONCE])

    def _add(self, entries: Sequence[Entry], body: bytes | None = None) -> None:
        """Seals all, then folds each: what cannot be sealed has changed nothing.

        Raises:
            FoldBroken: it was sealed and cannot be folded.
        """
        sealed = self._fold.chain.seal_all(entries, body)
        try:
            for each in sealed:
                # What is folded is what the record says, as every later start will read it.
                self._fold.state = evolve(self._fold.state, each.entry)
                self.entries.append(each.entry)
                self._rows.append(each.row)
        except Exception as error:
            raise FoldBroken(type(error).__name__) from error

    def _find_said(self, said: Said) -> int | None:
        here = self._said.get(said)
        if here is not None:
            return here
        if said not in self._looked_up:
            # Those that come next are asked for along with it: each question to the store is a
            # moment at which other threads take the processor.
            together = {said, *self._coming()}
            self._found_before |= self._journal.find_said(*together)
            self._looked_up |= together
        return self._found_before.get(said)

    def _said_before(self, index: int, spoken: Spoken) -> Recorded:
        rows = self._rows_from(index)
        row = next(rows, None)
        if row is None:
            raise Damaged(f"Entry {index}: the record does not hold it. Run `openline restore`.")
        if says_the_same(row, spoken):
            return _recorded(row, rows)
        self._conclude_replayed(spoken.statement, index)
        raise Replayed(
            f"{spoken.statement.id}: this id stands for something else already, entry {index}. "
            "Say it under a new id."
        )

    def _rows_from(self, index: int) -> Iterator[Row]:
        yield from self._journal.read(index, self.started_at)
        yield from self._rows[max(0, index - self.started_at) :]

    def _conclude_replayed(self, statement: Statement, index: int) -> None:
        """An id used twice is a fault of the caller's counting, or somebody speaking for it."""
        finding = FindingMade(
            finding=f"F-{self._fold.state.size}",
            fault=Fault.REPLAYED,
            thing=statement.id,
            party=statement.author.party,
            body=FindingBody(sentence=f"Id {statement.id} was used again with other content."),
        )
        self.conclude(
            [Conclusion(content=finding, readers=(statement.author.party,), refs=(index,))]
        )


def _recorded(said: Row, behind: Iterator[Row]) -> Recorded:
    """What a statement led to when it was said: the desk's next entries rest on it first of all."""
    concluded = []
    for row in behind:
        if row.refs[:1] != (said.index,) or row.recorded_at != said.recorded_at:
            break
        concluded.append(entry_from_row(row))
    return Recorded(entry=entry_from_row(said), concluded=tuple(concluded))
