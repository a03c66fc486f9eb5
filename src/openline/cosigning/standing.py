"""How each witness stands to the record, as the desk last found: kept in a file of the desk's."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from openline.desk_directory.disk import sync_directory
from openline.domain.errors import Unavailable

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
