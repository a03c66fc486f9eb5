"""What a witness cosigns and what it refuses (C2SP tlog-witness), by bytes alone."""

from __future__ import annotations

import pytest

from openline.record.checkpoint import open_checkpoint
from openline.record.errors import (
    Forked,
    NotARequest,
    OtherSize,
    ProofFails,
    SignatureFails,
    UnknownLog,
    UnknownSigner,
)
from openline.record.note import COSIGNATURE_V1, cosign_note, note_key, parse_note
from openline.record.tiles import consistency_from_tiles
from openline.record.witnessing import (
    AddCheckpoint,
    Seen,
    judge,
    parse_request,
    render_cosignatures,
    render_request,
    take_cosignature,
    with_cosignatures,
)
from witness_keys import private_key_of, witness_key


@pytest.fixture
def asked(scribe):
    """Makes a request from one size of the record to another, and what was seen at the first."""

    def make(old, new, leaves=None):
        held = scribe.leaves if leaves is None else leaves
        copy = scribe.copy(held)
        proof = tuple(consistency_from_tiles(old, new, copy.tile))
        note = scribe.checkpoint(held[:new])
        return AddCheckpoint(old_size=old, proof=proof, note=note)

    return make


@pytest.fixture
def seen(scribe):
    def at(size):
        (key,) = scribe.trust.keys
        signed = open_checkpoint(scribe.checkpoint(scribe.leaves[:size]), [key]).checkpoint
        return Seen(size=size, root=signed.root)

    return at


def test_a_request_written_and_read_is_the_same(asked):
    for old, new in ((0, 4), (3, 10), (10, 10)):
        request = asked(old, new)
        assert parse_request(render_request(request)) == request


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 3\n",
        b"old 03\n\nnote",
        b"old -1\n\nnote",
        b"old 3 \n\nnote",
        b"size 3\n\nnote",
        b"old 3\nAAAA\n\nnote",
        b"old 3\n!\n\nnote",
        b"old 3\n" + b"A" * 43 + b"=\n" * 64 + b"\nnote",
        "old 3\n–\n\nnote".encode(),
    ],
)
def test_what_is_no_request_is_refused(body):
    with pytest.raises(NotARequest):
        parse_request(body)


def test_the_first_checkpoint_and_every_next_may_be_cosigned(scribe, asked, seen):
    assert judge(asked(0, 4), scribe.trust.keys, Seen()).checkpoint.size == 4
    for old, new in ((4, 4), (4, 10), (9, 10)):
        assert judge(asked(old, new), scribe.trust.keys, seen(old)).checkpoint.size == new


def test_a_record_that_is_not_watched_is_refused(asked):
    with pytest.raises(UnknownLog):
        judge(asked(0, 4), [note_key("another.example", private_key_of("x"))], Seen())


def test_a_checkpoint_that_the_record_did_not_sign_is_refused(asked):
    stranger = note_key("desk.example/river", private_key_of("stranger"))
    with pytest.raises(UnknownSigner):
        judge(asked(0, 4), [stranger], Seen())


def test_a_checkpoint_of_which_a_byte_was_changed_is_refused(scribe, asked):
    request = asked(0, 4)
    spoilt = AddCheckpoint(old_size=0, proof=(), note=request.note.replace(b"\n4\n", b"\n5\n"))
    with pytest.raises(SignatureFails):
        judge(spoilt, scribe.trust.keys, Seen())


def test_another_size_than_was_seen_is_answered_with_that_size(scribe, asked, seen):
    for old, held in ((0, 9), (3, 9), (9, 3)):
        with pytest.raises(OtherSize) as refused:
            judge(asked(old, 10), scribe.trust.keys, seen(held))
        assert refused.value.size == held


def test_a_checkpoint_smaller_than_it_goes_on_from_is_no_request(scribe, asked, seen):
    request = AddCheckpoint(old_size=9, proof=(), note=asked(0, 4).note)
    with pytest.raises(NotARequest):
        judge(request, scribe.trust.keys, seen(9))


def test_a_fork_is_refused_at_its_size_and_beyond(scribe, asked, seen):
    forked = [*scribe.leaves[:-1], scribe.leaves[0]]
    with pytest.raises(Forked):
        judge(asked(10, 10, forked), scribe.trust.keys, seen(10))
    with pytest.raises(ProofFails):
        judge(asked(4, 10, [*scribe.leaves[1:], scribe.leaves[0]]), scribe.trust.keys, seen(4))


def test_a_proof_that_is_missing_a_hash_or_has_one_changed_is_refused(scribe, asked, seen):
    request = asked(4, 10)
    for proof in (request.proof[1:], request.proof[:-1], (b"x" * 32, *request.proof[1:])):
        with pytest.raises(ProofFails):
            judge(
                AddCheckpoint(old_size=4, proof=proof, note=request.note),
                scribe.trust.keys,
                seen(4),
            )


def test_a_cosignature_is_taken_from_an_answer_only_if_it_is_of_that_witness(scribe):
    note = scribe.checkpoint(scribe.leaves)
    text = parse_note(note).text
    good = cosign_note(text, "EAST.example/w1", private_key_of("EAST"), 1_505_730_600)
    other = cosign_note(text, "WEST.example/w1", private_key_of("WEST"), 1_505_730_600)
    east = witness_key("EAST")
    assert east.algorithm == COSIGNATURE_V1
    answer = render_cosignatures([other, good])
    assert take_cosignature(note, answer, east) == good
    with pytest.raises(UnknownSigner):
        take_cosignature(note, render_cosignatures([other]), east)
    elsewhere = cosign_note("x\n1\ny\n", "EAST.example/w1", private_key_of("EAST"), 1)
    with pytest.raises(SignatureFails):
        take_cosignature(note, render_cosignatures([elsewhere]), east)
    witnessed = open_checkpoint(with_cosignatures(note, [good]), [*scribe.trust.keys, east])
    assert [each.key for each in witnessed.witnessed_by] == [east]
