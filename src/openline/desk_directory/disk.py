"""The disk below a desk: which names are durable on it, and what it says when it fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openline.domain.errors import Unavailable


@contextmanager
def disk_errors_named(path: Path) -> Iterator[None]:
    """An error of the disk within becomes `Unavailable`, with the file and what to do."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"{error.filename or path}: {error.strerror}. Make room or mend the disk, "
            "then try again."
        ) from error


def sync_directory(path: Path) -> None:
    """Makes durable which files the directory holds: a synced file may still lose its name."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
