"""What a party signs for itself: made here for those who speak, read here for the desk."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from openline.domain.errors import Malformed
from openline.domain.statement import Statement, body_of, read_content
from openline.record.errors import RecordFault
from openline.record.leaf import SALT_BYTES, Leaf, body_digest, open_leaf, reopen_leaf, seal
from openline.sealing.author import author_from_source, source_of
from openline.sealing.payload import instant_text, is_desks, payload_of, word_of


class Sent(Struct, frozen=True, kw_only=True):
    """What a party sends when it signs for itself: its leaf, and beside it the body with its salt.

    `salt` and `body` are empty and None where the content has no body.
    """

    leaf: bytes
    salt: bytes = b""
    body: bytes | None = None


class Spoken(Struct, frozen=True, kw_only=True):
    """A statement as it reached the desk, with the exact bytes of its body if a party signed it.

    `is_verified` says that the very key it names was seen to have signed it, by `Signatures`.
    """

    statement: Statement
    body: bytes | None
    is_verified: bool = False


def sign_statement(
    private_key: Ed25519PrivateKey,
    record: str,
    statement: Statement,
    *,
    seq: int,
    prevhash: str,
    salt: bytes,
) -> Sent:
    """The statement as its author signs and sends it, for the one record it is meant for.

    Args:
        private_key: the position's own.
        record: the record's origin; any other record refuses the leaf.
        statement: who says what; it must say when (`said_at`), its `word` is ignored.
        seq: how many leaves this key has signed before.
        prevhash: `leaf_digest` of the last of them; `NO_LEAF_BEFORE` if there is none.
        salt: 32 random bytes, never used before; ignored if the content has no body.

    Raises:
        Malformed: it does not say when, or cannot be written as a leaf.
    """
    if statement.said_at is None:
        raise Malformed(f"{statement.id}: a signed statement says when. Give it a said_at.")
    body = body_of(statement.content)
    payload = payload_of(record, statement.id, statement.content, seq, prevhash)
    payload |= {"source": source_of(statement.author), "time": instant_text(statement.said_at)}
    if body is not None:
        payload["bodydigest"] = body_digest(salt, body)
    try:
        leaf = seal(private_key, payload)
    except RecordFault as fault:
        raise Malformed(f"{statement.id}: {fault.sentence}") from fault
    return Sent(leaf=leaf, salt=b"" if body is None else salt, body=body)


def read_sent(sent: Sent, record: str, *, is_vouched: bool = False) -> Spoken:
    """What a signed leaf says, its form verified and its signature not yet: `Signatures`.

    Args:
        sent: as it was sent.
        record: the origin of the record that it must be meant for.
        is_vouched: `record.vouching` has verified form, body and signature; it is not done again.

    Raises:
        Malformed: it is not a leaf, not for this record, says what only the desk may say, is of
            a kind or form that is not known, or its body is not the one it commits to.
    """
    try:
        leaf = reopen_leaf(sent.leaf) if is_vouched else open_leaf(sent.leaf)
    except RecordFault as fault:
        raise Malformed(fault.sentence) from fault
    if leaf.record != record:
        raise Malformed(f"{leaf.id}: it was written for another record. Sign it for {record}.")
    if is_desks(leaf):
        raise Malformed(f"{leaf.id}: only the desk states recordedat, readers or attested.")
    if not is_vouched:
        _check_body(leaf, sent)
    said_at = datetime.fromisoformat(leaf.time)
    statement = Statement(
        id=leaf.id,
        author=author_from_source(leaf.source),
        content=read_content(leaf.kind, leaf.data, sent.body),
        word=word_of(leaf, sent.leaf, sent.salt),
        said_at=said_at,
    )
    return Spoken(statement=statement, body=sent.body)


def _check_body(leaf: Leaf, sent: Sent) -> None:
    if (leaf.bodydigest is None) != (sent.body is None):
        raise Malformed(f"{leaf.id}: leaf and body do not belong together. Send both as signed.")
    if sent.body is None:
        return
    if len(sent.salt) != SALT_BYTES:
        raise Malformed(f"{leaf.id}: a salt has {SALT_BYTES} bytes. Send the one signed over.")
    if body_digest(sent.salt, sent.body) != leaf.bodydigest:
        raise Malformed(f"{leaf.id}: the body is not the one signed. Send both as signed.")
