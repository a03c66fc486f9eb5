"""Accounts committed to before any was told: is what was revealed what was committed to?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import msgspec

from openline.record.canonical import NotCanonical, canonical_json
from openline.record.leaf import SALT_BYTES, Leaf

COMMITTED: Final = "incident.account_committed.v1"
REVEALED: Final = "incident.account_revealed.v1"
_OF_ACCOUNT: Final = ("text", "language", "place", "place_name", "evidence")
_OF_PLACE: Final = ("lat_deg", "lon_deg", "accuracy_m")


class SealedAudit:
    """Takes the entries that commit to accounts and reveal them, in their order."""

    def __init__(self) -> None:
        self.proven = 0
        self._committed: dict[tuple[str, str, str], str] = {}

    def take(self, index: int, leaf: Leaf, salted_body: bytes | None) -> str | None:
        """What is wrong with a revealed account, as a sentence; None if nothing is.

        Of one whose commitment or body is not held nothing can be said.
        """
        if leaf.kind not in (COMMITTED, REVEALED):
            return None
        party = leaf.party if leaf.attested is None else leaf.attested.party
        account = party, str(leaf.data.get("incident")), str(leaf.data.get("account"))
        if leaf.kind == COMMITTED:
            self._committed.setdefault(account, str(leaf.data.get("commitment")))
        elif salted_body is not None and account in self._committed:
            if _commitment(party, leaf.data, salted_body[SALT_BYTES:]) != self._committed[account]:
                return (
                    f"Entry {index} reveals another account than the one {party} had committed to "
                    "before any was told."
                )
            self.proven += 1
        return None


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
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError, NotCanonical):
        return None


def _some(value: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The members of these names that are neither empty nor zero."""
    return ((name, value[name]) for name in names if value.get(name))
