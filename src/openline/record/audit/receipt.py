"""The judgement over one receipt and the leaf that it is for."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from openline.record.audit.sayings import (
    TIMES_ARE_WORDS,
    refuted,
    signed_by_whom,
    slug_of_note,
    unproven_of_trust,
    verdict_over,
)
from openline.record.audit.words import (
    Trust,
    Verdict,
    Wrong,
)
from openline.record.errors import (
    NotANote,
    RecordFault,
    SignatureFails,
    UnknownSigner,
)
from openline.record.leaf import leaf_digest, open_leaf, verify_leaf
from openline.record.proof import parse_proof, verify_proof


def audit_receipt(
    receipt: bytes, leaf: bytes, trust: Trust, signer: Ed25519PublicKey | None = None
) -> Verdict:
    """Judges a receipt over one leaf, and with a signer's key also who wrote the leaf."""
    try:
        proof = parse_proof(receipt)
        signed = verify_proof(proof, leaf, trust.keys)
        opened = open_leaf(leaf)
    except (NotANote, UnknownSigner, SignatureFails) as error:
        return refuted(slug_of_note(error), f"receipt: {error.sentence}")
    except RecordFault as error:
        return refuted(Wrong.RECEIPT_FAILS, f"receipt: {error.sentence}")
    try:
        if signer is not None:
            verify_leaf(leaf, signer)
    except SignatureFails as error:
        return refuted(Wrong.KEY_FORGED, f"leaf: {error.sentence}")
    checkpoint = signed.checkpoint
    if opened.record != checkpoint.origin:
        return refuted(Wrong.WRONG_RECORD, "The leaf was written for another record.")
    proven = [
        *signed_by_whom(signed),
        f"The leaf with SHA-256 {leaf_digest(leaf)} is entry {proof.index} of that record.",
    ]
    unproven = [*unproven_of_trust(trust, signed), TIMES_ARE_WORDS]
    if signer is None:
        unproven.append(f"Who wrote the leaf: it names key {opened.kid}, and no key was given.")
    else:
        proven.append(f"The holder of key {opened.kid} signed the leaf.")
    unproven.append("That the record kept it: hold a later checkpoint against this one.")
    return verdict_over(checkpoint, proven, unproven, ())
