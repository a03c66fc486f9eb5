"""What a verdict over a copy says is proven, and what it owns it cannot prove."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.record.audit.receipt import audit_receipt
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust, ranges_text
from openline.record.canonical import canonical_json
from openline.record.checkpoint import cosign_checkpoint
from openline.record.keys import key_facts
from openline.record.note import COSIGNATURE_V1, note_key


def slugs(verdict):
    return [(fault.slug.value, fault.index) for fault in verdict.faults]


def proven(verdict):
    return "\n".join(verdict.proven)


def unproven(verdict):
    return "\n".join(verdict.unproven)


def test_an_honest_record_is_sound_and_says_by_whose_keys(scribe):
    verdict = audit_record(scribe.copy(), scribe.trust, complete=True)
    assert verdict.sound
    assert (verdict.origin, verdict.size) == (scribe.origin, 10)
    assert "6 entries are signed by the desk's own key" in proven(verdict)
    assert "4 entries are signed by parties' keys" in proven(verdict)
    assert "no key's entries have a gap" in proven(verdict)
    assert "2 bodies are what the entries commit to" in proven(verdict)


def test_a_verdict_never_claims_what_no_signature_can_prove(scribe):
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert "no witness that you trust has cosigned" in unproven(verdict)
    assert "1 entry is the desk's word for a caller without a key" in unproven(verdict)
    assert "times are those that the signers stated" in unproven(verdict)
    assert "more after their last entry" in unproven(verdict)


def test_keys_that_came_with_the_copy_are_said_to_prove_less(scribe):
    trust = Trust(keys=scribe.trust.keys, from_copy=True)
    assert "they came with the copy" in unproven(audit_record(scribe.copy(), trust))


def test_a_trusted_witness_is_named(scribe):
    witness = scribe.keys["west"]
    copy = scribe.copy()
    copy.note = cosign_checkpoint(copy.note, "witness.example", witness, 1_505_730_000)
    keys = (*scribe.trust.keys, note_key("witness.example", witness, COSIGNATURE_V1))
    verdict = audit_record(copy, Trust(keys=keys))
    assert "witness.example cosigned it" in proven(verdict)
    assert "no witness" not in unproven(verdict)


def test_entries_one_may_not_read_are_no_fault_and_are_counted(scribe):
    copy = scribe.copy()
    for index in (3, 4, 8):
        del copy.leaves[index]
    copy.bodies.clear()
    verdict = audit_record(copy, scribe.trust)
    assert verdict.sound
    assert "What 3 of the 10 entries say: 3–4, 8 not in this copy" in unproven(verdict)
    assert "1 body is not in this copy" in unproven(verdict)
    assert "no key's entries have a gap" not in proven(verdict)


def test_without_the_first_entry_the_desk_s_key_must_be_trusted_from_elsewhere(scribe):
    copy = scribe.copy()
    del copy.leaves[0]
    assert ("signer_unknown", 1) in slugs(audit_record(copy, scribe.trust))
    trust = Trust(keys=scribe.trust.keys, desk_key=scribe.keys["desk"].public_key())
    assert audit_record(copy, trust).sound


def test_another_desk_key_than_the_trusted_one_is_a_forgery(scribe):
    trust = Trust(keys=scribe.trust.keys, desk_key=scribe.keys["west"].public_key())
    assert ("key_forged", 0) in slugs(audit_record(scribe.copy(), trust))


def test_an_entry_whose_key_s_enrolment_is_not_shown_is_not_believed(scribe):
    copy = scribe.copy()
    del copy.leaves[1]
    verdict = audit_record(copy, scribe.trust)
    assert slugs(verdict) == [("signer_unknown", 3), ("signer_unknown", 7)]


def test_earlier_checkpoints_are_shown_to_be_the_beginning(scribe):
    copy = scribe.copy()
    copy.earlier = [("checkpoints/a", scribe.checkpoint(scribe.leaves[:4]))]
    kept = [("mine", scribe.checkpoint([])), ("his", scribe.checkpoint(scribe.leaves))]
    verdict = audit_record(copy, scribe.trust, kept=kept)
    assert verdict.sound
    assert "as checkpoints/a signs it, at size 4, is how this one begins" in proven(verdict)
    assert "as mine signs it, at size 0," in proven(verdict)
    assert "as his signs it, at size 10," in proven(verdict)


def test_a_party_may_revoke_a_key_of_its_own_with_another(scribe):
    scribe.keys["east-2"] = Ed25519PrivateKey.from_private_bytes(b"2" * 32)
    scribe.enrol("east-2", "east")
    kid = key_facts(scribe.keys["east"].public_key())["kid"]
    scribe.write("east-2", "key.revoked.v1", {"kid": kid}, source="openline:east#east.watch")
    assert audit_record(scribe.copy(), scribe.trust).sound
    scribe.write("east", "line.checked.v1", {"line": "L-1"})
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert slugs(verdict) == [("key_forged", 12)]
    assert "revoked at entry 11" in verdict.faults[0].sentence


def test_a_record_of_nothing_is_sound(blank):
    verdict = audit_record(blank.copy(), blank.trust, complete=True)
    assert verdict.sound
    assert "0 entries under the root" in proven(verdict)


def test_a_record_of_many_tiles_is_judged_whole(blank):
    blank.open()
    for n in range(600):
        blank.write("desk" if n % 3 else "east", "line.checked.v1", {"n": n})
    assert len(blank.copy().tiles) == 4
    assert audit_record(blank.copy(), blank.trust, complete=True).faults == ()


def test_a_receipt_says_what_it_proves_and_whose_leaf_it_is(scribe):
    receipt, leaf = scribe.receipt(3), scribe.leaves[3]
    verdict = audit_receipt(receipt, leaf, scribe.trust)
    assert verdict.sound
    assert "is entry 3 of that record" in proven(verdict)
    assert "Who wrote the leaf" in unproven(verdict)
    signed = audit_receipt(receipt, leaf, scribe.trust, scribe.keys["east"].public_key())
    assert "signed the leaf" in proven(signed)
    assert "Who wrote the leaf" not in unproven(signed)


@pytest.mark.parametrize(
    ("indices", "text"), [([], ""), ([3], "3"), ([3, 4, 5, 7], "3–5, 7"), ([0, 2], "0, 2")]
)
def test_runs_of_entries_are_written_short(indices, text):
    assert ranges_text(indices) == text


# ---- sealed accounts


def sealed(scribe, told, *, nonce="ab" * 32, party="east"):
    """East commits to one account, and the record then holds what is told as that."""
    committed(scribe, "east", nonce=nonce, party=party)
    return revealed(scribe, "east", told, nonce=nonce)


def committed(scribe, speaker, *, nonce="ab" * 32, party=None):
    facts = {
        "account": "A-1",
        "body": {"language": "en", "place": {"lat_deg": 35, "lon_deg": 40.25}, "text": "we saw it"},
        "incident": "I-1",
        "kind": "claim",
        "occurred_at": "2017-09-16T00:30:00Z",
        "party": party or speaker,
    }
    commitment = sha256(bytes.fromhex(nonce) + canonical_json(facts)).hexdigest()
    data = {"incident": "I-1", "account": "A-1", "commitment": commitment}
    return scribe.write(speaker, "incident.account_committed.v1", data)


def revealed(scribe, speaker, told="we saw it", *, nonce="ab" * 32, body=None):
    data = {
        "incident": "I-1",
        "account": "A-1",
        "kind": "claim",
        "occurred_at": "2017-09-16T02:30:00+02:00",
        "within_s": 0,
    }
    account = {"text": told, "language": "en", "place_name": "", "evidence": []}
    account["place"] = {"lat_deg": 35.0, "lon_deg": 40.25, "accuracy_m": 0.0}
    body = body or json.dumps({"nonce": nonce, "account": account}).encode()
    return scribe.write(speaker, "incident.account_revealed.v1", data, body)


COMMITTED_BEFORE_ANY = "1 account is the one that its party had committed to before any was told"


def test_who_commits_after_another_account_was_told_is_not_said_to_have_done_so_before(scribe):
    for speaker in ("east", "west"):
        committed(scribe, speaker)
        revealed(scribe, speaker)
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert verdict.sound
    assert COMMITTED_BEFORE_ANY in proven(verdict)
    assert "1 account is the one that its party had committed to before it was" in proven(verdict)
    assert "committed to only after one was told" in unproven(verdict)


def test_an_account_stated_openly_is_told_and_a_warning_is_none(scribe):
    scribe.write("west", "incident.stated.v1", {"incident": "I-1", "kind": "warning"})
    sealed(scribe, "we saw it")
    assert COMMITTED_BEFORE_ANY in proven(audit_record(scribe.copy(), scribe.trust))


def test_what_was_told_in_entries_that_are_not_held_is_not_claimed(scribe):
    scribe.write("east", "incident.opened.v1", {"incident": "I-1"})
    missing = scribe.write("west", "incident.stated.v1", {"incident": "I-1", "kind": "claim"})
    sealed(scribe, "we saw it")
    copy = scribe.copy()
    assert "before any was told" not in proven(audit_record(copy, scribe.trust))
    del copy.leaves[missing]
    verdict = audit_record(copy, scribe.trust)
    assert "before any that is in this copy was told" in proven(verdict)
    assert "not in this copy could tell of one" in unproven(verdict)
    assert COMMITTED_BEFORE_ANY not in proven(verdict)


def test_a_body_of_many_depths_is_refused_and_stops_nobody(scribe):
    committed(scribe, "east")
    index = revealed(scribe, "east", body=b"[" * 100_000)
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert slugs(verdict) == [("not_as_committed", index)]


def test_an_account_revealed_as_committed_to_is_proven_to_be_that(scribe):
    sealed(scribe, "we saw it")
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert verdict.sound
    assert any("1 account is the one that its party had committed" in s for s in verdict.proven)


@pytest.mark.parametrize(
    "spoil", [{"told": "we saw nothing"}, {"told": "we saw it", "party": "west"}]
)
def test_an_account_revealed_otherwise_than_committed_to_is_refused(scribe, spoil):
    index = sealed(scribe, **spoil)
    verdict = audit_record(scribe.copy(), scribe.trust)
    assert [(f.slug.value, f.index) for f in verdict.faults] == [("not_as_committed", index)]
