"""How the server is told whom to trust, and what it says when it is not told enough."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

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
from openline.protocols.f3548.keys import TrustedKeys

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


class KeySetServer:
    """An authority's key set over TLS on this machine, its certificate signed by itself."""

    def __init__(self, folder: Path, key_set: str) -> None:
        self.certificate = folder / "tls.pem"
        key_file = folder / "tls.key"
        _sign_itself(self.certificate, key_file)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(key_set.encode())

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self.certificate, key_file)
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}/jwks.json"

    def __enter__(self) -> KeySetServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _sign_itself(certificate_file: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "authority.example")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def status_before_long(url: str, token: str, wanted: int) -> int:
    """What it is answered once the desk has had time to ask for the keys."""
    until = time.monotonic() + 20
    while (status := status_of(url, token)) != wanted and time.monotonic() < until:
        time.sleep(0.1)
    return status


def test_keys_are_fetched_over_tls_that_a_given_authority_vouches_for(tmp_path: Path) -> None:
    authority = Authority()
    with KeySetServer(tmp_path, jwks(authority)) as authority_at:
        trusting = ("--f3548-jwks-ca", str(authority_at.certificate))
        with running(tmp_path / "desk", [authority_at.url], *AUDIENCES, *trusting) as server:
            assert status_before_long(server.url, authority.token("uss1", SC), 404) == 404
            assert status_of(server.url, Authority().token("uss1", SC)) == 401


def test_keys_over_tls_that_nobody_vouches_for_are_not_taken(tmp_path: Path) -> None:
    authority, other = Authority(), tmp_path / "other"
    other.mkdir()
    _sign_itself(other / "tls.pem", other / "tls.key")
    with KeySetServer(tmp_path, jwks(authority)) as authority_at:
        for ca_file in (None, other / "tls.pem"):
            keys = TrustedKeys((), (authority_at.url,), ca_file)
            assert not keys.refresh(0.0)
            assert keys.find() == ()
        keys = TrustedKeys((), (authority_at.url,), authority_at.certificate)
        assert keys.refresh(0.0)
        assert len(keys.find()) == 1


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--f3548"], "public key"),
        (["--f3548", "--f3548-audience", AUDIENCE], "public key"),
        (["--f3548", "--f3548-public-key", "{key}"], "audience"),
        (["--f3548", "--f3548-public-key", "{none}", "--f3548-audience", AUDIENCE], "none.pem"),
        (["--f3548", "--f3548-public-key", "{bad}", "--f3548-audience", AUDIENCE], "bad.pem"),
        (
            [
                *("--f3548", "--f3548-public-key", "{key}", "--f3548-audience", AUDIENCE),
                *("--f3548-jwks-ca", "{bad}"),
            ],
            "bad.pem",
        ),
    ],
    ids=[
        "nothing",
        "no key",
        "no audience",
        "a key that is not there",
        "a key that is none",
        "no CA",
    ],
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
