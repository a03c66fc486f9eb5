"""How incidents change: accounts are only ever added."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.deadlines import What
from openline.desk.sides import relation_to
from openline.desk.state import State, evolves
from openline.domain.incident import (
    Account,
    AccountKind,
    Commitment,
    Incident,
    IncidentAgreed,
    IncidentClosing,
    IncidentJoined,
    IncidentOpened,
    IncidentStands,
    IncidentState,
    IncidentStated,
    Sealing,
)
from openline.domain.release import EntriesReleased
from openline.domain.sealed_accounts import (
    AccountCommitted,
    AccountRevealed,
    AccountsSealed,
    AccountsUnsealed,
    AccountsWithheld,
)
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
    _add(state, incident, account)


def _add(state: State, incident: Incident, account: Account) -> None:
    agreements = dict(incident.agreements)
    author = account.author
    if account.kind is AccountKind.DENIAL and agreements.get(author) in account.about:
        del agreements[author]
    state.incidents[incident.id] = replace(
        incident, accounts=(*incident.accounts, account), agreements=agreements, closing=()
    )


@evolves(AccountsSealed)
def accounts_sealed(state: State, entry: Entry, content: AccountsSealed) -> None:
    sealing = Sealing(
        asked_by=entry.author.party,
        commit_by=content.commit_by,
        reveal_by=content.reveal_by,
        entry=entry.index,
    )
    _seal(state, content.incident, sealing)
    state.deadlines.set(What.COMMIT, content.incident, content.commit_by)


@evolves(AccountCommitted)
def account_committed(state: State, entry: Entry, content: AccountCommitted) -> None:
    made = Commitment(
        party=entry.author.party,
        account=content.account,
        digest=content.commitment,
        at=entry.recorded_at,
        entry=entry.index,
    )
    sealing = sealing_of(state, content.incident)
    _seal(state, content.incident, replace(sealing, commitments=(*sealing.commitments, made)))


@evolves(AccountsUnsealed)
def accounts_unsealed(state: State, entry: Entry, content: AccountsUnsealed) -> None:
    """Revealing begins; where nobody has committed there is nothing to wait for."""
    sealing = sealing_of(state, content.incident)
    opened = replace(sealing, unsealed_at=entry.recorded_at, silent=content.silent)
    _seal(state, content.incident, opened)
    state.deadlines.set(What.COMMIT, content.incident, None)
    until = max(sealing.reveal_by, entry.recorded_at) if opened.awaited else None
    state.deadlines.set(What.REVEAL, content.incident, until)


@evolves(AccountRevealed)
def account_revealed(state: State, entry: Entry, content: AccountRevealed) -> None:
    """It stands beside the others' from here on, as any account does."""
    sealing, author = sealing_of(state, content.incident), entry.author.party
    commitments = tuple(
        replace(each, revealed_at=entry.recorded_at) if each.party == author else each
        for each in sealing.commitments
    )
    revealed = replace(sealing, commitments=commitments)
    _seal(state, content.incident, revealed)
    if not revealed.awaited:
        state.deadlines.set(What.REVEAL, content.incident, None)
    incident = state.incidents[content.incident]
    account = Account(
        id=content.account,
        kind=content.kind,
        author=author,
        relation=relation_to(state, incident, author),
        said_at=entry.said_at or entry.recorded_at,
        entry=entry.index,
        occurred_at=content.occurred_at,
        within_s=content.within_s,
        body=content.body.account if content.body is not None else None,
    )
    _add(state, incident, account)


@evolves(AccountsWithheld)
def accounts_withheld(state: State, _entry: Entry, content: AccountsWithheld) -> None:
    sealing = sealing_of(state, content.incident)
    _seal(state, content.incident, replace(sealing, withheld=content.parties))
    state.deadlines.set(What.REVEAL, content.incident, None)


def sealing_of(state: State, incident: str) -> Sealing:
    """The sealing of an incident that has one."""
    sealing = state.incidents[incident].sealing
    assert sealing is not None, "entries of a sealing follow the one that asked for it"
    return sealing


def _seal(state: State, incident: str, sealing: Sealing) -> None:
    state.incidents[incident] = replace(state.incidents[incident], sealing=sealing)


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
    """Once it is closed no account is waited for: none could be given any more."""
    closed = content.state is IncidentState.CLOSED
    if closed:
        state.deadlines.drop(content.incident, What.COMMIT, What.REVEAL)
    state.incidents[content.incident] = replace(
        state.incidents[content.incident],
        state=content.state,
        closed_at=entry.recorded_at if closed else None,
    )


@evolves(EntriesReleased)
def entries_released(state: State, _entry: Entry, content: EntriesReleased) -> None:
    for index in content.entries:
        already = state.released.get(str(index), ())
        state.released[str(index)] = tuple(sorted({*already, *content.to}))
