"""Tokens of suppliers: what proves who they are, and every way in which it does not."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openline.domain.errors import Malformed
from openline.protocols.f3548.keys import parse_keys
from openline.protocols.f3548.tokens import REMEMBERED_MAX, Tokens, Unauthenticated

NOW_S = 1_800_000_000.0
KEY = generate_private_key(65_537, 2_048)
OTHER = generate_private_key(65_537, 2_048)
CLAIMS: dict[str, Any] = {
    "iss": "https://authority.example",
    "sub": "uss1",
    "aud": "desk.example",
    "exp": NOW_S + 3_600,
    "scope": "utm.strategic_coordination utm.constraint_processing",
    "jti": "3f6a",
}


def encode(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def token(
    claims: dict[str, Any], *, key: RSAPrivateKey = KEY, header: dict[str, Any] | None = None
) -> str:
    head = {"alg": "RS256", "typ": "JWT"} | (header or {})
    signed = f"{encode(json.dumps(head).encode())}.{encode(json.dumps(claims).encode())}"
    return f"{signed}.{encode(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(lambda: (OTHER.public_key(), KEY.public_key()), ["desk.example"])


def test_a_token_says_who_speaks_and_what_it_allows(tokens: Tokens) -> None:
    bearer = tokens.bearer_of(f"Bearer {token(CLAIMS)}", NOW_S)
    assert (bearer.name, bearer.token_id) == ("uss1", "3f6a")
    assert bearer.scopes == {"utm.strategic_coordination", "utm.constraint_processing"}


def test_any_of_several_keys_and_audiences_will_do(tokens: Tokens) -> None:
    claims = CLAIMS | {"aud": ["elsewhere.example", "desk.example"]}
    assert tokens.bearer_of(f"bearer {token(claims, key=OTHER)}", NOW_S).name == "uss1"


def test_a_token_is_good_until_it_expires_and_no_longer(tokens: Tokens) -> None:
    sent = f"Bearer {token(CLAIMS)}"
    tokens.bearer_of(sent, NOW_S)
    tokens.bearer_of(sent, NOW_S + 3_599)
    with pytest.raises(Unauthenticated):
        tokens.bearer_of(sent, NOW_S + 3_600)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": NOW_S},
        {"exp": NOW_S - 1},
        {"exp": NOW_S + 3_700},
        {"exp": None},
        {"exp": True},
        {"exp": "soon"},
        {"nbf": NOW_S + 60},
        {"aud": "another.example"},
        {"aud": "desk.example:8700"},
        {"aud": None},
        {"aud": [1]},
        {"sub": ""},
        {"sub": " "},
        {"sub": 7},
        {"sub": "x" * 300},
        {"iss": ""},
        {"scope": None},
        {"scope": ["utm.strategic_coordination"]},
        {"jti": ""},
    ],
    ids=str,
)
def test_a_token_with_a_claim_that_is_not_as_it_must_be_is_refused(
    tokens: Tokens, changed: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        tokens.bearer_of(f"Bearer {token(CLAIMS | changed)}", NOW_S)


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "exp", "scope", "jti"])
def test_a_token_without_a_claim_is_refused(tokens: Tokens, name: str) -> None:
    claims = {each: value for each, value in CLAIMS.items() if each != name}
    with pytest.raises(Unauthenticated):
        tokens.bearer_of(f"Bearer {token(claims)}", NOW_S)


@pytest.mark.parametrize(
    "header",
    [{"alg": "none"}, {"alg": "HS256"}, {"alg": "RS512"}, {"crit": ["b64"], "b64": False}],
    ids=str,
)
def test_one_algorithm_is_taken_and_no_other(tokens: Tokens, header: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        tokens.bearer_of(f"Bearer {token(CLAIMS, header=header)}", NOW_S)


def test_a_token_that_was_changed_or_signed_by_others_is_refused(tokens: Tokens) -> None:
    head, _, signature = token(CLAIMS).split(".")
    forged = encode(json.dumps(CLAIMS | {"sub": "uss2"}).encode())
    stranger = generate_private_key(65_537, 2_048)
    for sent in (f"{head}.{forged}.{signature}", token(CLAIMS, key=stranger), f"{head}.{forged}."):
        with pytest.raises(Unauthenticated):
            tokens.bearer_of(f"Bearer {sent}", NOW_S)


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", "Basic abc", "Bearer a.b", "Bearer ü.b.c"]
)
def test_what_is_no_token_is_refused(tokens: Tokens, sent: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.bearer_of(sent, NOW_S)


def test_a_token_longer_than_any_is_not_read(tokens: Tokens) -> None:
    with pytest.raises(Unauthenticated):
        tokens.bearer_of(f"Bearer {token(CLAIMS | {'scope': 'x' * 9_000})}", NOW_S)


def test_no_more_tokens_are_remembered_than_there_is_room_for(tokens: Tokens) -> None:
    bearer = tokens.bearer_of(f"Bearer {token(CLAIMS)}", NOW_S)
    for number in range(REMEMBERED_MAX + 10):
        tokens._remember(str(number), bearer, NOW_S)
    assert len(tokens._remembered) <= REMEMBERED_MAX


def test_what_could_name_somebody_stands_in_no_leaf(tokens: Tokens) -> None:
    claims = CLAIMS | {"iss": "Dr. Ünal", "jti": "a b"}
    bearer = tokens.bearer_of(f"Bearer {token(claims)}", NOW_S)
    assert len(bearer.issuer) == len(bearer.token_id) == 64


def test_keys_are_read_from_pem_blocks_and_key_sets() -> None:
    pem = b"".join(
        each.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for each in (KEY, OTHER)
    )
    numbers = KEY.public_key().public_numbers()
    jwk = {
        "kty": "RSA",
        "n": encode(numbers.n.to_bytes(256, "big")),
        "e": encode(numbers.e.to_bytes(3, "big")),
    }
    assert [key.public_numbers() for key in parse_keys(pem, "f")] == [
        KEY.public_key().public_numbers(),
        OTHER.public_key().public_numbers(),
    ]
    (from_set,) = parse_keys(json.dumps({"keys": [jwk, {"kty": "EC"}]}).encode(), "f")
    assert from_set.public_numbers() == numbers


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"nothing",
        b"{}",
        b'{"keys": []}',
        b'{"keys": [{"kty": "RSA", "n": 1}]}',
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        generate_private_key(65_537, 1_024)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    ],
    ids=["empty", "text", "no keys", "no key", "no number", "no key in PEM", "short"],
)
def test_what_holds_no_key_that_serves_is_refused(text: bytes) -> None:
    with pytest.raises(Malformed):
        parse_keys(text, "authority.pem")
