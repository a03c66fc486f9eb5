"""Tokens of an issuer outside the desk: taken at their word for mapped positions, never beyond."""

from __future__ import annotations

import json
import re
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from openline.config import ExternalIssuer
from openline.domain.errors import Unavailable
from openline.domain.party import Role
from openline.protocols.rest.tokens import InvalidToken
from token_harness import NOW, URL, WATCH, Place, handmade, parts_of, sealed

IDP = "https://login.example"


PRIVATE = {
    "rsa": RSAKey.generate_key(2048, {"kid": "rsa"}),
    "ec": ECKey.generate_key("P-256", {"kid": "ec"}),
    "okp": OKPKey.generate_key("Ed25519", {"kid": "okp"}),
    "stranger": RSAKey.generate_key(2048, {"kid": "stranger"}),
}


SMALL = rsa.generate_private_key(65_537, 1_024)


def key_set(*kids: str) -> dict[str, Any]:
    return {"keys": [{**PRIVATE[kid].as_dict(private=False), "kid": kid} for kid in kids]}


def based(number: int, size: int) -> str:
    return urlsafe_b64encode(number.to_bytes(size)).rstrip(b"=").decode()


def signed_small() -> str:
    """A good token by a key that nobody should trust any more."""
    rows = handmade({"alg": "RS256", "kid": "small"}, parts_of(outside())[1]).rpartition(".")[0]
    signature = SMALL.sign(rows.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{rows}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    secret = {"kty": "oct", "kid": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}
    unfit = {"kty": "RSA", "kid": "unfit", "n": "AQAB", "e": "!"}
    numbers = SMALL.public_key().public_numbers()
    small = {"kty": "RSA", "kid": "small", "n": based(numbers.n, 128), "e": based(numbers.e, 3)}
    keys = key_set("rsa", "ec", "okp")["keys"]
    path.write_text(json.dumps({"keys": [secret, unfit, small, {"kty": 7}, *keys]}), "utf-8")
    return path


def external(keys_file: Path, **changed: Any) -> ExternalIssuer:
    return ExternalIssuer(
        **{
            "issuer": IDP,
            "audience": "openline",
            "jwks_file": keys_file,
            "position_claim": "email",
            "positions": {"duty@west.example": WATCH},
            **changed,
        }
    )


def outside(
    key: str = "rsa", alg: str = "RS256", header: dict[str, Any] | None = None, **claims: Any
) -> str:
    """A good token of the outside issuer but for what is given; None leaves a claim out."""
    at = int(NOW.timestamp())
    whole = {
        "iss": IDP,
        "aud": ["account", "openline"],
        "email": "duty@west.example",
        "sub": "f81d4fae",
        "iat": at,
        "exp": at + 300,
        "jti": "t-1",
        **claims,
    }
    return sealed(
        {"alg": alg, "kid": key, "typ": "JWT", **(header or {})},
        {name: value for name, value in whole.items() if value is not None},
        PRIVATE[key],
    )


@pytest.mark.parametrize(("key", "alg"), [("rsa", "RS256"), ("ec", "ES256"), ("okp", "Ed25519")])
def test_an_outside_issuer_is_taken_at_its_word_for_a_mapped_position(
    keys_file: Path, key: str, alg: str
):
    caller = Place(external(keys_file)).verifier.verify(outside(key, alg), NOW)
    assert (caller.party, caller.position, caller.roles) == ("WEST", WATCH, (Role.DUTY,))
    assert (caller.issuer, caller.token_id) == (IDP, "t-1")


def test_without_a_map_the_claim_is_the_position_itself(keys_file: Path):
    place = Place(external(keys_file, position_claim="position", positions=None))
    assert place.verifier.verify(outside(position=WATCH), NOW).position == WATCH


def test_a_token_id_that_could_name_somebody_stays_out_of_the_record(keys_file: Path):
    place = Place(external(keys_file))
    caller = place.verifier.verify(outside(jti="duty@west.example/7"), NOW)
    assert re.fullmatch(r"[0-9a-f]{64}", caller.token_id)


OUTSIDE_FORGERIES: dict[str, Callable[[], str]] = {
    "alg none": lambda: handmade({"alg": "none", "kid": "rsa"}, parts_of(outside())[1]),
    "HS256 with the public key as the secret": lambda: sealed(
        {"alg": "HS256", "kid": "rsa"},
        parts_of(outside())[1],
        OctKey.import_key(
            RSAKey.import_key(PRIVATE["rsa"].as_dict(private=False)).as_pem(private=False).hex()
        ),
    ),
    "HS256 with a secret of the key set": lambda: sealed(
        {"alg": "HS256", "kid": "oct"},
        parts_of(outside())[1],
        OctKey.import_key("secretsecretsecretsecret"),
    ),
    "an algorithm that is not on the list": lambda: outside(alg="PS256"),
    "an algorithm of another key": lambda: outside("ec", "ES256", {"kid": "rsa"}),
    "a key that is too small": signed_small,
    "a key that is not in the set": lambda: outside("stranger"),
    "a key that is not in the set, under a name that is": lambda: outside(
        "stranger", header={"kid": "rsa"}
    ),
    "expired": lambda: outside(exp=int(NOW.timestamp())),
    "not yet valid": lambda: outside(nbf=int(NOW.timestamp()) + 31),
    "no exp": lambda: outside(exp=None),
    "exp beyond any calendar": lambda: outside(exp=1e300),
    "another audience": lambda: outside(aud="account"),
    "no audience": lambda: outside(aud=None),
    "an audience that only contains it": lambda: outside(aud="openline-admin"),
    "another issuer": lambda: outside(iss="https://login.example.evil"),
    "the desk's own issuer": lambda: outside(iss=URL),
    "somebody without a position": lambda: outside(email="clerk@west.example"),
    "a claim that is no text": lambda: outside(email=["duty@west.example"]),
    "no claim": lambda: outside(email=None),
    "an id token of another kind": lambda: outside(header={"typ": "logout+jwt"}),
}


@pytest.mark.parametrize("forgery", OUTSIDE_FORGERIES)
def test_a_false_token_from_outside_is_refused(keys_file: Path, forgery: str):
    place = Place(external(keys_file))
    with pytest.raises(InvalidToken) as refusal:
        place.verifier.verify(OUTSIDE_FORGERIES[forgery](), NOW)
    assert "west.example" not in refusal.value.sentence


def test_only_the_algorithms_on_the_list_are_taken(keys_file: Path):
    place = Place(external(keys_file, algorithms=("ES256",)))
    with pytest.raises(InvalidToken, match="ES256"):
        place.verifier.verify(outside("rsa"), NOW)


def test_keys_that_cannot_be_had_are_the_desks_trouble_and_not_the_callers(tmp_path: Path):
    place = Place(external(tmp_path / "missing.json"))
    with pytest.raises(Unavailable):
        place.verifier.verify(outside(), NOW)


class KeyServer:
    """Serves a key set over HTTP, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.keys = key_set("rsa")
        server = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(server.keys).encode())

            def log_message(self, format: str, *args: Any) -> None:
                """A test's far end says nothing on the terminal."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/keys"

    def stop(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def key_server() -> Iterator[KeyServer]:
    server = KeyServer()
    yield server
    server.stop()


def test_keys_are_fetched_when_first_needed_and_invented_kids_fetch_none(key_server: KeyServer):
    settings = external(Path("unused"), jwks_file=None, jwks_url=key_server.url)
    place = Place(settings)
    asked_before = key_server.asked
    place.verifier.verify(outside(), NOW)
    for n in range(5):
        with pytest.raises(InvalidToken, match="kid"):
            place.verifier.verify(outside(header={"kid": f"invented-{n}"}), NOW)
    assert (asked_before, key_server.asked) == (0, 1)


def test_a_new_key_of_the_issuer_is_found_in_a_minute_and_a_withdrawn_one_ends_in_an_hour(
    key_server: KeyServer,
):
    place = Place(external(Path("unused"), jwks_file=None, jwks_url=key_server.url))
    place.verifier.verify(outside("rsa"), NOW)
    key_server.keys = key_set("ec")
    assert place.verifier.verify(outside("ec", "ES256"), NOW + timedelta(minutes=1))
    late = int(NOW.timestamp()) + 36_000
    with pytest.raises(InvalidToken, match="kid"):
        place.verifier.verify(outside("rsa", exp=late), NOW + timedelta(minutes=62))


def test_keys_outlive_a_short_absence_of_their_issuer_and_no_long_one(key_server: KeyServer):
    place = Place(external(Path("unused"), jwks_file=None, jwks_url=key_server.url))
    place.verifier.verify(outside(), NOW)
    key_server.keys = {"keys": "none today"}
    late = int(NOW.timestamp()) + 36_000
    with pytest.raises(InvalidToken, match="kid"):
        place.verifier.verify(outside("stranger", exp=late), NOW + timedelta(minutes=2))
    assert place.verifier.verify(outside(exp=late), NOW + timedelta(minutes=59))
    with pytest.raises(Unavailable):
        place.verifier.verify(outside(exp=late, jti="t-2"), NOW + timedelta(minutes=61))


def test_a_key_set_beyond_bounds_is_not_read(key_server: KeyServer):
    key_server.keys = {"keys": [], "padding": ["x" * 300_000]}
    place = Place(external(Path("unused"), jwks_file=None, jwks_url=key_server.url))
    with pytest.raises(Unavailable):
        place.verifier.verify(outside(), NOW)
