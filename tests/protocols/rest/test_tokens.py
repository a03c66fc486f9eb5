"""Tokens: what is granted to whom, and what is refused to everybody who only pretends."""

from __future__ import annotations

import contextlib
import json
import re
import string
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from desk_harness import Desk, river_desk
from openline.config import ExternalIssuer
from openline.desk.state import State
from openline.domain.errors import Unavailable
from openline.domain.party import KeyEnrolled, KeyRevoked, PublicKey, Role
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.issuer import (
    ASSERTION_TYPE,
    ASSERTIONS_MAX,
    OAuthRefused,
    TokenIssuer,
)
from openline.protocols.rest.tokens import InvalidToken, TokenVerifier
from openline.record.keys import key_facts

T = TypeVar("T")
URL = "https://desk.example"
WATCH = "WEST-TAC.duty"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)


class Place:
    """A desk with an issuer and a verifier, and the keys its positions hold."""

    def __init__(self, *external: ExternalIssuer) -> None:
        self.desk: Desk = river_desk()
        self.keys = {
            position: self.enrol(position)
            for position in (WATCH, "WEST-TAC.commander", "EAST-TAC.duty")
        }
        self.issuer = TokenIssuer(
            Ed25519PrivateKey.generate(), URL, self, started_at=NOW - timedelta(minutes=1)
        )
        self.verifier = TokenVerifier(self.issuer, self, external)

    def read(self, look: Callable[[State], T]) -> T:
        return look(self.desk.state)

    def enrol(self, position: str) -> Ed25519PrivateKey:
        private = Ed25519PrivateKey.generate()
        key = PublicKey(**key_facts(private.public_key()))
        party = position.partition("-")[0]
        self.desk.operate(KeyEnrolled(party=party, position=position, key=key))
        return private

    def revoke(self, position: str) -> None:
        kid = kid_of(self.keys[position])
        party = position.partition("-")[0]
        self.desk.say(party, KeyRevoked(kid=kid), position=f"{party}-TAC.admin")

    def ask(self, assertion: str, now: datetime = NOW, **more: str) -> dict[str, Any]:
        return self.issuer.grant([*form(assertion).items(), *more.items()], now)

    def token(self, position: str = WATCH, now: datetime = NOW, **more: str) -> str:
        text = assertion(self.keys[position], iss=position, sub=position, now=now)
        return str(self.ask(text, now, **more)["access_token"])


@pytest.fixture
def place() -> Place:
    return Place()


def kid_of(private: Ed25519PrivateKey) -> str:
    return key_facts(private.public_key())["kid"]


def form(assertion: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion,
    }


def sealed(header: dict[str, Any], claims: Any, key: Any) -> str:
    payload = json.dumps(claims).encode()
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    return jws.serialize_compact(header, payload, key, registry=registry)


numbers = iter(range(1_000_000))


def assertion(
    private: Ed25519PrivateKey,
    *,
    now: datetime = NOW,
    header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """A good assertion of WEST's watch but for what is given; None leaves a claim out."""
    at = int(now.timestamp())
    whole = {
        "iss": WATCH,
        "sub": WATCH,
        "aud": URL,
        "iat": at,
        "exp": at + 60,
        "jti": f"j-{next(numbers)}",
        **claims,
    }
    named = {"alg": "Ed25519", "kid": kid_of(private), "typ": "JWT", **(header or {})}
    return sealed(
        {name: value for name, value in named.items() if value is not None},
        {name: value for name, value in whole.items() if value is not None},
        OKPKey.import_key(private),
    )


def handmade(header: Any, claims: Any, signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    signed = jws.extract_compact(token.encode())
    assert signed.payload is not None
    return signed.headers(), json.loads(signed.payload)


# ── what is granted ───────────────────────────────────────────────────────────────────────────


def test_a_position_that_proves_its_key_gets_a_token_for_a_quarter_of_an_hour(place: Place):
    answer = place.ask(assertion(place.keys[WATCH]))
    header, claims = parts_of(answer.pop("access_token"))
    assert answer == {"token_type": "Bearer", "expires_in": 900, "scope": "duty"}
    assert header == {"alg": "Ed25519", "typ": "at+jwt", "kid": place.issuer.public_key.kid}
    assert {name: claims[name] for name in ("iss", "aud", "sub", "client_id", "party")} == {
        "iss": URL,
        "aud": URL,
        "sub": WATCH,
        "client_id": WATCH,
        "party": "WEST",
    }
    assert claims["exp"] - claims["iat"] == 900


def test_a_token_tells_the_desk_who_calls(place: Place):
    caller = place.verifier.verify(place.token("WEST-TAC.commander"), NOW)
    assert caller == Caller(
        party="WEST",
        position="WEST-TAC.commander",
        roles=(Role.COMMANDER, Role.DUTY, Role.RELEASE),
        issuer=URL,
        token_id=caller.token_id,
        expires_at=LATER,
    )
    assert caller.word.issuer == URL
    assert len(caller.token_id) >= 22  # 128 random bits


def test_no_two_tokens_share_an_id(place: Place):
    ids = {place.verifier.verify(place.token(), NOW).token_id for _ in range(5)}
    assert len(ids) == 5


def test_a_token_may_be_asked_for_with_fewer_roles(place: Place):
    token = place.token("WEST-TAC.commander", scope="duty")
    assert place.verifier.verify(token, NOW).roles == (Role.DUTY,)


@pytest.mark.parametrize("alg", ["Ed25519", "EdDSA"])
@pytest.mark.parametrize("typ", [None, "JWT", "client-authentication+jwt"])
def test_assertions_are_taken_in_every_usual_dress(place: Place, alg: str, typ: str | None):
    private = place.keys[WATCH]
    text = assertion(private, header={"alg": "Ed25519", "typ": typ})
    if alg == "EdDSA":
        header, claims = parts_of(text)
        rows = handmade({**header, "alg": alg}, claims).rpartition(".")[0]
        signature = urlsafe_b64encode(private.sign(rows.encode())).rstrip(b"=").decode()
        text = f"{rows}.{signature}"
    assert place.ask(text)["scope"] == "duty"


def test_the_key_set_verifies_the_tokens_and_holds_no_private_part(place: Place):
    (jwk,) = place.issuer.jwks["keys"]
    assert jwk.keys() == {"kty", "crv", "x", "kid", "use", "alg"}
    token = place.token()
    assert jws.deserialize_compact(token, OKPKey.import_key(jwk), algorithms=["Ed25519"])


# ── what is refused when a token is asked for ─────────────────────────────────────────────────


def refused(place: Place, text: str, now: datetime = NOW, **more: str) -> OAuthRefused:
    with pytest.raises(OAuthRefused) as refusal:
        place.ask(text, now, **more)
    return refusal.value


FORGERIES: dict[str, Callable[[Place], str]] = {
    "alg none": lambda place: handmade(
        {"alg": "none", "kid": kid_of(place.keys[WATCH])}, parts_of(assertion(place.keys[WATCH]))[1]
    ),
    "HS256 with the public key as the secret": lambda place: sealed(
        {"alg": "HS256", "kid": kid_of(place.keys[WATCH])},
        parts_of(assertion(place.keys[WATCH]))[1],
        OctKey.import_key(place.keys[WATCH].public_key().public_bytes_raw()),
    ),
    "a signature of another key": lambda place: assertion(
        Ed25519PrivateKey.generate(), header={"kid": kid_of(place.keys[WATCH])}
    ),
    "unknown kid": lambda place: assertion(Ed25519PrivateKey.generate()),
    "no kid": lambda place: assertion(place.keys[WATCH], header={"kid": None}),
    "the key of another party": lambda place: assertion(place.keys["EAST-TAC.duty"]),
    "the key of another position": lambda place: assertion(place.keys["WEST-TAC.commander"]),
    "sub another": lambda place: assertion(place.keys[WATCH], sub="WEST-TAC.commander"),
    "iss another": lambda place: assertion(place.keys[WATCH], iss="WEST-TAC.commander"),
    "expired": lambda place: assertion(place.keys[WATCH], exp=int(NOW.timestamp())),
    "no exp": lambda place: assertion(place.keys[WATCH], exp=None),
    "exp is a text": lambda place: assertion(place.keys[WATCH], exp="4102444800"),
    "exp is true": lambda place: assertion(place.keys[WATCH], exp=True),
    "not yet valid": lambda place: assertion(
        place.keys[WATCH], nbf=int(NOW.timestamp()) + 31, exp=int(NOW.timestamp()) + 60
    ),
    "made in the future": lambda place: assertion(
        place.keys[WATCH], iat=int(NOW.timestamp()) + 31, exp=int(NOW.timestamp()) + 60
    ),
    "long-lived": lambda place: assertion(place.keys[WATCH], exp=int(NOW.timestamp()) + 331),
    "made before the desk started": lambda place: assertion(
        place.keys[WATCH], iat=int(NOW.timestamp()) - 61
    ),
    "no iat": lambda place: assertion(place.keys[WATCH], iat=None),
    "aud of another desk": lambda place: assertion(place.keys[WATCH], aud="https://other.example"),
    "aud of two": lambda place: assertion(place.keys[WATCH], aud=[URL, "https://other.example"]),
    "aud with a slash more": lambda place: assertion(place.keys[WATCH], aud=f"{URL}/"),
    "no aud": lambda place: assertion(place.keys[WATCH], aud=None),
    "no jti": lambda place: assertion(place.keys[WATCH], jti=None),
    "a jti beyond bounds": lambda place: assertion(place.keys[WATCH], jti="j" * 129),
    "an access token": lambda place: place.token(),
    "a statement for the record": lambda place: assertion(
        place.keys[WATCH], header={"typ": "openline+jws"}
    ),
    "a typ that is no text": lambda place: handmade(
        {"alg": "Ed25519", "kid": kid_of(place.keys[WATCH]), "typ": ["JWT"]}, {}
    ),
    "a critical extension": lambda place: handmade(
        {"alg": "Ed25519", "kid": kid_of(place.keys[WATCH]), "crit": ["exp"], "exp": 1}, {}
    ),
    "an unencoded payload": lambda place: handmade(
        {"alg": "Ed25519", "kid": kid_of(place.keys[WATCH]), "crit": ["b64"], "b64": False}, {}
    ),
    "oversized": lambda place: assertion(place.keys[WATCH], jti="j" * 10_000),
    "claims that are a list": lambda place: sealed(
        {"alg": "Ed25519", "kid": kid_of(place.keys[WATCH])},
        [1, 2],
        OKPKey.import_key(place.keys[WATCH]),
    ),
    "a header that is a list": lambda place: handmade(["Ed25519"], {}),
    "garbage": lambda place: "ÿ.\x00.garbage",
    "nothing": lambda place: "",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_does_not_prove_the_client_is_refused_as_invalid_client(place: Place, forgery: str):
    refusal = refused(place, FORGERIES[forgery](place))
    assert (refusal.status, refusal.error) == (401, "invalid_client")
    assert_told_in_oauth(refusal)


def assert_told_in_oauth(refusal: OAuthRefused) -> None:
    """SPEC RFC 6749 5.2: printable ASCII without quotes and backslashes, in two members."""
    allowed = set(string.printable.split("\t")[0]) - set('"\\')
    assert refusal.body.keys() == {"error", "error_description"}
    assert set(refusal.body["error_description"]) <= allowed
    assert refusal.body["error_description"].endswith(".")


def test_a_revoked_key_gets_no_token(place: Place):
    text = assertion(place.keys[WATCH])
    place.revoke(WATCH)
    assert refused(place, text).error == "invalid_client"


def test_an_assertion_is_used_once(place: Place):
    text = assertion(place.keys[WATCH])
    place.ask(text)
    assert refused(place, text).error == "invalid_client"
    assert refused(place, text, NOW + timedelta(seconds=59)).error == "invalid_client"


def test_a_jti_is_its_clients_own(place: Place):
    place.ask(assertion(place.keys[WATCH], jti="one"))
    other = "EAST-TAC.duty"
    place.ask(assertion(place.keys[other], iss=other, sub=other, jti="one"))
    assert refused(place, assertion(place.keys[WATCH], jti="one")).error == "invalid_client"


def test_what_was_refused_is_not_used_up(place: Place):
    text = assertion(place.keys[WATCH])
    assert refused(place, text, scope="commander").error == "invalid_scope"
    assert place.ask(text)["scope"] == "duty"


def test_used_assertions_never_fill_the_memory(place: Place):
    for _ in range(ASSERTIONS_MAX):
        place.token()
    assert refused(place, assertion(place.keys[WATCH])).error == "invalid_client"
    place.token("EAST-TAC.duty")
    for n in range(1, 4):
        now = NOW + timedelta(minutes=2 * n)
        for _ in range(ASSERTIONS_MAX):
            place.token(now=now)
    assert len(place.issuer._used) <= 2 * ASSERTIONS_MAX


def test_two_uses_at_once_grant_one_token(place: Place):
    text = assertion(place.keys[WATCH])
    granted: list[Any] = []
    start = threading.Barrier(8)

    def use() -> None:
        start.wait()
        with contextlib.suppress(OAuthRefused):
            granted.append(place.ask(text))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 1


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_secret": "hunter2"}, "invalid_request"),
        ({"client_assertion_type": "urn:other"}, "invalid_client"),
        ({"client_assertion": ""}, "invalid_client"),
        ({"client_id": "EAST-TAC.duty"}, "invalid_client"),
        ({"scope": "commander"}, "invalid_scope"),
        ({"scope": "duty  reader"}, "invalid_scope"),
    ],
)
def test_a_request_that_asks_wrongly_is_told_its_error(
    place: Place, changed: dict[str, str], error: str
):
    sent = {**form(assertion(place.keys[WATCH])), **changed}
    with pytest.raises(OAuthRefused) as refusal:
        place.issuer.grant(list(sent.items()), NOW)
    assert refusal.value.error == error
    assert refusal.value.status == (401 if error == "invalid_client" else 400)
    assert_told_in_oauth(refusal.value)


def test_a_parameter_sent_twice_is_refused(place: Place):
    sent = [*form(assertion(place.keys[WATCH])).items(), ("grant_type", "client_credentials")]
    with pytest.raises(OAuthRefused) as refusal:
        place.issuer.grant(sent, NOW)
    assert refusal.value.error == "invalid_request"


@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"))
def test_no_garbage_is_ever_more_than_refused(text: str):
    place = GARBAGE_PLACE
    assert refused(place, text).error == "invalid_client"
    with pytest.raises(InvalidToken):
        place.verifier.verify(text, NOW)


GARBAGE_PLACE = Place()


# ── what is refused when a token is used ──────────────────────────────────────────────────────


def forged(place: Place, header: dict[str, Any] | None = None, **claims: Any) -> tuple[Any, Any]:
    """Header and claims of a good token but for what is given; None leaves it out."""
    head, body = parts_of(place.token())
    head, body = {**head, **(header or {})}, {**body, **claims}
    return (
        {name: value for name, value in head.items() if value is not None},
        {name: value for name, value in body.items() if value is not None},
    )


FALSE_TOKENS: dict[str, Callable[[Place], str]] = {
    "alg none": lambda place: handmade(*forged(place, {"alg": "none"})),
    "HS256 with the public key as the secret": lambda place: sealed(
        *forged(place, {"alg": "HS256"}),
        OctKey.import_key(place.issuer.public_key.public_key.public_bytes_raw()),
    ),
    "signed by another": lambda place: sealed(*forged(place), OKPKey.generate_key("Ed25519")),
    "signed by a party's own key": lambda place: sealed(
        *forged(place, {"kid": kid_of(place.keys[WATCH])}), OKPKey.import_key(place.keys[WATCH])
    ),
    "another issuer": lambda place: sealed(
        *forged(place, iss="https://other.example"), _own(place)
    ),
    "no issuer": lambda place: sealed(*forged(place, iss=None), _own(place)),
    "another audience": lambda place: sealed(
        *forged(place, aud="https://other.example"), _own(place)
    ),
    "expired": lambda place: sealed(*forged(place, exp=int(NOW.timestamp())), _own(place)),
    "not yet valid": lambda place: sealed(*forged(place, nbf=4_102_444_800), _own(place)),
    "unknown kid": lambda place: sealed(*forged(place, {"kid": "x"}), _own(place)),
    "not an access token": lambda place: sealed(*forged(place, {"typ": "JWT"}), _own(place)),
    "an assertion": lambda place: assertion(place.keys[WATCH]),
    "claims changed": lambda place: _with_claims(place.token(), sub="EAST-TAC.duty", party="EAST"),
    "oversized": lambda place: place.token() + "A" * 10_000,
    "garbage": lambda place: "Bearer nonsense",
    "nothing": lambda place: "",
}


def _own(place: Place) -> OKPKey:
    """The issuer's own key: what follows is refused although its signature is good."""
    return place.issuer._key


def _with_claims(token: str, **claims: Any) -> str:
    head, _, signature = token.split(".")
    body = handmade({}, {**parts_of(token)[1], **claims}).split(".")[1]
    return f"{head}.{body}.{signature}"


@pytest.mark.parametrize("forgery", FALSE_TOKENS)
def test_a_false_token_is_refused(place: Place, forgery: str):
    token = FALSE_TOKENS[forgery](place)
    with pytest.raises(InvalidToken) as refusal:
        place.verifier.verify(token, NOW)
    assert refusal.value.challenge.startswith('Bearer error="invalid_token"')
    assert refusal.value.challenge.count('"') == 4
    assert refusal.value.challenge.isascii()


def test_a_token_ends_when_it_expires_though_it_was_verified_before(place: Place):
    token = place.token()
    place.verifier.verify(token, LATER - timedelta(seconds=1))
    with pytest.raises(InvalidToken, match="expired"):
        place.verifier.verify(token, LATER)


def test_a_token_ends_when_its_key_is_revoked(place: Place):
    token = place.token()
    place.verifier.verify(token, NOW)
    place.revoke(WATCH)
    with pytest.raises(InvalidToken, match="no longer in force"):
        place.verifier.verify(token, NOW)


def test_a_verified_token_is_not_verified_again(place: Place, monkeypatch: pytest.MonkeyPatch):
    token = place.token()
    first = place.verifier.verify(token, NOW)
    monkeypatch.setattr(place.issuer, "_key", OKPKey.generate_key("Ed25519"))
    assert place.verifier.verify(token, NOW) == first


# ── issuers outside the desk ──────────────────────────────────────────────────────────────────

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


def test_no_private_key_of_the_issuer_is_ever_shown(place: Place):
    raw = place.issuer._key.private_key.private_bytes(
        serialization.Encoding.Raw,
        serialization.PrivateFormat.Raw,
        serialization.NoEncryption(),
    )
    assert urlsafe_b64encode(raw).rstrip(b"=").decode() not in json.dumps(place.issuer.jwks)
