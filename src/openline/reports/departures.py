"""People who leave, flee or are led away to safety, told by whoever goes and where to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from openline.reports.lexicon import BE, DETERMINERS, words_of
from openline.reports.sentences import Word

_PEOPLE: Final = words_of("""
    families family residents villagers people civilians inhabitants patients households women
    babies infants newborns children tourists guests pupils students evacuees elderly
    townspeople locals homes farmers
    townsfolk islanders persons homeowners holidaymakers campers residents' wounded prisoners
    nationals foreigners workers staff fishermen refugees passengers returnees neighbours
    properties houses buildings neighborhood neighbourhoods neighborhoods villages hamlets
    settlements
""")
_PLACES_OF_PEOPLE: Final = words_of("""
    camp camps village villages town towns hospital wards ward neighbourhood hamlet streets quarter
    quarters district districts school schools site sites valley
""")
_LEAVE: Final = words_of("leave leaving flee fleeing fled abandoned abandoning quit quitting")
_LED: Final = words_of("""
    taken moved brought transferred led bussed bused ferried flown airlifted relocated escorted
    took winched plucked hoisted lifted
    driven shipped carried rehoused resettled housed accommodated sheltered removed helped
    let got carried shifted wheeled bundled walked moved
""")
_CARRIED: Final = words_of("brought flew took got carried drove ferried moved let lifted helped")
_TO_SAFETY: Final = words_of("""
    shelter shelters safety schools school camp camps centre centres center centers ground gym
    gyms college university barracks warehouse hall halls out hotels hotel away stadium inland
    mosque mosques church churches
    from across homes tents gymnasium gymnasiums refuge
""")
_ORDERED: Final = words_of("told asked ordered urged advised instructed directed")
_GO: Final = words_of("leave move evacuate go flee get")
_LEFT_BEHIND: Final = words_of("""
    without dead homeless stranded behind no wounded injured unharmed trapped with
""")
_IN_FLIGHT: Final = words_of("sought poured streamed")
_GOES: Final = _LEAVE | _LED | _ORDERED | _IN_FLIGHT | {"left", "emptied"} | _CARRIED
_REFUGE: Final = words_of("refuge shelter safety out into")
_ARMED: Final = words_of("enemy soldiers troops fighters attackers")


def departures(words: Sequence[Word], start: int, stop: int) -> Iterator[tuple[int, str]]:
    """Where people are told to leave or be led away, and how their verb acts (`Shape.acts`)."""
    for at in range(start + 1, stop):
        if words[at].low in _GOES and (acts := _departs(words, at, start, stop)):
            yield at, acts


def _departs(words: Sequence[Word], at: int, start: int, stop: int) -> str:
    """How people leave by the verb that stands here: `at` a place, led away `on`, or not."""
    low = words[at].low
    before = {each.low for each in words[max(start, at - 12) : at]}
    if low in _LEAVE and before & _ARMED:
        return ""
    after = [each.low for each in words[at + 1 : min(stop, at + 8)]]
    if low == "emptied":
        lived_in = before & (_PLACES_OF_PEOPLE | _PEOPLE) or words[at - 1].is_capital
        return "at" if lived_in else ""
    if _is_led_away(words, at, stop, after):
        return "on"  # `the hospital moved its patients to the hall`
    if not before & _PEOPLE or not after:
        return ""
    if low in _LEAVE and (words[at - 1].low not in {"to", "not"} or _was_told(words, at)):
        return "at"
    if low == "left" and after[0] not in _LEFT_BEHIND and not before & BE:
        for_place = after[0] in DETERMINERS | {"for", "by", "on", "in"}
        return "at" if words[at + 1].is_capital or for_place else ""
    town = _to_a_town(words, at, stop)
    led = low in _LED and (_to_safety(after) or (town and after[0] in {"to", "by"}))
    if led or (low in _ORDERED and _to_go(after)):
        return "on"
    return "at" if low in _IN_FLIGHT and _REFUGE & set(after[:3]) else ""


def _is_led_away(words: Sequence[Word], at: int, stop: int, after: Sequence[str]) -> bool:
    """Whether people stand after the verb, and a shelter or the way out after them."""
    if words[at].low not in _LED | _CARRIED or not set(after[:6]) & _PEOPLE:
        return False
    far = {each.low for each in words[at + 1 : min(stop, at + 16)]}
    out = words[at].low in _CARRIED and bool(far & {"out", "off"})
    safe = bool(set(after[1:]) & (_TO_SAFETY | {"off"}))
    return out or safe or _to_a_town(words, at, stop)


def _to_a_town(words: Sequence[Word], at: int, stop: int) -> bool:
    """`Brought by bus to Vardenis`, `moved 300 people to Goma`."""
    return any(
        words[n].low == "to" and words[n + 1].is_capital
        for n in range(at + 1, min(stop, at + 9) - 1)
    )


def _was_told(words: Sequence[Word], at: int) -> bool:
    return at > 1 and words[at - 2].low in _ORDERED | {"began", "started", "had", "forced"}


def _to_safety(after: Sequence[str]) -> bool:
    after = (
        after[1:]
        if after[0] in {"overnight", "safely", "early", "late", "today", "yesterday"}
        else after
    )
    led = bool(after) and after[0] in {
        "to",
        "out",
        "into",
        "from",
        "away",
        "inland",
        "in",
        "off",
        "by",
    }
    return led and bool(set(after[:6]) & (_TO_SAFETY | {"off"}))


def _to_go(after: Sequence[str]) -> bool:
    return after[0] == "to" and len(after) > 1 and after[1] in _GO
