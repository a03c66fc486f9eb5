"""The desk's own chain: what it attests for a caller and what it concludes, each after the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct
from msgspec.structs import replace

from openline.domain.errors import Malformed, TooLarge
from openline.domain.party import DeskKeyRotated, EpochOpened
from openline.domain.statement import (
    THE_DESK,
    Attested,
    Author,
    Entry,
    Signed,
    body_of,
    kind_of,
    read_content,
)
from openline.journal import Damaged, Row
from openline.record.encoding import decode_base64url
from openline.record.errors import LeafTooLarge, RecordFault
from openline.record.leaf import NO_LEAF_BEFORE, SALT_BYTES, Leaf, Sealer, body_digest, leaf_digest
from openline.sealing.author import source_of
from openline.sealing.payload import instant_text, payload_of
from openline.sealing.rows import opened, row_of

Entropy = Callable[[int], bytes]
"""So many random bytes; a replay of the demo supplies the same ones again."""


class Sealed(Struct, frozen=True, kw_only=True):
    """An entry as it is stored, and as every later reader of that row will read it."""

    row: Row
    entry: Entry


class DeskChain:
    """Seals in the desk's own chain: each leaf names the one before it."""

    def __init__(self, private_key: Ed25519PrivateKey, record: str, entropy: Entropy) -> None:
        self._record, self._entropy = record, entropy
        self._sealer = Sealer(private_key)
        self._seq, self._head = 0, NO_LEAF_BEFORE

    def resume(self, last_row: Row) -> None:
        """Goes on after the record's last entry, which is always the desk's own.

        Behind an entry that names another key of the desk, that one's chain begins.

        Raises:
            Damaged: it is not: the record was cut within a batch, or belongs to another key.
        """
        leaf = opened(last_row)
        named = _key_named(leaf)
        if named == self._sealer.kid and leaf.kid != named:
            return
        if named is not None:
            raise Damaged(
                f"Entry {last_row.index} names another key of the desk than the one that is here. "
                "Run `openline ceremony desk-key` again: it goes on from where it stopped."
            )
        if leaf.kid != self._sealer.kid and leaf.kind == EpochOpened.KIND:
            raise Damaged(
                f"Entry {last_row.index} opens an epoch under another key of the desk than the one "
                "that is here. Run `openline ceremony new-epoch` again: it goes on from where it "
                "stopped."
            )
        if leaf.kid != self._sealer.kid:
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
            Malformed: one of them cannot be written as a leaf, or not be read again.
        """
        seq, head = self._seq, self._head
        try:
            return [self._seal(entry, body) for entry in entries]
        except Exception as error:
            # What is not stored has no place in the chain: the next leaf follows the last stored.
            self._seq, self._head = seq, head
            if isinstance(error, LeafTooLarge):
                raise TooLarge(f"{entries[0].id}: {error.sentence} Say it in parts.") from error
            if isinstance(error, RecordFault):
                raise Malformed(f"{entries[0].id}: {error.sentence}") from error
            raise

    def _seal(self, entry: Entry, body: bytes | None) -> Sealed:
        if isinstance(entry.word, Signed):
            row = row_of(entry, entry.word.leaf.encode(), entry.word.salt, body)
            return Sealed(row=row, entry=entry)
        body = body_of(entry.content)
        salt = b"" if body is None else self._entropy(SALT_BYTES)
        payload = payload_of(self._record, entry.id, entry.content, self._seq, self._head)
        payload |= {
            "source": source_of(THE_DESK),
            "time": instant_text(entry.said_at or entry.recorded_at),
            "recordedat": instant_text(entry.recorded_at),
            "readers": list(entry.readers),
        }
        if entry.refs:
            payload["refs"] = list(entry.refs)
        if body is not None:
            payload["bodydigest"] = body_digest(salt, body)
        if isinstance(entry.word, Attested):
            payload["attested"] = _attested(entry.author, entry.word)
        leaf = self._sealer.seal(payload)
        self._seq, self._head = self._seq + 1, leaf_digest(leaf)
        return Sealed(row=row_of(entry, leaf, salt, body), entry=_as_recorded(entry, leaf, body))


def _key_named(leaf: Leaf) -> str | None:
    """The kid of the key that seals behind this entry, where it names another than its own."""
    if leaf.kind != DeskKeyRotated.KIND:
        return None
    named = leaf.data["key"]["kid"]
    return str(named)


def _attested(author: Author, word: Attested) -> dict[str, Any]:
    return {
        "party": author.party,
        "position": author.position,
        "issuer": word.issuer,
        "tokenid": word.token_id,
        "human": author.by_human,
    }


def _as_recorded(entry: Entry, leaf: bytes, body: bytes | None) -> Entry:
    """What `entry_from_row` will make of the leaf just sealed, without verifying our own work.

    JSON has one kind of number: what was decided as 7 may be read as 7.0, and the state folded
    now must be the one that is folded after the next start.
    """
    author = THE_DESK if entry.word is None else entry.author
    payload = msgspec.json.decode(decode_base64url(leaf.split(b".")[1]))
    content = read_content(kind_of(entry.content), payload["data"], body)
    said_at = None if entry.said_at == entry.recorded_at else entry.said_at
    return replace(entry, author=author, content=content, said_at=said_at)
