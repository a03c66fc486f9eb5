"""Entries as they are stored and read back: a row is believed only if it all belongs together."""

from __future__ import annotations

from datetime import datetime

from openline.domain.statement import (
    THE_DESK,
    Attested,
    Author,
    Content,
    Entry,
    body_of,
    facts_of,
    read_content,
)
from openline.journal import Damaged, Row, Said
from openline.record.errors import RecordFault
from openline.record.leaf import Leaf, body_digest, open_leaf
from openline.sealing.author import author_from_source
from openline.sealing.party import Spoken
from openline.sealing.payload import instant_text, is_desks, word_of


def entry_from_row(row: Row) -> Entry:
    """The entry that was sealed into this row; without its body if that was erased.

    Raises:
        Damaged: leaf, body and what stands beside them do not belong together.
        Malformed: a kind that this release does not know.
    """
    leaf = opened(row)
    if row.body is not None and body_digest(row.salt or b"", row.body) != leaf.bodydigest:
        raise Damaged(f"Entry {row.index}: the body beside it is not the one it commits to.")
    content = read_content(leaf.kind, leaf.data, row.body)
    entry = (
        _entry_of_desk(row, leaf, content) if is_desks(leaf) else _signed_entry(row, leaf, content)
    )
    if row.said != said_of(entry):
        raise Damaged(f"Entry {row.index}: another author stands beside it than in its leaf.")
    return entry


def says_the_same(row: Row, spoken: Spoken) -> bool:
    """Whether what is said now was said in this row already, under the same id.

    Of an erased body only its presence can be compared.
    """
    before, now = entry_from_row(row).content, spoken.statement.content
    if type(before) is not type(now) or facts_of(before) != facts_of(now):
        return False
    if opened(row).bodydigest is not None and row.body is None:
        return body_of(now) is not None
    return body_of(before) == body_of(now)


def row_of(entry: Entry, leaf: bytes, salt: bytes, body: bytes | None) -> Row:
    """The entry as it is stored, its body with the salt beside the leaf."""
    return Row(
        index=entry.index,
        leaf=leaf,
        recorded_at=entry.recorded_at,
        readers=entry.readers,
        refs=entry.refs,
        said=said_of(entry),
        salt=None if body is None else salt,
        body=body,
    )


def said_of(entry: Entry) -> Said | None:
    """Under which id its author said it; None for what the desk itself concluded or observed."""
    return None if entry.word is None else Said(party=entry.author.party, id=entry.id)


def opened(row: Row) -> Leaf:
    """What the leaf in a row says.

    Raises:
        Damaged: it is not a leaf.
    """
    try:
        return open_leaf(row.leaf)
    except RecordFault as fault:
        raise Damaged(f"Entry {row.index}: {fault.sentence}") from fault


def _entry_of_desk(row: Row, leaf: Leaf, content: Content) -> Entry:
    if (instant_text(row.recorded_at), row.readers, row.refs) != (
        leaf.recordedat,
        leaf.readers,
        leaf.refs or (),
    ):
        raise Damaged(f"Entry {row.index}: what stands beside the leaf is not what it says.")
    author, word = THE_DESK, None
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
        word=word_of(leaf, row.leaf, row.salt or b""),
    )
