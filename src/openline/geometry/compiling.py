"""How loops over numbers become machine code; importing this imports the compiler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar, cast

from numba import njit
from numba.extending import register_jitable

from openline.geometry.loop_sources import digest_of_sources

Loop = TypeVar("Loop", bound=Callable[..., object])

_SOURCES: Final = digest_of_sources()


def compiled(loop: Loop) -> Loop:
    """The loop as machine code: compiled when first called, then kept on disk between runs.

    Where nothing can be kept, each run compiles it anew. It may run in several threads at once. It
    rounds as IEEE 754 says, in the order written; a division by zero gives infinity, as in arrays.

    What is kept holds a copy of every loop that it calls, but numba tells its age by its own file
    alone: so it is kept under a name of all these sources, and none outlives a change to any.
    """
    return _made(loop, fused=False)


def compiled_fused(loop: Loop) -> Loop:
    """As `compiled`; but where a product is added to, both may be rounded once, as one."""
    return _made(loop, fused=True)


def _made(loop: Loop, fused: bool) -> Loop:
    loop.__qualname__ = f"{loop.__qualname__}_{_SOURCES}"
    loosely: set[str] | bool = {"contract"} if fused else False
    try:
        made = njit(loop, cache=True, nogil=True, error_model="numpy", fastmath=loosely)
    except RuntimeError:  # nowhere to keep it
        made = njit(loop, nogil=True, error_model="numpy", fastmath=loosely)
    return cast("Loop", made)


def compilable(formula: Callable[..., object]) -> None:
    """Lets compiled loops call a formula that arrays go through as it stands.

    It becomes part of each loop that calls it: only so do such loops become vector instructions.
    """
    register_jitable(forceinline=True)(formula)
