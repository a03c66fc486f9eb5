"""Options that several commands share, worded once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

PASSPHRASE: Final = "OPENLINE_PASSPHRASE"
"""The environment variable that unlocks a desk's key file, if that has a passphrase."""

DATA: Final = Path("openline-desk")

Data = Annotated[Path, typer.Option("--data", help="The desk's directory.", show_default=True)]


def passphrase() -> bytes | None:
    """What unlocks key files: never an option, which others could read in the list of programs."""
    text = os.environ.get(PASSPHRASE)
    return text.encode() if text else None
