"""Who speaks, as a leaf says it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from openline.domain.errors import Malformed
from openline.domain.statement import Author

_SOURCE: Final = "openline:"
_BY_HUMAN: Final = "?human"


def source_of(author: Author) -> str:
    """Who speaks, as a CloudEvents source: `openline:EAST?human#EAST-TAC.duty`."""
    human = _BY_HUMAN if author.by_human else ""
    position = f"#{author.position}" if author.position else ""
    return f"{_SOURCE}{author.party}{human}{position}"


@lru_cache(maxsize=4_096)
def author_from_source(source: str) -> Author:
    """The author that `source_of` named.

    Raises:
        Malformed: it names none.
    """
    party, _, position = source.removeprefix(_SOURCE).partition("#")
    author = Author(
        party=party.removesuffix(_BY_HUMAN), position=position, by_human=party.endswith(_BY_HUMAN)
    )
    if not author.party or source_of(author) != source:
        raise Malformed("source: not an author. Write openline:<party>[?human]#<position>.")
    return author
