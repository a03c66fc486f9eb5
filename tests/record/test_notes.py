"""Signed notes and checkpoints, against bytes that others made and against what may go wrong."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.record.checkpoint import (
    Checkpoint,
    cosign_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    render_checkpoint,
    sign_checkpoint,
)
from openline.record.encoding import encode_base64
from openline.record.errors import NotAKey, NotANote, SignatureFails, UnknownSigner
from openline.record.merkle import EMPTY_ROOT
from openline.record.note import (
    COSIGNATURE_V1,
    Note,
    note_key,
    parse_note,
    parse_vkey,
    render_note,
    render_vkey,
    sign_note,
    verify_note,
)

# The example of Go's golang.org/x/mod/sumdb/note: bytes that another implementation made.
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n"
).encode()
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

ORIGIN = "desk.example/river"
DESK = Ed25519PrivateKey.from_private_bytes(b"d" * 32)
WITNESS = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
DESK_KEY = note_key(ORIGIN, DESK)
WITNESS_KEY = note_key("witness.example/one", WITNESS, COSIGNATURE_V1)
CHECKPOINT = Checkpoint(origin=ORIGIN, size=12, root=bytes(range(32)))


def test_a_note_made_by_another_implementation_verifies() -> None:
    key = parse_vkey(GO_VKEY)
    note = parse_note(GO_NOTE)
    assert [signed.key for signed in verify_note(note, [key])] == [key]
    assert render_note(note) == GO_NOTE
    assert render_vkey(key) == GO_VKEY


def test_a_checkpoint_comes_back_out_of_its_note() -> None:
    note = sign_checkpoint(CHECKPOINT, DESK)
    opened = open_checkpoint(note, [DESK_KEY])
    assert opened.checkpoint == CHECKPOINT
    assert [signed.key for signed in opened.signed_by] == [DESK_KEY]
    assert opened.witnessed_by == ()


def test_the_empty_record_has_a_checkpoint() -> None:
    empty = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)
    assert render_checkpoint(empty).split("\n")[1] == "0"
    assert open_checkpoint(sign_checkpoint(empty, DESK), [DESK_KEY]).checkpoint == empty


def test_extension_rows_are_kept_and_signed() -> None:
    extended = Checkpoint(origin=ORIGIN, size=1, root=EMPTY_ROOT, extensions=("exercise", "x y"))
    note = sign_checkpoint(extended, DESK)
    assert open_checkpoint(note, [DESK_KEY]).checkpoint == extended
    with pytest.raises(SignatureFails):
        open_checkpoint(note.replace(b"exercise", b"ExercisE"), [DESK_KEY])


def test_a_witness_stands_beside_the_desk_with_the_time_it_saw() -> None:
    note = cosign_checkpoint(
        sign_checkpoint(CHECKPOINT, DESK), "witness.example/one", WITNESS, 1_505_730_000
    )
    opened = open_checkpoint(note, [DESK_KEY, WITNESS_KEY])
    assert [(each.key, each.at_s) for each in opened.witnessed_by] == [(WITNESS_KEY, 1_505_730_000)]
    assert open_checkpoint(note, [DESK_KEY]).witnessed_by == ()


def test_a_witness_alone_is_not_enough() -> None:
    note = cosign_checkpoint(
        sign_checkpoint(CHECKPOINT, DESK), "witness.example/one", WITNESS, 1_505_730_000
    )
    with pytest.raises(UnknownSigner, match=r"No key you trust for desk\.example/river"):
        open_checkpoint(note, [WITNESS_KEY])


def test_a_witness_that_did_not_see_this_time_is_refused() -> None:
    note = parse_note(
        cosign_checkpoint(sign_checkpoint(CHECKPOINT, DESK), WITNESS_KEY.name, WITNESS, 7)
    )
    own, cosigned = note.signatures
    raw = bytearray(cosigned.signature)
    raw[7] += 1
    later = type(cosigned)(name=cosigned.name, key_id=cosigned.key_id, signature=bytes(raw))
    moved = render_note(type(note)(text=note.text, signatures=(own, later)))
    with pytest.raises(SignatureFails, match=r"witness\.example/one"):
        open_checkpoint(moved, [DESK_KEY, WITNESS_KEY])


def test_a_log_signature_never_passes_for_a_cosignature() -> None:
    as_witness = note_key(ORIGIN, DESK, COSIGNATURE_V1)
    assert as_witness.key_id != DESK_KEY.key_id
    with pytest.raises(UnknownSigner):
        open_checkpoint(sign_checkpoint(CHECKPOINT, DESK), [as_witness])


def test_a_trusted_key_under_another_name_does_not_speak_for_the_record() -> None:
    mirror = note_key("mirror.example", DESK)
    text = render_checkpoint(CHECKPOINT)
    signature = sign_note(text, "mirror.example", DESK)
    note = render_note(Note(text=text, signatures=(signature,)))
    with pytest.raises(UnknownSigner, match=r"No key you trust for desk\.example/river"):
        open_checkpoint(note, [mirror])


def test_signatures_of_strangers_are_ignored() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    note = cosign_checkpoint(sign_checkpoint(CHECKPOINT, DESK), "stranger.example", stranger, 1)
    assert open_checkpoint(note, [DESK_KEY]).checkpoint == CHECKPOINT


def test_a_forged_signature_of_a_known_key_refuses_the_whole_note() -> None:
    note = sign_checkpoint(CHECKPOINT, DESK)
    forged = note.replace(b"\n12\n", b"\n13\n")
    with pytest.raises(SignatureFails, match=r"desk\.example/river was not made over this text"):
        open_checkpoint(forged, [DESK_KEY])


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n12\n",
        f"{ORIGIN}\n12\n{encode_base64(bytes(31))}\n",
        f"{ORIGIN}\n12\n{encode_base64(bytes(33))}\n",
        f"{ORIGIN}\n012\n{encode_base64(bytes(32))}\n",
        f"{ORIGIN}\n-1\n{encode_base64(bytes(32))}\n",
        f"{ORIGIN}\n+1\n{encode_base64(bytes(32))}\n",
        f"{ORIGIN}\n1 \n{encode_base64(bytes(32))}\n",
        f"{ORIGIN}\n١\n{encode_base64(bytes(32))}\n",
        f"{ORIGIN}\n{'9' * 30}\n{encode_base64(bytes(32))}\n",
        f"{ORIGIN}\n12\n{encode_base64(bytes(32))[:-2]}B=\n",  # unused bits set
        f"\n12\n{encode_base64(bytes(32))}\n",
        f"{ORIGIN}\n12\n{encode_base64(bytes(32))}\n\nafter a gap\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NotANote, match="checkpoint"):
        parse_checkpoint(text)


NOTE = sign_checkpoint(CHECKPOINT, DESK)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text only\n",
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace("—".encode(), b"-"),
        NOTE.replace("— ".encode(), "—  ".encode()),
        NOTE.replace(b"\n12\n", b"\r\n12\n"),
        NOTE.replace(b"\n12\n", b"\n1\t2\n"),
        NOTE.replace(b"\n12\n", b"\n1\xff2\n"),
        NOTE[:-2] + b"\n",
        NOTE + NOTE.rpartition(b"\n\n")[2] * 64,
        b"\n\n" + "— a AAAAAA==\n".encode(),
        b"x" * (1 << 18) + NOTE,
    ],
)
def test_bytes_that_are_no_note_are_refused(note: bytes) -> None:
    with pytest.raises(NotANote):
        parse_note(note)


@pytest.mark.parametrize(
    ("vkey", "why"),
    [
        ("", "reads <name>"),
        (GO_VKEY.replace("c74f20a3", "c74f20a4"), "key id"),
        (GO_VKEY.replace("PeterNeumann", "PeterNeuman"), "key id"),
        (GO_VKEY.replace("PeterNeumann", "Peter Neumann"), "reads <name>"),
        (GO_VKEY[:-1], "not base64"),
        (f"a+00000000+{encode_base64(bytes([2]) + bytes(32))}", "type 2"),
        (f"a+00000000+{encode_base64(bytes([1]) + bytes(31))}", "32 bytes"),
        (f"a+00000000+{encode_base64(bytes([1]) + bytes(32))}", "small order"),
    ],
)
def test_a_line_that_is_no_verifier_key_is_refused(vkey: str, why: str) -> None:
    with pytest.raises(NotAKey, match=why):
        parse_vkey(vkey)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u00a0b", "row\n"])
def test_a_name_that_no_note_can_hold_is_refused(name: str) -> None:
    with pytest.raises(NotAKey, match="no space and no plus"):
        note_key(name, DESK)
