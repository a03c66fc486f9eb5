"""The desk as it stood: the same view, of the record up to some earlier size.

A past state is the record folded so far and no further, so it holds what the desk knew then and
nothing that it learnt since. Rights are those of then as well: whoever could see a thing at that
size can read the entry that says so to this day. What was erased since is gone from the past too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct
from starlette.requests import Request

from openline.desk.known import known_before
from openline.desk.state import State, evolve, snapshot_of, state_from_snapshot
from openline.desk.view import View, view
from openline.domain.errors import Malformed, UnknownThing
from openline.domain.incident import Incident
from openline.domain.question import Known, QuestionAsked
from openline.domain.statement import kind_of
from openline.journal import Journal
from openline.protocols.rest.bodies import read_number
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import Endpoint, Query, answered_in_thread
from openline.protocols.rest.entries import read_rows
from openline.protocols.rest.gate import Gate
from openline.protocols.rest.known import known_endpoint
from openline.protocols.rest.site_reads import record_reads
from openline.sealing import entry_from_row

ANCHOR_EVERY: Final = 1_000
ANCHORS_MAX: Final = 64
MOMENTS_AT_ONCE: Final = 2_000
REACH_MAX: Final = 20_000
"""How many entries may be folded for one question; what lies further back is refused."""


class Moment(Struct, frozen=True, kw_only=True, array_like=True):
    """An entry that one may read, as a mark on the timeline: its place, when, and what kind."""

    index: int
    recorded_at: datetime
    kind: str


class Moments(Struct, frozen=True, kw_only=True):
    """The entries that the caller may read from one index up to another, as marks.

    `upto` is the index after the last one looked at: from there on ask again, until it is `size`.
    """

    size: int
    upto: int
    moments: tuple[Moment, ...]


class Past:
    """Earlier states of one record, folded on demand. Any thread asks; one is answered at a time.

    Going forward costs no more than the entries in between. Anchors lie on the way, as snapshots,
    so that going back does not begin at the beginning.
    LIMIT: bodies erased while the desk runs stay in the anchors of this process. `openline erase`
    has the desk for itself, so there is no such process.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._turn = threading.Lock()
        self._state = State()
        self._anchors: dict[int, bytes] = {}
        self._anchor_every = ANCHOR_EVERY

    def view(self, party: str, size: int) -> View:
        """All that the party could see when the record had so many entries.

        Raises:
            UnknownThing: the record does not reach so far, or the party was not at the desk yet.
            Malformed: it lies further back than is folded for one question.
            Unavailable: the store does not answer.
        """
        with self._turn:
            return view(self._state_at(size), party)

    def known(
        self, question: QuestionAsked, asker: str, incident: Incident, size: int
    ) -> tuple[Known, ...]:
        """What a question about an incident is answered from the record as it stood at a size.

        Unlike the desk as it is now, which forgets what was over long ago, the record forgets
        nothing.

        Raises:
            UnknownThing, Malformed, Unavailable: as `view`.
        """
        place = question.body.volumes if question.body is not None else ()
        with self._turn:
            return known_before(self._state_at(size), incident, asker, question.at, place)

    def size_at(self, moment: datetime) -> int:
        """How many entries had been recorded by a moment."""
        low, high = 0, self._journal.size()
        while low < high:
            middle = (low + high) // 2
            (row,) = self._journal.read(middle, middle + 1)
            low, high = (middle + 1, high) if row.recorded_at <= moment else (low, middle)
        return low

    def _state_at(self, size: int) -> State:
        if size > self._journal.size():
            raise UnknownThing(f"size {size}: the record does not reach so far. Ask for less.")
        if size < self._state.size or self._nearest(size) > self._state.size:
            self._state = self._anchored(size)
        if size - self._state.size > REACH_MAX:
            raise Malformed(
                f"size {size}: too far from what was last asked for. Ask for {REACH_MAX} entries "
                "more at most, step by step."
            )
        for row in self._journal.read(self._state.size, size):
            evolve(self._state, entry_from_row(row))
            if self._state.size % self._anchor_every == 0:
                self._keep_anchor()
        return self._state

    def _nearest(self, size: int) -> int:
        return max((each for each in self._anchors if each <= size), default=0)

    def _anchored(self, size: int) -> State:
        nearest = self._nearest(size)
        return state_from_snapshot(self._anchors[nearest]) if nearest else State()

    def _keep_anchor(self) -> None:
        self._anchors[self._state.size] = snapshot_of(self._state)
        if len(self._anchors) > ANCHORS_MAX:
            self._anchor_every *= 2
            self._anchors = {
                size: text for size, text in self._anchors.items() if size % self._anchor_every == 0
            }


def past_endpoints(gate: Gate) -> Iterator[Endpoint]:
    """The marks of a timeline, and the view at any of them."""
    past = Past(gate.desk.journal)

    def seen_then(request: Request, caller: Caller) -> View:
        size = read_number("size", request.query_params.getlist("size"))
        shown = past.view(caller.party, size)
        record_reads(gate, caller, shown)
        return shown

    def moments(request: Request, caller: Caller) -> Moments:
        start = read_number("from", request.query_params.getlist("from"))
        size = gate.desk.journal.size()
        upto = min(size, start + MOMENTS_AT_ONCE)
        rows = read_rows(gate.desk, caller.party, start, max(start, upto))
        return Moments(
            size=size,
            upto=max(start, upto),
            moments=tuple(
                Moment(index=row.index, recorded_at=entry.recorded_at, kind=kind_of(entry.content))
                for row, entry, readable in rows
                if readable
            ),
        )

    yield known_endpoint(gate, past)
    yield Endpoint(
        method="GET",
        path="/v1/past",
        summary="All that one might see when the record had so many entries",
        tag="read",
        answer=answered_in_thread(gate.caller, seen_then),
        returns=View,
        query=(Query(name="size", type=int, what="How many entries", required=True),),
        refusals=(404, 422),
    )
    yield Endpoint(
        method="GET",
        path="/v1/moments",
        summary="The entries one may read as marks on a timeline: place, instant and kind",
        tag="read",
        answer=answered_in_thread(gate.caller, moments),
        returns=Moments,
        query=(Query(name="from", type=int, what="The first index", required=True),),
        refusals=(422,),
    )
