"""From words to a point: a known place moved and widened as the words about it say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from openline.reports.gazetteer import Place, apart_m, moved
from openline.reports.sentences import Word

NEAR_M: Final = 5_000.0


TOWARD_M: Final = 20_000.0
FARTHEST_PAIR_M: Final = 600_000.0
"""Between two places farther apart than this is nowhere that can be shown."""


METRES: Final = {
    "km": 1000.0, "kilometre": 1000.0, "kilometres": 1000.0, "kilometer": 1000.0,
    "kilometers": 1000.0, "mile": 1609.344, "miles": 1609.344, "metre": 1.0, "metres": 1.0,
    "meter": 1.0, "meters": 1.0, "m": 1.0, "nautical": 1852.0,
}  # fmt: skip


COUNTED: Final = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "ten": 10,
    "half": 0.5,
}


COURSES: Final = {
    "north": 0.0, "northeast": 45.0, "east": 90.0, "southeast": 135.0, "south": 180.0,
    "southwest": 225.0, "west": 270.0, "northwest": 315.0,
}  # fmt: skip


FROM_X: Final = re.compile(
    r"(?:(?P<count>\d[\d.,]*|half|one|two|three|four|five|six|ten|a) (?P<unit>km|"
    r"kilomet(?:re|er)s?|miles?|met(?:re|er)s?|m)\b"
    r"(?: \([^)]*\))?[ -]?)?(?:(?:to the )?(?P<way>(?:north|south)(?:[- ]?(?:east|"
    r"west))?|east|west)(?:[- ]?(?:north|south)[- ]?(?:east|west))? (?:of|from)|"
    r"(?:away )?from|outside|off|of) ",
    re.IGNORECASE,
)


_OF_WHAT_KIND: Final = re.compile(
    r"\b(?:the )?(?:[a-z]+ )?(?:village|town|city|hamlet|port|island|settlement|suburb) of "
    r"(?:the )?$"
)

_TOWARD: Final = frozenset({"toward", "towards", "to", "from"})
_NEAR: Final = frozenset(
    ["near", "outside", "off", "around", "along", "beside", "behind", "beyond"]
)
_BESIDE: Final = frozenset({"near", "outside"})


class Spot(Struct, frozen=True):
    """A place as a clause names it; the point is None where the words allow no fix."""

    words: str
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None


def fixed(shown: str, place: Place, lead: str, before: str, inside: Sequence[Word]) -> Spot:
    """The point of a place, moved and widened as the words before it say."""
    assert place.lat is not None
    assert place.lon is not None
    assert place.accuracy_m is not None
    lat, lon, accuracy = place.lat, place.lon, place.accuracy_m
    lead = _OF_WHAT_KIND.sub("", lead)
    within = {word.low for word in inside}
    from_it = _from_it(lead)
    if from_it is not None:
        distance = _distance_m(from_it["count"], from_it["unit"])
        if from_it["way"]:
            way = from_it["way"].lower().replace("-", "").replace(" ", "")
            lat, lon = moved(lat, lon, TOWARD_M if distance is None else distance, COURSES[way])
        accuracy += _wider_m(distance, has_way=bool(from_it["way"]))
    elif before in _TOWARD or "direction" in within:
        accuracy += TOWARD_M
    elif before in _NEAR or within & _BESIDE or lead.lower().endswith(("near ", "outside ")):
        accuracy += NEAR_M
    return Spot(shown, round(lat, 5), round(lon, 5), round(accuracy))


def _from_it(lead: str) -> re.Match[str] | None:
    """`12 km south of`, right before the place; None for `in the east of`, which is in it."""
    relative = list(FROM_X.finditer(lead))
    if not relative:
        return None
    last = relative[-1]
    if not (last["way"] or last["count"]) or lead[last.end() :].strip(" the").strip():
        return None
    before = lead[: last.start()]
    if not (last["way"] and lead[last.start() :].startswith("the ")):
        before = before.removesuffix("the ")
    is_in_it = not last["count"] and re.search(r"\bin $", before) is not None
    return None if is_in_it else last


def _wider_m(distance: float | None, *, has_way: bool) -> float:
    """By how much a place is less certain, moved so far one way, or so far in no known one."""
    if distance is None:
        return 2 * TOWARD_M
    return 0.4 * distance if has_way else distance


def _distance_m(count: str | None, unit: str | None) -> float | None:
    if not count or not unit:
        return None
    plain = count.lower().rstrip(".,").replace(",", "")
    try:
        number = float(COUNTED.get(plain, plain))
    except ValueError:
        return None
    metres = number * METRES[unit.lower()]
    return metres if metres <= 1_000_000 else None


def middle(shown: str, mentions: Sequence[tuple[int, int, Place]]) -> Spot:
    """Between two places: half-way, and as wide as that is."""
    if len(mentions) < 2:
        return Spot(shown)
    a, b = mentions[0][2], mentions[1][2]
    assert a.lat is not None
    assert a.lon is not None
    assert b.lat is not None
    assert b.lon is not None
    if abs(a.lon - b.lon) > 180.0:
        return Spot(shown)
    if apart_m(a, b) > FARTHEST_PAIR_M:
        return Spot(shown)
    half = apart_m(a, b) / 2 + max(a.accuracy_m or 0.0, b.accuracy_m or 0.0)
    return Spot(shown, round((a.lat + b.lat) / 2, 5), round((a.lon + b.lon) / 2, 5), round(half))
