"""Judging a complaint: what a lodged statement proves, by whose word, and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from openline.record.audit.tree import leaf_hashes, roots_at
from openline.record.audit.words import Fault, RecordCopy, Trust, Verdict, Wrong
from openline.record.checkpoint import Checkpoint, open_checkpoint
from openline.record.complaint import Complaint, lodged_with, parse_complaint
from openline.record.encoding import encode_base64
from openline.record.errors import (
    NotAComplaint,
    NotANote,
    RecordFault,
    SignatureFails,
    UnknownSigner,
)
from openline.record.leaf import Leaf, leaf_digest, leaf_hash, open_leaf, verify_leaf


class _Found(Struct):
    """What has come to light so far."""

    proven: list[str]
    unproven: list[str]
    faults: list[Fault]


def audit_complaint(file: bytes, trust: Trust, copy: RecordCopy | None = None) -> Verdict:
    """Judges a lodged statement, and with a copy of the record whether it stands there after all.

    Args:
        file: the complaint.
        trust: the desk's key, and that of the mirror it was lodged with.
        copy: the record, from anybody: its own checkpoint is verified too.
    """
    found = _Found([], [], [])
    try:
        complaint, note = parse_complaint(file)
        signing = lodged_with(note, trust.keys)
        signed = open_checkpoint(complaint.checkpoint, trust.keys)
        leaf = open_leaf(complaint.leaf)
    except NotAComplaint as error:
        return _refuted(Wrong.COPY_DAMAGED, error)
    except (UnknownSigner, SignatureFails, NotANote) as error:
        return _refuted(Wrong.CHECKPOINT_FORGED, error)
    except RecordFault as error:
        return _refuted(Wrong.ENTRY_MALFORMED, error)
    at = signed.checkpoint
    _judge_words(found, complaint, leaf, at)
    lodged_at = datetime.fromtimestamp(signing.at_s or 0, UTC)
    found.proven.append(
        f"Mirror {signing.key.name} was handed it by {lodged_at:%Y-%m-%d %H:%M:%SZ}, and says that "
        f"it was then none of the first {at.size} entries of {at.origin}."
    )
    if signed.witnessed_by:
        names = ", ".join(each.key.name for each in signed.witnessed_by)
        found.proven.append(f"The record of those {at.size} entries is witnessed by {names}.")
    if copy is None:
        found.unproven.append(
            f"That it is none of those {at.size} entries, other than by the mirror's word: hold it "
            "against a copy of the record."
        )
    else:
        _judge_absence(found, complaint, at, trust, copy)
    found.unproven.append("That the desk received it: only the desk could have proven that.")
    found.unproven.append(
        "What it says beyond the facts in it: the body, if it has one, is not lodged."
    )
    return Verdict(
        origin=at.origin,
        size=at.size,
        root=encode_base64(at.root),
        proven=tuple(found.proven),
        unproven=tuple(found.unproven),
        faults=tuple(found.faults),
    )


def _judge_words(found: _Found, complaint: Complaint, leaf: Leaf, at: Checkpoint) -> None:
    """Who signed the statement, and for which record."""
    try:
        verify_leaf(complaint.leaf, complaint.signer)
        found.proven.append(
            f"The holder of key {leaf.kid} signed the statement {leaf.id} ({leaf.kind}), its "
            f"number {leaf.seq}; the mirror knows that key as one of {complaint.party}'s. Its "
            f"SHA-256 is {leaf_digest(complaint.leaf)}."
        )
    except RecordFault as error:
        found.faults.append(Fault(slug=Wrong.KEY_FORGED, sentence=f"statement: {error.sentence}"))
    if leaf.party != complaint.party:
        found.faults.append(
            Fault(
                slug=Wrong.SPEAKS_FOR_ANOTHER,
                sentence=f"The statement speaks for {leaf.party}, with a key of "
                f"{complaint.party}'s.",
            )
        )
    if {leaf.record, complaint.origin} != {at.origin}:
        found.faults.append(
            Fault(slug=Wrong.WRONG_RECORD, sentence="The statement is meant for another record.")
        )
    if complaint.size != at.size:
        found.faults.append(
            Fault(
                slug=Wrong.CHECKPOINT_FORGED,
                sentence=f"The mirror speaks of {complaint.size} entries and shows a checkpoint "
                f"over {at.size}.",
            )
        )


def _judge_absence(
    found: _Found, complaint: Complaint, at: Checkpoint, trust: Trust, copy: RecordCopy
) -> None:
    """Whether the statement is among the entries of a copy, whose hashes are all there."""
    try:
        held = open_checkpoint(copy.checkpoint() or b"", trust.keys).checkpoint
        roots = roots_at(copy, {at.size, held.size}) if held.size >= at.size else {}
        hashes = list(leaf_hashes(copy, held.size))
    except RecordFault as error:
        found.faults.append(Fault(slug=Wrong.COPY_DAMAGED, sentence=f"copy: {error.sentence}"))
        return
    if held.origin != at.origin:
        found.faults.append(
            Fault(slug=Wrong.WRONG_RECORD, sentence="The copy is one of another record.")
        )
        return
    if roots.get(held.size) != held.root or roots.get(at.size) != at.root:
        found.faults.append(
            Fault(
                slug=Wrong.RECORD_FORKED,
                sentence="The copy is not the record that the mirror looked in, or ends before it.",
            )
        )
        return
    wanted = leaf_hash(complaint.leaf)
    place = hashes.index(wanted) if wanted in hashes else None
    if place is None:
        found.proven.append(
            f"It is none of the {held.size} entries of the copy: it is missing from the record."
        )
    elif place < at.size:
        found.faults.append(
            Fault(
                slug=Wrong.RECEIPT_FAILS,
                sentence=f"It stands in the record as entry {place}, and did when it was lodged.",
                index=place,
            )
        )
    else:
        found.proven.append(
            f"It was none of the first {at.size} entries, and was recorded later, as entry {place}."
        )


def _refuted(slug: Wrong, error: RecordFault) -> Verdict:
    fault = Fault(slug=slug, sentence=f"complaint: {error.sentence}")
    return Verdict(origin=None, size=None, root=None, proven=(), unproven=(), faults=(fault,))
