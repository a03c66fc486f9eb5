"""Bounds that every family shares: how long a text may be, and that the past is past."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from openline.desk.state import State
from openline.domain.errors import Malformed, TooLarge, UnknownThing
from openline.domain.instant import in_utc

MAX_TEXT: Final = 20_000
"""No text is longer: some ten pages."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def check_texts(thing: str, *texts: str) -> None:
    """Nothing happens if no text is longer than anybody would read.

    Raises:
        TooLarge: one is.
    """
    if any(len(text) > MAX_TEXT for text in texts):
        raise TooLarge(f"{thing}: a text of over {MAX_TEXT} characters. Shorten it.")


def is_sha256(text: str) -> bool:
    """Whether a text can be a SHA-256: 64 hex digits, small letters."""
    return _SHA256.fullmatch(text) is not None


def check_past(
    state: State, thing: str, at: datetime, now: datetime, within: timedelta = timedelta(0)
) -> None:
    """Nothing happens if the instant can have been, its own error and the clocks' allowed for.

    Raises:
        Malformed: it lies in the future, or has no offset.
    """
    in_utc(at, thing)
    if at - within - timedelta(seconds=state.rules.clock_skew_s) > now:
        raise Malformed(f"{thing}: its time lies in the future. Say it once it has happened.")


def check_others(state: State, thing: str, parties: tuple[str, ...], author: str) -> None:
    """Nothing happens if these are parties of the desk, each named once, the author not among them.

    Raises:
        Malformed: one is named twice, or is the author itself.
        UnknownThing: one is no party of this desk.
    """
    if len(set(parties)) < len(parties) or author in parties:
        raise Malformed(f"{thing}: name the other parties, each once, and not {author} itself.")
    for party in parties:
        if party not in state.parties:
            raise UnknownThing(f"{thing}: no party {party} at this desk. Ask its operator.")
