"""What a lost key may have signed in another's hands: marked wherever the papers tell of it."""

from __future__ import annotations

from collections.abc import Iterator

from openline.cli.inquiry.copy_reading import CopyRead
from openline.cli.sentences import time_text
from openline.domain.party import KeyRevoked, KeyRotated
from openline.domain.statement import Signed


def doubts_in(copy: CopyRead) -> dict[int, str]:
    """By index, why it is in doubt that a party itself said what an entry says.

    An entry whose instant is not held exactly is in doubt if it may have been recorded after the
    loss: this may name one from just before, and leaves none out.
    """
    before: dict[str, tuple[str, ...]] = {}
    doubts: dict[int, str] = {}
    for entry in copy.entries:
        said = entry.content
        if isinstance(said, KeyRotated):
            before[said.key.kid] = (*before.get(said.old, ()), said.old)
        if isinstance(said, KeyRevoked) and said.lost_at is not None:
            party = entry.author.party
            for index in _signed(copy, {said.kid, *before.get(said.kid, ())}, entry.index):
                if copy.recorded[index][1] >= said.lost_at:
                    doubts[index] = (
                        f"{party} says (entry {entry.index}) that this key was out of its hands "
                        f"from {time_text(said.lost_at)} on: ask {party} whether it said this"
                    )
    return doubts


def _signed(copy: CopyRead, kids: set[str], end: int) -> Iterator[int]:
    for entry in copy.entries:
        if entry.index < end and isinstance(entry.word, Signed) and entry.word.kid in kids:
            yield entry.index
