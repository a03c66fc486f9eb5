"""Between what is said and what is kept: statements and entries ⇄ leaves and rows.

The only module that knows both the domain's words and the record's bytes. What a party signed keeps
its own bytes; everything else the desk seals in its own chain: what it attests for a caller, and
what it concludes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct
from msgspec.structs import replace

from openline.domain.errors import BadSignature, Malformed, TooLarge
from openline.domain.party import Key
from openline.domain.statement import (
    DESK,
    Attested,
    Author,
    Content,
    Entry,
    Signed,
    Statement,
    body_of,
    facts_of,
    kind_of,
    read_content,
)
from openline.journal import Damaged, Row, Said
from openline.record.encoding import decode_base64url
from openline.record.errors import RecordFault
from openline.record.keys import public_key_from_facts, thumbprint
from openline.record.leaf import (
    NO_LEAF_BEFORE,
    SALT_BYTES,
    TYPE_PREFIX,
    Leaf,
    body_digest,
    leaf_digest,
    open_leaf,
    seal,
    verify_leaf,
)

_SOURCE: Final = "openline:"
_BY_HUMAN: Final = "?human"

Entropy = Callable[[int], bytes]
"""So many random bytes; a replay of the demo supplies the same ones again."""


class Sent(Struct, frozen=True, kw_only=True):
    """What a party sends when it signs for itself: its leaf, and beside it the body with its salt.

    `salt` and `body` are empty and None where the content has no body.
    """

    leaf: bytes
    salt: bytes = b""
    body: bytes | None = None


class Spoken(Struct, frozen=True, kw_only=True):
    """A statement as it reached the desk, with the exact bytes of its body if a party signed it."""

    statement: Statement
    body: bytes | None


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
    payload = _payload(record, statement.id, statement.content, seq, prevhash)
    payload |= {"source": source_of(statement.author), "time": _text(statement.said_at)}
    if body is not None:
        payload["bodydigest"] = body_digest(salt, body)
    try:
        leaf = seal(private_key, payload)
    except RecordFault as fault:
        raise Malformed(f"{statement.id}: {fault.sentence}") from fault
    return Sent(leaf=leaf, salt=b"" if body is None else salt, body=body)


def read_sent(sent: Sent, record: str) -> Spoken:
    """What a signed leaf says, its form verified and its signature not yet: `check_signature`.

    Raises:
        Malformed: it is not a leaf, not for this record, says what only the desk may say, is of
            a kind or form that is not known, or its body is not the one it commits to.
    """
    try:
        leaf = open_leaf(sent.leaf)
    except RecordFault as fault:
        raise Malformed(fault.sentence) from fault
    if leaf.record != record:
        raise Malformed(f"{leaf.id}: it was written for another record. Sign it for {record}.")
    if _is_desks(leaf):
        raise Malformed(f"{leaf.id}: only the desk states recordedat, readers or attested.")
    _check_body(leaf, sent)
    said_at = datetime.fromisoformat(leaf.time)
    statement = Statement(
        id=leaf.id,
        author=author_from_source(leaf.source),
        content=read_content(leaf.kind, leaf.data, sent.body),
        word=_word(leaf, sent.leaf, sent.salt),
        said_at=said_at,
    )
    return Spoken(statement=statement, body=sent.body)


def check_signature(word: Signed, keys: Mapping[str, Key]) -> None:
    """Returns if the key that the leaf names is enrolled and has signed it.

    Whether that key is in force, and speaks for the author, is the desk's to decide.

    Raises:
        BadSignature: it is not enrolled, or did not sign these bytes.
    """
    key = keys.get(word.kid)
    if key is None:
        raise BadSignature(f"key {word.kid}: not enrolled at this desk. Enrol it first.")
    try:
        verify_leaf(word.leaf.encode(), public_key_from_facts({"kid": key.kid, "x": key.x}))
    except RecordFault as fault:
        raise BadSignature(f"key {word.kid}: {fault.sentence} Sign it again.") from fault


class Sealed(Struct, frozen=True, kw_only=True):
    """An entry as it is stored, and as every later reader of that row will read it."""

    row: Row
    entry: Entry


class DeskChain:
    """Seals in the desk's own chain: each leaf names the one before it."""

    def __init__(self, private_key: Ed25519PrivateKey, record: str, entropy: Entropy) -> None:
        self._key, self._record, self._entropy = private_key, record, entropy
        self._kid = thumbprint(private_key.public_key())
        self._seq, self._head = 0, NO_LEAF_BEFORE

    def resume(self, last_row: Row) -> None:
        """Goes on after the record's last entry, which is always the desk's own.

        Raises:
            Damaged: it is not: the record was cut within a batch, or belongs to another key.
        """
        leaf = _opened(last_row)
        if leaf.kid != self._kid:
            raise Damaged(
                f"Entry {last_row.index} was not sealed with this desk's key. "
                "Put the right desk.key back, or run `openline restore`."
            )
        self._seq, self._head = leaf.seq + 1, leaf.digest

    def seal_all(self, entries: Sequence[Entry], body: bytes | None) -> list[Sealed]:
        """The entries that follow from one statement as they are kept, or none of them.

        Args:
            entries: as decided, in order.
            body: the exact bytes that its author signed over, for what a party signed.

        Raises:
            TooLarge: one of them has more to say in clear than a leaf can hold.
        """
        seq, head = self._seq, self._head
        try:
            return [self._seal(entry, body) for entry in entries]
        except RecordFault as fault:
            self._seq, self._head = seq, head
            raise TooLarge(f"{entries[0].id}: {fault.sentence} Say it in parts.") from fault

    def _seal(self, entry: Entry, body: bytes | None) -> Sealed:
        if isinstance(entry.word, Signed):
            row = _row(entry, entry.word.leaf.encode(), entry.word.salt, body)
            return Sealed(row=row, entry=entry)
        body = body_of(entry.content)
        salt = b"" if body is None else self._entropy(SALT_BYTES)
        payload = _payload(self._record, entry.id, entry.content, self._seq, self._head)
        payload |= {
            "source": source_of(Author(party=DESK)),
            "time": _text(entry.said_at or entry.recorded_at),
            "recordedat": _text(entry.recorded_at),
            "readers": list(entry.readers),
        }
        if entry.refs:
            payload["refs"] = list(entry.refs)
        if body is not None:
            payload["bodydigest"] = body_digest(salt, body)
        if isinstance(entry.word, Attested):
            payload["attested"] = _attested(entry.author, entry.word)
        leaf = seal(self._key, payload)
        self._seq, self._head = self._seq + 1, leaf_digest(leaf)
        return Sealed(row=_row(entry, leaf, salt, body), entry=_as_recorded(entry, leaf, body))


def entry_from_row(row: Row) -> Entry:
    """The entry that was sealed into this row; without its body if that was erased.

    Raises:
        Damaged: leaf, body and what stands beside them do not belong together.
        Malformed: a kind that this release does not know.
    """
    leaf = _opened(row)
    if row.body is not None and body_digest(row.salt or b"", row.body) != leaf.bodydigest:
        raise Damaged(f"Entry {row.index}: the body beside it is not the one it commits to.")
    content = read_content(leaf.kind, leaf.data, row.body)
    entry = (
        _entry_of_desk(row, leaf, content) if _is_desks(leaf) else _signed_entry(row, leaf, content)
    )
    if row.said != _said(entry):
        raise Damaged(f"Entry {row.index}: another author stands beside it than in its leaf.")
    return entry


def says_the_same(row: Row, spoken: Spoken) -> bool:
    """Whether what is said now was said in this row already, under the same id.

    Of an erased body only its presence can be compared.
    """
    before, now = entry_from_row(row).content, spoken.statement.content
    if type(before) is not type(now) or facts_of(before) != facts_of(now):
        return False
    if _opened(row).bodydigest is not None and row.body is None:
        return body_of(now) is not None
    return body_of(before) == body_of(now)


def source_of(author: Author) -> str:
    """Who speaks, as a CloudEvents source: `openline:EAST?human#EAST-TAC.duty`."""
    human = _BY_HUMAN if author.by_human else ""
    position = f"#{author.position}" if author.position else ""
    return f"{_SOURCE}{author.party}{human}{position}"


def author_from_source(source: str) -> Author:
    """The author that `source_of` named.

    Raises:
        Malformed: it names none.
    """
    party, _, position = source.removeprefix(_SOURCE).partition("#")
    author = Author(
        party=party.removesuffix(_BY_HUMAN), position=position, by_human=party.endswith(_BY_HUMAN)
    )
    if not author.party or source_of(author) != source:
        raise Malformed("source: not an author. Write openline:<party>[?human]#<position>.")
    return author


def _payload(
    record: str, said_id: str, content: Content, seq: int, prevhash: str
) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": said_id,
        "type": TYPE_PREFIX + kind_of(content),
        "record": record,
        "seq": seq,
        "prevhash": prevhash,
        "data": facts_of(content),
    }


def _attested(author: Author, word: Attested) -> dict[str, Any]:
    return {
        "party": author.party,
        "position": author.position,
        "issuer": word.issuer,
        "tokenid": word.token_id,
        "human": author.by_human,
    }


def _row(entry: Entry, leaf: bytes, salt: bytes, body: bytes | None) -> Row:
    return Row(
        index=entry.index,
        leaf=leaf,
        recorded_at=entry.recorded_at,
        readers=entry.readers,
        refs=entry.refs,
        said=_said(entry),
        salt=None if body is None else salt,
        body=body,
    )


def _said(entry: Entry) -> Said | None:
    return None if entry.word is None else Said(party=entry.author.party, id=entry.id)


def _as_recorded(entry: Entry, leaf: bytes, body: bytes | None) -> Entry:
    """What `entry_from_row` will make of the leaf just sealed, without verifying our own work.

    JSON has one kind of number: what was decided as 7 may be read as 7.0, and the state folded
    now must be the one that is folded after the next start.
    """
    payload = msgspec.json.decode(decode_base64url(leaf.split(b".")[1]))
    content = read_content(kind_of(entry.content), payload["data"], body)
    said_at = None if entry.said_at == entry.recorded_at else entry.said_at
    return replace(entry, content=content, said_at=said_at)


def _opened(row: Row) -> Leaf:
    try:
        return open_leaf(row.leaf)
    except RecordFault as fault:
        raise Damaged(f"Entry {row.index}: {fault.sentence}") from fault


def _is_desks(leaf: Leaf) -> bool:
    return not (leaf.recordedat is None and leaf.readers is None and leaf.attested is None)


def _entry_of_desk(row: Row, leaf: Leaf, content: Content) -> Entry:
    if (_text(row.recorded_at), row.readers, row.refs) != (
        leaf.recordedat,
        leaf.readers,
        leaf.refs or (),
    ):
        raise Damaged(f"Entry {row.index}: what stands beside the leaf is not what it says.")
    author, word = Author(party=DESK), None
    if leaf.attested is not None:
        said = leaf.attested
        author = Author(party=said.party, position=said.position, by_human=said.human)
        word = Attested(issuer=said.issuer, token_id=said.tokenid)
    return Entry(
        index=row.index,
        recorded_at=row.recorded_at,
        id=leaf.id,
        author=author,
        content=content,
        readers=row.readers,
        # A caller who gives no time and one who gives the desk's own say the same.
        said_at=None if leaf.time == leaf.recordedat else datetime.fromisoformat(leaf.time),
        refs=row.refs,
        word=word,
    )


def _signed_entry(row: Row, leaf: Leaf, content: Content) -> Entry:
    return Entry(
        index=row.index,
        recorded_at=row.recorded_at,
        id=leaf.id,
        author=author_from_source(leaf.source),
        content=content,
        readers=row.readers,
        said_at=datetime.fromisoformat(leaf.time),
        refs=row.refs,
        word=_word(leaf, row.leaf, row.salt or b""),
    )


def _word(leaf: Leaf, raw: bytes, salt: bytes) -> Signed:
    return Signed(
        kid=leaf.kid,
        seq=leaf.seq,
        prevhash=leaf.prevhash,
        leafhash=leaf.digest,
        leaf=raw.decode("ascii"),
        salt=salt,
    )


def _check_body(leaf: Leaf, sent: Sent) -> None:
    if (leaf.bodydigest is None) != (sent.body is None):
        raise Malformed(f"{leaf.id}: leaf and body do not belong together. Send both as signed.")
    if sent.body is None:
        return
    if len(sent.salt) != SALT_BYTES:
        raise Malformed(f"{leaf.id}: a salt has {SALT_BYTES} bytes. Send the one signed over.")
    if body_digest(sent.salt, sent.body) != leaf.bodydigest:
        raise Malformed(f"{leaf.id}: the body is not the one signed. Send both as signed.")


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
