"""How each witness stands to the record, as the desk last found: kept in a file of the desk's."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from openline.desk_directory.disk import sync_directory
from openline.domain.errors import Unavailable
from openline.record.checkpoint import open_checkpoint
from openline.record.errors import RecordFault, UnknownSigner
from openline.record.note import NoteKey

FILE: Final = "witnesses"


class WitnessStanding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One witness, by the name that the quorum knows it by.

    It has cosigned `size` entries, last at `cosigned_at`. `absent_since` is since when it could not
    be had, and `why` what happened then. `contradicts` is a checkpoint that this very desk signed
    and its record denies: the proof, shown by the witness, that the record was forked or rewound.
    `refused_at` without it: the witness refuses, and shows no such proof.
    """

    name: str
    key_name: str
    size: int = 0
    cosigned_at: datetime | None = None
    absent_since: datetime | None = None
    refused_at: datetime | None = None
    why: str = ""
    contradicts: str = ""


class Standing(Struct, frozen=True, kw_only=True):
    """All of them, in the order in which they are named; `halted` is why the desk has stopped."""

    witnesses: tuple[WitnessStanding, ...] = ()
    halted: str | None = None


def read_standing(directory: Path) -> Standing:
    """What the desk of this directory last noted; nothing if it has no witnesses.

    Raises:
        Unavailable: the note is there and cannot be read.
    """
    try:
        return msgspec.json.decode((directory / FILE).read_bytes(), type=Standing)
    except FileNotFoundError:
        return Standing()
    except (OSError, msgspec.MsgspecError) as error:
        raise Unavailable(
            f"{directory / FILE}: cannot be read. Look at its disk; if all witnesses cosign, "
            "delete it."
        ) from error


def standing_of(directory: Path, desk_keys: Sequence[NoteKey]) -> Standing:
    """What was last noted, less the proofs that are none any more.

    A checkpoint that none of `desk_keys` signed proves nothing against the desk: a new epoch has
    begun since under another key, and whoever stole the old one can sign what he likes. A witness
    that is absent now would else keep the desk halted for ever.

    Raises:
        Unavailable: as `read_standing`.
    """
    noted = read_standing(directory)
    stale = [
        each.name
        for each in noted.witnesses
        if each.contradicts and desk_keys and not _is_by(each.contradicts, desk_keys)
    ]
    if not stale:
        return noted
    witnesses = tuple(
        replace(each, contradicts="") if each.name in stale else each for each in noted.witnesses
    )
    return Standing(witnesses=witnesses, halted=why_halted(witnesses))


def _is_by(note: str, keys: Sequence[NoteKey]) -> bool:
    try:
        open_checkpoint(note.encode("utf-8"), keys)
    except UnknownSigner:
        return False
    except RecordFault:
        return True  # spoilt in the file: whatever it was, it halted the desk
    return True


def why_halted(standings: Iterable[WitnessStanding]) -> str | None:
    """What to say of a desk that must stop; None if no witness has shown a contradiction."""
    for each in standings:
        if each.contradicts:
            return (
                f"The record contradicts what this desk had witness {each.name} cosign "
                f"({each.why}): it was forked or rewound, and takes nothing more. Tell all "
                "parties, and see docs/operations.md."
            )
    return None


def write_standing(directory: Path, standing: Standing) -> None:
    """Notes it, whole or not at all; durably, for a halted desk must not start as if nothing were.

    Raises:
        Unavailable: the disk does not take it.
    """
    path = directory / FILE
    fresh = path.with_name(f"{FILE}.new")
    try:
        with fresh.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(standing), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_directory(directory)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise Unavailable(f"{path}: {error.strerror}. Make room or mend the disk.") from error
