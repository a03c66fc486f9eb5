"""Incidents: opened, told of by each party beside the others, agreed on or closed by all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from openline.desk.bounds import check_others, check_past, check_texts, is_sha256
from openline.desk.ids import check_free
from openline.desk.owing.deliveries import Owed, owe
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.sides import parties_of_kind
from openline.desk.state import State
from openline.desk.taking.incidents import (
    account_agreed,
    check_cited,
    check_closing,
    check_untold,
    going_on,
    incident_of,
    open_to,
    subject_of,
)
from openline.detection import check_position
from openline.domain.delivery import SubjectKind
from openline.domain.errors import Malformed, TooLarge, WrongState, in_words
from openline.domain.incident import (
    CITES_ANOTHER,
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
    check_untold(incident, author, content.kind, content.account)
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
    account = account_agreed(incident, author, content.account)
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
    check_closing(incident, author)
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
        raise Malformed(
            f"{content.account}: a {in_words(content.kind)} names the account it is about. Name it."
        )
    for cited in content.about:
        check_cited(incident, author, content.kind, content.account, cited)


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


def _cited(incident: Incident, content: IncidentStated) -> tuple[int, ...]:
    accounts = (incident.find_account(cited) for cited in content.about)
    return (incident.entry, *(account.entry for account in accounts if account is not None))


def _conduits(state: State) -> tuple[str, ...]:
    return parties_of_kind(state, PartyKind.CONDUIT)


def readers_of(state: State, parties: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*parties, *_conduits(state)}))
