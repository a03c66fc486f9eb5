"""Events told by two words together: a line, and that it works; people, and that they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from openline.reports.departures import departures
from openline.reports.impacts import entries, impacts
from openline.reports.lexicon import BE, DETERMINERS, Event, words_of
from openline.reports.sentences import Word
from openline.reports.verbs import Shape

_LINES: Final = words_of(
    "frequency frequencies line lines channel channels link links hotline hotlines"
)
_OF_SPEECH: Final = words_of("""
    joint common shared
    phone telephone radio direct hotline hot liaison communication communications deconfliction
    military military-technical duty emergency secure dedicated contact coordination satellite
    back open permanent round-the-clock crisis naval humanitarian notification call
""")
_OTHER_LINES: Final = words_of("""
    front contact confrontation demarcation supply power rail railway border bus fire battle
    shipping control picket armistice blue green red ceasefire cease-fire separation telegram
    television tv news youtube water pipe transmission production party in state road on
    whatsapp facebook media tree coast coastal defence defense defensive frontline
    administrative boundary dividing fault assembly
""")
_OF_RAILS: Final = words_of("""
    railway rail train trains tram passengers timetable services track tracks
""")
_WORKS: Final = words_of("""
    open opened reopened re-opened working works worked operational operation active functioning
    functions functioned functional restored re-established reestablished established set staffed
    manned answered answers answering rang rings tested checked shut closed dead silent suspended
    alive live use used running maintained kept unanswered up cut severed holds held
    inaugurated installed created agreed air
""")
_CALLS: Final = words_of("call calls phone telephone line hotline number")
_TAKEN_UP: Final = words_of("unanswered answered answers answer picked picks")
_EACH: Final = words_of("every each daily twice hourly")
_DUTY: Final = words_of("duty watch")

_BY_VOICE: Final = words_of("phone telephone hotline line video radio")
_PAIRS: Final = words_of("two both")
_NEGOTIATE: Final = words_of("""
    negotiators delegations mediators negotiator delegation delegates envoys
""")
_GATHER: Final = words_of("""
    return returned returning arrived arrive meet met gathered gather convene convened reconvene
    resume resumed due sit sat travel travelled back
""")
_WHICH_ROUND: Final = words_of("first second third fourth fifth next new fresh last latest further")
_BEGINS: Final = words_of(
    "begin begins began due open opens opened end ended ends held start starts started scheduled"
)
_CAME: Final = words_of("came come sat sit had met gathered")
_LORRIES: Final = words_of("lorries trucks lorry truck tankers barges barge wagons")
_STOPPED_LORRIES: Final = words_of("held stuck stranded blocked halted parked")
_TRAVEL: Final = words_of("""
    entered crossed reached arrived left set delivered turned allowed passed waited waiting loading
    got cleared unloaded held stuck stranded blocked halted parked way heading headed bound rolled
    drove
    carrying carried bringing brought loaded
""")
_OF_ARMS: Final = words_of("""
    army military soldiers fighters rebels armoured armored troops gunmen militants ammunition
    weapons bomb hit struck shelled attacked fired destroyed
""")
_TEXTS: Final = words_of("""
    text terms deal accord agreement truce plan ceasefire cease-fire arrangement protocol document
    memorandum settlement
""")
_ARE_TO: Final = words_of("are is will would must shall should has have may")
_SPEAKS: Final = words_of("spoke spoken speaks speak speaking")
_LISTENERS: Final = words_of("""
    reporters journalists me us media press newspaper agency television radio correspondents
    this channel afp reuters
""")
_LEADERS: Final = words_of("""
    counterpart counterparts leaders leader minister ministers president presidents commanders
    commander generals general chiefs chief both other sides side colleague officers envoy envoys
    directors negotiators delegates delegations ambassador ambassadors premier premiers
    secretaries officials
""")


def open_lines(words: Sequence[Word], start: int, stop: int) -> Iterator[int]:
    """Where a line that people speak over is told to work, to be opened, or to be silent."""
    for at in range(start, stop):
        low = words[at].low
        if low in _LINES and _is_of_speech(words, at, start, stop):
            near = {each.low for each in words[max(start, at - 5) : min(stop, at + 16)]}
            by_rail = _OF_RAILS & {each.low for each in words[max(0, at - 8) : at + 8]}
            if near & _WORKS and not by_rail:
                yield at
        elif (
            (low in {"touch", "contact"} and _in_touch(words, at, start, stop))
            or (low in _CALLS and _taken_up(words, at, stop))
            or (low in _DUTY and _answers(words, at, stop))
        ):
            yield at


def _is_of_speech(words: Sequence[Word], at: int, start: int, stop: int) -> bool:
    low, before = words[at].low, words[at - 1].low if at > start else ""
    if words[at].is_capital or before in _OTHER_LINES or before.endswith("’s"):
        return False
    if low.startswith("hot") or before in _OF_SPEECH:
        return True
    after = words[at + 1].low if at + 1 < stop else ""
    if after in {"between", "to", "with"} and low.startswith(("line", "channel", "link")):
        return low.startswith("channel") or after == "between" or before in DETERMINERS | {"own"}
    if low.startswith("channel"):
        return before in DETERMINERS | {"the"}
    # `the line stayed open all night`
    return low.startswith("line") and "open" in {e.low for e in words[at + 1 : min(stop, at + 5)]}


def _in_touch(words: Sequence[Word], at: int, start: int, stop: int) -> bool:
    """`In touch with both sides through its liaison branch`."""
    joined = at + 1 < stop and words[at + 1].low in {"with", "through", "over", "via"}
    near = {each.low for each in words[max(start, at - 5) : min(stop, at + 14)]}
    return joined and bool(near & (_LINES | {"liaison", "radio", "telephone", "phone"}))


def _taken_up(words: Sequence[Word], at: int, stop: int) -> bool:
    """`Its calls went unanswered`, `a call every morning`, `picked up the phone`."""
    after = {each.low for each in words[at + 1 : min(stop, at + 10)]}
    before = {each.low for each in words[max(0, at - 4) : at]}
    if "unanswered" in after or (after & {"answered", "answers"} and not after & {"for"}):
        return True
    if words[at].low in {"phone", "telephone", "number"} and after & {"rings", "manned", "staffed"}:
        return True
    regular = words[at].low in {"call", "calls"} and (
        bool(before & _EACH) or (at + 1 < stop and words[at + 1].low in _EACH)
    )
    return regular or (bool(before & {"picked", "answered"}) and not words[at].quoted)


def _answers(words: Sequence[Word], at: int, stop: int) -> bool:
    """`The duty officer answered at the second attempt`."""
    officer = at + 1 < stop and words[at + 1].low in {"officer", "officers", "desk", "cell"}
    near = {each.low for each in words[at + 2 : min(stop, at + 9)]}
    if officer and near & {"speak", "talk", "call"} and near & _EACH:
        return True
    return officer and any(each.low in _TAKEN_UP for each in words[at + 2 : min(stop, at + 8)])


def conversations(words: Sequence[Word], start: int, stop: int) -> Iterator[int]:
    """Where leaders are told to have spoken to each other, and not to a reporter."""
    for at in range(start, stop):
        if words[at].low not in _SPEAKS or (at and words[at - 1].low in {"i", "we"}):
            continue
        after = [each.low for each in words[at + 1 : min(stop, at + 7)]]
        if not after or set(after) & _LISTENERS:
            continue
        named = any(each.is_capital for each in words[at + 2 : at + 5])
        several = {each.low for each in words[max(start, at - 8) : at]} & (_LEADERS | _PAIRS)
        to_them = after[0] in {"to", "with"} and (named or bool(set(after) & _LEADERS))
        by_voice = after[0] in {"by", "over", "on"} or bool(several)
        if to_them or (by_voice and set(after) & _BY_VOICE):
            yield at


def gatherings(words: Sequence[Word], start: int, stop: int) -> Iterator[int]:
    """Where negotiators are told to meet, to arrive or to come back to it."""
    for at in range(start, stop):
        after = {each.low for each in words[at + 1 : min(stop, at + 8)]}
        if (
            (words[at].low in _NEGOTIATE and after & _GATHER)
            or (words[at].low == "round" and words[at - 1].low in _WHICH_ROUND and after & _BEGINS)
            or (words[at].low in _LEADERS and after & {"together", "table"} and after & _CAME)
        ):
            yield at


def terms(words: Sequence[Word], start: int, stop: int) -> Iterator[int]:
    """`Under the text, all units are to go back`: what has been agreed, as it is told."""
    at = start
    if at < stop and words[at].low in {"under", "by"}:
        for noun in range(at + 1, min(stop, at + 5)):
            if words[noun].low in _TEXTS and any(
                each.low in _ARE_TO for each in words[noun + 1 : min(stop, noun + 14)]
            ):
                yield noun
                return


def convoys(words: Sequence[Word], start: int, stop: int) -> Iterator[int]:
    """Where lorries that carry no soldiers are told to come, to go or to be held up."""
    for at in range(start, stop):
        if words[at].low not in _LORRIES:
            continue
        near = {each.low for each in words[max(start, at - 6) : min(stop, at + 8)]}
        after = {each.low for each in words[at + 1 : min(stop, at + 12)]}
        stopped = after & _STOPPED_LORRIES
        if stopped and not after & (BE | {"been"}) and not after & (_TRAVEL - _STOPPED_LORRIES):
            continue  # `lorries blocked the road`
        if after & _TRAVEL and not near & _OF_ARMS:
            yield at


def in_hands(words: Sequence[Word], start: int, stop: int) -> Iterator[int]:
    """`Remains in Kyiv's hands`, `is still under army control`: whose a place is."""
    for at in range(start + 2, stop):
        owned = words[at - 1].low.endswith(("'s", "s'")) and words[at - 1].is_capital
        if words[at].low == "hands" and (words[at - 2].low in {"in", "into"} or at > 3):
            near = {each.low for each in words[max(start, at - 4) : at - 1]}
            if near & {"in", "into"} and (owned or words[at - 1].low in _WHOSE):
                yield at
        elif (
            words[at].low == "control"
            and words[at - 1].low not in _NO_OWNERS
            and "under" in {each.low for each in words[max(start, at - 4) : at - 1]}
        ):
            yield at


_WHOSE: Final = words_of("our their its rebel army government enemy russian firmly")
_NO_OWNERS: Final = words_of("the under brought fire air traffic of better")
_Places = Callable[[Sequence[Word], int, int], Iterator[int]]
_ALONE: Final[tuple[tuple[_Places, Shape], ...]] = (
    (open_lines, Shape(Event.OPEN_LINE, "none", noun=True)),
    (conversations, Shape(Event.TALKS, "none")),
    (convoys, Shape(Event.CONVOY, "none", noun=True)),
    (gatherings, Shape(Event.TALKS, "none", noun=True)),
    (in_hands, Shape(Event.HOLD, "none", noun=True)),
    (terms, Shape(Event.AGREEMENT, "none", noun=True)),
    (impacts, Shape(Event.STRIKE, "on", noun=True)),
    (entries, Shape(Event.CROSSING, "none")),
)


def scenes(words: Sequence[Word], start: int, stop: int) -> Iterator[tuple[Shape, int]]:
    """Every such event of a clause: its shape, and the word it stands at."""
    for find, shape in _ALONE:
        for at in find(words, start, stop):
            yield shape, at
    for at, acts in departures(words, start, stop):
        yield Shape(Event.EVACUATION, acts), at
