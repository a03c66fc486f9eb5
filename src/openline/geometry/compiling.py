"""How loops over numbers become machine code; importing this imports the compiler."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit
from numba.extending import register_jitable

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """The loop as machine code: compiled when first called, then kept on disk between runs.

    Where nothing can be kept, each run compiles it anew. It may run in several threads at once. It
    rounds as IEEE 754 says, in the order written; a division by zero gives infinity, as in arrays.
    """
    try:
        made = njit(loop, cache=True, nogil=True, error_model="numpy")
    except RuntimeError:
        made = njit(loop, nogil=True, error_model="numpy")  # nowhere to keep it
    return cast("Loop", made)


def compilable(formula: Callable[..., object]) -> None:
    """Lets compiled loops call a formula that arrays go through as it stands."""
    register_jitable(formula)
