"""The state of a desk: the fold of its record, and the only thing that changes it.

`evolve` may change the state it is given, and returns it; nothing else may. It decides nothing:
what an entry says has happened, has happened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct, field

from openline.desk.comparing.occupied import Occupied
from openline.desk.deadlines import Deadlines
from openline.desk.shelf import Shelf
from openline.detection import PlanIndex
from openline.domain.alarm import Silenced
from openline.domain.assurance import Assurance
from openline.domain.cadence import Cadence, ContactTally
from openline.domain.conflict import OpenConflict, Pointer
from openline.domain.constraint import Constraint
from openline.domain.delivery import Delivery, Notice
from openline.domain.edge import ClaimedArea, Edge, StandingCrossing, StandingForecast
from openline.domain.evidence import Evidence
from openline.domain.finding import AreaOfInterest, FindingMade, Place
from openline.domain.incident import Incident
from openline.domain.intent import Intent, Unjudged
from openline.domain.line import Line
from openline.domain.measure import Measure
from openline.domain.meeting import Meeting
from openline.domain.message import Message
from openline.domain.notification import Notification
from openline.domain.observed import StandingSighting
from openline.domain.party import Cell, Key, Party, PublicKey
from openline.domain.plan import FiledPlan
from openline.domain.question import Probing
from openline.domain.rules import Rules
from openline.domain.statement import Content, Entry, Signed
from openline.domain.subscription import Subscription
from openline.domain.supplier import Supplier, TrustedAuthority
from openline.domain.watch import Watch
from openline.domain.witness import AgreedWitnesses

STATE_VERSION: Final = 10
"""Raised whenever a snapshot of the release before would not be read as what a replay gives.

So with every field that is new, gone or meant otherwise; an older snapshot is passed over then, and
the record replayed. `tests/desk/test_state_shape.py` holds the shape of the state to it.
"""


V = TypeVar("V")


def _shelf(kind: type[V]) -> Shelf[V]:
    """A section that is found by more than ids: `shelf.LOOKS` says by what."""
    shelf: Shelf[V] = field(default_factory=lambda: Shelf(kind))
    return shelf


class State(Struct, kw_only=True):
    """Everything the desk knows, as values; one section for each family of things said."""

    origin: str = ""
    exercise: bool = False
    epoch: int = 0
    rules: Rules = field(default_factory=Rules)
    size: int = 0
    now: datetime = datetime.min.replace(tzinfo=UTC)

    deadlines: Deadlines = field(default_factory=Deadlines)
    time_doubted: bool = False
    clock_behind_s: float = 0.0
    """How far the desk's time, which never falls, runs ahead of the clock that it goes by."""

    # Roster: evolve/roster.py
    parties: Shelf[Party] = _shelf(Party)
    cells: Shelf[Cell] = _shelf(Cell)
    keys: dict[str, Key] = {}
    # The desk's own, in the order in which they held: all since it was opened, or since the last
    # epoch that began with a new one.
    desk_keys: tuple[PublicKey, ...] = ()

    # Whose cosignatures make the record believed: evolve/witnesses.py
    witnesses: AgreedWitnesses = field(default_factory=AgreedWitnesses)

    # Lines, messages, and what is owed to whom: evolve/lines.py
    lines: Shelf[Line] = _shelf(Line)
    messages: Shelf[Message] = _shelf(Message)
    deliveries: Shelf[Delivery] = _shelf(Delivery)
    notices: dict[str, tuple[Notice, ...]] = {}

    # What occupies ground and sky: evolve/plans.py, measures.py, and the index over both and sites.
    # `measures` are kept by version, `standing` is the version of each in force or suspended.
    plans: Shelf[FiledPlan] = _shelf(FiledPlan)
    measures: Shelf[Measure] = _shelf(Measure)
    standing: dict[str, int] = {}
    index: Occupied = field(default_factory=Occupied)

    # What drone suppliers have filed, under their own ids, and the suppliers themselves by party:
    # evolve/airspace.py, suppliers.py. `index.air` is how the first three are searched. What they
    # changed is held against all else soon after, party by party. `published` are the ids under
    # which they are shown measures, by measure.
    intents: dict[str, Intent] = {}
    subscriptions: dict[str, Subscription] = {}
    constraints: dict[str, Constraint] = {}
    suppliers: dict[str, Supplier] = {}
    unjudged: dict[str, dict[str, Unjudged]] = {}
    published: dict[str, str] = {}
    trusted: TrustedAuthority = field(default_factory=TrustedAuthority)

    # Notifications: evolve/notifications.py
    # What names are held against, by name, and what was found wrong: evolve/findings.py
    notifications: Shelf[Notification] = _shelf(Notification)
    places: dict[str, Place] = {}
    area: AreaOfInterest | None = None
    findings: Shelf[FindingMade] = _shelf(FindingMade)

    # What would meet, and who was told: evolve/conflicts.py, evolve/tracks.py
    conflicts: Shelf[OpenConflict] = _shelf(OpenConflict)
    pointers: Shelf[Pointer] = _shelf(Pointer)
    sightings: dict[str, StandingSighting] = {}
    stale_tracks: dict[str, datetime] = {}

    # Edges by party, claims by id (`claimed` is the index over their ground), crossings by measure
    # and party, the rest by pair of parties: evolve/edges.py, evolve/cadence.py
    edges: dict[str, Edge] = {}
    claims: dict[str, ClaimedArea] = {}
    claimed: PlanIndex = field(default_factory=PlanIndex)
    crossings: dict[str, StandingCrossing] = {}
    forecasts: dict[str, StandingForecast] = {}
    cadences: Shelf[Cadence] = _shelf(Cadence)
    contacts: dict[str, tuple[ContactTally, ...]] = {}

    # Incidents: evolve/incidents.py. Later releases: by an entry's index, who else may read it.
    incidents: dict[str, Incident] = {}
    released: dict[str, tuple[str, ...]] = {}

    # Files handed in as evidence, by id: evolve/evidence.py. The files lie beside the record.
    evidence: dict[str, Evidence] = {}

    # Assurances, meetings, duty watches: evolve/assurances.py, meetings.py, watch.py
    assurances: Shelf[Assurance] = _shelf(Assurance)
    meetings: dict[str, Meeting] = {}
    watches: dict[str, Watch] = {}

    # Alarms that an officer silenced, under `alarms.silenced_key`: evolve/watch.py
    silenced: dict[str, Silenced] = {}

    # Questions of the last hour, by who, what and coarse cell: evolve/questions.py, probing.py
    asked: dict[str, tuple[datetime, ...]] = {}
    asked_since: datetime = datetime.min.replace(tzinfo=UTC)
    probings: dict[str, Probing] = {}

    # Ids of what has left the live desk, which stay taken; when that was last looked to:
    # evolve/retention.py
    left: set[str] = set()
    swept_at: datetime = datetime.min.replace(tzinfo=UTC)

    # Protected sites read within the hour, by position and site: evolve/reading.py
    reads: dict[str, dict[str, datetime]] = {}


Evolver = Callable[[State, Entry, Any], None]
E = TypeVar("E", bound=Evolver)
EVOLVERS: Final[dict[type[Content], Evolver]] = {}
Rebuilder = Callable[[State], None]
R = TypeVar("R", bound=Rebuilder)
REBUILDERS: Final[list[Rebuilder]] = []
SWEEPERS: Final[list[Rebuilder]] = []
SWEEP_EVERY: Final = timedelta(days=1)


def evolves(kind: type[Content]) -> Callable[[E], E]:
    """Registers how entries of one kind change the state: `f(state, entry, content)`."""

    def register(evolver: E) -> E:
        if kind in EVOLVERS:
            raise ValueError(f"{kind.KIND} already evolves the state")
        EVOLVERS[kind] = evolver
        return evolver

    return register


def rebuilds(rebuilder: R) -> R:
    """Registers what fills a derived part of the state, left out of snapshots, from the rest."""
    REBUILDERS.append(rebuilder)
    return rebuilder


def sweeps(sweeper: R) -> R:
    """Registers what forgets, about once a day, what has been over for as long as the rules say."""
    SWEEPERS.append(sweeper)
    return sweeper


def evolve(state: State, entry: Entry) -> State:
    """The state after one more entry. Entries come in order, each exactly once.

    Raises:
        ValueError: the entry is not the next one.
    """
    if entry.index != state.size:
        raise ValueError(f"entry {entry.index} cannot follow a record of size {state.size}")
    state.size = entry.index + 1
    state.now = max(state.now, entry.recorded_at)
    if isinstance(entry.word, Signed):
        _advance_chain(state, entry.word)
    EVOLVERS[type(entry.content)](state, entry, entry.content)
    if state.now - state.swept_at >= SWEEP_EVERY:
        state.swept_at = state.now
        for sweep in SWEEPERS:
            sweep(state)
    return state


def _advance_chain(state: State, word: Signed) -> None:
    key = state.keys[word.kid]
    state.keys[word.kid] = msgspec.structs.replace(key, next_seq=word.seq + 1, head=word.leafhash)


def snapshot_of(state: State) -> bytes:
    """The state as JSON, the same bytes for the same state."""
    return msgspec.json.encode(state, order="deterministic", enc_hook=_encode)


def state_from_snapshot(data: bytes) -> State:
    """The state that `snapshot_of` wrote.

    Raises:
        msgspec.DecodeError: not a snapshot of this release's state.
    """
    state = msgspec.json.decode(data, type=State, dec_hook=_decode)
    for rebuild in REBUILDERS:
        rebuild(state)
    return state


def _encode(value: Any) -> Any:
    if isinstance(value, Deadlines):
        return value.as_dict()
    if isinstance(value, Occupied | PlanIndex):
        return None  # derived: rebuilt from the plans, sites, measures and claims beside it
    raise NotImplementedError(f"{type(value).__name__} has no place in a snapshot")


def _decode(kind: type, value: Any) -> Any:
    if kind is Deadlines:
        return Deadlines(msgspec.convert(value, dict[str, datetime]))
    if kind is Occupied:
        return Occupied()
    if kind is PlanIndex:
        return PlanIndex()
    if get_origin(kind) is Shelf:
        (of,) = get_args(kind)
        return Shelf(of, msgspec.convert(value, dict[str, of]))  # type: ignore[valid-type]
    raise NotImplementedError(f"{kind.__name__} has no place in a snapshot")


def digest_of(state: State) -> str:
    """SHA-256, in hex, of the state as a snapshot gives it back: equal states, equal digests.

    Read back first, so that a whole number where a fraction may stand (1800 for 1800.0) is the
    same before and after it has been through the record.
    """
    as_read = msgspec.json.decode(snapshot_of(state), type=State, dec_hook=_decode)
    return hashlib.sha256(snapshot_of(as_read)).hexdigest()
