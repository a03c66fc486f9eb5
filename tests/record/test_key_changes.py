"""Keys that change inside a record: the verifier judges each entry by the keys in force there."""

from __future__ import annotations

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.record.audit.succession import handed_over_to
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust
from openline.record.chain import Head
from openline.record.checkpoint import Checkpoint, sign_checkpoint
from openline.record.encoding import encode_base64url
from openline.record.keys import key_facts, thumbprint
from openline.record.leaf import leaf_hash
from openline.record.merkle import Tree
from openline.record.note import note_key

ORIGIN = "desk.example/river"


def private_key(name):
    """As in conftest: the same key for the same name."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"a key of tests: {name}".encode()).digest())


def found(verdict):
    return [(fault.slug.value, fault.index) for fault in verdict.faults]


def facts(name):
    return key_facts(private_key(name).public_key())


def rotate_desk(scribe, *, old=None, signer="desk"):
    """The desk goes over to another key, and signs with it from there on; the index."""
    data = {"old": old or thumbprint(private_key("desk").public_key()), "key": facts("desk-2")}
    index = scribe.write(signer, "desk.key_rotated.v1", data)
    scribe.keys["desk"] = private_key("desk-2")
    scribe.heads["desk"] = Head()
    return index


def old_trust():
    return Trust(keys=(note_key(ORIGIN, private_key("desk")),))


# ── the desk's own key ────────────────────────────────────────────────────────────────────────


def test_after_a_rotation_the_new_key_counts_and_the_old_one_vouched_for_it(scribe):
    index = rotate_desk(scribe)
    scribe.write("desk", "escalated.v1", {"message": "M-3"})
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert found(verdict) == []
    assert any(f"At entry {index} the desk's old key hands over" in s for s in verdict.proven)


def test_whoever_trusts_the_old_key_alone_can_follow(scribe):
    rotate_desk(scribe)
    scribe.write("desk", "escalated.v1", {"message": "M-3"})
    assert audit_record(scribe.copy(), old_trust()).sound


def test_a_checkpoint_kept_from_before_a_rotation_stands_for_whoever_trusts_the_new_key(scribe):
    before = [("kept", scribe.copy().note)]
    rotate_desk(scribe)
    scribe.write("desk", "escalated.v1", {"message": "M-3"})
    trust = Trust(keys=(note_key(ORIGIN, private_key("desk-2")),))
    verdict = audit_record(scribe.copy(), trust, kept=before)
    assert found(verdict) == []
    assert any("as kept signs it" in sentence for sentence in verdict.proven)


def test_a_checkpoint_by_the_old_key_over_more_than_it_signed_is_a_forgery(scribe):
    rotate_desk(scribe)
    scribe.write("desk", "escalated.v1", {"message": "M-3"})
    copy = scribe.copy()
    tree = Tree()
    tree.extend(leaf_hash(leaf) for leaf in scribe.leaves)
    late = Checkpoint(origin=ORIGIN, size=tree.size, root=tree.root())
    kept = [("kept", sign_checkpoint(late, private_key("desk")))]
    trust = Trust(keys=(note_key(ORIGIN, private_key("desk-2")),))
    assert found(audit_record(copy, trust, kept=kept)) == [("checkpoint_forged", None)]


def test_whoever_trusts_the_old_key_alone_follows_nobody_whom_it_did_not_name(scribe):
    rotate_desk(scribe)
    copy = scribe.copy()
    tree = Tree()
    tree.extend(leaf_hash(leaf) for leaf in scribe.leaves)
    forged = Checkpoint(origin=ORIGIN, size=tree.size, root=tree.root())
    copy.note = sign_checkpoint(forged, private_key("mallory"))
    assert [slug for slug, _ in found(audit_record(copy, old_trust()))] == ["checkpoint_forged"]


def test_what_the_old_key_signs_after_a_rotation_is_refused(scribe):
    rotate_desk(scribe)
    scribe.keys["desk"], scribe.heads["desk"] = private_key("desk"), Head()
    index = scribe.write("desk", "escalated.v1", {"message": "M-3"})
    trust = Trust(keys=(note_key(ORIGIN, private_key("desk")),))
    assert ("key_forged", index) in found(audit_record(scribe.copy(), trust))


@pytest.mark.parametrize(
    "spoil", [{"signer": "east"}, {"old": thumbprint(private_key("west").public_key())}]
)
def test_a_rotation_that_the_old_key_did_not_sign_is_refused(scribe, spoil):
    index = rotate_desk(scribe, **spoil)
    assert ("key_forged", index) in found(audit_record(scribe.copy(), scribe.trust))


def root_of(leaves):
    tree = Tree()
    tree.extend(leaf_hash(leaf) for leaf in leaves)
    return tree.root().hex()


def epoch(scribe, *, restored=None, known=40, **more):
    data = {
        "restored_size": len(scribe.leaves) if restored is None else restored,
        "restored_root": root_of(scribe.leaves),
        "last_known_size": known,
        "last_known_root": "b" * 64,
        **more,
    }
    return scribe.write("desk", "desk.epoch_opened.v1", data)


def test_a_new_epoch_says_which_entries_are_missing(scribe):
    index = epoch(scribe)
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert verdict.sound
    assert any(f"What entries 10 to 39 were before entry {index}" in s for s in verdict.unproven)


def test_an_epoch_that_speaks_of_another_beginning_is_refused(scribe):
    index = epoch(scribe, restored=400)
    assert ("key_forged", index) in found(audit_record(scribe.copy(), scribe.trust))


def test_a_new_epoch_with_a_key_that_nobody_vouched_for_is_named(scribe):
    scribe.keys["desk"], scribe.heads["desk"] = private_key("desk-3"), Head()
    index = epoch(scribe, desk_key=facts("desk-3"))
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert verdict.sound
    assert any(f"same desk from entry {index} on" in sentence for sentence in verdict.unproven)


def test_a_new_epoch_with_a_key_that_the_reader_does_not_trust_is_refused(scribe):
    scribe.keys["desk"], scribe.heads["desk"] = private_key("desk-3"), Head()
    index = epoch(scribe, desk_key=facts("desk-3"))
    copy = scribe.copy()
    tree = Tree()
    tree.extend(leaf_hash(leaf) for leaf in scribe.leaves)
    signed = Checkpoint(origin=ORIGIN, size=tree.size, root=tree.root())
    copy.note = sign_checkpoint(signed, private_key("desk"))
    assert ("key_forged", index) in found(audit_record(copy, old_trust()))


def test_a_handover_in_the_old_keys_name_that_it_did_not_sign_leads_to_nobody(scribe):
    """What a mirror and a reader of an old key follow: the signature, and not the name in it."""
    index = rotate_desk(scribe)
    honest = scribe.leaves[index]
    head, payload, _ = honest.split(b".")
    told = b".".join((head, payload))
    forged = told + b"." + encode_base64url(private_key("mallory").sign(told))
    keys = old_trust().keys
    assert len(list(handed_over_to([honest], keys))) == 1
    assert list(handed_over_to([forged], keys)) == []


# ── parties' keys ─────────────────────────────────────────────────────────────────────────────


def rotate(scribe, party, *, signer=None, old=None):
    named = old or thumbprint(private_key(party).public_key())
    data = {"old": named, "key": facts(f"{party}-2")}
    index = scribe.write(signer or party, "key.rotated.v1", data)
    scribe.keys[f"{party}-2"] = private_key(f"{party}-2")
    return index


def test_a_partys_new_key_counts_from_the_entry_that_its_old_one_signed(scribe):
    rotate(scribe, "east")
    scribe.write(
        "east-2", "line.checked.v1", {"line": "L-1"}, source="openline:east?human#east.duty"
    )
    assert audit_record(scribe.copy(), scribe.trust).sound


def test_what_the_old_key_signs_after_that_is_refused(scribe):
    rotate(scribe, "east")
    index = scribe.write("east", "line.checked.v1", {"line": "L-1"})
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("key_forged", index)]


def test_nobody_rotates_anothers_key(scribe):
    index = rotate(scribe, "east", signer="west")
    assert ("key_forged", index) in found(audit_record(scribe.copy(), scribe.trust))


def test_what_a_stolen_key_signed_before_it_was_revoked_is_named_entry_by_entry(scribe):
    scribe.keys["east-2"] = private_key("east-2")
    scribe.enrol("east-2", "east")
    stolen = thumbprint(private_key("east").public_key())
    lost_at = f"2017-09-18T10:{scribe.minute:02d}:00Z"
    doubted = scribe.write("east", "line.checked.v1", {"line": "L-9"})
    scribe.write("desk", "escalated.v1", {"message": "M-9"})
    revoked = scribe.write(
        "east-2",
        "key.revoked.v1",
        {"kid": stolen, "lost_at": lost_at},
        source="openline:east?human#east.duty",
    )
    verdict = audit_record(scribe.copy(), scribe.trust)
    (doubt,) = (each for each in verdict.unproven if "was lost at" in each)
    assert verdict.sound
    assert f"what entry {doubted} says" in doubt
    assert f"revoked at entry {revoked}" in doubt


def test_a_thief_who_rotates_the_key_takes_none_of_what_it_signed_out_of_doubt(scribe):
    scribe.keys["east-c"] = private_key("east-c")
    scribe.enrol("east-c", "east")
    scribe.write("east", "line.checked.v1", {"line": "L-1"})
    scribe.write("desk", "escalated.v1", {"message": "M-8"})
    lost_at = f"2017-09-18T10:{scribe.minute:02d}:00Z"
    by_source = {"source": "openline:east?human#east.duty"}
    first = scribe.write("east", "line.checked.v1", {"line": "L-9"})
    rotated = rotate(scribe, "east")
    last = scribe.write("east-2", "line.checked.v1", {"line": "L-9"}, **by_source)
    scribe.write("desk", "escalated.v1", {"message": "M-9"})
    lost = {"kid": thumbprint(private_key("east-2").public_key()), "lost_at": lost_at}
    scribe.write("east-c", "key.revoked.v1", lost, **by_source)
    verdict = audit_record(scribe.copy(), scribe.trust)
    (doubt,) = (each for each in verdict.unproven if "was lost at" in each)
    assert verdict.sound
    assert (first, rotated, last) == (first, first + 1, first + 2)
    assert f"what entries {first}–{last} say" in doubt
