"""A position that speaks to a desk over its API: proves itself by its key, and signs."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey
from msgspec import Struct

from openline.addresses import is_guarded
from openline.cli.no_answer import why_no_answer
from openline.domain.errors import Malformed, Refused, Unavailable
from openline.domain.misfit import misfit
from openline.domain.party import Key
from openline.domain.statement import (
    CONTENT_TYPES,
    Author,
    Content,
    Statement,
    read_content,
)
from openline.protocols.rest.endpoint import BYTES
from openline.protocols.rest.entries import EntryKept
from openline.protocols.rest.evidence import EvidenceTaken
from openline.protocols.rest.issuer import ASSERTION_TYPE
from openline.protocols.rest.problems import Problem
from openline.protocols.rest.reads import Me
from openline.protocols.rest.says import Said, SignedStatement, read_fields
from openline.record.errors import RecordFault
from openline.record.keys import load_private_key, thumbprint
from openline.record.leaf import SALT_BYTES
from openline.sealing import sign_statement

_TIMEOUT_S: Final = 30.0
_ASSERTION_S: Final = 60
_AGAIN_S: Final = 0.5
T = TypeVar("T")


class Spoken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a statement file holds."""

    id: str
    kind: str
    content: dict[str, Any]
    position: str = ""
    by_human: bool = False
    said_at: datetime | None = None


def read_spoken(file: Path, position: str | None) -> Spoken:
    """The statement in a file, said by the position given or the one it names.

    Raises:
        Unavailable: the file cannot be read.
        Malformed: it is no statement, or names no position.
    """
    spoken = read_file(file)
    if position is not None:
        spoken = msgspec.structs.replace(spoken, position=position)
    if not spoken.position:
        raise Malformed(f"{file}: it names no position. Give one with --position.")
    return spoken


def read_file(file: Path) -> Spoken:
    """The statement in a file, whoever says it.

    Raises:
        Unavailable: the file cannot be read.
        Malformed: it is no statement.
    """
    try:
        spoken = msgspec.json.decode(file.read_bytes(), type=Spoken)
    except OSError as error:
        raise Unavailable(f"{file}: {error.strerror}. Name a file with a statement.") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise Malformed(f"{file}: {misfit(error, Spoken)}") from error
    if spoken.kind not in CONTENT_TYPES:
        raise Malformed(f"{file}: there is no kind {spoken.kind}. See docs/statements.md for all.")
    return spoken


def content_of(spoken: Spoken) -> Content:
    """What is said, as the value that it is.

    Raises:
        Malformed: a field is missing, unknown, or not what it must be.
    """
    return read_fields(spoken.kind, dict(spoken.content))


def content_from(kind: str, fields: dict[str, Any]) -> Content:
    """The content of that kind with these fields, its body among them.

    Raises:
        Malformed: as `content_of`.
    """
    body = fields.get("body")
    facts = {name: each for name, each in fields.items() if name != "body"}
    return read_content(kind, facts, None if body is None else msgspec.json.encode(body))


class Desk:
    """A desk reached over HTTP, as one position, under the token that its key was granted."""

    def __init__(self, http: httpx.Client, private_key: Ed25519PrivateKey, position: str) -> None:
        self.http, self._private_key, self._position = http, private_key, position
        self._kid = thumbprint(private_key.public_key())
        self.token = ""

    @classmethod
    @contextmanager
    def reached(
        cls,
        url: str,
        key_file: Path,
        position: str,
        passphrase: bytes | None,
        scope: str | None = None,
    ) -> Iterator[Desk]:
        """The desk at this address, the position's key proved to it; `http` bears the `token`.

        `scope` are the roles that the token shall serve for; all of the position's if not given.

        Raises:
            Unavailable: the desk does not answer, or the key file cannot be read.
            Malformed: the address is not one that may be called without encryption.
            Refused: the desk lets this key not in.
        """
        base_url = url.rstrip("/")
        if not is_guarded(base_url):
            raise Malformed(f"{url}: not https, and not this machine. Use the https address.")
        try:
            private_key = load_private_key(key_file, passphrase)
        except OSError as error:
            raise Unavailable(f"{key_file}: {error.strerror}. Name a key's file.") from error
        except RecordFault as fault:
            raise Malformed(fault.sentence) from fault
        with httpx.Client(base_url=base_url, timeout=_TIMEOUT_S, trust_env=False) as http:
            desk = cls(http, private_key, position)
            desk._prove(base_url, scope)
            yield desk

    def party(self) -> str:
        """Whose position this is, as the desk says.

        Raises:
            Refused, Unavailable: as the desk answers.
        """
        return _read(self._call("GET", "/v1/me"), Me).party

    def say(self, spoken: Spoken, keep: Path | None = None) -> Said:
        """Signs the statement as the next of this key, and has it recorded.

        What is sent is first put into the file `keep`, so that it can be lodged with a mirror, or
        sent again as it is, if no answer comes.

        Raises:
            Refused, Unavailable: as the desk answers; or the file cannot be written.
        """
        me = _read(self._call("GET", "/v1/me"), Me)
        key = self._own_key(me)
        statement = Statement(
            id=spoken.id,
            author=Author(party=me.party, position=me.position, by_human=spoken.by_human),
            content=content_of(spoken),
            said_at=spoken.said_at or datetime.now(UTC),
        )
        sent = sign_statement(
            self._private_key,
            me.origin,
            statement,
            seq=key.next_seq,
            prevhash=key.head,
            salt=os.urandom(SALT_BYTES),
        )
        signed = SignedStatement(
            leaf=sent.leaf.decode("ascii"),
            salt=sent.salt,
            body=None if sent.body is None else sent.body.decode(),
        )
        if keep is not None:
            _keep(keep, signed)
        answer = self._call("POST", "/v1/statements", json=msgspec.to_builtins(signed))
        return _read(answer, Said)

    def witnessed_receipt(self, index: int, within_s: float) -> str | None:
        """The receipt of an entry once witnesses have cosigned a root over it; None if too late.

        Raises:
            Refused, Unavailable: as the desk answers.
        """
        ends_s = time.monotonic() + within_s
        path = f"/v1/record/receipts/{index}?level=witnessed"
        while True:
            try:
                return self._call("GET", path).text
            except Refused:
                if time.monotonic() > ends_s:
                    return None
                time.sleep(_AGAIN_S)

    def hand_in(self, incident: str, content: bytes) -> EvidenceTaken:
        """Hands a file in as evidence in an incident.

        Raises:
            Refused, Unavailable: as the desk answers.
        """
        path = f"/v1/incidents/{incident}/evidence"
        answer = self._call("POST", path, content=content, headers={"Content-Type": BYTES})
        return _read(answer, EvidenceTaken)

    def fetch(self, path: str) -> bytes:
        """The bytes at an address.

        Raises:
            Refused, Unavailable: as the desk answers.
        """
        return self._call("GET", path).content

    def leaf(self, index: int) -> str:
        """The leaf that stands at this place: what a receipt is verified with.

        Raises:
            Refused, Unavailable: as the desk answers; also where one may not read it.
        """
        kept = _read(self._call("GET", f"/v1/record/entries/{index}"), EntryKept)
        if kept.leaf is None:
            raise Refused(f"entry {index}: not for {self._position} to read.")
        return kept.leaf

    def _own_key(self, me: Me) -> Key:
        for key in me.keys:
            if key.kid == self._kid:
                return key
        raise Malformed(f"key {self._kid}: not a key of {me.position} any more. Enrol another.")

    def _prove(self, audience: str, scope: str | None) -> None:
        now_s = int(time.time())
        claims = {
            "iss": self._position,
            "sub": self._position,
            "aud": audience,
            "iat": now_s,
            "exp": now_s + _ASSERTION_S,
            "jti": secrets.token_urlsafe(16),
        }
        header = {"alg": "Ed25519", "kid": self._kid, "typ": "JWT"}
        key = OKPKey.import_key(self._private_key)
        assertion = jws.serialize_compact(
            header, msgspec.json.encode(claims), key, algorithms=["Ed25519"]
        )
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
            **({} if scope is None else {"scope": scope}),
        }
        granted = self._call("POST", "/v1/token", data=form).json()
        self.token = str(granted["access_token"])
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            response = self.http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"{self.http.base_url}: no answer: {why_no_answer(error)}. Is the desk running?"
            ) from error
        if response.is_success:
            return response
        raise refusal_of(response)


def _keep(path: Path, signed: SignedStatement) -> None:
    try:
        path.write_bytes(msgspec.json.encode(signed) + b"\n")
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}. Nothing was sent; name another.") from error


def refusal_of(response: httpx.Response) -> Refused | Unavailable:
    """What the desk said of why not, as an error of ours."""
    try:
        sentence = msgspec.json.decode(response.content, type=Problem).detail
    except msgspec.MsgspecError:
        try:
            sentence = str(response.json()["error_description"])
        except (ValueError, KeyError, TypeError):
            sentence = f"The desk answered {response.status_code}. Is this its address?"
    return Unavailable(sentence) if response.status_code >= 500 else Refused(sentence)


def _read(response: httpx.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(response.content, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable("What answers there is no desk of this release.") from error
