"""Passwords and tokens lie in files of their own, read anew for each ring."""

from __future__ import annotations

from pathlib import Path

from openline.bearers.port import Unreachable


def read_secret(path: Path) -> str:
    """The text of the file without the end of its row, so that a changed secret needs no restart.

    Raises:
        Unreachable: it cannot be read as text.
    """
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise Unreachable(
            f"{path.name}: this secret cannot be read ({type(error).__name__}). "
            "Put it there, readable by the desk alone."
        ) from error
