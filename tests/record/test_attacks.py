"""Everything somebody might do to a record, each refused by name with what is wrong and where.

Two kinds of attacker: one who holds a copy and no key, and the desk itself, which can sign its tree
anew. The second is caught by the parties' own chains and by whoever kept a checkpoint.
"""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.record.audit.receipt import audit_receipt
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust
from openline.record.checkpoint import Checkpoint, sign_checkpoint
from openline.record.errors import NotALeaf, SignatureFails
from openline.record.keys import key_facts
from openline.record.leaf import open_leaf, seal, verify_leaf
from openline.record.merkle import leaf_hash
from openline.record.note import note_key

MALLORY = Ed25519PrivateKey.from_private_bytes(b"m" * 32)


def found(verdict):
    """(slug, entry) of everything that is wrong."""
    return [(fault.slug.value, fault.index) for fault in verdict.faults]


def sentences(verdict):
    return "\n".join(fault.sentence for fault in verdict.faults)


def flipped(data, at, mask=0x01):
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def rewritten(scribe, index, key, **members):
    """The leaf at an index with other members, signed by whoever holds the key."""
    leaf = open_leaf(scribe.leaves[index])
    payload = scribe.payload("nobody", "x.v1", {}) | {
        "id": leaf.id,
        "source": leaf.source,
        "type": leaf.type,
        "time": leaf.time,
        "seq": leaf.seq,
        "prevhash": leaf.prevhash,
        "data": leaf.data,
    }
    optional = ("refs", "bodydigest", "recordedat", "readers")
    payload |= {name: getattr(leaf, name) for name in optional if getattr(leaf, name) is not None}
    return seal(key, payload | members)


# ---- one bit, anywhere


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_a_flipped_bit_anywhere_in_a_leaf_is_refused(scribe, mask):
    leaf, key = scribe.leaves[3], scribe.keys["east"].public_key()
    for at in range(len(leaf)):
        with pytest.raises((NotALeaf, SignatureFails)):
            verify_leaf(flipped(leaf, at, mask), key)


def test_a_flipped_bit_anywhere_in_a_checkpoint_is_refused(scribe):
    copy, honest = scribe.copy(), scribe.copy().note
    for at in range(len(honest)):
        copy.note = flipped(honest, at)
        verdict = audit_record(copy, scribe.trust)
        assert [slug for slug, _ in found(verdict)] in (
            ["checkpoint_forged"],
            ["checkpoint_unreadable"],
        )


def test_a_flipped_bit_anywhere_in_a_receipt_is_refused(scribe):
    receipt, leaf = scribe.receipt(5), scribe.leaves[5]
    for at in range(len(receipt)):
        assert not audit_receipt(flipped(receipt, at), leaf, scribe.trust).sound


def test_a_flipped_bit_anywhere_in_a_tile_is_found_at_its_entry(scribe):
    copy = scribe.copy()
    honest = copy.tiles[0, 0]
    for at in range(len(honest)):
        copy.tiles[0, 0] = flipped(honest, at)
        verdict = audit_record(copy, scribe.trust)
        assert found(verdict) == [("tile_altered", at // 32)]
        assert f"The hash of entry {at // 32} in tile/0/000 was altered" in sentences(verdict)


def test_a_flipped_bit_in_a_tile_is_found_even_where_no_entry_is_held(scribe):
    copy = scribe.copy()
    copy.leaves.clear()
    copy.bodies.clear()
    copy.tiles[0, 0] = flipped(copy.tiles[0, 0], 100)
    verdict = audit_record(copy, scribe.trust)
    assert found(verdict) == [("tile_altered", None)]
    assert "do not lead to the root signed at size 10" in sentences(verdict)


def test_a_flipped_bit_in_an_upper_tile_is_found_at_its_place(blank):
    blank.open()
    for n in range(300):
        blank.write("east", "line.checked.v1", {"n": n})
    copy = blank.copy()
    copy.tiles[1, 0] = flipped(copy.tiles[1, 0], 7)
    verdict = audit_record(copy, blank.trust)
    assert found(verdict) == [("tile_altered", None)]
    assert "Hash 0 of tile/1/000.p/1 is not the root of tile/0/000" in sentences(verdict)


def test_a_flipped_bit_in_a_body_or_its_salt_is_found_beside_its_entry(scribe):
    honest = scribe.copy().bodies[3]
    for at in range(len(honest)):
        copy = scribe.copy()
        copy.bodies[3] = flipped(honest, at)
        assert found(audit_record(copy, scribe.trust)) == [("body_altered", 3)]


# ---- without any key


def test_old_entry_edited(scribe):
    copy = scribe.copy()
    copy.leaves[3] = rewritten(scribe, 3, MALLORY, time="2017-09-18T10:00:59Z")
    verdict = audit_record(copy, scribe.trust)
    assert ("old_entry_edited", 3) in found(verdict)
    assert "Entry 3 is not the one that was signed into the record" in sentences(verdict)


def test_old_entry_edited_together_with_its_tile(scribe):
    copy = scribe.copy()
    copy.leaves[3] = rewritten(scribe, 3, MALLORY, time="2017-09-18T10:00:59Z")
    tile = copy.tiles[0, 0]
    copy.tiles[0, 0] = tile[: 3 * 32] + leaf_hash(copy.leaves[3]) + tile[4 * 32 :]
    verdict = audit_record(copy, scribe.trust)
    assert ("tile_altered", None) in found(verdict)
    assert ("key_forged", 3) in found(verdict)


def test_entries_withheld(scribe):
    copy = scribe.copy()
    del copy.leaves[4]
    verdict = audit_record(copy, scribe.trust, complete=True)
    assert ("entries_withheld", None) in found(verdict)
    assert "said to be whole, and entries 4 are missing" in sentences(verdict)


def test_entries_withheld_by_an_old_checkpoint(scribe):
    copy = scribe.copy(scribe.leaves[:6])
    kept = [("mine", scribe.checkpoint(scribe.leaves))]
    verdict = audit_record(copy, scribe.trust, kept=kept)
    assert found(verdict) == [("entries_withheld", None)]
    assert "mine signs 10 entries and the record offered ends at 6" in sentences(verdict)


def test_entries_withheld_by_a_short_tile(scribe):
    copy = scribe.copy()
    copy.tiles[0, 0] = copy.tiles[0, 0][: 8 * 32]
    verdict = audit_record(copy, scribe.trust)
    assert ("entries_withheld", None) in found(verdict)
    assert "holds only 8 of 10" in sentences(verdict)


def test_entries_withheld_by_leaving_out_a_tile(scribe):
    copy = scribe.copy()
    copy.tiles.clear()
    verdict = audit_record(copy, scribe.trust)
    assert found(verdict) == [("entries_withheld", None)]
    assert "tile/0/000.p/10 is missing" in sentences(verdict)


def test_entries_changed_places(scribe):
    copy = scribe.copy()
    copy.leaves[4], copy.leaves[5] = copy.leaves[5], copy.leaves[4]
    copy.bodies.clear()
    verdict = audit_record(copy, scribe.trust)
    assert ("entry_moved", 4) in found(verdict)
    assert ("entry_moved", 5) in found(verdict)
    assert "What is held as entry 4 is entry 5 of the record" in sentences(verdict)


def test_an_entry_added_beyond_the_checkpoint_proves_nothing(scribe):
    copy = scribe.copy()
    scribe.write("east", "line.checked.v1", {"line": "L-1"})
    copy.leaves[10] = scribe.leaves[10]
    verdict = audit_record(copy, scribe.trust)
    assert found(verdict) == [("entry_unproven", None)]
    assert "Entries 10 lie beyond the 10" in sentences(verdict)


def test_a_body_laid_beside_an_entry_that_has_none_is_refused(scribe):
    copy = scribe.copy()
    copy.bodies[5] = bytes(32) + b"we never agreed to that"
    assert found(audit_record(copy, scribe.trust)) == [("body_altered", 5)]


def test_a_body_of_another_entry_is_refused(scribe):
    copy = scribe.copy()
    copy.bodies[3] = copy.bodies[6]
    assert found(audit_record(copy, scribe.trust)) == [("body_altered", 3)]


def test_a_copy_signed_with_another_key_is_refused(scribe):
    copy = scribe.copy()
    copy.note = sign_checkpoint(Checkpoint(origin=scribe.origin, size=10, root=bytes(32)), MALLORY)
    verdict = audit_record(copy, scribe.trust)
    assert found(verdict) == [("checkpoint_forged", None)]
    assert "None of the keys you trust" in sentences(verdict)


def test_a_swapped_key_among_those_trusted_is_refused(scribe):
    swapped = Trust(keys=(note_key(scribe.origin, MALLORY),))
    assert found(audit_record(scribe.copy(), swapped)) == [("checkpoint_forged", None)]
    assert found(audit_receipt(scribe.receipt(3), scribe.leaves[3], swapped)) == [
        ("checkpoint_forged", None)
    ]


def test_a_receipt_laid_beside_another_leaf_is_refused(scribe):
    verdict = audit_receipt(scribe.receipt(3), scribe.leaves[5], scribe.trust)
    assert found(verdict) == [("receipt_fails", None)]


def test_a_receipt_of_a_leaf_written_for_another_record_is_refused(scribe):
    scribe.write("east", "line.checked.v1", {"line": "L-1"}, record="desk.example/hill")
    verdict = audit_receipt(scribe.receipt(10), scribe.leaves[10], scribe.trust)
    assert found(verdict) == [("wrong_record", None)]


def test_a_leaf_said_to_be_another_party_s_is_refused(scribe):
    west = scribe.keys["west"].public_key()
    verdict = audit_receipt(scribe.receipt(3), scribe.leaves[3], scribe.trust, west)
    assert found(verdict) == [("key_forged", None)]


# ---- by the desk itself, which signs its tree anew


def test_a_re_signed_entry_does_not_match_a_kept_checkpoint(scribe):
    kept = [("mine", scribe.checkpoint(scribe.leaves[:8]))]
    scribe.leaves[6] = rewritten(scribe, 6, scribe.keys["desk"], data={"notification": "N-8"})
    verdict = audit_record(scribe.copy(), scribe.trust, kept=kept)
    assert ("old_entry_edited", None) in found(verdict)
    assert "mine: what was signed at size 8 is not how this record begins" in sentences(verdict)
    assert not any("mine" in sentence for sentence in verdict.proven)


def test_a_re_signed_entry_breaks_the_desk_s_own_chain(scribe):
    scribe.leaves[6] = rewritten(scribe, 6, scribe.keys["desk"], data={"notification": "N-8"})
    scribe.bodies.clear()
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("chain_fork", 9)]


def test_two_records_of_one_size_are_a_fork(scribe):
    other = rewritten(scribe, 9, scribe.keys["desk"], data={"message": "M-3"})
    kept = [("his", scribe.checkpoint([*scribe.leaves[:9], other]))]
    verdict = audit_record(scribe.copy(), scribe.trust, kept=kept)
    assert found(verdict) == [("record_forked", None)]
    assert "the desk has shown two records" in sentences(verdict)


def test_a_dropped_entry_leaves_a_gap_in_its_key_s_chain(scribe):
    scribe.bodies.clear()
    del scribe.leaves[5]
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert ("chain_gap", 7) in found(verdict)
    assert "1 dropped between" in sentences(verdict)


def test_reordered_entries_of_one_key_are_out_of_turn(scribe):
    scribe.bodies.clear()
    scribe.leaves[3], scribe.leaves[7] = scribe.leaves[7], scribe.leaves[3]
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert ("chain_gap", 3) in found(verdict)
    assert ("chain_stale", 7) in found(verdict)


def test_an_entry_recorded_twice_is_out_of_turn(scribe):
    scribe.leaves.append(scribe.leaves[7])
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("chain_stale", 10)]


def test_a_back_dated_entry_is_found(scribe):
    scribe.write("desk", "line.degraded.v1", {"line": "L-1"}, recordedat="2017-09-18T10:08:59Z")
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert found(verdict) == [("back_dated", 10)]
    assert "Entry 10 says it was recorded at 2017-09-18T10:08:59Z" in sentences(verdict)


def test_key_forged(scribe):
    leaf = rewritten(scribe, 7, MALLORY)
    forged = [*scribe.leaves[:7], leaf, *scribe.leaves[8:]]
    verdict = audit_record(scribe.copy(forged), scribe.trust)
    assert ("key_forged", 7) in found(verdict)
    assert "which was never enrolled before it" in sentences(verdict)


def test_key_forged_under_a_party_s_name(scribe):
    scribe.bodies.clear()
    message, _, _ = scribe.leaves[7].rpartition(b".")
    _, _, signature = rewritten(scribe, 7, MALLORY).rpartition(b".")
    forged = [*scribe.leaves[:7], message + b"." + signature, *scribe.leaves[8:]]
    verdict = audit_record(scribe.copy(forged), scribe.trust)
    assert found(verdict) == [("key_forged", 7)]
    assert "which did not sign it" in sentences(verdict)


def test_key_forged_before_it_was_enrolled(scribe):
    scribe.keys["mallory"] = MALLORY
    scribe.write("mallory", "line.checked.v1", {"line": "L-1"})
    scribe.enrol("mallory", "mallory")
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("key_forged", 10)]


def test_a_key_swapped_in_its_enrolment_is_found(scribe):
    facts = {"kid": key_facts(scribe.keys["west"].public_key())["kid"]}
    facts["x"] = key_facts(MALLORY.public_key())["x"]
    data = {"party": "west", "position": "west.duty", "key": facts}
    scribe.write("desk", "key.enrolled.v1", data)
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("key_forged", 10)]


def test_a_key_enrolled_twice_is_found(scribe):
    scribe.enrol("east", "west")
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("key_forged", 10)]


def test_a_party_cannot_enrol_a_key(scribe):
    data = {"party": "west", "position": "", "key": key_facts(MALLORY.public_key())}
    scribe.write("east", "key.enrolled.v1", data)
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert found(verdict) == [("key_forged", 10)]
    assert "not signed by the desk" in sentences(verdict)


def test_a_party_cannot_revoke_another_s_key(scribe):
    scribe.write("east", "key.revoked.v1", key_facts(scribe.keys["west"].public_key()))
    scribe.write("west", "line.checked.v1", {"line": "L-1"})
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("key_forged", 10)]


def test_a_key_cannot_revoke_itself(scribe):
    scribe.write("east", "key.revoked.v1", key_facts(scribe.keys["east"].public_key()))
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert found(verdict) == [("key_forged", 10)]
    assert "revoked with another of its party" in sentences(verdict)


def test_a_key_enrolled_for_nobody_is_found(scribe):
    scribe.write("desk", "key.enrolled.v1", {"key": key_facts(MALLORY.public_key())})
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("key_forged", 10)]


def test_a_record_is_opened_once_and_by_its_first_entry(scribe, blank):
    data = {"origin": scribe.origin, "desk_key": key_facts(MALLORY.public_key())}
    scribe.write("desk", "desk.opened.v1", data)
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("key_forged", 10)]
    blank.write("desk", "line.checked.v1", {"line": "L-1"})
    assert found(audit_record(blank.copy(), blank.trust)) == [("key_forged", 0)]


def test_a_party_cannot_speak_for_another(scribe):
    scribe.write("east", "line.checked.v1", {"line": "L-1"}, source="openline:west#west.duty")
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert found(verdict) == [("speaks_for_another", 10)]
    assert "speaks for west and is signed with a key of east" in sentences(verdict)


def test_a_party_cannot_attest_for_another(scribe):
    attested = {"party": "west", "position": "", "issuer": "i", "tokenid": "t", "human": True}
    scribe.write("east", "line.checked.v1", {"line": "L-1"}, attested=attested)
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert found(verdict) == [("entry_malformed", 10)]
    assert "says what only the desk may say" in sentences(verdict)


def test_an_entry_written_for_another_record_is_refused(scribe):
    scribe.write("east", "line.checked.v1", {"line": "L-1"}, record="desk.example/hill")
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("wrong_record", 10)]


def test_an_entry_that_rests_on_a_later_one_is_found(scribe):
    scribe.write("desk", "escalated.v1", {"message": "M-2"}, refs=[10])
    assert found(audit_record(scribe.copy(), scribe.trust)) == [("refers_ahead", 10)]


def test_bytes_that_are_no_leaf_are_found_even_when_signed_into_the_tree(scribe):
    scribe.leaves.append(b"we take back what we said")
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert found(verdict) == [("entry_malformed", 10)]


def test_a_checkpoint_of_another_record_shows_nothing_of_this_one(scribe):
    key = scribe.keys["desk"]
    other = Checkpoint(origin="desk.example/hill", size=1, root=bytes(32))
    trust = Trust(keys=(*scribe.trust.keys, note_key("desk.example/hill", key)))
    kept = [("hill", sign_checkpoint(other, key))]
    assert found(audit_record(scribe.copy(), trust, kept=kept)) == [("wrong_record", None)]


def test_a_forged_earlier_checkpoint_is_not_held_against_the_record(scribe):
    forged = sign_checkpoint(Checkpoint(origin=scribe.origin, size=4, root=bytes(32)), MALLORY)
    verdict = audit_record(scribe.copy(), scribe.trust, kept=[("his", forged)])
    assert found(verdict) == [("checkpoint_forged", None)]
    assert "his: None of the keys" in sentences(verdict)
