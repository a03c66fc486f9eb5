"""The desk as it stood: the same view, of the record up to some earlier size.

A past state is the record folded so far and no further, so it holds what the desk knew then and
nothing that it learnt since. Rights are those of then as well: whoever could see a thing at that
size can read the entry that says so to this day. What was erased since is gone from the past too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

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
from openline.protocols.rest.endpoint import Endpoint, Query, answered_in_thread, json_response
from openline.protocols.rest.entries import read_rows
from openline.protocols.rest.gate import Gate
from openline.protocols.rest.known import known_endpoint
from openline.protocols.rest.site_reads import record_reads
from openline.protocols.rest.turns import Turns
from openline.sealing import entry_from_row

ANCHOR_EVERY: Final = 1_000
ANCHORS_MAX: Final = 64
ANCHORS_BYTES_MAX: Final = 1 << 26
"""What the anchors may take together: of a large state there are fewer, and of a huge one none."""
MOMENTS_AT_ONCE: Final = 2_000
REACH_MAX: Final = 20_000
"""How many entries may be folded for one look back; what lies further from where one was is
refused. So far, too, folding is cheaper than reading a snapshot of the whole state."""
_BUSY: Final = "One at a time looks back here, and enough wait. Ask again in a moment."
Find = Callable[[int, int], State | None]


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


def _find_none(_above: int, _upto: int) -> State | None:
    return None


class Past:
    """Earlier states of one record, folded on demand; by one thread at a time, as `Turns` sees to.

    Going forward costs no more than the entries in between. Anchors lie on the way, as snapshots,
    so that going back does not begin at the beginning; what is far from all of them begins with
    the desk's own snapshot, where one lies between.
    LIMIT: bodies erased while the desk runs stay in the anchors of this process. `openline erase`
    has the desk for itself, so there is no such process.
    """

    def __init__(self, journal: Journal, find_state: Find = _find_none) -> None:
        """`find_state` gives a state of more than so many entries and up to so many, if it can."""
        self._journal = journal
        self._find_state = find_state
        self._state = State()
        self._anchors: dict[int, bytes] = {}
        self._anchor_every = ANCHOR_EVERY

    def view(self, party: str, size: int) -> View:
        """All that the party could see when the record had so many entries.

        Raises:
            UnknownThing: the record does not reach so far, or the party was not at the desk yet.
            Malformed: it lies further back than is folded for one look.
            Unavailable: the store does not answer.
        """
        self._begin(size)
        if size - self._state.size > REACH_MAX:
            raise Malformed(
                f"size {size}: too far from what was last asked for. Ask for {REACH_MAX} entries "
                "more at most, step by step."
            )
        self.reach(size)
        return view(self._state, party)

    def known(
        self, question: QuestionAsked, asker: str, incident: Incident, size: int
    ) -> tuple[Known, ...]:
        """What a question about an incident is answered from the record as it stood at a size.

        Unlike the desk as it is now, which forgets what was over long ago, the record forgets
        nothing.

        Raises:
            UnknownThing, Unavailable: as `reach`.
        """
        place = question.body.volumes if question.body is not None else ()
        self.reach(size)
        return known_before(self._state, incident, asker, question.at, place)

    def reach(self, size: int) -> None:
        """Folds the record up to that size, however far it is: row by row, in one state.

        Raises:
            UnknownThing: the record does not reach so far.
            Unavailable: the store does not answer.
        """
        self._begin(size)
        for row in self._journal.read(self._state.size, size):
            evolve(self._state, entry_from_row(row))
            if self._state.size % self._anchor_every == 0:
                self._keep_anchor()

    def size_at(self, moment: datetime) -> int:
        """How many entries had been recorded by a moment."""
        low, high = 0, self._journal.size()
        while low < high:
            middle = (low + high) // 2
            (row,) = self._journal.read(middle, middle + 1)
            low, high = (middle + 1, high) if row.recorded_at <= moment else (low, middle)
        return low

    def _begin(self, size: int) -> None:
        """Stands as near before that size as can be had without folding."""
        if size > self._journal.size():
            raise UnknownThing(f"size {size}: the record does not reach so far. Ask for less.")
        anchor = self._nearest_anchor(size)
        own = self._state.size if self._state.size <= size else -1
        nearest = max(anchor, own)
        if size - nearest > REACH_MAX and (found := self._find_state(nearest, size)) is not None:
            self._state = found
        elif own < anchor:
            self._state = state_from_snapshot(self._anchors[anchor]) if anchor else State()

    def _nearest_anchor(self, size: int) -> int:
        return max((each for each in self._anchors if each <= size), default=0)

    def _keep_anchor(self) -> None:
        self._anchors[self._state.size] = snapshot_of(self._state)
        while (
            len(self._anchors) > ANCHORS_MAX
            or sum(map(len, self._anchors.values())) > ANCHORS_BYTES_MAX
        ):
            self._anchor_every *= 2
            self._anchors = {
                size: text for size, text in self._anchors.items() if size % self._anchor_every == 0
            }


def past_endpoints(gate: Gate) -> Iterator[Endpoint]:
    """The marks of a timeline, and the view at any of them."""
    past, turns = Past(gate.desk.journal, gate.desk.find_earlier_state), Turns(_BUSY)

    def told(shown: View, caller: Caller) -> Response:
        record_reads(gate, caller, shown)
        return json_response(shown)

    async def seen_then(request: Request) -> Response:
        caller = await run_in_threadpool(gate.caller, request)
        size = read_number("size", request.query_params.getlist("size"))
        shown = await turns.run(caller.party, lambda: past.view(caller.party, size))
        return await run_in_threadpool(told, shown, caller)

    yield known_endpoint(gate, Past(gate.desk.journal, gate.desk.find_earlier_state))
    yield Endpoint(
        method="GET",
        path="/v1/past",
        summary="All that one might see when the record had so many entries",
        tag="read",
        answer=seen_then,
        returns=View,
        query=(Query(name="size", type=int, what="How many entries", required=True),),
        refusals=(404, 422),
    )
    yield Endpoint(
        method="GET",
        path="/v1/moments",
        summary="The entries one may read as marks on a timeline: place, instant and kind",
        tag="read",
        answer=answered_in_thread(gate.caller, lambda request, who: _moments(gate, request, who)),
        returns=Moments,
        query=(Query(name="from", type=int, what="The first index", required=True),),
        refusals=(422,),
    )


def _moments(gate: Gate, request: Request, caller: Caller) -> Moments:
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
