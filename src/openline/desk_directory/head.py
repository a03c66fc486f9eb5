"""The head: how far the record had come when the last answer left, kept outside the database.

A backup put back over the database, or an older copy of it, is whole in itself: every hash and
signature holds. Only what lies outside can tell that answers were given which it does not hold.
"""

from __future__ import annotations

import errno
import os
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from openline.desk_directory.disk import disk_errors_named
from openline.journal import Damaged
from openline.record.checkpoint import parse_checkpoint
from openline.record.note import parse_note

_SLOT_BYTES: Final = 1_024


class Head(Struct, frozen=True, kw_only=True):
    """That the record `origin`, in its `epoch`, had `size` entries under `root` (hex)."""

    origin: str
    epoch: int
    size: int
    root: str


class HeadFile:
    """Two rows of text, written in turn: one is always whole, whenever the power fails.

    Each write is one small write in place and one sync, where a new file and a rename would take
    three; every batch that is answered waits for it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = 0

    def read(self) -> Head | None:
        """The furthest head that is whole; None if there is no such file.

        Raises:
            Damaged: the file is there and holds none.
            Unavailable: the disk does not give it.
        """
        with disk_errors_named(self._path):
            try:
                data = self._path.read_bytes()
            except FileNotFoundError:
                return None
        slots = [_parse_slot(data[at : at + _SLOT_BYTES]) for at in (0, _SLOT_BYTES)]
        whole = [(head.epoch, head.size, turn) for turn, head in enumerate(slots) if head]
        if not whole:
            raise Damaged(f"{self._path}: it holds no whole head. Run `openline restore`.")
        _, _, newest = max(whole)
        self._turn = 1 - newest
        return slots[newest]

    def write(self, head: Head) -> None:
        """Makes the head durable.

        Raises:
            Unavailable: the disk does not take it; the head before still stands.
        """
        with disk_errors_named(self._path):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                # If we stop here this slot may be torn: the other still holds the head before,
                # and the next start catches up with the record.
                slot = _render_slot(head)
                if os.pwrite(descriptor, slot, self._turn * _SLOT_BYTES) < len(slot):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._turn = 1 - self._turn


def _render_slot(head: Head) -> bytes:
    text = msgspec.json.encode(head)
    row_text = text + b" " + sha256(text).hexdigest().encode()
    return row_text.ljust(_SLOT_BYTES - 1) + b"\n"


def _parse_slot(slot: bytes) -> Head | None:
    text, _, digest = slot.rstrip().rpartition(b" ")
    if sha256(text).hexdigest().encode() != digest:
        return None
    try:
        return msgspec.json.decode(text, type=Head)
    except msgspec.DecodeError:
        return None


def head_of(note: bytes, epoch: int) -> Head:
    """What a checkpoint says; by whom it is signed is judged elsewhere.

    Raises:
        NotANote: it is none.
    """
    signed = parse_checkpoint(parse_note(note).text)
    return Head(origin=signed.origin, epoch=epoch, size=signed.size, root=signed.root.hex())
