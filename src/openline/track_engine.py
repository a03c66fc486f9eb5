"""Live tracks beside the state: ten thousand fixes a second are not statements.

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

from msgspec import Struct
from msgspec.structs import replace

from openline.desk.comparing.tracks import LatestFix, is_stale, observe
from openline.desk.ids import check_free
from openline.desk.state import State
from openline.detection import check_fix, find_absurd_speed, find_jump
from openline.domain.errors import NotPermitted
from openline.domain.finding import Fault
from openline.domain.observed import FixCited, TrackFault, TracksObserved, TracksRoot
from openline.domain.rules import Rules
from openline.domain.track import Fix
from openline.record.merkle import root_of

ROOT_EVERY: Final = timedelta(minutes=1)


class Batch(Struct, frozen=True, kw_only=True):
    """The exact bytes of one batch as received: evidence, kept for a stated time and erasable."""

    digest: str
    party: str
    received_at: datetime
    data: bytes


class TrackEngine:
    """Not for several threads: whoever feeds it also asks it."""

    def __init__(self, keep: Callable[[Batch], None]) -> None:
        """`keep` is given every batch received, before anything is concluded from it."""
        self._keep = keep
        self._tracks: dict[str, LatestFix] = {}
        self._faulty: set[tuple[str, Fault]] = set()
        self._new_faults: list[TrackFault] = []
        self._unseen_since: dict[str, datetime] = {}
        self._digests: list[tuple[datetime, bytes]] = []
        self._root_due_at: datetime | None = None

    def __len__(self) -> int:
        """How many tracks have been heard since the engine started."""
        return len(self._tracks)

    def is_known(self, track: str, state: State, now: datetime) -> bool:
        """Whether a fresh fix says where the track is; else it is UNKNOWN, and shown so."""
        held = self._tracks.get(track)
        return held is not None and not is_stale(state, held.fix, now)

    def receive(
        self, party: str, data: bytes, fixes: Sequence[Fix], state: State, now: datetime
    ) -> str:
        """Takes a batch in, whole or not at all, and gives its digest: SHA-256, in hex.

        Raises:
            Malformed: a fix cannot be judged.
            NotPermitted: a fix is of another party, or its track's id is in another party's use.
            WrongState: a plan, measure or notification has the id of a track.
        """
        for fix in fixes:
            self._check(party, fix)
            check_free(state, fix.track)
        digest = hashlib.sha256(data).digest()
        self._keep(Batch(digest=digest.hex(), party=party, received_at=now, data=data))
        self._digests.append((now, digest))
        for index, fix in enumerate(fixes):
            self._take(fix, FixCited(batch=digest.hex(), index=index), state.rules, now)
        return digest.hex()

    def look(self, state: State, now: datetime) -> TracksObserved | None:
        """What has changed since the record's last word, for the desk to decide upon; or None."""
        seen = observe(state, self._tracks, self._unseen_since, now)
        if not self._new_faults:
            return seen
        faults, self._new_faults = tuple(self._new_faults), []
        return replace(seen or TracksObserved(), faults=faults)

    def root(self, now: datetime) -> TracksRoot | None:
        """Once a minute, a root over the batches received since the last; None if none is due."""
        if not self._digests or (self._root_due_at is not None and now < self._root_due_at):
            return None
        received, self._digests = self._digests, []
        self._root_due_at = now + ROOT_EVERY
        return TracksRoot(
            root=root_of(digest for _, digest in received).hex(),
            batches=len(received),
            first_at=received[0][0],
            last_at=received[-1][0],
        )

    def _check(self, party: str, fix: Fix) -> None:
        check_fix(fix)
        held = self._tracks.get(fix.track)
        if fix.party != party or (held is not None and held.fix.party != party):
            raise NotPermitted(f"{fix.track}: not a track of {party}. Use an id of your own.")

    def _take(self, fix: Fix, cited: FixCited, rules: Rules, now: datetime) -> None:
        """The newest fix stands, faults and all; one from the future counts as of now.

        What was told is never put aside for a fault: the fault is told to its teller.
        """
        held = self._tracks.get(fix.track)
        self._note_faults(held, fix, cited, rules, now)
        if held is None or fix.at >= held.fix.at:
            self._tracks[fix.track] = LatestFix(fix=replace(fix, at=min(fix.at, now)), cited=cited)

    def _note_faults(
        self,
        held: LatestFix | None,
        fix: Fix,
        cited: FixCited,
        rules: Rules,
        now: datetime,
    ) -> None:
        """Each fault of a track is told when it appears, and again only once it was mended."""
        off_s = abs((fix.at - now).total_seconds())
        jumped = held is not None and held.fix.at < fix.at and find_jump(held.fix, fix) is not None
        has = {
            Fault.CLOCK_WRONG: off_s > rules.clock_skew_s,
            Fault.ABSURD_SPEED: find_absurd_speed(fix) is not None,
            Fault.JUMP: jumped,
        }
        for fault, present in has.items():
            key = (fix.track, fault)
            if present and key not in self._faulty:
                self._faulty.add(key)
                self._new_faults.append(
                    TrackFault(track=fix.track, party=fix.party, fault=fault, fix=cited)
                )
            elif not present:
                self._faulty.discard(key)
