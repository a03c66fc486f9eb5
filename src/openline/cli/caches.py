"""Where the command line keeps what it can make again."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Final

LOOPS_KEPT_IN: Final = "NUMBA_CACHE_DIR"
"""The compiler reads, when it is read in itself, where to keep what it makes."""


def keep_compiled_loops() -> None:
    """Names the user's own place for compiled loops, unless the environment names another.

    The compiler's first choice is beside the sources, where many installations are read-only.
    """
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    os.environ.setdefault(LOOPS_KEPT_IN, str(Path(caches) / "openline" / "loops"))


def loops_await_compiling() -> bool:
    """Whether the first crowd will wait for a compiler: one is here, and has not done its work.

    Source: a kept loop's file bears its module's name and the digest of all of them.
    """
    from openline.geometry.loop_sources import digest_of_sources  # for who runs a desk

    kept = Path(os.environ[LOOPS_KEPT_IN]).rglob(f"sweep.*{digest_of_sources()}*.nbi")
    return find_spec("numba") is not None and not any(kept)
