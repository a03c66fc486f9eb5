"""How the server is told whom to trust, and what it says when it is not told enough."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import httpx
import pytest

from f3548_harness import (
    AUDIENCE,
    NO_SUBSCRIPTION,
    SC,
    Authority,
    Dss,
    base64url,
    circle,
    extent,
    new_id,
)
from f3548_server import SERVE, running, served_dss

AUDIENCES = ("--f3548-audience", AUDIENCE, "--f3548-audience", "other.example")


def jwks(*authorities: Authority) -> str:
    """The authorities' public keys as a JSON Web Key Set."""
    numbers = [each.key.public_key().public_numbers() for each in authorities]
    keys = [
        {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": f"key-{n}",
            "n": base64url(each.n.to_bytes(256, "big")),
            "e": base64url(each.e.to_bytes(3, "big")),
        }
        for n, each in enumerate(numbers)
    ]
    return json.dumps({"keys": keys})


def status_of(url: str, token: str) -> int:
    path = f"{url}/dss/v1/operational_intent_references/{new_id()}"
    return httpx.get(
        path, headers={"Authorization": f"Bearer {token}"}, trust_env=False
    ).status_code


def test_keys_come_in_files_and_key_sets_and_audiences_are_several(tmp_path: Path) -> None:
    by_pem, by_set, also_by_set, stranger = (Authority() for _ in range(4))
    pem, key_set = tmp_path / "one.pem", tmp_path / "keys.json"
    pem.write_bytes(by_pem.public_pem)
    key_set.write_text(jwks(by_set, also_by_set))
    with running(tmp_path / "desk", [pem, key_set], *AUDIENCES) as server:
        plain = [status_of(server.url, each.token("uss1", SC)) for each in (by_pem, by_set)]
        named = by_set.signed(by_set.claims("uss1", SC), {"alg": "RS256", "kid": "key-0"})
        other = also_by_set.token("uss1", SC, aud="other.example")
        assert plain == [404, 404]
        assert status_of(server.url, named) == 404
        assert status_of(server.url, other) == 404
        assert status_of(server.url, stranger.token("uss1", SC)) == 401
        assert status_of(server.url, by_pem.token("uss1", SC, aud="third.example")) == 401


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--f3548"], "public key"),
        (["--f3548", "--f3548-audience", AUDIENCE], "public key"),
        (["--f3548", "--f3548-public-key", "{key}"], "audience"),
        (["--f3548", "--f3548-public-key", "{none}", "--f3548-audience", AUDIENCE], "none.pem"),
        (["--f3548", "--f3548-public-key", "{bad}", "--f3548-audience", AUDIENCE], "bad.pem"),
    ],
    ids=["nothing", "no key", "no audience", "a key that is not there", "a key that is none"],
)
def test_a_server_that_knows_too_little_says_so_in_one_sentence(
    tmp_path: Path, options: list[str], named: str
) -> None:
    (tmp_path / "key.pem").write_bytes(Authority().public_pem)
    (tmp_path / "bad.pem").write_text("-----BEGIN PUBLIC KEY-----\nno\n-----END PUBLIC KEY-----\n")
    given = [
        o.format(**{n: tmp_path / f"{n}.pem" for n in ("key", "none", "bad")}) for o in options
    ]
    done = subprocess.run(
        [*SERVE, "--data", tmp_path / "desk", "--port", "0", *given],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = " ".join((done.stdout + done.stderr).split())
    assert done.returncode != 0
    assert named in said
    assert "Traceback" not in said


def test_base_urls_in_clear_are_for_laboratories_that_ask_for_it(tmp_path: Path) -> None:
    with served_dss(tmp_path, "--f3548-allow-http") as dss:
        uss1 = dss.supplier("uss1")
        clear = {"uss_base_url": "http://uss1.example:8080"}
        assert uss1.put_intent(new_id(), extent(circle((1.0, 1.0))), **clear).status_code == 201
        assert uss1.subscribed(extent(circle((2.0, 2.0))), **clear)["uss_base_url"].startswith("h")


def filed_everything(dss: Dss) -> dict[str, object]:
    """One of each, and what each is told as."""
    uss1 = dss.supplier("uss1", SC, "utm.constraint_management", "utm.availability_arbitration")
    implicit = {"new_subscription": {"uss_base_url": uss1.base_url}}
    intent = uss1.filed(extent(circle((1.0, 1.0))), **implicit)
    own = uss1.subscribed(extent(circle((1.0, 1.0))))
    uss1.filed(extent(circle((1.0, 1.0))), intent_id=intent["id"], ovn=intent["ovn"])
    constraint = uss1.constrained(extent(circle((3.0, 3.0))))
    uss1.put_availability("uss2", "Down")
    return everything(dss, intent["id"], own["id"], constraint["id"])


def everything(dss: Dss, intent: str, own: str, constraint: str) -> dict[str, object]:
    uss1 = dss.supplier("uss1", SC, "utm.constraint_management", "utm.availability_arbitration")
    return {
        intent: uss1.get_intent(intent).json(),
        own: uss1.get_subscription(own).json(),
        constraint: uss1.get_constraint(constraint).json(),
        "uss2": uss1.get_availability("uss2").json(),
    }


def test_a_server_that_starts_again_is_as_it_was(tmp_path: Path) -> None:
    authority = Authority()
    with served_dss(tmp_path, authority=authority) as dss:
        before = filed_everything(dss)
    with served_dss(tmp_path, authority=authority) as dss:
        intent, own, constraint, _ = before
        assert everything(dss, intent, own, constraint) == before
        told = before[intent]["operational_intent_reference"]  # type: ignore[index]
        assert told["version"] == 2
        assert told["subscription_id"] == NO_SUBSCRIPTION
