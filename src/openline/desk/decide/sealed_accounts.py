"""First accounts committed to before any is told, and revealed once all are or time is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from openline.desk.bounds import is_sha256
from openline.desk.decide.incidents import (
    account_given,
    check_body,
    check_time,
    check_within,
    readers_of,
)
from openline.desk.ids import check_free
from openline.desk.ruling import Ruling, decides
from openline.desk.silence.accounts import unsealed
from openline.desk.state import State
from openline.desk.taking.incidents import going_on, incident_of, open_to, subject_of
from openline.domain.errors import Malformed, NotPermitted, WrongState, in_words
from openline.domain.incident import Commitment, Incident, Sealing
from openline.domain.instant import in_utc
from openline.domain.sealed_accounts import (
    SEALABLE,
    AccountCommitted,
    AccountRevealed,
    AccountsSealed,
    commitment_of,
)
from openline.domain.statement import Statement, check_id

LONGEST: Final = timedelta(days=30)


@decides(AccountsSealed)
def accounts_sealed(
    state: State, said: Statement, content: AccountsSealed, now: datetime
) -> Ruling:
    """Before any account is given: afterwards there is something to tailor one's own to."""
    incident = going_on(incident_of(state, content.incident, said.author.party))
    if incident.sealing is not None:
        raise WrongState(f"{incident.id}: first accounts are sealed already. Commit to yours.")
    if incident.accounts:
        raise WrongState(
            f"{incident.id}: an account has been given, so none can be sealed any more. Give yours."
        )
    in_utc(content.commit_by, incident.id)
    in_utc(content.reveal_by, incident.id)
    if not now < content.commit_by <= content.reveal_by <= now + LONGEST:
        raise Malformed(
            f"{incident.id}: commit_by comes after now, reveal_by not before it, both within 30 "
            "days. Mend the instants."
        )
    return Ruling(readers=readers_of(state, incident.parties), refs=(incident.entry,))


@decides(AccountCommitted)
def account_committed(
    state: State, said: Statement, content: AccountCommitted, now: datetime
) -> Ruling:
    """Once for each party; when the last party to the incident has, accounts may be revealed."""
    author = said.author.party
    incident = going_on(open_to(state, content.incident, author))
    sealing = _sealing_of(incident)
    check_id("account", content.account)
    if sealing.unsealed_at is not None:
        raise WrongState(
            f"{content.account}: accounts of {incident.id} are being revealed, so it is too late "
            "to commit to one. Give yours openly."
        )
    if sealing.find_commitment(author) is not None:
        raise WrongState(f"{content.account}: {author} has committed already, and cannot again.")
    if sealing.holds(content.account) or incident.find_account(content.account) is not None:
        raise WrongState(f"{content.account}: this id is taken. Choose another.")
    check_free(state, subject_of(incident, content.account))
    if not is_sha256(content.commitment):
        raise Malformed(f"{content.account}: a commitment is a SHA-256 in 64 hex digits.")
    readers = readers_of(state, (*incident.parties, author))
    made = Commitment(
        party=author, account=content.account, digest=content.commitment, at=now, entry=state.size
    )
    committed = {*(each.party for each in sealing.commitments), author}
    if not committed.issuperset(incident.parties):
        return Ruling(readers=readers, refs=(sealing.entry,))
    all_of_them = replace(sealing, commitments=(*sealing.commitments, made))
    return Ruling(
        readers=readers,
        refs=(sealing.entry,),
        concluded=(unsealed(state, incident, all_of_them),),
    )


@decides(AccountRevealed)
def account_revealed(
    state: State, said: Statement, content: AccountRevealed, now: datetime
) -> Ruling:
    """The very account that was committed to, whenever it comes; any other is refused."""
    author = said.author.party
    incident = going_on(open_to(state, content.incident, author))
    sealing = _sealing_of(incident)
    made = sealing.find_commitment(author)
    if made is None or made.account != content.account:
        raise NotPermitted(
            f"{content.account}: {author} has committed to no account of this id. Give it openly."
        )
    if made.revealed_at is not None:
        raise WrongState(f"{content.account}: revealed already. Give a correction if it is wrong.")
    if sealing.unsealed_at is None:
        raise WrongState(
            f"{content.account}: not all have committed, and there is time until then. Keep it."
        )
    check_revealable(content)
    check_time(state, content.account, content.occurred_at, content.within_s, now)
    _check_matches(author, made, content)
    return account_given(state, incident, author, content, (incident.entry, made.entry), now)


def check_revealable(content: AccountRevealed) -> None:
    """Nothing happens if this account will be taken once it is revealed, as far as it alone tells.

    The desk cannot look into what is committed to, and nothing in that can be mended afterwards: so
    whoever is to commit to it asks this first.

    Raises:
        Refused: it is of a kind that is not sealed, or something in it will not be taken.
    """
    if content.kind not in SEALABLE:
        raise Malformed(
            f"{content.account}: a {in_words(content.kind)} cannot be sealed. Give it openly."
        )
    check_id("account", content.account)
    in_utc(content.occurred_at, content.account)
    check_within(content.account, content.within_s)
    check_body(content.account, content.body.account if content.body else None)


def _sealing_of(incident: Incident) -> Sealing:
    if incident.sealing is None:
        raise WrongState(f"{incident.id}: first accounts are not sealed. Give yours openly.")
    return incident.sealing


def _check_matches(author: str, made: Commitment, content: AccountRevealed) -> None:
    try:
        matches = commitment_of(author, content) == made.digest
    except ValueError:
        matches = False
    if not matches:
        raise NotPermitted(
            f"{content.account}: not the account that {author} committed to. Reveal that very one, "
            "with its nonce; what has changed since is a correction, given afterwards."
        )
