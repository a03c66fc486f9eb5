"""How incidents change: accounts are only ever added."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.sides import relation_to
from openline.desk.state import State, evolves
from openline.domain.incident import (
    Account,
    AccountKind,
    Incident,
    IncidentAgreed,
    IncidentClosing,
    IncidentJoined,
    IncidentOpened,
    IncidentStands,
    IncidentState,
    IncidentStated,
)
from openline.domain.release import EntriesReleased
from openline.domain.statement import Entry


@evolves(IncidentOpened)
def incident_opened(state: State, entry: Entry, content: IncidentOpened) -> None:
    opener = entry.author.party
    state.incidents[content.incident] = Incident(
        id=content.incident,
        opener=opener,
        put_to=content.put_to,
        parties=(opener, *content.put_to),
        occurred_at=content.occurred_at,
        within_s=content.within_s,
        opened_at=entry.recorded_at,
        entry=entry.index,
        follows=content.follows,
    )


@evolves(IncidentStated)
def incident_stated(state: State, entry: Entry, content: IncidentStated) -> None:
    """One more account; whoever had agreed to what it now denies no longer does."""
    incident = state.incidents[content.incident]
    author = entry.author.party
    account = Account(
        id=content.account,
        kind=content.kind,
        author=author,
        relation=relation_to(state, incident, author, content.about),
        said_at=entry.said_at or entry.recorded_at,
        entry=entry.index,
        occurred_at=content.occurred_at,
        within_s=content.within_s,
        about=content.about,
        body=content.body,
    )
    agreements = dict(incident.agreements)
    if content.kind is AccountKind.DENIAL and agreements.get(author) in content.about:
        del agreements[author]
    state.incidents[incident.id] = replace(
        incident, accounts=(*incident.accounts, account), agreements=agreements, closing=()
    )


@evolves(IncidentJoined)
def incident_joined(state: State, _entry: Entry, content: IncidentJoined) -> None:
    incident = state.incidents[content.incident]
    state.incidents[incident.id] = replace(incident, parties=(*incident.parties, content.party))


@evolves(IncidentAgreed)
def incident_agreed(state: State, entry: Entry, content: IncidentAgreed) -> None:
    incident = state.incidents[content.incident]
    agreements = {**incident.agreements, entry.author.party: content.account}
    state.incidents[incident.id] = replace(incident, agreements=agreements)


@evolves(IncidentClosing)
def incident_closing(state: State, entry: Entry, content: IncidentClosing) -> None:
    incident = state.incidents[content.incident]
    state.incidents[incident.id] = replace(
        incident, closing=(*incident.closing, entry.author.party)
    )


@evolves(IncidentStands)
def incident_stands(state: State, entry: Entry, content: IncidentStands) -> None:
    closed_at = entry.recorded_at if content.state is IncidentState.CLOSED else None
    state.incidents[content.incident] = replace(
        state.incidents[content.incident], state=content.state, closed_at=closed_at
    )


@evolves(EntriesReleased)
def entries_released(state: State, _entry: Entry, content: EntriesReleased) -> None:
    for index in content.entries:
        already = state.released.get(str(index), ())
        state.released[str(index)] = tuple(sorted({*already, *content.to}))
