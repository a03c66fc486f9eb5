"""Tokens: what is granted to whom, and what is refused to everybody who only pretends."""

from __future__ import annotations

import contextlib
import json
import string
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from openline.domain.party import Role
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.issuer import (
    ASSERTIONS_MAX,
    OAuthRefused,
)
from openline.protocols.rest.tokens import InvalidToken
from token_harness import (
    LATER,
    NOW,
    URL,
    WATCH,
    Place,
    assertion,
    form,
    handmade,
    kid_of,
    parts_of,
    sealed,
)


@pytest.fixture
def place() -> Place:
    return Place()


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


def test_no_token_outlives_the_desk_that_gave_it(place: Place):
    token, started_again = place.token(), Place()
    with pytest.raises(InvalidToken, match=r"older than this one's start\. Get a new one\."):
        started_again.verifier.verify(token, NOW)


def test_a_verified_token_is_not_verified_again(place: Place, monkeypatch: pytest.MonkeyPatch):
    token = place.token()
    first = place.verifier.verify(token, NOW)
    monkeypatch.setattr(place.issuer, "_key", OKPKey.generate_key("Ed25519"))
    assert place.verifier.verify(token, NOW) == first


def test_no_private_key_of_the_issuer_is_ever_shown(place: Place):
    raw = place.issuer._key.private_key.private_bytes(
        serialization.Encoding.Raw,
        serialization.PrivateFormat.Raw,
        serialization.NoEncryption(),
    )
    assert urlsafe_b64encode(raw).rstrip(b"=").decode() not in json.dumps(place.issuer.jwks)
