"""Keys: their names, and the files that only their owner may touch."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import OKPKey

from openline.record.encoding import encode_base64url
from openline.record.errors import NotAKey, UnsafeKeyFile
from openline.record.keys import (
    key_facts,
    load_private_key,
    parse_public_jwk,
    public_jwk,
    public_key_from_bytes,
    public_key_from_facts,
    save_private_key,
    thumbprint,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Addition on the Edwards curve of RFC 8032, affine and slow: the truth to hold against."""
    (x1, y1), (x2, y2) = a, b
    both = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + both, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - both, -1, P) % P
    return x, y


def small_order_points() -> set[tuple[int, int]]:
    """All eight: the multiples of one of order eight, found by clearing any point's large order."""
    large_order = 2**252 + 27742317777372353535851937790883648493
    for y in range(2, 100):
        x_squared = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = pow(x_squared, (P + 3) // 8, P)
        if x * x % P != x_squared:
            x = x * pow(2, (P - 1) // 4, P) % P
        if x * x % P != x_squared:
            continue
        torsion, doubled = (0, 1), (x, y)
        for bit in range(large_order.bit_length()):
            if large_order >> bit & 1:
                torsion = add(torsion, doubled)
            doubled = add(doubled, doubled)
        multiples, point = set(), torsion
        for _ in range(8):
            multiples.add(point)
            point = add(point, torsion)
        if len(multiples) == 8:
            return multiples
    raise AssertionError("no point of order eight found")


def test_a_key_is_named_as_rfc_8037_names_its_example() -> None:
    x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    assert thumbprint(public_key_from_facts({"kid": kid, "x": x})) == kid


def test_a_jwk_is_what_a_jose_library_reads() -> None:
    jwk = public_jwk(KEY.public_key())
    theirs = OKPKey.import_key(dict(jwk))
    assert theirs.thumbprint() == jwk["kid"]
    assert parse_public_jwk(jwk) == KEY.public_key()


def test_every_point_of_small_order_is_refused_in_every_encoding() -> None:
    encodings = {
        (y + lift | sign << 255).to_bytes(32, "little")
        for _, y in small_order_points()
        for lift in (0, P)
        for sign in (0, 1)
        if y + lift < 2**255
    }
    assert len(encodings) == 14
    for raw in encodings:
        with pytest.raises(NotAKey, match="small order"):
            public_key_from_bytes(raw)


FACTS = key_facts(KEY.public_key())


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"kid": FACTS["kid"]},
        {"x": FACTS["x"]},
        {"kid": FACTS["kid"], "x": FACTS["x"] + "="},
        {"kid": FACTS["kid"], "x": FACTS["x"][:-2]},
        {"kid": FACTS["kid"], "x": "é"},
        {"kid": FACTS["kid"], "x": None},
        {"kid": FACTS["kid"][::-1], "x": FACTS["x"]},
        {"kid": FACTS["kid"], "x": encode_base64url(bytes(32)).decode()},
    ],
)
def test_facts_that_are_no_key_are_refused(facts: dict[str, str]) -> None:
    with pytest.raises(NotAKey):
        public_key_from_facts(facts)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kty": "EC"}, "no Ed25519 key"),
        ({"crv": "X25519"}, "no Ed25519 key"),
        ({"d": "AAAA"}, "private key"),
        ({"kid": "mine"}, "not the thumbprint"),
    ],
)
def test_a_jwk_of_another_kind_is_refused(change: dict[str, str], why: str) -> None:
    with pytest.raises(NotAKey, match=why):
        parse_public_jwk(public_jwk(KEY.public_key()) | change)


@pytest.mark.parametrize("passphrase", [None, b"river crossing"])
def test_a_key_comes_back_out_of_its_file(tmp_path: Path, passphrase: bytes | None) -> None:
    path = tmp_path / "desk.pem"
    save_private_key(path, KEY, passphrase)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    loaded = load_private_key(path, passphrase)
    assert loaded.private_bytes_raw() == KEY.private_bytes_raw()


def test_a_key_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        save_private_key(tmp_path / "desk.pem", KEY)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "desk.pem").stat().st_mode) == 0o600


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "desk.pem"
    path.write_bytes(b"another key")
    with pytest.raises(FileExistsError):
        save_private_key(path, KEY)
    assert path.read_bytes() == b"another key"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_key_that_others_may_touch_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "desk.pem"
    save_private_key(path, KEY)
    path.chmod(mode)
    with pytest.raises(UnsafeKeyFile, match=f"mode {mode:04o}.*chmod 600"):
        load_private_key(path)


def test_what_is_no_plain_file_is_not_read_as_a_key(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(UnsafeKeyFile, match="not a plain file"):
        load_private_key(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("written", "given", "why"),
    [
        (b"river", None, "needs its passphrase"),
        (b"river", b"stream", "not this passphrase"),
        (None, b"river", "needs none"),
    ],
)
def test_a_wrong_passphrase_is_said_plainly(
    tmp_path: Path, written: bytes | None, given: bytes | None, why: str
) -> None:
    save_private_key(tmp_path / "desk.pem", KEY, written)
    with pytest.raises(NotAKey, match=why):
        load_private_key(tmp_path / "desk.pem", given)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    path = tmp_path / "desk.pem"
    path.touch(0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(NotAKey, match="not an Ed25519 key"):
        load_private_key(path)


def test_a_file_that_holds_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "desk.pem"
    path.touch(0o600)
    path.write_bytes(b"plain text")
    with pytest.raises(NotAKey, match="no PEM key"):
        load_private_key(path)
