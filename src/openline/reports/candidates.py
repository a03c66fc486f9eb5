"""Words that may be an event, and whether they are one where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from openline.reports.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    LINKS,
    PREPOSITIONS,
    SAYING,
    Event,
    words_of,
)
from openline.reports.narrow import fits_narrowly
from openline.reports.nations import nation_of
from openline.reports.scenes import scenes
from openline.reports.sentences import Word
from openline.reports.verbs import BEGINNINGS, LONGEST, PARTICIPLES, SHAPES, STRENGTH, Shape

_SUBORDINATE: Final = words_of("""
    after when while which who whose where before since because although though if until that as
    whom
""")


_NARROW: Final = words_of("held hold holding taken took hit fires control occupies met meet")
_DROPPED: Final = words_of("bomb bombs missile missiles rocket rockets drones shells barrel")
_ONWARD: Final = words_of("into towards toward forward to north south east west on")
_WHICH: Final = words_of("first second third direct near last single heavy glancing")
_WHEN: Final = words_of("after before since following despite")
_ONLY_AS_SUCH: Final = frozenset({Event.EVACUATION, Event.CONVOY, Event.AGREEMENT, Event.ADVANCE})
_NOT_BY_NATURE: Final = frozenset(
    {Event.STRIKE, Event.CROSSING, Event.ADVANCE, Event.CAPTURE, Event.HOLD}
)
_NATURE: Final = words_of("""
    storm cyclone hurricane typhoon flood floods floodwaters water waters wave waves earthquake
    quake tremor tremors aftershock landslide landslides lightning wind
    winds ash lava tsunami flames
    dyke dykes dike dikes levee levees embankment roof ice
    wildfire blaze rain rains mud mudslide eruption tornado drought dam
""")
_BORDERS: Final = words_of("""
    it airspace waters territory border frontier zone line buffer corridor strip sector country
""")
_TRUCES: Final = words_of("""
    ceasefire cease-fire truce agreement armistice accord deal law rights embargo curfew sanctions
    resolution
""")
_AT_A_PLACE: Final = words_of("at near from to through via towards toward around beside outside")
_FOR_IT: Final = words_of("cell plan plans route routes team teams drill exercise bus buses point")
_SORTS_OF_BOMB: Final = words_of("car cluster barrel glide roadside petrol suicide aerial smoke")
_OPENED: Final = words_of("opened reopened closed shut open reopen reopens opens closes suspended")
_CRAFT: Final = words_of("""
    craft helicopter helicopters aircraft submarine group force drone drones jets planes vehicle
""")


_MEANS: Final = words_of("""
    air drone drones missile missiles rocket rockets bomb bombs aircraft jets planes warplanes
    helicopter helicopters artillery naval aerial mortars mortar shells fighter airstrike
    gunships uav uavs suicide car-bomb
""")
_THINGS: Final = words_of("""
    drone drones vehicle vehicles weapons ammunition soldiers prisoners ship ships boat boats
    tanker vessel men fighters troops hostages cargo drugs rifles equipment documents fuel
""")
_NO_GROUND: Final = words_of("force effect view play being sight use operation power contact line")
_ON_PAPER: Final = words_of("""
    list lists plan plans detail details document documents term terms point points paper papers
    agenda names map maps text matters issues figures options
""")
_STOPPED: Final = words_of("stop stopped stopping cease ceased halt halted end ended refrain")
_ENTERED: Final = words_of("""
    village town city district suburb suburbs neighbourhood outskirts compound monastery building
    buildings house houses base camp hospital church mosque school hamlet quarter
""")
_AGREE: Final = words_of("""
    signed sign signs reached reach agreed announced took takes take effect force come came entered
    effective begins began begin start started extended extend extends renewed renew concluded
    brokered accepted approved endorsed held holds holding hold provides foresees stipulates calls
    struck sealed finalised finalized under initialled prolonged negotiated proposed worked out
    ratified committed commits
""")
_BROKEN: Final = words_of("""
    broke broken breaking breaks violated violating violates breached breach breaches violation
    violations ending ended ends collapsed since after until despite before
""")
_FINITE_TOO: Final = words_of("hit struck killed fell landed wounded damaged destroyed injured set")
_SETTLED: Final = words_of("pause truce ceasefire cease-fire terms text route line timetable halt")
_IS_OVER: Final = words_of("stopped ceased ended subsided eased abated")
_PICTURES: Final = words_of(
    "video videos footage film clip picture pictures photo photograph photos"
)
_UNDER_ARMS: Final = words_of("""
    enemy soldiers troops fighters militants rebels gunmen militia forces attackers terrorists
""")


class Found(Struct, frozen=True):
    """Words that tell an event, and how much they weigh against others of the clause."""

    shape: Shape
    at: int
    end: int
    weight: float


def candidates(words: Sequence[Word], start: int, stop: int) -> Iterator[Found]:
    at = start
    for scene, place in scenes(words, start, stop):
        yield Found(scene, place, place + 1, _weight(words, place, start, scene))
    while at < stop:
        if words[at].low.removesuffix("'s") not in BEGINNINGS:
            at += 1
            continue
        for length in range(min(LONGEST, stop - at), 0, -1):
            shape = SHAPES.get(
                " ".join(each.low.removesuffix("'s") for each in words[at : at + length])
            )
            if shape is not None:
                if _fits(words, at, at + length, shape, start):
                    end = at + length - (length > 1 and words[at + length - 1].low == "the")
                    yield Found(shape, at, end, _weight(words, at, start, shape))
                at += length - 1
                break
        at += 1


def is_vague(words: Sequence[Word], found: Found) -> bool:
    """Whether the words fit several events: an attack by no named means, a town that is entered."""
    low = words[found.at].low
    near = {each.low for each in words[max(0, found.at - 6) : found.end + 6]}
    if low.startswith(("attack", "raid")):
        return not near & _MEANS
    if low.startswith("enter"):
        after = words[found.end : found.end + 6]
        if {each.low for each in after} & _ENTERED:
            return True
        return not any(
            (each.low in _BORDERS and not each.is_capital) or nation_of(each.low) for each in after
        )
    if low.startswith(("seiz", "captur")):
        return bool(near & _THINGS)
    return low in {"shot", "shooting"} and found.end - found.at == 2


def is_supposed(words: Sequence[Word], at: int, start: int) -> bool:
    """Whether it stands after `if` or `unless`: nobody says that it happened."""
    return any(each.low in {"if", "unless", "whether"} for each in words[start:at])


def opens_named(words: Sequence[Word], found: Found, start: int, stop: int) -> bool:
    """`Shelling resumed in the town`: what begins with it is done by nobody named."""
    if found.at != start or not words[found.at].low.endswith("ing") or found.end >= stop:
        return False
    return words[found.end].low in AUXILIARIES or words[found.end].low.endswith("ed")


def gerund(words: Sequence[Word], found: Found, stop: int) -> bool:
    """`accused of shelling the town`: after `of` it is done, unless it is itself of something."""
    after = words[found.end].low if found.end < stop else ""
    return words[found.at - 1].low == "of" and after not in {"of", ",", "."}


def _fits(words: Sequence[Word], at: int, end: int, shape: Shape, start: int) -> bool:
    """Whether the word is used as the event it may be: `will be held` holds nothing."""
    if shape.event in _NOT_BY_NATURE and _by_nature(words, at, start):
        return False  # the storm hit, the river held
    near = {each.low for each in words[max(start, at - 7) : at]}
    if words[at].low == "shot" and near & _PICTURES:
        return False  # the video was shot on Sunday
    if words[at].low == "fled" and near & _UNDER_ARMS:
        return False  # the enemy has fled
    if not shape.noun and any(each.low in _STOPPED for each in words[max(start, at - 2) : at]):
        return False  # agreed to stop firing
    before = [each.low for each in words[max(start, at - 3) : at]]
    if before[:2] in (["halt", "to"], ["end", "to"], ["stop", "to"]):
        return False  # pressed for a halt to the shelling
    if shape.event is Event.CROSSING and not _is_crossing(words, at, end, start):
        return False
    if shape.noun:
        return _names_event(words, at, end, shape, start)
    return _does(words, at, end, start)


def _does(words: Sequence[Word], at: int, end: int, start: int) -> bool:
    """Whether a verb does what it may: a deal that is struck is not hit."""
    low, before = words[at].low, words[at - 1].low if at > start else ""
    after = words[end].low if end < len(words) else ""
    second = words[end + 1].low if end + 1 < len(words) else ""
    if low in {"hit", "shot"} and (before in DETERMINERS or before in _WHICH):
        return False  # the first hit, a direct hit: named, and not done
    if low in _NARROW:
        return fits_narrowly(words, at, end, before)
    if low == "settled" and end - at == 2:
        return any(each.low in _SETTLED for each in words[end : end + 6])
    if low in {"entered", "enters", "enter"}:
        return before not in DETERMINERS and _over_a_border(words, end)
    if low == "struck" and second in {"deal", "agreement", "accord"}:
        return False
    if before in DETERMINERS and low in {"agreed", "signed"}:
        return False  # the agreed height
    if low == "bombs" and before in DETERMINERS | _SORTS_OF_BOMB:
        return False  # two car bombs: things, and nothing that is done
    if low in {"agreed", "agree"} and any(
        each.low in {"what", "as", "than", "which"} for each in words[max(start, at - 3) : at]
    ):
        return False  # in breach of what had been agreed
    if low in {"dropped", "launched"}:
        return any(each.low in _DROPPED for each in words[max(start, at - 4) : end + 4])
    if low in {"cross", "control"} and before in DETERMINERS | {"red"}:
        return False
    return after in _ONWARD if low == "pushed" else low != "fire"


def _names_event(words: Sequence[Word], at: int, end: int, shape: Shape, start: int) -> bool:
    """Whether a noun tells of its event, and not of something by it."""
    before = words[at - 1].low if at > start else ""
    after = words[end].low if end < len(words) else ""
    if shape.event in _ONLY_AS_SUCH and _in_passing(words, at, start):
        return False  # `used for evacuations` tells of no evacuation
    if shape.event is Event.AGREEMENT and not _is_agreed(words, at, end, start):
        return False  # a truce that was broken, or is only spoken of
    over = {each.low for each in words[end : end + 4]} & _IS_OVER
    if over and shape.event in {Event.FIRING, Event.STRIKE}:
        return False  # `the shelling had stopped`
    if after in _CRAFT or (shape.event is Event.EVACUATION and after in _FOR_IT):
        return False  # an attack craft, a strike group: what it is, not what it did
    if at > start + 1 and before in DETERMINERS and words[at - 2].low in _WHEN:
        return False  # `two days after the strike` says when
    return not (words[at].low in {"deal", "meeting", "bomb"} and after in {"with", "disposal"})


def _is_agreed(words: Sequence[Word], at: int, end: int, start: int) -> bool:
    before = {each.low for each in words[max(start, at - 4) : at]}
    after = {each.low for each in words[end : end + 12]}
    far = {each.low for each in words[max(start, at - 10) : at]}
    broken = bool(before & _BROKEN) or bool({e.low for e in words[end : end + 4]} & _BROKEN)
    exists = bool(before & {"there's", "there"}) and "between" in after
    return not broken and (exists or bool((far | after) & _AGREE))


def _in_passing(words: Sequence[Word], at: int, start: int) -> bool:
    """Whether a noun stands only in a phrase after `for`, `about`, `despite` or the like."""
    for back in range(at - 1, max(start, at - 5) - 1, -1):
        if words[back].low in {
            "for",
            "about",
            "despite",
            "since",
            "during",
            "from",
            "under",
            "like",
        }:
            return True
        if words[back].is_mark or words[back].low in LINKS | AUXILIARIES | SAYING.keys():
            return False
    return False


def _by_nature(words: Sequence[Word], at: int, start: int) -> bool:
    """Whether a storm, a flood or the like does it."""
    return any(each.low in _NATURE for each in words[max(start, at - 5) : at])


def _over_a_border(words: Sequence[Word], end: int) -> bool:
    after = words[end : end + 7]
    return any(each.low in _BORDERS or each.is_capital for each in after)


def _over_something(words: Sequence[Word], end: int) -> bool:
    after = words[end] if end < len(words) else None
    return words[end - 1].low not in {"over", "across"} or (
        after is not None and (after.low in DETERMINERS or after.is_capital)
    )


def _is_crossing(words: Sequence[Word], at: int, end: int, start: int) -> bool:
    """Whether a line was crossed: not a place where one crosses, nor a truce that was broken."""
    low, before = words[at].low, words[at - 1].low if at > start else ""
    near = {each.low for each in words[max(start, at - 6) : end + 8]}
    if low == "came" and end - at == 2 and not _over_something(words, end):
        return False  # `a jet came over`: over what, nobody says
    after = {each.low for each in words[end : end + 2]}
    if words[end - 1].low in {"over", "into"} and after & (_ON_PAPER | _NO_GROUND):
        return False  # `went over lists`, `came into force`: nothing was crossed
    if low.startswith(("violat", "breach")):
        return bool(near & _BORDERS) and not near & _TRUCES
    if not low.startswith("crossing"):
        return True
    if low in {"crossing", "crossings"} and (
        words[at - 1].is_capital or (before in DETERMINERS and words[at - 2].low in _AT_A_PLACE)
    ):
        return False  # the Rafah crossing, from the crossing to the town
    if low == "crossings" and before in {
        "border",
        "land",
        "river",
        "frontier",
        "the",
        "all",
        "three",
    }:
        return False  # three border crossings: gates, that nobody need have passed
    a_place = before in DETERMINERS | {"border", "land", "river", "pedestrian", "level"}
    return not (a_place and {each.low for each in words[end : end + 9]} & _OPENED)


def _is_beside_its_noun(words: Sequence[Word], at: int, start: int) -> bool:
    """`Rockets fired from X hit Y`: what is told is the hit, and the rockets are those fired."""
    if at == start or words[at].low not in PARTICIPLES or at + 1 >= len(words):
        return False
    before, after = words[at - 1], words[at + 1].low
    if before.is_mark or before.low in AUXILIARIES | LINKS or before.low.endswith("ly"):
        return False
    if after not in PREPOSITIONS:
        return False
    for later in range(at + 2, min(len(words), at + 12)):
        if words[later].is_mark or words[later].low in LINKS | SAYING.keys():
            return False
        if words[later].low in AUXILIARIES | _FINITE_TOO:
            return True
    return False


def _weight(words: Sequence[Word], at: int, start: int, shape: Shape) -> float:
    """The more telling, the earlier, and in the main clause rather than beside it."""
    aside, by_the_way = 0.0, False
    for number, each in enumerate(words[start + 1 : at], start + 1):
        if each.low in _SUBORDINATE and each.low != "that":
            aside = 3.5
            by_the_way = words[number - 1].text == "," and each.low.startswith("wh")
        elif each.low in {"that"}:
            aside = max(aside, 2.0)
        elif each.text == "," and aside:
            aside = 0.0 if by_the_way else aside - 0.5
    if not shape.noun and _is_beside_its_noun(words, at, start):
        aside = max(aside, 2.5)
    noun = (
        1.0 if shape.noun and shape.event in {Event.STRIKE, Event.FIRING, Event.CROSSING} else 0.0
    )
    return STRENGTH[shape.event] - aside - noun - (at - start) / 50
