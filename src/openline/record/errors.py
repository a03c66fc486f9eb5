"""What can be wrong with bytes that claim to belong to a record.

The record imports nothing of ours, so these stand apart from the desk's refusals; whoever takes
bytes from outside turns them into its own.
"""

from __future__ import annotations


class RecordFault(Exception):
    """The bytes are not what they claim to be; one sentence says what is wrong, and where.

    The sentence never repeats a payload: it may hold what somebody must not read.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotALeaf(RecordFault):
    """It is not a leaf in the one form that a leaf can have."""


class LeafTooLarge(NotALeaf):
    """More bytes than one entry of the record may have."""


class SignatureFails(RecordFault):
    """A signature was not made by the key that it names, over these bytes."""


class NotAKey(RecordFault):
    """It cannot be read as a key of this record, or is a key that proves nothing."""


class UnsafeKeyFile(RecordFault):
    """A private key lies where others than its owner could read or replace it."""


class NotATile(RecordFault):
    """The bytes or the path are not those of a tile or bundle of entries."""


class TileMissing(RecordFault):
    """A tile that the tree needs is absent, or holds fewer hashes than the tree has."""


class NotANote(RecordFault):
    """It is not a signed note, or not a checkpoint in one."""


class UnknownSigner(RecordFault):
    """None of the keys that the reader trusts has signed it."""


class NotAProof(RecordFault):
    """It is not a receipt in the form of c2sp.org/tlog-proof@v1."""


class CopyDamaged(RecordFault):
    """A copy of a record cannot be read as one: a file is missing, too long or broken."""


class ProofFails(RecordFault):
    """The hashes do not lead from what is claimed to the root that was signed."""


class BeginsOtherwise(ProofFails):
    """The hashes do lead to the later root, and to another beginning of it than the one claimed.

    So whoever signed both roots has shown the record in two ways: this is proven, by hashes that
    nobody can make for a record that does go on from there.
    """


class NotAPolicy(RecordFault):
    """It is not a policy in the form of c2sp.org/tlog-policy."""


class NotARequest(RecordFault):
    """It is not what a witness is asked (c2sp.org/tlog-witness, add-checkpoint)."""


class UnknownLog(RecordFault):
    """The checkpoint is of a record that the witness was not asked to watch."""


class OtherSize(RecordFault):
    """The witness has seen another size than the one from which the request goes on."""

    def __init__(self, sentence: str, size: int) -> None:
        super().__init__(sentence)
        self.size = size


class Forked(RecordFault):
    """Two roots are signed for one size: the record was shown in two ways."""

    def __init__(self, sentence: str, size: int) -> None:
        super().__init__(sentence)
        self.size = size


class NotAComplaint(RecordFault):
    """It is not a lodged statement in the one form that such a file can have."""
