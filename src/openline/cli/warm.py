"""`openline warm`: compiles the loops of detection, so that no watch waits for it."""

from __future__ import annotations

import os

import typer

from openline.cli.caches import LOOPS_KEPT_IN
from openline.cli.terminal import OUT
from openline.detection.extents import compile_loops
from openline.detection.passages import quickest_loops
from openline.detection.plans import compiled_parts
from openline.geometry.chord_pairs import find_by_tree
from openline.geometry.courses import fill_chords
from openline.geometry.near_pairs import quickest_fill, quickest_search


def warm() -> None:
    """Compile the loops that search among tracks and plans, once for each installation.

    Without it the first crowd of tracks or plans waits for the compiler, some ten seconds.
    """
    compile_loops()
    is_slow = quickest_search() is find_by_tree or quickest_fill() is fill_chords
    is_slow = is_slow or None in (compiled_parts(), quickest_loops())
    if is_slow:
        OUT.print(
            "No compiler here: what would meet is found as surely, but slowly among thousands. "
            "Install numba for this Python to mend it."
        )
        raise typer.Exit(1)
    OUT.print(f"Ready. The compiled loops are kept in {os.environ[LOOPS_KEPT_IN]}.", soft_wrap=True)
