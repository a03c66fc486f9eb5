"""Which keys are in force at which place of the log, as the log itself says."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from openline.record.errors import NotAKey, SignatureFails
from openline.record.keys import public_key_from_facts, thumbprint
from openline.record.leaf import Leaf, verify_leaf

OPENED: Final = "desk.opened.v1"
ENROLLED: Final = "key.enrolled.v1"
REVOKED: Final = "key.revoked.v1"
ROTATED: Final = "key.rotated.v1"
DESK_ROTATED: Final = "desk.key_rotated.v1"
EPOCH: Final = "desk.epoch_opened.v1"
PUT_OUT: Final = "key.put_out.v1"


class Enrolment(Struct, kw_only=True):
    """A party's key, in force until entry `revoked_at`, if any; the desk's own has no party."""

    key: Ed25519PublicKey
    party: str
    revoked_at: int | None = None


class Loss(Struct, frozen=True, kw_only=True):
    """A key that its party has revoked at entry `revoked_at`, saying that it was lost before.

    `before` are those that were rotated to it: if they were in use by then, so were they lost.
    """

    kid: str
    before: tuple[str, ...]
    party: str
    lost_at: datetime
    revoked_at: int


class KeyRing:
    """The keys in force, learned entry by entry; only verified entries may be learned from.

    `losses` are the keys whose parties say since when others may have had them, `changes` the
    places at which the desk's own key changed, with whether the old one signed that.
    """

    def __init__(
        self,
        desk_key: Ed25519PublicKey | None = None,
        signs_now: frozenset[bytes] = frozenset(),
    ) -> None:
        """`signs_now` are the keys, trusted by the reader, that signed the checkpoint."""
        self._enrolled: dict[str, Enrolment] = {}
        self._signs_now = signs_now
        self._epoch: int | None = None
        self._of_epoch: set[bytes] = set()
        self._before: dict[str, tuple[str, ...]] = {}
        self.desk_kid: str | None = None
        self.losses: list[Loss] = []
        self.changes: list[tuple[int, str, bool]] = []
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
        elif leaf.kind == ROTATED:
            self._rotate(index, leaf)
        elif leaf.kind == DESK_ROTATED:
            self._rotate_desk(index, leaf)
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

    def open_epoch(self, index: int, leaf: Leaf, raw: bytes) -> None:
        """Takes another key of the desk from an entry that this very key signs.

        No old key vouches for it: whether it is believed is judged at the end, by `unbelieved`.

        Raises:
            NotAKey: it names no key, or one that did not sign it.
        """
        key = _key_in(leaf.data, "desk_key")
        try:
            verify_leaf(raw, key)
        except SignatureFails as error:
            raise NotAKey("It names a new key of the desk, which did not sign it.") from error
        self._change_desk_key(index, key, by_old=False)
        self._epoch, self._of_epoch = index, {key.public_bytes_raw()}

    def unbelieved(self) -> int | None:
        """The entry that began the last epoch with a key of its own, if nobody whom the reader
        trusts vouches for that: neither this key nor one that it handed over to signed the
        checkpoint.
        """
        return self._epoch if not self._of_epoch & self._signs_now else None

    def _rotate_desk(self, index: int, leaf: Leaf) -> None:
        if leaf.kid != self.desk_kid or leaf.data.get("old") != self.desk_kid:
            raise NotAKey("It changes the desk's key and is not signed with the old one.")
        self._change_desk_key(index, _key_in(leaf.data, "key"), by_old=True)

    def _change_desk_key(self, index: int, key: Ed25519PublicKey, *, by_old: bool) -> None:
        kid = thumbprint(key)
        if kid in self._enrolled:
            raise NotAKey(f"It makes key {kid} the desk's, which was enrolled before.")
        if self.desk_kid is not None:
            self._enrolled[self.desk_kid].revoked_at = index
        self._take_desk_key(key)
        self._of_epoch.add(key.public_bytes_raw())
        self.changes.append((index, kid, by_old))

    def _rotate(self, index: int, leaf: Leaf) -> None:
        if leaf.data.get("old") != leaf.kid or leaf.kid == self.desk_kid:
            raise NotAKey("It rotates another key than the one that signed it.")
        key = _key_in(leaf.data, "key")
        kid = thumbprint(key)
        if kid in self._enrolled:
            raise NotAKey(f"It rotates to key {kid}, which was enrolled before.")
        old = self._enrolled[leaf.kid]
        old.revoked_at = index
        self._enrolled[kid] = Enrolment(key=key, party=old.party)
        self._before[kid] = (*self._before.get(leaf.kid, ()), leaf.kid)

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
        lost_at = leaf.data.get("lost_at")
        if isinstance(lost_at, str):
            self._note_loss(index, str(leaf.data["kid"]), revoked.party, lost_at)

    def _note_loss(self, index: int, kid: str, party: str, lost_at: str) -> None:
        try:
            at = datetime.fromisoformat(lost_at)
        except ValueError as error:
            raise NotAKey("It says when the key was lost in no way that can be read.") from error
        if at.tzinfo is None:
            raise NotAKey("It says when the key was lost without an offset.")
        before = self._before.get(kid, ())
        self.losses.append(Loss(kid=kid, before=before, party=party, lost_at=at, revoked_at=index))


def _key_in(data: dict[str, Any], name: str) -> Ed25519PublicKey:
    """The key that an entry's facts hold under a name."""
    facts = data.get(name)
    if not isinstance(facts, dict):
        raise NotAKey(f"It holds no {name} with its kid and x.")
    return public_key_from_facts(facts)
