"""MGRS grid references as positions."""

from __future__ import annotations

import math
import re
from typing import Final

from openline.domain.airspace import Position
from openline.domain.errors import Malformed

_REFERENCE: Final = re.compile(r"(?:[0-9]{1,2}[C-HJ-NP-X]|[ABYZ])[A-HJ-NP-Z]{2}([0-9]*)")


def is_reference(text: object) -> bool:
    """Whether a value looks like an MGRS grid reference, spaces allowed."""
    return isinstance(text, str) and _REFERENCE.fullmatch(_plain(text)) is not None


def position_of(reference: str, thing: str) -> Position:
    """The middle of the grid square, with an accuracy that reaches the square's corners.

    Raises:
        Malformed: no such reference, or fewer than four digits (a square of 1 km at most is a
            place; a larger one is an area).
    """
    plain = _plain(reference)
    found = _REFERENCE.fullmatch(plain)
    digits = len(found.group(1)) if found else 0
    if found is None or digits % 2 or not 4 <= digits <= 10:
        raise Malformed(
            f"{thing}: not an MGRS grid reference of 4 to 10 digits. Write it as 37SFV036108."
        )
    square_m = 10.0 ** (5 - digits // 2)
    import mgrs  # loads a C library: only for whoever reads a grid reference

    try:
        lat_deg, lon_deg = mgrs.MGRS().toLatLon(plain)
    except mgrs.core.MGRSError as error:
        raise Malformed(f"{thing}: no such MGRS grid square. Check its letters.") from error
    return Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=square_m / math.sqrt(2.0))


def _plain(text: str) -> str:
    return "".join(text.split()).upper()
