"""Accounts committed to before any was told: is what was revealed what was committed to?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import msgspec

from openline.record.audit.words import count_text
from openline.record.canonical import NotCanonical, canonical_json
from openline.record.leaf import SALT_BYTES, Leaf

COMMITTED: Final = "incident.account_committed.v1"
REVEALED: Final = "incident.account_revealed.v1"
_OPENED: Final = "incident.opened.v1"
_STATED: Final = "incident.stated.v1"
_WARNING: Final = "warning"
_OF_ACCOUNT: Final = ("text", "language", "place", "place_name", "evidence")
_OF_PLACE: Final = ("lat_deg", "lon_deg", "accuracy_m")


class _Incident:
    """What is held of one incident: its commitments, and when its first account was told."""

    def __init__(self, gaps: int) -> None:
        self.gaps_before = gaps
        self.first_told: int | None = None
        self.committed: dict[tuple[str, str], tuple[str, int, int]] = {}


class SealedAudit:
    """Takes the entries that tell of accounts of an incident, in their order.

    Of accounts that are what their party had committed to it counts those committed to before any
    was told, those of which that holds as far as this copy goes (an entry that is not in it could
    tell of one), and those committed to only after one was told. A warning is nobody's account.
    """

    def __init__(self) -> None:
        self.proven = self.as_far_as_held = self.after_one_was_told = 0
        self._incidents: dict[str, _Incident] = {}

    def take(self, index: int, leaf: Leaf, salted_body: bytes | None, gaps: int) -> str | None:
        """What is wrong with a revealed account, as a sentence; None if nothing is.

        Of one whose commitment or body is not held nothing can be said.

        Args:
            index: of the entry.
            leaf: the entry.
            salted_body: its body, if that is held.
            gaps: how many entries before it are not held.
        """
        if leaf.kind not in (COMMITTED, REVEALED, _STATED, _OPENED):
            return None
        name, opens = str(leaf.data.get("incident")), leaf.kind == _OPENED
        incident = self._incidents.setdefault(name, _Incident(gaps if opens else 0))
        party = leaf.party if leaf.attested is None else leaf.attested.party
        account = party, str(leaf.data.get("account"))
        if leaf.kind == COMMITTED:
            made = str(leaf.data.get("commitment")), index, gaps
            incident.committed.setdefault(account, made)
        elif not opens and leaf.data.get("kind") != _WARNING and incident.first_told is None:
            incident.first_told = index
        if leaf.kind != REVEALED or salted_body is None or account not in incident.committed:
            return None
        digest, at, gaps_then = incident.committed[account]
        if _commitment(party, leaf.data, salted_body[SALT_BYTES:]) != digest:
            return f"Entry {index} reveals another account than the one {party} had committed to."
        if incident.first_told is not None and incident.first_told < at:
            self.after_one_was_told += 1
        elif gaps_then > incident.gaps_before:
            self.as_far_as_held += 1
        else:
            self.proven += 1
        return None


def proven_of_accounts(sealed: SealedAudit) -> Iterator[str]:
    """What is proven of accounts that were committed to, in sentences."""
    for number, when in (
        (sealed.proven, "before any was told"),
        (sealed.as_far_as_held, "before any that is in this copy was told"),
        (sealed.after_one_was_told, "before it was revealed"),
    ):
        if number:
            count = count_text(
                number,
                "account is the one that its party",
                "accounts are the ones that their parties",
            )
            yield f"{count} had committed to {when}."


def unproven_of_accounts(sealed: SealedAudit) -> Iterator[str]:
    """What is not proven of them."""
    if sealed.as_far_as_held:
        count = count_text(sealed.as_far_as_held, "account was", "accounts were")
        yield (
            f"That {count} committed to before any was told: an entry before the commitment that "
            "is not in this copy could tell of one."
        )
    if sealed.after_one_was_told:
        count = count_text(sealed.after_one_was_told, "account was", "accounts were")
        yield (f"That {count} not fitted to another's: committed to only after one was told.")


def _commitment(party: str, data: Mapping[str, Any], body: bytes) -> str | None:
    """As `docs/standards/record.md` says; None if it cannot be taken."""
    try:
        told = msgspec.json.decode(body)
        nonce, account = bytes.fromhex(told["nonce"]), dict(_some(told["account"], _OF_ACCOUNT))
        if isinstance(account.get("place"), dict):
            account["place"] = dict(_some(account["place"], _OF_PLACE))
        at = datetime.fromisoformat(str(data["occurred_at"])).astimezone(UTC)
        facts = {
            "incident": data["incident"],
            "account": data["account"],
            "party": party,
            "kind": data["kind"],
            "occurred_at": at.isoformat().replace("+00:00", "Z"),
            "within_s": data.get("within_s", 0),
            "body": account,
        }
        return sha256(nonce + canonical_json(dict(_some(facts, tuple(facts))))).hexdigest()
    except (
        msgspec.DecodeError,
        UnicodeDecodeError,
        RecursionError,
        KeyError,
        TypeError,
        ValueError,
        NotCanonical,
    ):
        return None


def _some(value: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The members of these names that are neither empty nor zero."""
    return ((name, value[name]) for name in names if value.get(name))
