"""Live tracks beside the state: tens of thousands of fixes a second are not statements.

The engine keeps each track's last fix and a digest of every batch received. Asked to look, it
compares what the tracks would meet with what the record last said, and hands over what changed as
one observation for the desk to decide upon; asked once a minute, a root over the batches.

It starts with nothing: until a fix of a track has come, nothing is known of it, and what the
record last said of it neither stands confirmed nor has cleared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from openline.desk.comparing.tracks import (
    Judged,
    Memory,
    Reports,
    Stock,
    Watched,
    judge,
    take_stock,
    tell,
)
from openline.desk.ids import check_all_free
from openline.desk.state import State
from openline.detection.fixes import Fixes, check_fixes, fixes_of
from openline.detection.instants import seconds_of
from openline.detection.live import Moving
from openline.detection.movers import movers_at
from openline.detection.track_plans import boxes_in_time
from openline.domain.errors import Malformed, NotPermitted
from openline.domain.finding import Fault
from openline.domain.observed import FixCited, TrackFault, TracksObserved, TracksRoot
from openline.domain.rules import Rules
from openline.domain.track import Fix
from openline.geometry.ellipsoid import Indices
from openline.record.merkle import root_of
from openline.track_engine.faults import FAULTS, faults_in, note_faults
from openline.track_engine.table import Held, TrackTable, in_turn

ROOT_EVERY: Final = timedelta(minutes=1)
FAULTS_AT_ONCE: Final = 100
"""A whole fleet whose units are wrong is told over some looks: what the record takes is bounded."""
LONGEST_ID: Final = 96
"""No id at this desk is longer."""


class Batch(Struct, frozen=True, kw_only=True):
    """The exact bytes of one batch as received: evidence, kept for a stated time and erasable."""

    digest: str
    party: str
    received_at: datetime
    data: bytes


class Looked(Struct, frozen=True, kw_only=True):
    """The tracks as they were when a look began, and how they are moved and cited in it."""

    held: Held
    watched: Watched


class TrackEngine:
    """Not for several threads, but for `set_out` and `judge`: whoever feeds need not wait for them.

    One look at a time.
    """

    def __init__(self, keep: Callable[[Batch], None]) -> None:
        """`keep` is given every batch received, before anything is concluded from it."""
        self._keep = keep
        self._table = TrackTable()
        self._new_faults: dict[tuple[str, Fault], TrackFault] = {}
        self._memory = Memory()
        self._digests: list[tuple[datetime, bytes]] = []
        self._root_due_at: datetime | None = None

    def __len__(self) -> int:
        """How many tracks are held: those heard since the engine started and not forgotten."""
        return len(self._table)

    def is_known(self, track: str, state: State, now: datetime) -> bool:
        """Whether a fresh fix says where the track is; else it is UNKNOWN, and shown so."""
        row = self._table.find_row(track)
        if row is None:
            return False
        at_s = self._table.at_s(np.array([row]))
        return bool((seconds_of(now) - at_s <= state.rules.stale_after_s)[0])

    def latest(self, party: str) -> tuple[Fix, ...]:
        """The last fix of each of the party's tracks; how old it is, it says itself."""
        held = self._table.held()
        own = np.flatnonzero(held.owner == self._table.party_code(party)).tolist()
        return tuple(held.fixes.fix(row, held.names[row], party) for row in own)

    def latest_columns(self, party: str) -> tuple[list[str], Fixes]:
        """The names of the party's tracks, in order, and the last fix of each as columns."""
        held = self._table.held()
        own = held.take(np.flatnonzero(held.owner == self._table.party_code(party)))
        return own.names, own.fixes

    def receive(
        self, party: str, data: bytes, fixes: Sequence[Fix], state: State, now: datetime
    ) -> str:
        """Takes a batch in, whole or not at all, and gives its digest: SHA-256, in hex.

        Raises:
            Malformed: a fix cannot be judged.
            NotPermitted: a fix is of another party, or its track's id is in another party's use.
            WrongState: a plan, measure or notification has the id of a track.
        """
        columns = self.check(party, fixes)
        check_all_free(state, [fix.track for fix in fixes])
        return self.take(party, data, fixes, columns, state.rules, now)

    def check(self, party: str, fixes: Sequence[Fix]) -> Fixes:
        """The fixes of a batch as columns.

        Raises:
            Malformed: a fix cannot be judged.
            NotPermitted: a fix is of another party, or its track's id is in another party's use.
        """
        for fix in fixes:
            if not 0 < len(fix.track) <= LONGEST_ID:
                raise Malformed(
                    f"{fix.track[:LONGEST_ID]}: an id has 1 to {LONGEST_ID} characters. Shorten it."
                )
        columns = fixes_of(fixes)
        check_fixes(fixes, columns)
        foreign = next((fix.track for fix in fixes if fix.party != party), None)
        foreign = foreign or self._table.find_foreign([fix.track for fix in fixes], party)
        if foreign is not None:
            raise NotPermitted(f"{foreign}: not a track of {party}. Use an id of your own.")
        return columns

    def take(
        self,
        party: str,
        data: bytes,
        fixes: Sequence[Fix],
        columns: Fixes,
        rules: Rules,
        now: datetime,
    ) -> str:
        """Takes in a batch that was checked, and whose ids nothing else has; see `receive`."""
        digest = hashlib.sha256(data).digest()
        self._keep(Batch(digest=digest.hex(), party=party, received_at=now, data=data))
        self._digests.append((now, digest))
        rows = self._table.rows_for([fix.track for fix in fixes], party)
        for places in in_turn(rows):
            self._take(rows[places], columns.take(places), digest, places, fixes, rules, now)
        return digest.hex()

    def tracks(self, rules: Rules, now: datetime) -> Held:
        """The tracks as they are now, without those that have been silent for too long."""
        self._table.forget_before(seconds_of(now) - rules.track_forgotten_after_s)
        return self._table.held()

    def set_out(self, held: Held, rules: Rules, now: datetime) -> Looked:
        """The fresh ones among them on their way; whoever feeds the engine need not wait for it."""
        now_s = seconds_of(now)
        fresh = now_s - held.fixes.at_s <= rules.stale_after_s
        stale = tuple(held.names[row] for row in np.flatnonzero(~fresh).tolist())
        if stale:
            held = held.take(np.flatnonzero(fresh))
        movers = movers_at(
            held.fixes, held.owner, now_s, rules.track_look_ahead_s, rules.error_growth
        )
        moving = Moving(held.names, held.parties, movers, boxes_in_time(movers))
        row_of = {name: row for row, name in enumerate(held.names)}
        watched = Watched(now=now, moving=moving, stale=stale, row_of=row_of)
        return Looked(held=held, watched=watched)

    def judge(self, looked: Looked, stock: Stock) -> Judged:
        """What has changed since the record's last word; needs neither the state nor the tracks."""
        return judge(looked.watched, stock, self._memory)

    def end_look(self, state: State, looked: Looked, judged: Judged) -> TracksObserved | None:
        """What has changed, for the desk to decide upon; None if nothing has.

        What has cleared is looked for anew if the record does not come to say so.
        """
        observed = tell(state, judged, _reports(looked, judged), looked.watched.now)
        faults = [self._new_faults.pop(each) for each in [*self._new_faults][:FAULTS_AT_ONCE]]
        return replace(observed or TracksObserved(), faults=tuple(faults)) if faults else observed

    def look(self, state: State, now: datetime) -> TracksObserved | None:
        """All of a look at once, for whoever need not let others in meanwhile."""
        looked = self.set_out(self.tracks(state.rules, now), state.rules, now)
        judged = self.judge(looked, take_stock(state, looked.watched))
        return self.end_look(state, looked, judged)

    def root(self, now: datetime, *, is_last: bool = False) -> TracksRoot | None:
        """Once a minute, a root over the batches received since the last; None if none is due.

        The last one, before the desk stops, does not wait for its minute.
        """
        is_due = is_last or self._root_due_at is None or now >= self._root_due_at
        if not self._digests or not is_due:
            return None
        received, self._digests = self._digests, []
        self._root_due_at = now + ROOT_EVERY
        return TracksRoot(
            root=root_of(digest for _, digest in received).hex(),
            batches=len(received),
            first_at=received[0][0],
            last_at=received[-1][0],
        )

    def _take(
        self,
        rows: Indices,
        columns: Fixes,
        digest: bytes,
        places: Indices,
        fixes: Sequence[Fix],
        rules: Rules,
        now: datetime,
    ) -> None:
        """The newest fix stands, faults and all; one from the future counts as of now.

        What was told is never put aside for a fault: the fault is told to its teller.
        """
        now_s = seconds_of(now)
        has = faults_in(self._table, rows, columns, rules, now_s)
        for number, fault in np.argwhere(note_faults(self._table, rows, has, now_s)).tolist():
            fix, place = fixes[places[number]], int(places[number])
            self._new_faults[fix.track, FAULTS[fault]] = TrackFault(
                track=fix.track,
                party=fix.party,
                fault=FAULTS[fault],
                fix=FixCited(batch=digest.hex(), index=place),
            )
        newest = np.flatnonzero(columns.at_s >= self._table.at_s(rows))
        stands = columns.take(newest)
        stands.at_s[:] = np.minimum(stands.at_s, now_s)
        self._table.put(rows[newest], stands, digest, places[newest])


def _reports(looked: Looked, judged: Judged) -> Reports:
    """The last fixes of the tracks that are told of, and where among the batches each stands."""
    held, row_of = looked.held, looked.watched.row_of
    rows = {name: row_of[name] for news in judged.news for name in news.tracks}
    return Reports(
        fixes={name: held.fixes.fix(row, name, held.party(row)) for name, row in rows.items()},
        cited={
            name: FixCited(batch=held.batch[row].tobytes().hex(), index=int(held.place[row]))
            for name, row in rows.items()
        },
    )
