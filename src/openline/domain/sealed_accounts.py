"""First accounts that are committed to before any is told: nobody tailors its own to another's.

    sealed      a party asks that first accounts be sealed, with two instants
    committed   each gives the SHA-256 of its account, which tells nothing of it
    unsealed    all have committed, or the first instant has come: now they may be revealed
    revealed    the account itself; one that is not what was committed to is refused
    withheld    the second instant has come, and these parties never revealed theirs

A warning is never held up by this: it is for those whom it may yet save.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import rfc8785
from msgspec import Struct

from openline.domain.incident import AccountBody, AccountKind
from openline.domain.statement import Content, concluded, said

NONCE_HEX: Final = 64
"""A nonce is 32 random bytes in hex: without it a short account could be guessed and tried."""

SEALABLE: Final = frozenset(
    {
        AccountKind.CLAIM,
        AccountKind.ACKNOWLEDGEMENT,
        AccountKind.REGRET,
        AccountKind.NEGATIVE_PRESENCE,
    }
)
"""What can be said before one knows what others say; a warning is said at once and openly."""


class RevealedBody(Struct, frozen=True, kw_only=True):
    """The account that was committed to, and the 32 random bytes that went before it, in hex."""

    nonce: str
    account: AccountBody


@said("incident.accounts_sealed.v1")
class AccountsSealed(Content, frozen=True, kw_only=True):
    """A party to it asks, before any account is given, that first accounts be sealed.

    Accounts are committed to until all parties have, or until `commit_by`; whoever has not
    revealed its own by `reveal_by` is shown as withholding it.
    """

    incident: str
    commit_by: datetime
    reveal_by: datetime


@said("incident.account_committed.v1")
class AccountCommitted(Content, frozen=True, kw_only=True):
    """A party commits to its account by `commitment_of` it, and tells nothing of it yet.

    A claim, an acknowledgement, a regret or a negative presence: another kind is refused when it is
    revealed, since the desk cannot look into what is committed to.
    """

    incident: str
    account: str
    commitment: str


@concluded("incident.unsealed.v1")
class AccountsUnsealed(Content, frozen=True, kw_only=True):
    """From here on the accounts that were committed to may be revealed.

    `silent` are the parties that committed to none: what they say now, they say knowing.
    """

    incident: str
    committed: tuple[str, ...]
    silent: tuple[str, ...] = ()


@said("incident.account_revealed.v1")
class AccountRevealed(Content, frozen=True, kw_only=True):
    """The account that was committed to; it stands beside the others' from here on."""

    incident: str
    account: str
    kind: AccountKind
    occurred_at: datetime
    within_s: int = 0
    body: RevealedBody | None = None


@concluded("incident.withheld.v1")
class AccountsWithheld(Content, frozen=True, kw_only=True):
    """These parties committed to an account and had not revealed it in time."""

    incident: str
    parties: tuple[str, ...]


def commitment_of(party: str, revealed: AccountRevealed) -> str:
    """The hex SHA-256 by which a party commits to what it will reveal.

    It is taken over the nonce's 32 bytes and then the RFC 8785 JSON of incident, account, party,
    kind, occurred_at, within_s and the account itself, whatever is empty or zero left out, so that
    a member which a later release adds changes no older digest.

    Raises:
        ValueError: it has no body, or its nonce is not 64 hex digits.
    """
    if revealed.body is None or len(revealed.body.nonce) != NONCE_HEX:
        raise ValueError("an account to commit to has a body, with a nonce of 64 hex digits")
    facts = msgspec.to_builtins(revealed)
    at = revealed.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    facts |= {"party": party, "occurred_at": at, "body": facts["body"]["account"]}
    text = rfc8785.dumps(_without_empty(facts))
    return hashlib.sha256(bytes.fromhex(revealed.body.nonce) + text).hexdigest()


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        held = {name: _without_empty(each) for name, each in value.items()}
        return {name: each for name, each in held.items() if each}
    if isinstance(value, list | tuple):
        return [_without_empty(each) for each in value]
    return value
