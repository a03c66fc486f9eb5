"""The last fix of each live track, in columns: as much memory as there are tracks, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openline.detection.fixes import Fixes, no_fixes
from openline.geometry.courses import Codes
from openline.geometry.ellipsoid import Flags, Floats, Indices

DIGEST_BYTES: Final = 32
FAULTS_OF_A_FIX: Final = 3
_FEWEST_ROWS: Final = 64
_SPARSE: Final = 4
"""Once fewer than one row in so many is held, the table shrinks."""

Digests = NDArray[np.uint8]
Places = NDArray[np.int32]


@dataclass(eq=False)
class _Columns:
    """What is known of each row; a free row holds no track."""

    fixes: Fixes
    owner: Codes
    held: Flags
    batch: Digests
    place: Places
    faulty_at_s: Floats

    @classmethod
    def blank(cls, rows: int) -> _Columns:
        return cls(
            no_fixes(rows),
            np.zeros(rows, dtype=np.int32),
            np.zeros(rows, dtype=np.bool_),
            np.zeros((rows, DIGEST_BYTES), dtype=np.uint8),
            np.zeros(rows, dtype=np.int32),
            np.full((rows, FAULTS_OF_A_FIX), -np.inf),
        )

    def put(self, rows: Indices, others: _Columns, of_others: Indices) -> None:
        self.fixes.put(rows, others.fixes.take(of_others))
        self.owner[rows] = others.owner[of_others]
        self.held[rows] = others.held[of_others]
        self.batch[rows] = others.batch[of_others]
        self.place[rows] = others.place[of_others]
        self.faulty_at_s[rows] = others.faulty_at_s[of_others]


@dataclass(frozen=True, eq=False)
class Held:
    """Some tracks as they were when asked for: their names, owners and last fixes, row by row.

    `batch` and `place` say where among the batches received each fix stands: digests of shape
    (n, 32), and counts from 0.
    """

    names: list[str]
    parties: list[str]
    owner: Codes
    fixes: Fixes
    batch: Digests
    place: Places

    def __len__(self) -> int:
        return len(self.names)

    def party(self, row: int) -> str:
        return self.parties[int(self.owner[row])]

    def take(self, rows: Indices) -> Held:
        """Some of them, in this order."""
        return Held(
            [self.names[row] for row in rows.tolist()],
            self.parties,
            self.owner[rows],
            self.fixes.take(rows),
            self.batch[rows],
            self.place[rows],
        )


class TrackTable:
    """A row for each track; rows of tracks forgotten are used again, and given back when many."""

    def __init__(self) -> None:
        self._columns = _Columns.blank(_FEWEST_ROWS)
        self._row_of: dict[str, int] = {}
        self._name_of: list[str] = [""] * _FEWEST_ROWS
        self._free = list(range(_FEWEST_ROWS - 1, -1, -1))
        self._parties: list[str] = []
        self._party_codes: dict[str, int] = {}
        self._in_order: tuple[list[str], Indices] | None = None

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, track: object) -> bool:
        return track in self._row_of

    def party_code(self, party: str) -> int:
        """The number that stands for a party in here, for as long as this table lives."""
        code = self._party_codes.setdefault(party, len(self._parties))
        if code == len(self._parties):
            self._parties.append(party)
        return code

    def find_foreign(self, tracks: Sequence[str], party: str) -> str | None:
        """The first of these tracks that another party reports; None if none is."""
        rows = np.array([self._row_of.get(track, -1) for track in tracks], dtype=np.intp)
        foreign = (rows >= 0) & (self._columns.owner[rows] != self.party_code(party))
        return tracks[int(np.argmax(foreign))] if foreign.any() else None

    def rows_for(self, tracks: Sequence[str], party: str) -> Indices:
        """The rows of these tracks; a track that is new gets one, with no fix in it yet."""
        code = self.party_code(party)
        new = [track for track in dict.fromkeys(tracks) if track not in self._row_of]
        if new:
            self._in_order = None
        while len(self._free) < len(new):
            self._grow()
        for track in new:
            row = self._free.pop()
            self._row_of[track], self._name_of[row] = row, track
            self._columns.owner[row] = code
        return self._rows_of(tracks)

    def find_row(self, track: str) -> int | None:
        return self._row_of.get(track)

    def at_s(self, rows: Indices) -> Floats:
        """When the last fix of each was; minus infinity where there is none yet."""
        columns = self._columns
        return np.where(columns.held[rows], columns.fixes.at_s[rows], -np.inf)

    def fixes(self, rows: Indices) -> Fixes:
        """The last fixes of rows that hold one."""
        return self._columns.fixes.take(rows)

    def faulty_at_s(self, rows: Indices) -> Floats:
        """When each fault was last seen in a fix of each row, shape (n, FAULTS_OF_A_FIX)."""
        return self._columns.faulty_at_s[rows]

    def note_faulty(self, rows: Indices, faulty_at_s: Floats) -> None:
        self._columns.faulty_at_s[rows] = faulty_at_s

    def put(self, rows: Indices, fixes: Fixes, batch: bytes, places: Indices) -> None:
        """These are the last fixes of these rows now, from so many places of one batch."""
        columns = self._columns
        columns.fixes.put(rows, fixes)
        columns.held[rows] = True
        columns.batch[rows] = np.frombuffer(batch, dtype=np.uint8)
        columns.place[rows] = places

    def held(self) -> Held:
        """All tracks of which there is a fix, in the order of their names, as they are now."""
        if self._in_order is None:
            names = sorted(self._row_of)
            self._in_order = names, self._rows_of(names)
        names, rows = self._in_order
        columns = self._columns
        return Held(
            names=names,
            parties=list(self._parties),
            owner=columns.owner[rows],
            fixes=columns.fixes.take(rows),
            batch=columns.batch[rows],
            place=columns.place[rows],
        )

    def forget_before(self, at_s: float) -> None:
        """Forgets the tracks whose last fix is older, and gives back the room of many."""
        old = self._columns.held & (self._columns.fixes.at_s < at_s)
        for row in np.flatnonzero(old).tolist():
            del self._row_of[self._name_of[row]]
            self._name_of[row] = ""
            self._free.append(row)
        if old.any():
            self._in_order = None
        self._columns.held[old] = False
        self._columns.faulty_at_s[old] = -np.inf
        rows = len(self._name_of)
        if rows > _FEWEST_ROWS and len(self) * _SPARSE < rows:
            self._resize(max(_FEWEST_ROWS, 2 * len(self)))

    def _grow(self) -> None:
        self._resize(2 * len(self._name_of))

    def _resize(self, rows: int) -> None:
        """The same tracks in a table of so many rows, in the first of them."""
        names = list(self._row_of)
        before = self._rows_of(names)
        columns = _Columns.blank(rows)
        columns.put(np.arange(len(names)), self._columns, before)
        self._columns = columns
        self._row_of = {name: row for row, name in enumerate(names)}
        self._name_of = names + [""] * (rows - len(names))
        self._free = list(range(rows - 1, len(names) - 1, -1))
        self._in_order = None

    def _rows_of(self, tracks: Sequence[str]) -> Indices:
        return np.array([self._row_of[track] for track in tracks], dtype=np.intp)


def in_turn(rows: Indices) -> Iterator[Indices]:
    """Places in a batch, part by part, so that no track is twice in one and each keeps its order.

    Mostly a batch is one part: whoever reports each track once.
    """
    if len(np.unique(rows)) == len(rows):
        yield np.arange(len(rows))
        return
    order = np.argsort(rows, kind="stable")
    starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    turn = np.arange(len(rows)) - np.repeat(starts, np.diff(starts, append=len(rows)))
    for number in range(int(turn.max()) + 1):
        yield order[turn == number]
