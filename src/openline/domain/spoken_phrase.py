"""A check phrase as it is read aloud: in any of four languages, and how far a geometry has moved.

The two sides of a line need not share a language. Each reads its own words; whoever listens, or the
desk, finds the same places in the lists.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from openline.domain.airspace import Circle, Corridor, Volume4D
from openline.domain.check_phrase import vertex_on_grid
from openline.domain.phrase_book import Language
from openline.domain.spoken_words import SPOKEN_WORDS

_PLACES: Final = {
    language: {_heard: place for place, _heard in enumerate(map(str.casefold, words))}
    for language, words in SPOKEN_WORDS.items()
}


def in_language(phrase: str, language: Language) -> str:
    """The same phrase in the words of another language; its digits stay.

    Raises:
        ValueError: it is no check phrase.
    """
    places, number = _read(phrase)
    return " ".join([*(SPOKEN_WORDS[language][place] for place in places), number])


def is_same_phrase(read_aloud: str, phrase: str) -> bool:
    """Whether what was read aloud, in whichever of the languages, is this phrase."""
    try:
        return _read(read_aloud) == _read(phrase)
    except ValueError:
        return False


def moved_m(before: Sequence[Volume4D], now: Sequence[Volume4D]) -> float | None:
    """How far the vertex lies, in metres, that has moved furthest; None if there is nothing to say.

    From each vertex of the one to the nearest of the other, either way, the change of a circle's
    radius or a corridor's width added. LIMIT: it is a straight line through the ground, some
    metres short over a hundred kilometres, and vertices alone are compared.
    """
    old, new = list(_points(before)), list(_points(now))
    if not old or not new:
        return None
    return round(max(_furthest(old, new), _furthest(new, old)))


_Point = tuple[tuple[int, int, int], float]


def _furthest(of: list[_Point], from_: list[_Point]) -> float:
    return max(
        min(math.dist(vertex, other) + abs(reach - reach_of) for other, reach_of in from_)
        for vertex, reach in of
    )


def _points(volumes: Sequence[Volume4D]) -> Iterator[_Point]:
    """Vertices, each with how far the ground reaches around it."""
    for volume in volumes:
        footprint = volume.footprint
        if isinstance(footprint, Circle):
            center = footprint.center
            yield vertex_on_grid(center.lon_deg, center.lat_deg), footprint.radius_m
        elif isinstance(footprint, Corridor):
            for lon_deg, lat_deg in footprint.path:
                yield vertex_on_grid(lon_deg, lat_deg), footprint.width_m / 2
        else:
            for rings in footprint.rings:
                for ring in rings:
                    yield from ((vertex_on_grid(lon, lat), 0.0) for lon, lat in ring)


def _read(phrase: str) -> tuple[tuple[int, ...], str]:
    """The places of its words, all of one language, and its digits as 0 to 9.

    Raises:
        ValueError: there is no language of which all its words are.
    """
    *words, number = unicodedata.normalize("NFC", phrase).casefold().split() or [""]
    digits = "".join(str(unicodedata.digit(each)) for each in number)
    for places in _PLACES.values():
        if words and all(word in places for word in words):
            return tuple(places[word] for word in words), digits
    raise ValueError("no check phrase in any of the languages")
