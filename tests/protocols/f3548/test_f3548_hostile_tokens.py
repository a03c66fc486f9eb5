"""Tokens made to be believed: whatever is not a good RS256 token of the authority's is 401."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from f3548_harness import SC, Authority, Dss, base64url, circle, extent, new_id, spots
from f3548_server import served_dss
from f3548_siege import besieged

_spots = spots()


@pytest.fixture(scope="module")
def dss(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dss]:
    """A server with little memory and processor time to spare."""
    with served_dss(tmp_path_factory.mktemp("tokens")) as dss, besieged(dss):
        yield dss


def status_with(dss: Dss, token: str) -> int:
    answer = dss.call(
        "GET",
        f"/operational_intent_references/{new_id()}",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.json()["message"]
    return answer.status_code


def parts(header: object, claims: object) -> str:
    return ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))


def signed_by_secret(secret: bytes) -> Callable[[Authority], str]:
    """HS256, with what is public as its secret."""

    def make(authority: Authority) -> str:
        said = parts({"alg": "HS256", "typ": "JWT"}, authority.claims("uss1", SC))
        chosen = secret or authority.public_pem
        return f"{said}.{base64url(hmac.new(chosen, said.encode(), hashlib.sha256).digest())}"

    return make


def unsigned(alg: str) -> Callable[[Authority], str]:
    return lambda authority: parts({"alg": alg, "typ": "JWT"}, authority.claims("uss1", SC)) + "."


def signed_as(alg: str, scheme: object, digest: hashes.HashAlgorithm) -> Callable[[Authority], str]:
    """A true signature of the authority's own key, but of another algorithm."""

    def make(authority: Authority) -> str:
        said = parts({"alg": alg, "typ": "JWT"}, authority.claims("uss1", SC))
        signature = authority.key.sign(said.encode(), scheme, digest)  # type: ignore[arg-type]
        return f"{said}.{base64url(signature)}"

    return make


def under_header(**header: object) -> Callable[[Authority], str]:
    """Another's signature, under a header that says where to find the key."""
    return lambda authority: Authority().signed(
        authority.claims("uss1", SC), {"alg": "RS256", "typ": "JWT"} | header
    )


def respelled(change: Callable[[list[str]], list[str]]) -> Callable[[Authority], str]:
    """A good token, spelled another way."""
    return lambda authority: ".".join(change(authority.token("uss1", SC).split(".")))


def with_text(claims: bytes) -> Callable[[Authority], str]:
    """The authority's signature over claims that are not what JSON should be."""

    def make(authority: Authority) -> str:
        header = base64url(b'{"alg":"RS256","typ":"JWT"}')
        said = f"{header}.{base64url(claims)}"
        signature = authority.key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{said}.{base64url(signature)}"

    return make


def of_attacker() -> dict[str, str]:
    numbers = Authority().key.public_key().public_numbers()
    n = numbers.n.to_bytes(256, "big")
    return {"kty": "RSA", "e": "AQAB", "n": base64url(n)}


PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
FORGED: dict[str, Callable[[Authority], str]] = {
    "no algorithm": unsigned("none"),
    "no algorithm in capitals": unsigned("NONE"),
    "no algorithm in both": unsigned("nOnE"),
    "unsigned RS256": unsigned("RS256"),
    "the public key as a secret": signed_by_secret(b""),
    "an empty secret": signed_by_secret(b"\0"),
    "RS512": signed_as("RS512", padding.PKCS1v15(), hashes.SHA512()),
    "PS256": signed_as("PS256", PSS, hashes.SHA256()),
    "PS256 that says RS256": signed_as("RS256", PSS, hashes.SHA256()),
    "another's key": lambda _: Authority().token("uss1", SC),
    "a key in the header": under_header(jwk=of_attacker()),
    "a key elsewhere": under_header(jku="https://127.0.0.1:9/keys", x5u="https://127.0.0.1:9/x"),
    "a key in a file": under_header(kid="../../../../etc/passwd"),
    "a key by a query": under_header(kid="' OR 1=1 --"),
    "a header that must be understood": lambda a: a.signed(
        a.claims("uss1", SC), {"alg": "RS256", "crit": ["exp2"], "exp2": 1}
    ),
    "an encoding that must be understood": lambda a: a.signed(
        a.claims("uss1", SC), {"alg": "RS256", "crit": ["b64"], "b64": False}
    ),
    "no header": lambda a: a.signed(a.claims("uss1", SC), {}),
    "no signature": respelled(lambda p: p[:2]),
    "an empty signature": respelled(lambda p: [*p[:2], ""]),
    "half a signature": respelled(lambda p: [*p[:2], p[2][:100]]),
    "another's signature": lambda a: ".".join(
        a.token("uss1", SC).split(".")[:2] + a.token("uss2", SC).split(".")[2:]
    ),
    "five parts": respelled(lambda p: [*p, "", ""]),
    "one part": lambda _: "x",
    "dots": lambda _: "..",
    "padding": respelled(lambda p: [*p[:2], p[2] + "=="]),
    "letters of no alphabet": respelled(lambda p: [p[0], "%" + p[1], p[2]]),
    "the other alphabet": respelled(
        lambda p: [*p[:2], base64.b64encode(b"\xfb\xff" * 128).decode()]
    ),
    "claims that are a list": lambda a: a.signed(["uss1", SC]),
    "claims that are text": lambda a: a.signed("uss1"),
    "claims that are null": lambda a: a.signed(None),
    "claims that are no JSON": with_text(b"sub=uss1"),
    "claims that are no text": with_text(b"\xff\xfe{}"),
    "no claims": with_text(b""),
    "one name twice": lambda a: with_text(
        json.dumps(a.claims("uss1", SC)).replace("{", '{"sub":"uss2",', 1).encode()
    )(a),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_token_is_401_that_has(dss: Dss, how: str) -> None:
    assert status_with(dss, FORGED[how](dss.authority)) == 401


@pytest.mark.parametrize(
    "expiry", ["soon", "4073000000", True, [], {}, -1, 0, 1e300, 10**400, 1e18]
)
def test_an_expiry_that_is_no_instant_soon_is_401(dss: Dss, expiry: object) -> None:
    assert status_with(dss, dss.authority.token("uss1", SC, exp=expiry)) == 401


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_an_expiry_that_is_no_number_is_401(dss: Dss, text: str) -> None:
    claims = json.dumps(dss.authority.claims("uss1", SC, exp="EXPIRY"))
    forged = with_text(claims.replace('"EXPIRY"', text).encode())(dss.authority)
    assert status_with(dss, forged) == 401


@pytest.mark.parametrize("claim", ["iss", "jti", "scope", "nbf"])
@pytest.mark.parametrize("value", [7, [], {}, None, True])
def test_a_claim_of_the_wrong_kind_lets_nobody_in(dss: Dss, claim: str, value: object) -> None:
    if (claim, value) in (("nbf", 7), ("nbf", None), ("nbf", True)):
        pytest.skip("an instant long ago, or none")
    assert status_with(dss, dss.authority.token("uss1", SC, **{claim: value})) in (401, 403)


@pytest.mark.parametrize("sub", ["a\nb", "a\x00", "a\x1b[2J", "a\u202eb", "a\u2028"])
def test_a_subject_that_would_move_a_cursor_or_turn_a_text_is_401(dss: Dss, sub: str) -> None:
    """Others are shown it as the manager of an intent, on a terminal or a page."""
    assert status_with(dss, dss.authority.token(sub, SC)) == 401


def test_a_subject_of_any_text_does_no_harm(dss: Dss) -> None:
    for sub in ("a" * 10_000, "../../x", "DESK", "\u0000", "\ud800", "😀", "a\nb", "%s" * 50):
        assert status_with(dss, dss.authority.token(sub, SC)) in (401, 404)


@pytest.mark.parametrize("claim", ["sub", "iss", "jti", "scope"])
@pytest.mark.parametrize("text", ["a" * 8_000, "\u0000", "\ud800", "😀", "a\nb", " ", "?#/", "."])
def test_a_change_under_a_claim_of_any_text_is_taken_or_401(
    dss: Dss, claim: str, text: str
) -> None:
    """What a token says ends up in the record, which must be able to hold it."""
    said = f"{SC} {text}" if claim == "scope" else text
    bearer = {"Authorization": f"Bearer {dss.authority.token('uss1', SC, **{claim: said})}"}
    body = dss.supplier("uss1").intent(extent(circle(next(_spots))))
    path = f"/operational_intent_references/{new_id()}"
    answer = dss.call("PUT", path, json=body, headers=bearer)
    assert answer.status_code in (201, 401)
    if answer.status_code == 201 and claim == "sub":
        assert answer.json()["operational_intent_reference"]["manager"] == text


def test_a_deeply_nested_token_is_answered(dss: Dss) -> None:
    deep = b'{"sub":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    assert status_with(dss, with_text(deep)(dss.authority)) == 401
    assert status_with(dss, f"{base64url(b'[' * 20_000)}.{base64url(b'{}')}.x") == 401


@pytest.mark.parametrize("size", [30_000, 300_000, 3_000_000])
def test_a_huge_token_is_turned_away(dss: Dss, size: int) -> None:
    token = dss.authority.token("uss1", SC, padding="x" * size)
    answer = dss.call(
        "GET",
        f"/operational_intent_references/{new_id()}",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert 400 <= answer.status_code < 500


def test_a_good_token_is_still_taken(dss: Dss) -> None:
    assert status_with(dss, dss.authority.token("uss1", SC)) == 404
