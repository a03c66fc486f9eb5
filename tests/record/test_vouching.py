"""The process that verifies vouches for what its key signed and for nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openline.record.errors import NotALeaf
from openline.record.leaf import NO_LEAF_BEFORE, body_digest, kid_of, open_leaf, reopen_leaf, seal
from openline.record.vouching import LENGTH, Claim, frame_of, frame_of_claims, holds

KEY = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
SALT, BODY = b"s" * 32, b'{"text":"at noon"}'


def sealed(key: Ed25519PrivateKey = KEY, **changes: object) -> bytes:
    payload = {
        "specversion": "1.0",
        "id": "call-1",
        "source": "openline:EAST?human#EAST-TAC.duty",
        "type": "openline.contact.logged.v1",
        "time": "2017-09-16T12:00:00Z",
        "record": "desk.example/2017",
        "seq": 0,
        "prevhash": NO_LEAF_BEFORE,
        "data": {"parties": ["EAST", "WEST"]},
        "bodydigest": body_digest(SALT, BODY),
    }
    return seal(key, {name: each for name, each in (payload | changes).items() if each is not None})


CLAIM = Claim(KEY.public_key().public_bytes_raw(), sealed(), SALT, BODY)
WITHOUT_BODY = Claim(CLAIM.public, sealed(bodydigest=None), b"", None)
FALSE: dict[str, Callable[[], Claim]] = {
    "another key": lambda: changed(public=OTHER.public_key().public_bytes_raw()),
    "no key": lambda: changed(public=b"k"),
    "a key of small order": lambda: changed(public=bytes(32)),
    "signed by another": lambda: changed(leaf=sealed(OTHER)),
    "another signature": lambda: changed(leaf=CLAIM.leaf[:-64] + b"A" * 64),
    "another text": lambda: changed(leaf=CLAIM.leaf.replace(b".eyJ", b".eyK")),
    "no leaf": lambda: changed(leaf=b"a.b.c"),
    "nothing": lambda: changed(leaf=b""),
    "another body": lambda: changed(body=BODY + b" "),
    "another salt": lambda: changed(salt=b"t" * 32),
    "a short salt": lambda: changed(salt=b""),
    "the body left out": lambda: changed(body=None),
    "a body where none was signed": lambda: msgspec.structs.replace(WITHOUT_BODY, body=BODY),
}


def changed(**changes: object) -> Claim:
    return msgspec.structs.replace(CLAIM, **changes)


@pytest.mark.parametrize("claim", [CLAIM, WITHOUT_BODY])
def test_what_its_key_signed_with_its_body_holds(claim: Claim) -> None:
    assert holds(claim)


@pytest.mark.parametrize("what", FALSE)
def test_nothing_else_holds(what: str) -> None:
    assert not holds(FALSE[what]())


def test_the_process_answers_each_claim_in_order_and_ends_when_nobody_asks_any_more() -> None:
    claims = [CLAIM, *(make() for make in FALSE.values()), WITHOUT_BODY]
    command = (sys.executable, "-P", "-m", "openline.record.vouching")
    asked = frame_of_claims(claims) + frame_of_claims([CLAIM])
    ran = subprocess.run(command, input=asked, capture_output=True, check=True, timeout=60)
    verdicts = bytes((1, *(0 for _ in FALSE), 1))
    assert ran.stdout == frame_of(b"") + frame_of(verdicts) + frame_of(b"\1")
    assert ran.stderr == b""


def test_it_ends_with_whoever_started_it_in_the_middle_of_a_question() -> None:
    command = (sys.executable, "-P", "-m", "openline.record.vouching")
    cut_short = frame_of_claims([CLAIM])[:-1]
    ran = subprocess.run(command, input=cut_short, capture_output=True, check=True, timeout=60)
    assert ran.stdout == LENGTH.pack(0)


def test_a_leaf_opened_again_says_what_it_said() -> None:
    leaf = sealed()
    assert msgspec.structs.asdict(reopen_leaf(leaf)) == msgspec.structs.asdict(open_leaf(leaf))
    assert kid_of(leaf) == open_leaf(leaf).kid


@pytest.mark.parametrize("raw", [b"", b"a", b"a.b.c", b"\xff.\xff.\xff", b"\xe3" * 64])
def test_what_was_never_a_leaf_is_not_opened_again(raw: bytes) -> None:
    for read in (reopen_leaf, kid_of):
        with pytest.raises(NotALeaf):
            read(raw)
