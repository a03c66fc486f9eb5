"""What a lost key signed between its loss, as its party states it, and its revocation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from openline.record.audit.keyring import Loss
from openline.record.audit.words import RecordCopy, ranges_text
from openline.record.errors import NotALeaf
from openline.record.leaf import Leaf, open_leaf


def doubts_of(copy: RecordCopy, losses: Sequence[Loss]) -> Iterator[str]:
    """For each key that was lost, a sentence on what nobody can tell from a thief's."""
    for loss in losses:
        doubted = doubted_indices(copy, loss)
        at = f"{loss.lost_at:%Y-%m-%d %H:%M:%SZ}"
        if doubted:
            entries = "entry {} says" if len(doubted) == 1 else "entries {} say"
            or_before = ", or one that was rotated to it," if loss.before else ""
            yield (
                f"That {loss.party} itself said what {entries.format(ranges_text(doubted))}: their "
                f"key {loss.kid}{or_before} was lost at {at} by its party's word, and revoked at "
                f"entry {loss.revoked_at}. Ask {loss.party} about each."
            )
        else:
            yield (
                f"That nothing else was signed with {loss.party}'s key {loss.kid}, lost at {at} "
                f"and revoked at entry {loss.revoked_at}: nothing held here was, in between."
            )


def doubted_indices(copy: RecordCopy, loss: Loss) -> list[int]:
    """The entries of a lost key that may have been recorded after its loss.

    When a party's own leaf was recorded is not in it; the desk's next entry is no earlier. So this
    may name one from just before the loss, and never leaves one out. Whoever had a key could
    rotate it to another: what the keys before it signed since the loss is no less in doubt.
    """
    kids = {loss.kid, *loss.before}
    waiting: list[int] = []
    doubted: list[int] = []
    for index, leaf in _leaves(copy, loss.revoked_at + 1):
        if leaf.kid in kids:
            waiting.append(index)
        elif leaf.recordedat is not None:
            if datetime.fromisoformat(leaf.recordedat) >= loss.lost_at:
                doubted += waiting
            waiting = []
    return doubted + waiting


def _leaves(copy: RecordCopy, end: int) -> Iterable[tuple[int, Leaf]]:
    for index in sorted(index for index in copy.indices() if index < end):
        raw = copy.leaf(index)
        try:
            if raw is not None:
                yield index, open_leaf(raw)
        except NotALeaf:
            continue
