"""Which keys are in force at which place of the log, as the log itself says."""

from __future__ import annotations

from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from openline.record.errors import NotAKey
from openline.record.keys import public_key_from_facts, thumbprint
from openline.record.leaf import Leaf

OPENED: Final = "desk.opened.v1"
ENROLLED: Final = "key.enrolled.v1"
REVOKED: Final = "key.revoked.v1"
PUT_OUT: Final = "key.put_out.v1"


class Enrolment(Struct, kw_only=True):
    """A party's key, in force until entry `revoked_at`, if any; the desk's own has no party."""

    key: Ed25519PublicKey
    party: str
    revoked_at: int | None = None


class KeyRing:
    """The keys in force, learned entry by entry; only verified entries may be learned from."""

    def __init__(self, desk_key: Ed25519PublicKey | None = None) -> None:
        self._enrolled: dict[str, Enrolment] = {}
        self.desk_kid: str | None = None
        if desk_key is not None:
            self._take_desk_key(desk_key)

    def _take_desk_key(self, key: Ed25519PublicKey) -> None:
        self.desk_kid = thumbprint(key)
        self._enrolled[self.desk_kid] = Enrolment(key=key, party="")

    def find(self, kid: str) -> Enrolment | None:
        """The enrolment of a key, revoked or not; None if none has been learned."""
        return self._enrolled.get(kid)

    def open(self, genesis: Leaf) -> None:
        """Takes the desk's key from the first entry of the record, before it is verified.

        Raises:
            NotAKey: the entry opens no record, names no key, or another than the trusted one.
        """
        if genesis.kind != OPENED:
            raise NotAKey("It does not open a record, so it names no key of a desk.")
        key = _key_in(genesis.data, "desk_key")
        if self.desk_kid not in (None, thumbprint(key)):
            raise NotAKey("It names another key of the desk than the one you trust.")
        self._take_desk_key(key)

    def learn(self, index: int, leaf: Leaf) -> None:
        """Takes what a verified entry says of keys.

        Raises:
            NotAKey: it enrols or revokes what it may not, or names no key.
        """
        if leaf.kind == ENROLLED:
            self._enrol(leaf)
        elif leaf.kind == REVOKED or (leaf.kind == PUT_OUT and leaf.kid == self.desk_kid):
            self._revoke(index, leaf)
        elif leaf.kind == OPENED and index > 0:
            raise NotAKey("It opens the record a second time.")

    def _enrol(self, leaf: Leaf) -> None:
        if leaf.kid != self.desk_kid:
            raise NotAKey("It enrols a key and is not signed by the desk.")
        key = _key_in(leaf.data, "key")
        kid = thumbprint(key)
        if kid in self._enrolled:
            raise NotAKey(f"It enrols key {kid}, which was enrolled before.")
        party = leaf.data.get("party")
        if not isinstance(party, str) or not party:
            raise NotAKey("It enrols a key for nobody.")
        self._enrolled[kid] = Enrolment(key=key, party=party)

    def _revoke(self, index: int, leaf: Leaf) -> None:
        revoked = self._enrolled.get(str(leaf.data.get("kid")))
        if revoked is None:
            # Its enrolment is not held: nothing by that key can be verified here anyway.
            return
        signer = self._enrolled[leaf.kid]
        of_its_party = signer.party == revoked.party and signer is not revoked
        if leaf.kid != self.desk_kid and not of_its_party:
            raise NotAKey(
                "A key is revoked with another of its party, or by the desk; not by this."
            )
        revoked.revoked_at = index if revoked.revoked_at is None else revoked.revoked_at


def _key_in(data: dict[str, Any], name: str) -> Ed25519PublicKey:
    """The key that an entry's facts hold under a name."""
    facts = data.get(name)
    if not isinstance(facts, dict):
        raise NotAKey(f"It holds no {name} with its kid and x.")
    return public_key_from_facts(facts)
