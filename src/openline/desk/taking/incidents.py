"""What can be said of an incident as it stands: which accounts, about which others, by whom."""

from __future__ import annotations

from openline.desk.sides import parties_of_kind, same_side
from openline.desk.state import State
from openline.domain.errors import (
    Malformed,
    NotPermitted,
    Refused,
    UnknownThing,
    WrongState,
    in_words,
)
from openline.domain.incident import (
    CITES_ANOTHER,
    DENIABLE,
    Account,
    AccountKind,
    Incident,
    IncidentState,
)
from openline.domain.party import PartyKind


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
    neutral = party in parties_of_kind(state, PartyKind.CONDUIT)
    if found is None or not (
        neutral or any(same_side(state, party, each) for each in found.parties)
    ):
        raise UnknownThing(f"{incident}: {party} is a party to no such incident.")
    return going_on(found)


def going_on(incident: Incident) -> Incident:
    """The incident, unless it is closed.

    Raises:
        WrongState: it is.
    """
    if incident.state is IncidentState.CLOSED:
        raise WrongState(f"{incident.id}: it is closed. Open another that follows it.")
    return incident


def check_untold(incident: Incident, author: str, kind: AccountKind, account: str) -> None:
    """Nothing happens if this may be told now: no first accounts are sealed, or it is a warning.

    Whoever has committed to one reveals that first, unless it is on record as withholding it.

    Raises:
        WrongState: first accounts are committed to, and this party's has not been revealed.
    """
    sealing = incident.sealing
    if sealing is None or kind is AccountKind.WARNING:
        return
    if sealing.unsealed_at is None:
        raise WrongState(
            f"{account}: first accounts of {incident.id} are sealed. Commit to yours with "
            "`openline commit`, and reveal it once all have."
        )
    made = sealing.find_commitment(author)
    if made is not None and made.revealed_at is None and author not in sealing.withheld:
        raise WrongState(
            f"{account}: {author} has committed to {made.account} and not revealed it. "
            "Reveal that first."
        )


def check_cited(
    incident: Incident, author: str, kind: AccountKind, account: str, cited: str
) -> None:
    """Nothing happens if an account of this kind can be about the one cited.

    Raises:
        UnknownThing: no such account.
        NotPermitted: another's is corrected, or one's own denied.
        Malformed: there is nothing to deny in it.
    """
    about = incident.find_account(cited)
    if about is None:
        raise UnknownThing(f"{account}: no account {cited} to be about.")
    own = about.author == author
    if kind is AccountKind.CORRECTION and not own:
        raise NotPermitted(f"{account}: only {cited}'s own author corrects it. Deny it.")
    if kind is AccountKind.DENIAL and own:
        raise NotPermitted(f"{account}: {cited} is your own account. Correct it.")
    if kind is AccountKind.DENIAL and about.kind not in DENIABLE:
        raise Malformed(f"{account}: {cited} is a {in_words(about.kind)}: nothing to deny in it.")


def accounts_open(incident: Incident, party: str, cited: str | None) -> tuple[AccountKind, ...]:
    """The kinds of account that a party can give, about the one cited or about none."""
    return tuple(each for each in AccountKind if _can_be_given(incident, party, each, cited))


def _can_be_given(incident: Incident, party: str, kind: AccountKind, cited: str | None) -> bool:
    if cited is None and kind in CITES_ANOTHER:
        return False
    try:
        check_untold(incident, party, kind, "account")
        if cited is not None:
            check_cited(incident, party, kind, "account", cited)
    except Refused:
        return False
    return True


def account_agreed(incident: Incident, party: str, account: str) -> Account:
    """The account that a party would agree with.

    Raises:
        UnknownThing: no such account.
        WrongState: it is the party's own, or has been corrected.
    """
    found = incident.find_account(account)
    if found is None:
        raise UnknownThing(f"{incident.id}: no account {account}. See the incident.")
    if found.author == party:
        raise WrongState(f"{found.id}: its own author's agreement is understood. Others agree.")
    if any(
        each.kind is AccountKind.CORRECTION and account in each.about for each in incident.accounts
    ):
        raise WrongState(f"{found.id}: it has been corrected. Agree with the correction.")
    return found


def check_closing(incident: Incident, party: str) -> None:
    """Raises WrongState if the party has said already that it would close the incident."""
    if party in incident.closing:
        raise WrongState(f"{incident.id}: {party} has said so already. Others are awaited.")


def subject_of(incident: Incident, account: str) -> str:
    """What an account is owed to the other parties as."""
    return f"{incident.id}/{account}"
