"""Incidents: opened, told of by each party beside the others, agreed on or closed by all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from openline.desk.bounds import check_others, check_past, check_texts, is_sha256
from openline.desk.ids import check_free
from openline.desk.owing.deliveries import Owed, owe
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.sides import parties_of_kind, same_side
from openline.desk.state import State
from openline.detection import check_position
from openline.domain.delivery import SubjectKind
from openline.domain.errors import Malformed, NotPermitted, TooLarge, UnknownThing, WrongState
from openline.domain.incident import (
    CITES_ANOTHER,
    DENIABLE,
    PRECEDENCE_OF,
    AccountBody,
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
from openline.domain.party import PartyKind
from openline.domain.release import EntriesReleased
from openline.domain.sealed_accounts import AccountRevealed
from openline.domain.statement import Statement, check_id

MAX_EVIDENCE: Final = 100
MAX_WITHIN_S: Final = 30 * 86_400


@decides(IncidentOpened)
def incident_opened(
    state: State, said: Statement, content: IncidentOpened, now: datetime
) -> Ruling:
    check_id("incident", content.incident)
    if content.incident in state.incidents:
        raise WrongState(f"{content.incident}: this id is taken. Choose another.")
    check_time(state, content.incident, content.occurred_at, content.within_s, now)
    check_others(state, content.incident, content.put_to, said.author.party)
    if content.follows is not None:
        incident_of(state, content.follows, said.author.party)
    readers = {said.author.party, *content.put_to, *_conduits(state)}
    return Ruling(readers=tuple(sorted(readers)))


@decides(IncidentStated)
def incident_stated(
    state: State, said: Statement, content: IncidentStated, now: datetime
) -> Ruling:
    """It stands beside the others' accounts, and is owed to every other party to the incident."""
    author = said.author.party
    incident = open_to(state, content.incident, author)
    check_untold(incident, author, content)
    _check_account(state, incident, author, content, now)
    return account_given(state, incident, author, content, _cited(incident, content), now)


def account_given(
    state: State,
    incident: Incident,
    author: str,
    content: IncidentStated | AccountRevealed,
    refs: tuple[int, ...],
    now: datetime,
) -> Ruling:
    """What follows from an account, however it was given: whoever is a party to it is owed it."""
    joins = author not in incident.parties
    parties = (*incident.parties, author) if joins else incident.parties
    owed = Owed(
        subject=subject_of(incident, content.account),
        subject_kind=SubjectKind.INCIDENT,
        origin=author,
        precedence=PRECEDENCE_OF[content.kind],
        since=now,
        entry=state.size,
    )
    readers = readers_of(state, parties)
    concluded = [
        *(_joins(incident, author, readers) if joins else ()),
        *_stands_after(incident, content.kind, joins, readers),
        *owe(state, owed, [party for party in parties if party != author]),
    ]
    return Ruling(readers=readers, refs=refs, concluded=tuple(concluded))


@decides(IncidentAgreed)
def incident_agreed(
    state: State, said: Statement, content: IncidentAgreed, _now: datetime
) -> Ruling:
    """Agreed once every party to it agrees with one account; its author does by having given it."""
    author = said.author.party
    incident = going_on(incident_of(state, content.incident, author))
    account = incident.find_account(content.account)
    if account is None:
        raise UnknownThing(f"{incident.id}: no account {content.account}. See the incident.")
    if account.author == author:
        raise WrongState(f"{account.id}: its own author's agreement is understood. Others agree.")
    if _is_corrected(incident, account.id):
        raise WrongState(f"{account.id}: it has been corrected. Agree with the correction.")
    agreements = {**incident.agreements, author: account.id}
    agree = all(
        party == account.author or agreements.get(party) == account.id for party in incident.parties
    )
    readers = readers_of(state, incident.parties)
    stands = _stands(incident, IncidentState.AGREED, readers) if agree else ()
    return Ruling(readers=readers, refs=(account.entry,), concluded=stands)


@decides(IncidentClosing)
def incident_closing(
    state: State, said: Statement, content: IncidentClosing, _now: datetime
) -> Ruling:
    """Closed once every party to it has said so; then observers may read what was told."""
    author = said.author.party
    incident = going_on(incident_of(state, content.incident, author))
    if author in incident.closing:
        raise WrongState(f"{incident.id}: {author} has said so already. Others are awaited.")
    readers = readers_of(state, incident.parties)
    if {*incident.closing, author} != set(incident.parties):
        return Ruling(readers=readers, refs=(incident.entry,))
    observers = parties_of_kind(state, PartyKind.OBSERVER)
    released = Conclusion(
        content=EntriesReleased(entries=_entries(incident), to=observers),
        readers=tuple(sorted({*readers, *observers})),
    )
    return Ruling(
        readers=readers,
        refs=(incident.entry,),
        concluded=(
            *_stands(incident, IncidentState.CLOSED, readers),
            *((released,) if observers else ()),
        ),
    )


def incident_of(state: State, incident: str, party: str) -> Incident:
    """The incident, if this is a party to it.

    Raises:
        UnknownThing: no such incident, or none that this is a party to: the same sentence.
    """
    found = state.incidents.get(incident)
    if found is None or party not in found.parties:
        raise UnknownThing(f"{incident}: {party} is a party to no such incident.")
    return found


def open_to(state: State, incident: str, party: str) -> Incident:
    """The incident, if the party may give an account of it: a party to it, or with one of them.

    Conduits may as well. Giving an account makes it a party to the incident.
    """
    found = state.incidents.get(incident)
    neutral = party in _conduits(state)
    if found is None or not (
        neutral or any(same_side(state, party, each) for each in found.parties)
    ):
        raise UnknownThing(f"{incident}: {party} is a party to no such incident.")
    return going_on(found)


def going_on(incident: Incident) -> Incident:
    if incident.state is IncidentState.CLOSED:
        raise WrongState(f"{incident.id}: it is closed. Open another that follows it.")
    return incident


def check_untold(incident: Incident, author: str, content: IncidentStated) -> None:
    """Nothing happens if this may be told now: no first accounts are sealed, or it is a warning.

    Whoever has committed to one reveals that first, unless it is on record as withholding it.

    Raises:
        WrongState: first accounts are committed to, and this party's has not been revealed.
    """
    sealing = incident.sealing
    if sealing is None or content.kind is AccountKind.WARNING:
        return
    if sealing.unsealed_at is None:
        raise WrongState(
            f"{content.account}: first accounts of {incident.id} are sealed. Commit to yours with "
            "`openline commit`, and reveal it once all have."
        )
    made = sealing.find_commitment(author)
    if made is not None and made.revealed_at is None and author not in sealing.withheld:
        raise WrongState(
            f"{content.account}: {author} has committed to {made.account} and not revealed it. "
            "Reveal that first."
        )


def _check_account(
    state: State, incident: Incident, author: str, content: IncidentStated, now: datetime
) -> None:
    check_id("account", content.account)
    if incident.find_account(content.account) is not None:
        raise WrongState(
            f"{content.account}: told already. Accounts are never overwritten: "
            "give a correction with an id of its own."
        )
    if incident.sealing is not None and incident.sealing.holds(content.account):
        raise WrongState(f"{content.account}: this id is taken. Choose another.")
    check_free(state, subject_of(incident, content.account))
    check_time(state, content.account, content.occurred_at, content.within_s, now)
    check_body(content.account, content.body)
    if content.kind in CITES_ANOTHER and not content.about:
        raise Malformed(f"{content.account}: a {content.kind} names the account it is about.")
    for cited in content.about:
        _check_cited(incident, author, content, cited)


def subject_of(incident: Incident, account: str) -> str:
    """What an account is owed to the other parties as."""
    return f"{incident.id}/{account}"


def _check_cited(incident: Incident, author: str, content: IncidentStated, cited: str) -> None:
    account = incident.find_account(cited)
    if account is None:
        raise UnknownThing(f"{content.account}: no account {cited} to be about.")
    own = account.author == author
    if content.kind is AccountKind.CORRECTION and not own:
        raise NotPermitted(f"{content.account}: only {cited}'s own author corrects it. Deny it.")
    if content.kind is AccountKind.DENIAL and own:
        raise NotPermitted(f"{content.account}: {cited} is your own account. Correct it.")
    if content.kind is AccountKind.DENIAL and account.kind not in DENIABLE:
        raise Malformed(f"{content.account}: {cited} is a {account.kind}: nothing to deny in it.")


def check_time(
    state: State, thing: str, occurred_at: datetime, within_s: int, now: datetime
) -> None:
    check_within(thing, within_s)
    check_past(state, thing, occurred_at, now, timedelta(seconds=within_s))


def check_within(thing: str, within_s: int) -> None:
    if not 0 <= within_s <= MAX_WITHIN_S:
        raise Malformed(f"{thing}: its time is good to between 0 s and 30 days. Mend `within_s`.")


def check_body(account: str, body: AccountBody | None) -> None:
    if body is None:
        return
    check_texts(account, body.text, body.place_name)
    if body.place is not None:
        check_position(account, body.place)
    if len(body.evidence) > MAX_EVIDENCE:
        raise TooLarge(
            f"{account}: over {MAX_EVIDENCE} pieces of evidence. Name the rest in another account."
        )
    if not all(is_sha256(digest) for digest in body.evidence):
        raise Malformed(f"{account}: evidence is named by its SHA-256 in 64 hex digits.")


def _stands_after(
    incident: Incident, kind: AccountKind, joins: bool, readers: tuple[str, ...]
) -> tuple[Conclusion, ...]:
    """A denial makes it disputed; a new party has not agreed to what the others had."""
    if kind is AccountKind.DENIAL:
        return _stands(incident, IncidentState.DISPUTED, readers)
    if joins and incident.state is IncidentState.AGREED:
        return _stands(incident, IncidentState.OPEN, readers)
    return ()


def _stands(
    incident: Incident, to: IncidentState, readers: tuple[str, ...]
) -> tuple[Conclusion, ...]:
    if incident.state is to:
        return ()
    stands = IncidentStands(incident=incident.id, state=to)
    return (Conclusion(content=stands, readers=readers, refs=(incident.entry,)),)


def _joins(incident: Incident, party: str, readers: tuple[str, ...]) -> tuple[Conclusion, ...]:
    joined = IncidentJoined(incident=incident.id, party=party)
    released = EntriesReleased(entries=_entries(incident), to=(party,))
    return (
        Conclusion(content=joined, readers=readers, refs=(incident.entry,)),
        Conclusion(content=released, readers=readers),
    )


def _entries(incident: Incident) -> tuple[int, ...]:
    return (incident.entry, *(account.entry for account in incident.accounts))


def _is_corrected(incident: Incident, account: str) -> bool:
    return any(
        each.kind is AccountKind.CORRECTION and account in each.about for each in incident.accounts
    )


def _cited(incident: Incident, content: IncidentStated) -> tuple[int, ...]:
    accounts = (incident.find_account(cited) for cited in content.about)
    return (incident.entry, *(account.entry for account in accounts if account is not None))


def _conduits(state: State) -> tuple[str, ...]:
    return parties_of_kind(state, PartyKind.CONDUIT)


def readers_of(state: State, parties: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*parties, *_conduits(state)}))
