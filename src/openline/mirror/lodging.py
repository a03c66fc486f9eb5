"""Statements lodged with a mirror by whoever got no receipt for them: kept, and vouched for.

Only the leaf is lodged, which holds no position, name or free text; its body stays with its author.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from openline.domain.errors import Malformed, NotPermitted, Unavailable, WrongState
from openline.mirror.held import HeldCopy
from openline.record.audit.keyring import Enrolment, KeyRing
from openline.record.bundle import CHECKPOINT
from openline.record.complaint import Complaint, sign_complaint
from openline.record.errors import NotAKey, NotALeaf, SignatureFails
from openline.record.leaf import Leaf, leaf_hash, open_leaf, verify_leaf
from openline.record.witnessing import without_strangers
from openline.witness.memory import Identity

LODGED: Final = "lodged"
SUFFIX: Final = ".complaint"
_log = structlog.get_logger(__name__)


class Lodgings:
    """What is lodged with one mirror. One thread at a time, while the copy stands still."""

    def __init__(self, held: HeldCopy, identity: Identity, now_s: Callable[[], float]) -> None:
        self._held, self._identity, self._now_s = held, identity, now_s
        self._ring, self._learned = KeyRing(), 0

    def lodge(self, raw: bytes) -> bytes:
        """The complaint, kept here as well; of a statement lodged again, the first one.

        Raises:
            Malformed: it is no statement for this record.
            NotPermitted: it is not signed by a key in force that the copy knows.
            WrongState: it stands in the record: there is nothing to complain of.
            Unavailable: nothing of the record is held yet, or the disk does not take it.
        """
        leaf, signer = self.examine(raw)
        note, signed = self._held.read(CHECKPOINT), self._held.signed
        if note is None or signed is None:
            raise Unavailable("Nothing of the record is held here yet. Try again.")
        wanted = leaf_hash(raw)
        for index, each in enumerate(self._held.hashes(self._held.size)):
            if each == wanted:
                raise WrongState(
                    f"It stands in the record as entry {index}: ask the desk for its receipt."
                )
        # Rows of nobody's are the desk's to add: with enough of them no complaint could be read.
        return self._kept(raw, leaf, signer, without_strangers(note, signed))

    def examine(self, raw: bytes) -> tuple[Leaf, Enrolment]:
        """The statement and who signed it, by the keys that the copy knows by now.

        Raises:
            Malformed, NotPermitted: as `lodge`.
        """
        leaf = _opened(raw)
        if leaf.record != self._held.origin:
            raise Malformed(f"statement: meant for {leaf.record}, not for {self._held.origin}.")
        return leaf, self._signer(leaf, raw)

    def _kept(self, raw: bytes, leaf: Leaf, signer: Enrolment, checkpoint: bytes) -> bytes:
        name = f"{LODGED}/{leaf.digest}{SUFFIX}"
        before = self._held.read(name)
        if before is not None:
            return before
        complaint = Complaint(
            origin=self._held.origin,
            party=signer.party,
            key=signer.key.public_bytes_raw(),
            size=self._held.size,
            leaf=raw,
            checkpoint=checkpoint,
        )
        identity, at_s = self._identity, int(self._now_s())
        file = sign_complaint(complaint, identity.name, identity.private_key, at_s)
        self._held.write_durably(name, file)
        _log.warning("a statement was lodged", party=signer.party, digest=leaf.digest)
        return file

    def _signer(self, leaf: Leaf, raw: bytes) -> Enrolment:
        self._learn()
        signer = self._ring.find(leaf.kid)
        if signer is None or signer.revoked_at is not None or signer.party != leaf.party:
            raise NotPermitted(f"key {leaf.kid}: not a key in force of {leaf.party}.")
        try:
            verify_leaf(raw, signer.key)
        except SignatureFails as fault:
            raise NotPermitted(f"key {leaf.kid}: it did not sign this statement.") from fault
        return signer

    def _learn(self) -> None:
        """Which keys are in force, as the copy says: every party may read that."""
        for index in range(self._learned, self._held.size):
            held = self._held.leaf(index)
            if held is None:
                continue
            try:
                leaf = open_leaf(held)
                if index == 0:
                    self._ring.open(leaf)
                if leaf.kid == self._ring.desk_kid or self._ring.find(leaf.kid) is not None:
                    self._ring.learn(index, leaf)
            except (NotALeaf, NotAKey) as fault:
                # What does not hold up counts for nothing; `openline verify` says so aloud.
                _log.error("an entry about keys is no good", entry=index, why=fault.sentence)
        self._learned = self._held.size


def _opened(raw: bytes) -> Leaf:
    try:
        return open_leaf(raw)
    except NotALeaf as fault:
        raise Malformed(f"statement: {fault.sentence}") from fault
