"""Judging entries one after the other: form, signer, chain, order of times, body."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from openline.record.audit.epochs import Epoch, epoch_in
from openline.record.audit.keyring import EPOCH, KeyRing
from openline.record.audit.sealed import SealedAudit
from openline.record.audit.words import Fault, Wrong
from openline.record.chain import Breach, Chains
from openline.record.errors import NotAKey, NotALeaf, SignatureFails
from openline.record.leaf import SALT_BYTES, Leaf, open_leaf, verify_leaf

_SLUG_OF_BREACH = {
    Breach.STALE: Wrong.CHAIN_STALE,
    Breach.GAP: Wrong.CHAIN_GAP,
    Breach.FORK: Wrong.CHAIN_FORK,
}


class EntryAudit:
    """Takes every entry of a log in order, held or not, and collects what is wrong with them."""

    def __init__(
        self,
        origin: str,
        desk_key: Ed25519PublicKey | None = None,
        signs_now: frozenset[bytes] = frozenset(),
    ) -> None:
        self.faults: list[Fault] = []
        self.not_held: list[int] = []
        self.verified_by_desk = 0
        self.verified_by_parties = 0
        self.attested = 0
        self.bodies_held = 0
        self.bodies_not_held = 0
        self.rested_on: set[int] = set()
        self.sealed = SealedAudit()
        self.epochs: list[Epoch] = []
        self.keys = KeyRing(desk_key, signs_now)
        self._origin = origin
        self._chains = Chains()
        self._recorded_at: datetime | None = None

    def pass_over(self, index: int) -> None:
        """The entry is not held, or what is held is not the entry."""
        self.not_held.append(index)
        self._chains.pass_over(index)

    def take(self, index: int, raw: bytes, salted_body: bytes | None) -> None:
        """Judges an entry whose bytes are those that the tree commits to."""
        try:
            leaf = open_leaf(raw)
        except NotALeaf as error:
            self._fault(Wrong.ENTRY_MALFORMED, index, f"Entry {index}: {error.sentence}")
            self._chains.pass_over(index)
            return
        if leaf.record != self._origin:
            self._fault(Wrong.WRONG_RECORD, index, f"Entry {index} was written for another record.")
        if self._signer_is_right(index, leaf, raw):
            # Asked first: the entry that changes the desk's key is still the old one's.
            is_desks = leaf.kid == self.keys.desk_kid
            # A leaf that its key did not sign must not move that key's chain.
            self._learn_keys(index, leaf)
            self._judge_turn(index, leaf)
            self._judge_desk_members(index, leaf, is_desks)
        self.rested_on.update(leaf.refs or ())
        if any(ref >= index for ref in leaf.refs or ()):
            self._fault(
                Wrong.REFERS_AHEAD, index, f"Entry {index} rests on one that came after it."
            )
        differs = self.sealed.take(index, leaf, salted_body, len(self.not_held))
        if differs is not None:
            self._fault(Wrong.NOT_AS_COMMITTED, index, differs)
        self._judge_body(index, leaf, salted_body)

    def _fault(self, slug: Wrong, index: int, sentence: str) -> None:
        self.faults.append(Fault(slug=slug, sentence=sentence, index=index))

    def _signer_is_right(self, index: int, leaf: Leaf, raw: bytes) -> bool:
        try:
            if index == 0:
                self.keys.open(leaf)
            elif leaf.kind == EPOCH and "desk_key" in leaf.data:
                self.keys.open_epoch(index, leaf, raw)
        except NotAKey as error:
            self._fault(Wrong.KEY_FORGED, index, f"Entry {index}: {error.sentence}")
            return False
        signer = self.keys.find(leaf.kid)
        if signer is None:
            self._judge_unknown_signer(index, leaf)
            return False
        if signer.revoked_at is not None:
            self._fault(
                Wrong.KEY_FORGED,
                index,
                f"Entry {index} is signed with key {leaf.kid}, revoked at entry "
                f"{signer.revoked_at}.",
            )
            return False
        try:
            verify_leaf(raw, signer.key)
        except SignatureFails:
            self._fault(
                Wrong.KEY_FORGED,
                index,
                f"Entry {index} bears the name of key {leaf.kid}, which did not sign it.",
            )
            return False
        if leaf.kid == self.keys.desk_kid:
            self.verified_by_desk += 1
        elif leaf.party == signer.party:
            self.verified_by_parties += 1
        else:
            self._fault(
                Wrong.SPEAKS_FOR_ANOTHER,
                index,
                f"Entry {index} speaks for {leaf.party} and is signed with a key of "
                f"{signer.party}.",
            )
        return True

    def _judge_unknown_signer(self, index: int, leaf: Leaf) -> None:
        if self.not_held:
            self._fault(
                Wrong.SIGNER_UNKNOWN,
                index,
                f"Entry {index} is signed with key {leaf.kid}, whose enrolment is not in this "
                "copy. Ask for that entry too.",
            )
        else:
            self._fault(
                Wrong.KEY_FORGED,
                index,
                f"Entry {index} is signed with key {leaf.kid}, which was never enrolled before it.",
            )

    def _learn_keys(self, index: int, leaf: Leaf) -> None:
        if leaf.kind == EPOCH:
            self._learn_epoch(index, leaf)
        try:
            self.keys.learn(index, leaf)
        except NotAKey as error:
            self._fault(Wrong.KEY_FORGED, index, f"Entry {index}: {error.sentence}")

    def _learn_epoch(self, index: int, leaf: Leaf) -> None:
        """A backup was put in the place of what stood there: it must be this very beginning."""
        try:
            if leaf.kid != self.keys.desk_kid:
                raise NotAKey("It opens a new epoch, and is not the desk's.")
            self.epochs.append(epoch_in(index, leaf))
        except NotAKey as error:
            self._fault(Wrong.KEY_FORGED, index, f"Entry {index}: {error.sentence}")

    def _judge_turn(self, index: int, leaf: Leaf) -> None:
        fault = self._chains.follow(index, leaf)
        if fault is not None:
            self._fault(_SLUG_OF_BREACH[fault.breach], index, fault.sentence)

    def _judge_desk_members(self, index: int, leaf: Leaf, is_desks: bool) -> None:
        """What only the desk may say of an entry, and must: when it was recorded, and for whom."""
        if not is_desks:
            if leaf.attested is not None or leaf.recordedat is not None or leaf.readers is not None:
                self._fault(
                    Wrong.ENTRY_MALFORMED, index, f"Entry {index} says what only the desk may say."
                )
            return
        if leaf.attested is not None:
            self.attested += 1
        if leaf.recordedat is None or leaf.readers is None:
            self._fault(
                Wrong.ENTRY_MALFORMED,
                index,
                f"Entry {index} is the desk's and does not say when it was recorded and for whom.",
            )
            return
        recorded_at = datetime.fromisoformat(leaf.recordedat)
        if self._recorded_at is not None and recorded_at < self._recorded_at:
            self._fault(
                Wrong.BACK_DATED,
                index,
                f"Entry {index} says it was recorded at {leaf.recordedat}, before one that it "
                "follows.",
            )
            return
        self._recorded_at = recorded_at

    def _judge_body(self, index: int, leaf: Leaf, salted_body: bytes | None) -> None:
        if salted_body is None:
            self.bodies_not_held += leaf.bodydigest is not None
            return
        digest = sha256(salted_body).hexdigest()
        if len(salted_body) < SALT_BYTES or digest != leaf.bodydigest:
            self._fault(
                Wrong.BODY_ALTERED,
                index,
                f"The body beside entry {index} is not the one that the entry commits to.",
            )
        else:
            self.bodies_held += 1
