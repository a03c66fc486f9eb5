"""A reader who kept an old key of the desk, and a record signed with others of it since.

The entry that changes the desk's key is signed with the old one. So whoever trusts the old key can
trust what it vouched for, one change after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from openline.record.audit.keyring import DESK_ROTATED, OPENED
from openline.record.audit.words import RecordCopy, Trust
from openline.record.errors import NotAKey, NotALeaf, SignatureFails
from openline.record.keys import public_key_from_bytes, public_key_from_facts, thumbprint
from openline.record.leaf import open_leaf, verify_leaf
from openline.record.note import ED25519, NoteKey


def successors(copy: RecordCopy, trust: Trust) -> Iterator[NoteKey]:
    """The keys that a trusted key of the desk, or one that it vouched for, has handed over to."""
    return handed_over_to(map(copy.leaf, sorted(copy.indices())), trust.keys)


def predecessors(copy: RecordCopy, trust: Trust) -> tuple[tuple[NoteKey, int], ...]:
    """The keys that held before a trusted one, from the first entry on, one after the other.

    With each stands the size of the record up to which it signed: it speaks for no later one.
    """
    try:
        genesis = open_leaf(copy.leaf(0) or b"")
        if genesis.kind != OPENED:
            return ()
        first = public_key_from_facts(genesis.data["desk_key"])
    except (NotALeaf, NotAKey, KeyError, TypeError):
        return ()
    now = NoteKey(name=genesis.record, algorithm=ED25519, public=first.public_bytes_raw())
    chain: list[tuple[NoteKey, int]] = []
    trusted = 0
    for index in sorted(copy.indices()):
        for new in handed_over_to([copy.leaf(index)], [now]):
            chain.append((now, index + 1))
            now = new
            trusted = len(chain) if now in trust.keys else trusted
    return tuple(chain[:trusted])


def handed_over_to(leaves: Iterable[bytes | None], keys: Iterable[NoteKey]) -> Iterator[NoteKey]:
    """The same, by these entries in their order; whether a record holds them is not judged."""
    trusted = {
        thumbprint(public_key_from_bytes(key.public)): key
        for key in keys
        if key.algorithm == ED25519
    }
    for raw in leaves:
        if raw is None or len(raw) > 1 << 14:
            continue  # such an entry is short: nothing else is read twice
        try:
            leaf = open_leaf(raw)
            by = trusted.get(leaf.kid)
            if leaf.kind != DESK_ROTATED or by is None or leaf.record != by.name:
                continue
            verify_leaf(raw, public_key_from_bytes(by.public))
            key = public_key_from_facts(leaf.data["key"])
        except (NotALeaf, NotAKey, SignatureFails, KeyError, TypeError):
            continue  # judged with the rest, as whatever it is
        new = NoteKey(name=by.name, algorithm=ED25519, public=key.public_bytes_raw())
        trusted[thumbprint(key)] = new
        yield new
