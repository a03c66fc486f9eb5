"""Refusing a record that does not go on from what is held, and keeping both as evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn

from openline.domain.errors import Unavailable
from openline.mirror.held import HeldCopy
from openline.mirror.source import Source, Spoilt, offered_hashes
from openline.record.bundle import CHECKPOINT, EARLIER, KEYS, render_keys
from openline.record.checkpoint import Checkpoint, SignedCheckpoint
from openline.record.merkle import root_of
from openline.record.note import NoteKey
from openline.record.tiles import read_hashes, tile_path, tiles_of_growth, tiles_of_size

_AFTER_A_LOSS: Final = (
    " If the desk's keeper tells you, by another way, that entries were lost and a new epoch begun:"
    " begin another copy beside this one, and name this one with --earlier."
)


class RecordRefused(Exception):
    """The desk offers another record than the one that is held: `sentence` says how.

    `evidence` is where both are kept, None if the disk did not take them; `proven`: it holds two
    checkpoints by the desk's own key that cannot both be true. A record that is merely shorter
    proves nothing by itself.
    """

    def __init__(self, sentence: str, evidence: Path | None, *, proven: bool) -> None:
        super().__init__(sentence)
        self.sentence, self.evidence, self.proven = sentence, evidence, proven


class Refusing:
    """Says what is refused, and keeps it beside what is held."""

    def __init__(self, held: HeldCopy, source: Source) -> None:
        self._held, self._source = held, source

    def rewound(self, note: bytes, signed: SignedCheckpoint) -> NoReturn:
        """The record offered is shorter than the one held, and may be another as well.

        Raises:
            RecordRefused: always.
        """
        held, size = self._held, signed.checkpoint.size
        if held.root_at(size) != signed.checkpoint.root:
            self.forked(note, signed)
        raise RecordRefused(
            f"REWOUND: the desk offers a record of {size} entries, and {held.size} are held here "
            f"that it had signed. What is held stays as it is.{_AFTER_A_LOSS}",
            self._kept(note, self._held_against(note)),
            proven=False,
        )

    def forked(self, note: bytes, signed: SignedCheckpoint) -> NoReturn:
        """Another history, if what is offered is sound in itself; else it is merely spoilt.

        Raises:
            RecordRefused, Spoilt: one of the two, always.
        """
        held, checkpoint = self._held, signed.checkpoint
        files = self._held_against(note)
        if checkpoint.size > held.size:
            files = self._offered_against_held(note, checkpoint)
        by_one_key = held.signed is None or self._is_in_force(held.signed)
        raise RecordRefused(
            f"REWRITTEN: the record of {checkpoint.size} entries that the desk offers is not the "
            f"one of which {held.size} are held here. "
            + (
                f"It has signed both. What is held stays.{_AFTER_A_LOSS}"
                if by_one_key
                else "What is held was signed with an older key of the desk's: if that was stolen, "
                "it may be the thief's. What is held stays; ask the desk's keeper by another way, "
                "and begin another copy if it is not the desk's."
            ),
            self._kept(note, files),
            proven=by_one_key,
        )

    def not_as_kept(
        self,
        sentence: str,
        offered: tuple[bytes, Sequence[bytes]],
        kept: tuple[bytes, SignedCheckpoint],
        keys: Iterable[NoteKey],
    ) -> NoReturn:
        """The record does not begin as a checkpoint says that the keeper kept.

        Args:
            sentence: how.
            offered: its checkpoint, and the hashes of all its entries.
            kept: the checkpoint as it was kept, and opened.
            keys: who signed the two.

        Raises:
            RecordRefused: always.
        """
        note, hashes = offered
        files = [
            (CHECKPOINT, note),
            (KEYS, render_keys(keys)),
            (f"{EARLIER}kept", kept[0]),
            *_tiles_over(hashes),
        ]
        is_longer = kept[1].checkpoint.size > len(hashes)
        raise RecordRefused(
            sentence,
            self._kept(note, files),
            proven=not is_longer and self._is_in_force(kept[1]),
        )

    def _is_in_force(self, signed: SignedCheckpoint) -> bool:
        return any(each.key in self._held.keys_in_force for each in signed.signed_by)

    def _kept(self, note: bytes, files: Iterable[tuple[str, bytes]]) -> Path | None:
        """Where what was offered lies as evidence; a disk that is full silences no refusal."""
        try:
            return self._held.keep_evidence(note, files)
        except Unavailable:
            return None

    def _held_against(self, note: bytes) -> list[tuple[str, bytes]]:
        """What is held as a copy, and beside it the shorter record, as an earlier checkpoint."""
        held = self._held
        files = [
            (CHECKPOINT, held.read(CHECKPOINT) or b""),
            (KEYS, render_keys(held.keys)),
            (f"{EARLIER}offered", note),
        ]
        for level, n, width in tiles_of_size(held.size):
            files.append((tile_path(level, n, width), read_hashes(held.tile, level, n, width)))
        return files

    def _offered_against_held(self, note: bytes, checkpoint: Checkpoint) -> list[tuple[str, bytes]]:
        """What is offered as a copy, and beside it what is held, as an earlier checkpoint.

        Raises:
            Spoilt: its hashes do not lead to its root.
        """
        hashes = offered_hashes(self._source, 0, checkpoint.size)
        if root_of(hashes) != checkpoint.root:
            raise Spoilt("The hashes offered do not lead to the root offered. Nothing was kept.")
        files = [(CHECKPOINT, note), (KEYS, render_keys(self._held.keys))]
        if self._held.signed is not None:
            files.append((f"{EARLIER}held", self._held.read(CHECKPOINT) or b""))
        return files + _tiles_over(hashes)


def _tiles_over(hashes: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """The tiles of a record with these entries, by path."""
    grown = tiles_of_growth(0, list(hashes), lambda _level, _n, _width: None)
    return [(tile.path, tile.hashes) for tile in grown]
