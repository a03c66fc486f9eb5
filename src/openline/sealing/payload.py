"""What the leaves of parties and of the desk have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from openline.domain.statement import Content, Signed, facts_of, kind_of
from openline.record.leaf import TYPE_PREFIX, Leaf


def payload_of(
    record: str, said_id: str, content: Content, seq: int, prevhash: str
) -> dict[str, Any]:
    """What every leaf says, in the JSON names it has; its author and time are still to be added."""
    return {
        "specversion": "1.0",
        "id": said_id,
        "type": TYPE_PREFIX + kind_of(content),
        "record": record,
        "seq": seq,
        "prevhash": prevhash,
        "data": facts_of(content),
    }


def word_of(leaf: Leaf, raw: bytes, salt: bytes) -> Signed:
    """On whose key's word a leaf that a party signed stands."""
    return Signed(
        kid=leaf.kid,
        seq=leaf.seq,
        prevhash=leaf.prevhash,
        leafhash=leaf.digest,
        leaf=raw.decode("ascii"),
        salt=salt,
    )


def is_desks(leaf: Leaf) -> bool:
    """Whether a leaf says what only the desk says: when it was recorded, for whom, attested."""
    return not (leaf.recordedat is None and leaf.readers is None and leaf.attested is None)


@lru_cache(maxsize=64)
def instant_text(instant: datetime) -> str:
    """The instant as leaves write it, in UTC with a Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
