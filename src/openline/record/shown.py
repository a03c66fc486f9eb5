"""Text that others wrote, as it is shown: nothing in it moves, hides or begins a row of its own.

A name or an id in a hostile copy may hold a line feed, to write a sentence of its own among the
verifier's; a terminal's commands, to wipe one; or marks that turn the order of letters round.
"""

from __future__ import annotations

import re
from typing import Final

_MOVES: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066\u2067]")
_MOVES_OR_ENDS: Final = re.compile(r"[\t\n]|" + _MOVES.pattern)


def in_one_row(text: str) -> str:
    """The text in one row: what would end it, or move letters about, is written as its number."""
    return _MOVES_OR_ENDS.sub(_number, text)


def in_rows(text: str) -> str:
    """The same, and a line feed or a tab stays what it is."""
    return _MOVES.sub(_number, text)


def _number(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
