"""What may be read: the sections of `view(state, party)`, and nothing that is not in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final, Generic, TypeVar, get_args, get_type_hints

from msgspec import Struct
from starlette.requests import Request

from openline.desk.state import State
from openline.desk.view import View, ViewSection, view, view_section
from openline.domain.authority import may
from openline.domain.errors import UnknownThing
from openline.domain.party import Key, Party, Role
from openline.domain.statement import CONTENT_TYPES, Who
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import Endpoint, Look, answered_in_thread
from openline.protocols.rest.gate import Gate
from openline.protocols.rest.site_reads import record_reads
from openline.protocols.rest.view_changes import change_endpoint

T = TypeVar("T")


class Listed(Struct, Generic[T], frozen=True, kw_only=True):
    """What the caller may see of one kind of thing, as of the record's size.

    `told_by` parties had told anything that stands. What is not listed is UNKNOWN.
    """

    size: int
    as_of: datetime
    told_by: int
    no_approval: str
    items: tuple[T, ...]


class Me(Struct, frozen=True, kw_only=True):
    """Who the caller is at this desk: its position, and the keys enrolled for it.

    `origin` is what a leaf must be signed for; a key's `next_seq` and `head` what its next leaf
    must carry. `may` are the kinds of statement that this position may make, by its roles and its
    party's kind: whether one can stand is decided when it is said.
    """

    origin: str
    exercise: bool
    size: int
    as_of: datetime
    party: str
    position: str
    roles: tuple[Role, ...]
    may: tuple[str, ...]
    keys: tuple[Key, ...]


class Section(Struct, frozen=True, kw_only=True):
    """A part of the view under an address of its own; `id` names the field that items go by.

    Where `several` may go by one name, that name answers with all of them, as a list. `parameter`
    is what an address calls it: where something is said at the same address, as that does.
    """

    path: str
    field: str
    summary: str
    id: str | None = "id"
    several: bool = False
    parameter: str = "id"

    @property
    def type(self) -> Any:
        """The type of one item."""
        return get_args(_TYPES[self.field])[0]


_TYPES: Final = get_type_hints(View)

SECTIONS: Final = (
    Section(path="parties", field="parties", summary="The parties at this desk"),
    Section(path="cells", field="cells", summary="One's own cells, and those at one's lines' ends"),
    Section(path="lines", field="lines", summary="The lines one has an end of, and their rosters"),
    Section(
        path="board",
        field="board",
        summary="Who holds what at which rung: the silent first, then whatever is due next",
        id="delivery",
    ),
    Section(path="messages", field="messages", summary="Messages one said, is told, or carries"),
    Section(
        path="deliveries",
        field="deliveries",
        summary="What is owed to, by, or through one's party, with its receipts",
    ),
    Section(
        path="watches", field="watches", summary="Who is on watch in one's own cells", id="cell"
    ),
    Section(
        path="notifications",
        field="notifications",
        summary="Notifications in full: one's own; to conduits, all that were submitted",
    ),
    Section(
        path="told-notifications",
        field="told_notifications",
        summary="Others' notifications, each as far as it was released to one's party",
    ),
    Section(path="plans", field="plans", summary="One's own plans, and those released to one"),
    Section(path="intents", field="intents", summary="A drone supplier's own intents"),
    Section(path="constraints", field="constraints", summary="A drone supplier's own constraints"),
    Section(
        path="subscriptions",
        field="subscriptions",
        summary="A drone supplier's own subscriptions",
    ),
    Section(
        path="measures",
        field="measures",
        summary="Measures in force, and those one is asked to agree to",
        several=True,  # versions
    ),
    Section(path="edges", field="edges", summary="One's own edge, and those released to one"),
    Section(path="claims", field="claims", summary="Claimed areas, side by side"),
    Section(
        path="crossings",
        field="crossings",
        summary="Where parties stand to separation lines",
        id="measure",
        several=True,
        parameter="measure",
    ),
    Section(
        path="conflicts",
        field="conflicts",
        summary="One's own half of each conflict: which of one's things, in which six hours",
        id="own",
        several=True,
    ),
    Section(
        path="pointers",
        field="pointers",
        summary="That there is a conflict, its six-hour block, and the line to call",
        id="pointer",
    ),
    Section(
        path="cadences",
        field="cadences",
        summary="How often contact is due; the forecast, where one may see both edges",
        id="pair",
    ),
    Section(
        path="incidents",
        field="incidents",
        summary="Incidents, every account side by side",
    ),
    Section(
        path="evidence",
        field="evidence",
        summary="Files handed in as evidence in incidents; each has its bytes under /file",
    ),
    Section(
        path="assurances", field="assurances", summary="Assurances one gave or was given, as kept"
    ),
    Section(path="meetings", field="meetings", summary="Minutes of meetings one was at"),
    Section(
        path="findings",
        field="findings",
        summary="What is wrong in what one told",
        id="finding",
    ),
    Section(
        path="probings", field="probings", summary="Who asked about one area too often", id=None
    ),
    Section(
        path="open-acts",
        field="open_acts",
        summary="What the desk would take of one now, by the thing that it is about",
        id="thing",
    ),
)
"""Every list there is to read; the rest of a view comes with `/v1/view`."""

SITE_SECTIONS: Final = frozenset({"notifications", "told_notifications"})
"""Whoever reads these is shown where protected sites are, and that is an entry."""


def read_endpoints(gate: Gate) -> Iterator[Endpoint]:
    """An endpoint for the whole view, for who one is, and for each section and item of one."""

    def add(path: str, summary: str, look: Look, returns: Any, *refusals: int) -> Endpoint:
        return Endpoint(
            method="GET",
            path=path,
            summary=summary,
            tag="read",
            answer=answered_in_thread(gate.caller, look),
            returns=returns,
            refusals=refusals,
        )

    def seen(caller: Caller) -> View:
        return gate.desk.read(lambda state: view(state, caller.party))

    def on_record(look: Look) -> Look:
        def recorded(request: Request, caller: Caller) -> Any:
            shown = look(request, caller)
            record_reads(gate, caller, shown)
            return shown

        return recorded

    yield add("/v1/me", "Who one is here", lambda _, caller: _me(gate, caller), Me)
    whole = on_record(lambda _, caller: seen(caller))
    yield add("/v1/view", "All that one may see", whole, View)
    yield change_endpoint(gate)
    for section in SECTIONS:
        of_sites = on_record if section.field in SITE_SECTIONS else _as_it_is
        listed = of_sites(_lister(gate, section))
        yield add(f"/v1/{section.path}", section.summary, listed, _listed(section))
        if section.id is not None:
            name = section.type.__name__
            yield add(
                f"/v1/{section.path}/{{{section.parameter}}}",
                f"Those of one {section.id}: {name}" if section.several else f"One of them: {name}",
                of_sites(_finder(gate, section, section.id)),
                _listed(section) if section.several else section.type,
                404,
            )


def _as_it_is(look: Look) -> Look:
    return look


def _me(gate: Gate, caller: Caller) -> Me:
    def look(state: State) -> tuple[bool, ViewSection, ViewSection]:
        parties = view_section(state, caller.party, "parties")
        return state.exercise, parties, view_section(state, caller.party, "keys")

    exercise, parties, keys = gate.desk.read(look)
    return Me(
        origin=gate.desk.origin,
        exercise=exercise,
        size=keys.size,
        as_of=keys.as_of,
        party=caller.party,
        position=caller.position,
        roles=caller.roles,
        may=_may(parties.items, caller),
        keys=tuple(key for key in keys.items if key.position == caller.position),
    )


def _may(parties: Iterable[Party], caller: Caller) -> tuple[str, ...]:
    (kind,) = (party.kind for party in parties if party.id == caller.party)
    return tuple(
        said
        for said, of in sorted(CONTENT_TYPES.items())
        if of.WHO is Who.PARTY
        and kind in may(said).parties
        and may(said).roles.intersection(caller.roles)
    )


def _lister(gate: Gate, section: Section) -> Look:
    def look(_request: Request, caller: Caller) -> Listed[Any]:
        seen = _section(gate, caller, section)
        return _as_list(seen, seen.items)

    return look


def _as_list(seen: ViewSection, items: Iterable[Any]) -> Listed[Any]:
    return Listed(
        size=seen.size,
        as_of=seen.as_of,
        told_by=seen.told_by,
        no_approval=seen.no_approval,
        items=tuple(items),
    )


def _section(gate: Gate, caller: Caller, section: Section) -> ViewSection:
    """That part alone: the writer waits while it is made."""
    return gate.desk.read(lambda state: view_section(state, caller.party, section.field))


def _finder(gate: Gate, section: Section, id_field: str) -> Look:
    def look(request: Request, caller: Caller) -> Any:
        wanted = request.path_params[section.parameter]
        seen = _section(gate, caller, section)
        found = [item for item in seen.items if getattr(item, id_field) == wanted]
        if not found:
            raise UnknownThing(
                f"There is no such item among {section.path} for you. List them at "
                f"/v1/{section.path}."
            )
        return _as_list(seen, found) if section.several else found[0]

    return look


def _listed(section: Section) -> Any:
    kind: Any = Listed
    return kind[section.type]
