"""The life of a key: whose it was, from when to when, and what it signed once it was lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from openline.cli.record_reading import HeldRecord
from openline.cli.rows import entry_row, story_console
from openline.cli.sentences import time_text
from openline.domain.errors import UnknownThing
from openline.domain.fingerprint import fingerprint
from openline.domain.party import (
    DeskKeyRotated,
    DeskOpened,
    KeyEnrolled,
    KeyPutOut,
    KeyRevoked,
    KeyRotated,
)
from openline.domain.statement import DESK, Entry, Signed
from openline.record.audit.words import count_text


class KeyLife(Struct, frozen=True, kw_only=True):
    """What the record says of one key; `doubted` are what it signed since it was lost."""

    kid: str
    owner: str
    begins: Entry
    ends: Entry | None
    lost_at: datetime | None
    signed: tuple[Entry, ...]
    doubted: tuple[Entry, ...]


def life_of_key(entries: Sequence[Entry], kid: str) -> KeyLife:
    """The life of a key, from the record.

    Raises:
        UnknownThing: no entry brings such a key into force.
    """
    begins = next((entry for entry in entries if _brings(entry, kid)), None)
    if begins is None:
        raise UnknownThing(f"key {kid}: no such key was ever in force here. See the desk's list.")
    ends = next((entry for entry in entries if _ends(entry, kid)), None)
    end = ends.index if ends is not None else len(entries)
    signed = tuple(_signed(entries[:end], {kid}))
    lost_at = ends.content.lost_at if ends and isinstance(ends.content, KeyRevoked) else None
    return KeyLife(
        kid=kid,
        owner=_owner(begins),
        begins=begins,
        ends=ends,
        lost_at=lost_at,
        signed=signed,
        doubted=tuple(
            entry
            for entry in _signed(entries[:end], {kid, *_rotated_to(entries, kid)})
            if lost_at is not None and entry.recorded_at >= lost_at
        ),
    )


def _signed(entries: Iterable[Entry], kids: set[str]) -> Iterator[Entry]:
    return (e for e in entries if isinstance(e.word, Signed) and e.word.kid in kids)


def _rotated_to(entries: Sequence[Entry], kid: str) -> Iterator[str]:
    """The keys before it: whoever had one of them could rotate it to another."""
    rotated = (e.content for e in entries if isinstance(e.content, KeyRotated))
    before = {each.key.kid: each.old for each in rotated}
    while kid in before:
        kid = before[kid]
        yield kid


def tell_key(record: HeldRecord, kid: str) -> None:
    """Prints the life of a key in plain words."""
    life = life_of_key(record.entries, kid)
    out = story_console()
    for sentence in sentences_of(life):
        out.print(sentence, markup=False)
    for entry in life.doubted:
        out.print(entry_row(entry))


def sentences_of(life: KeyLife) -> Iterator[str]:
    """What is to be said of a key, whoever reads it."""
    yield f"Key {life.kid} is of {life.owner}. In words: {fingerprint(life.kid)}."
    yield (
        f"In force since {time_text(life.begins.recorded_at)} (entry {life.begins.index}); it has "
        f"signed {count_text(len(life.signed), 'statement', 'statements')}."
    )
    if life.ends is None:
        yield "It is in force."
        return
    how = "rotated" if isinstance(life.ends.content, KeyRotated | DeskKeyRotated) else "revoked"
    yield f"It was {how} at {time_text(life.ends.recorded_at)} (entry {life.ends.index})."
    if how == "rotated":
        return
    if life.lost_at is None:
        yield "Nobody has stated when it was lost, so the record doubts nothing that it signed."
    elif life.doubted:
        yield (
            f"Its party says that it was lost at {time_text(life.lost_at)}. Between then and its "
            f"revocation it, or one that was rotated to it, signed "
            f"{count_text(len(life.doubted), 'statement', 'statements')}, below. The record cannot "
            "tell who held the key: ask the party about each."
        )
    else:
        yield (
            f"Its party says that it was lost at {time_text(life.lost_at)}. It signed nothing "
            "between then and its revocation."
        )


def _brings(entry: Entry, kid: str) -> bool:
    match entry.content:
        case DeskOpened(desk_key=key) | KeyEnrolled(key=key):
            return key.kid == kid
        case KeyRotated(key=key) | DeskKeyRotated(key=key):
            return key.kid == kid
    return False


def _ends(entry: Entry, kid: str) -> bool:
    match entry.content:
        case KeyRevoked(kid=ended) | KeyPutOut(kid=ended):
            return ended == kid
        case KeyRotated(old=ended) | DeskKeyRotated(old=ended):
            return ended == kid
    return False


def _owner(begins: Entry) -> str:
    match begins.content:
        case KeyEnrolled(party=party, position=position):
            return f"{party}, position {position}"
        case KeyRotated():
            return f"{begins.author.party}, position {begins.author.position}"
    return f"the desk itself ({DESK})"
