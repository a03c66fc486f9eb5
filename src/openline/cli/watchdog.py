"""`openline watchdog`: the small process that pages when the desk itself is silent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openline.watchdog import main as watch


def watchdog(
    settings: Annotated[Path, typer.Argument(help="Its own settings file (TOML).")],
) -> None:
    """Page somebody when a desk is silent for a minute; best on another machine than the desk.

    The file says what is watched and who is paged ([watchdog]: desk, url or heartbeat_file, and
    pages of bearer and address) and describes the bearers ([bearers.NAME], as for a desk).
    """
    raise typer.Exit(watch([str(settings)]))
