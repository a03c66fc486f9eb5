"""Where: the place that a clause names, and its point where a gazetteer and the words allow one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from openline.reports.gazetteer import (
    SAME_PLACE_M,
    Gazetteer,
    Place,
    apart_m,
    choose,
)
from openline.reports.lexicon import (
    BE,
    BODIES,
    DETERMINERS,
    NOT_A_NAME,
    PLURAL_PEOPLE,
    ROLES,
    TIME_WORDS,
    TITLES,
    singular,
    words_of,
)
from openline.reports.nations import nation_of
from openline.reports.place_phrases import (
    FEATURES,
    Phrase,
    end_of_place,
    place_phrases,
    shown_words,
    with_tail,
)
from openline.reports.sentences import Word
from openline.reports.spots import COURSES, FROM_X, Spot, fixed, middle

_REGIONS: Final = words_of("""
    province region governorate oblast county state territory district sea gulf airspace waters
    basin desert valley
""")
_AGAIN: Final = frozenset(["city", "town"])
_NEVER: Final = words_of("""
    statement interview addition response reply return order case favour writing condition
    anonymity time telephone phone television radio reporters journalists talks meeting level
    levels terms state television media twitter facebook telegram exchange
""")
_SIDES: Final = words_of("""
    north south east west northern southern eastern western central upper lower greater old new
    northeast northwest southeast southwest northeastern northwestern southeastern southwestern
    north-east
""")
_PARTS_OF_NAMES: Final = words_of("""
    wadi mount mt mountain mountains street avenue university times post news tribe battalion
    brigade river lake road newspaper agency accord accords agreement declaration valley
""")
_SETTLED: Final = frozenset({"", "country", "city", "town", "village"})
KNOWN_PEOPLE: Final = 200_000
FAR_M: Final = 2_000_000.0
NEIGHBOURHOOD_M: Final = 400_000.0
UNKNOWN_TOWN: Final = re.compile(r",? an? (?:[\w-]+ )?(?:town|city|village|hamlet|settlement)\b")


class Places:
    """The places of one report: which countries it speaks of, and which town it spoke of last."""

    def __init__(self, gazetteer: Gazetteer, text: str) -> None:
        self._gazetteer = gazetteer
        self._countries = _countries_in(text, gazetteer)
        self._last: Place | None = None
        self._anchors = _anchors_in(text, gazetteer, self._countries)
        self._spoken_of = self._countries | {each.country for each in self._anchors}

    def find(
        self, words: Sequence[Word], start: int, stop: int, near: int, own: tuple[int, int] | None
    ) -> Spot | None:
        """The place that the clause names for what is told at the word `near`.

        Args:
            own: the words that are themselves what was crossed, taken or held.
        """
        phrases = list(place_phrases(words, start, stop))
        if own is not None and _names_place(words[own[0] : own[1]], self._gazetteer):
            end = with_tail(words, own[1], stop)
            phrases.insert(0, Phrase(own[0], end, ""))
        if start < stop and (leads := self._leading(words, start, stop)) is not None:
            phrases.append(leads)
        ranked = sorted(
            (each for each in phrases if self._is_place(words, each)),
            key=lambda each: self._rank(words, each, near, own),
        )
        spots = [self._spot(words, each) for each in ranked]
        self._remember(words, start, stop)
        if not spots:
            return None
        return spots[0]

    def _leading(self, words: Sequence[Word], start: int, stop: int) -> Phrase | None:
        """The subject, where it is a place: `Mecufi, the district …`, `The airport at Pemba`."""
        end = end_of_place(words, start, stop)
        inside = words[start:end]
        if not inside or end - start > 6:
            return None
        named = self._chosen_in(words, start, end) is not None
        feature = any(each.low in FEATURES for each in inside)
        follows = words[end].low if end < stop else ""
        second = words[end + 1].low if end + 1 < stop else ""
        spoken_of = (
            (follows == "," and second in {"the", "a", "an", "now"})
            or (follows in BE and second.endswith("ed"))
            or (follows in {"has", "have", "had"} and second in BE)
        )
        alone = named and ((len(inside) == 1 and spoken_of) or feature)
        return Phrase(start, end, "as") if alone else None

    def hear(self, words: Sequence[Word]) -> None:
        """Notes the town that a sentence speaks of, for `the city` in the next."""
        self._remember(words, 0, len(words))

    def _rank(
        self, words: Sequence[Word], each: Phrase, near: int, own: tuple[int, int] | None
    ) -> float:
        if own is not None and each.start == own[0]:
            return -1.0
        distance = abs(each.start - near) / 10
        known = self._chosen_in(words, each.start, each.end) is not None
        least = 1.5 if each.before in {"from", "to", "of", "as"} else 0.0
        inner = next(
            (
                n
                for n in range(each.start + 1, each.end)
                if words[n].low in {"near", "in", "at", "on"}
            ),
            None,
        )
        if inner is not None and not any(
            w.low in FEATURES or w.is_capital for w in words[each.start : inner]
        ):
            least += 3.0  # `a patrol near X`: the place is what stands after `near`
        between = words[min(near, each.start) : max(near, each.start)]
        if any(
            w.low in {"after", "when", "while", "which", "who", "before", "where", "since"}
            for w in between
        ):
            least += 3.0
        known = known or any(
            self._gazetteer.find_country(w.text)
            for w in words[each.start : each.end]
            if w.is_capital
        )
        return distance + (0.0 if known else 2.0) + least

    def _is_place(self, words: Sequence[Word], each: Phrase) -> bool:
        inside = words[each.start : each.end]
        if not inside or inside[0].low in TIME_WORDS or inside[0].low in TITLES - {"general"}:
            return False
        if any(w.low in _NEVER for w in inside):
            return False
        if self._chosen_in(words, each.start, each.end) is not None:
            return not (
                each.before in {"of", "to", "from"} and any(w.low in BODIES for w in inside)
            )
        feature = any(w.low in FEATURES for w in inside)
        follows = words[each.end].low if each.end < len(words) else ""
        if inside[-1].text.islower() and (
            follows in BODIES | PLURAL_PEOPLE or singular(follows) in ROLES | BODIES
        ):
            return False  # `between their border commanders`
        if each.before == "to" and not (inside[0].is_capital or inside[0].low in DETERMINERS):
            return False  # `to keep a line`
        if each.before in {"above", "below"} and inside[0].low == "sea":
            return False
        if each.before in {
            "in",
            "near",
            "at",
            "outside",
            "toward",
            "towards",
            "around",
            "left",
        } and self._named_anyhow(inside):
            return True
        if each.before in {"of", "to"} and not any(w.low in FEATURES | _AGAIN for w in inside[-1:]):
            return False
        return feature and each.before != "of"

    def _named_anyhow(self, inside: Sequence[Word]) -> bool:
        """A name that stands where a place stands, whether or not the gazetteer knows it."""
        first = inside[1] if inside[0].low in _SIDES and len(inside) > 1 else inside[0]
        return (
            first.is_capital
            and first.low not in NOT_A_NAME | TITLES
            and not any(w.low in BODIES for w in inside)
        )

    def _chosen_in(self, words: Sequence[Word], start: int, end: int) -> Place | None:
        for _, _, place in self._mentions(words, start, end):
            return place
        return None

    def _mentions(
        self, words: Sequence[Word], start: int, end: int
    ) -> Iterator[tuple[int, int, Place]]:
        """Towns and rivers named between two words, each once, the longest name of each first."""
        at = start
        while at < end:
            if not (words[at].is_capital and words[at].low not in NOT_A_NAME):
                at += 1
                continue
            for length in range(min(4, end - at), 0, -1):
                place = self._named(words, at, at + length)
                if place is not None:
                    yield at, at + length, place
                    at += length - 1
                    break
            at += 1

    def _named(self, words: Sequence[Word], at: int, end: int) -> Place | None:
        """The town or river of this name, unless the words are part of a longer name."""
        if words[end - 1].is_mark or self._is_within_name(words, at, end):
            return None
        if at and words[at - 1].low == "the" and end - at == 1:
            alone = end >= len(words) or words[end].low not in FEATURES
            found = self._gazetteer.find(words[at].text)
            things = [each for each in found if each.kind not in _SETTLED]
            if things or alone:
                return things[0] if things else None  # `the Desna` is no town of that name
        name = re.sub(r"['’]s$", "", " ".join(each.text for each in words[at:end]))
        found = self._gazetteer.find(name)
        if not found and (other := _other_article(name)):
            found = self._gazetteer.find(other)
        nation = nation_of(name.lower())
        people = self._gazetteer.find_country(name) or (
            self._gazetteer.find_country(nation.title()) if nation else None
        )
        if people and not any(each.country == people for each in found):
            return None  # `Malian` is a people, wherever else there may be a town of that name
        return self._choose(found)

    def _is_within_name(self, words: Sequence[Word], at: int, end: int) -> bool:
        """Whether a longer name goes on before or after: `Wadi Gaza`, `Bab al-Hawa`."""
        before = words[at - 1] if at > 1 else None
        after = words[end] if end < len(words) else None
        if at and words[at - 1].low in _PARTS_OF_NAMES:
            return True
        begun = before is not None and before.is_capital and not before.is_mark
        if begun and words[at - 1].low not in _SIDES | NOT_A_NAME | FEATURES:
            return True
        goes_on = after is not None and after.is_capital and not after.is_mark
        return goes_on and words[end].low not in FEATURES | TIME_WORDS | _SIDES | {"i"}

    def _choose(self, found: Sequence[Place]) -> Place | None:
        """The one meant: of several, the one in the neighbourhood of what is sure."""
        if not found:
            return None
        for anchor in self._anchors:
            near = [
                each
                for each in found
                if each.lat is not None
                and apart_m(each, anchor) < NEIGHBOURHOOD_M
                and not self._is_elsewhere(each)
            ]
            if near:
                return choose(near, self._countries)
        chosen = choose(found, self._countries)
        if chosen is None or chosen.kind == "country":
            return None
        if chosen.lat is not None and chosen.people < 500_000 and len(found) > 1 and self._anchors:
            return None  # several of that name, and none near anything that the report speaks of
        return None if self._is_elsewhere(chosen) else chosen

    def _is_elsewhere(self, place: Place) -> bool:
        """A small place far from all that the report speaks of: another that is called alike."""
        if place.lat is None or place.people >= KNOWN_PEOPLE:
            return False
        others = [each for each in self._anchors if each.name != place.name]
        far = bool(others) and all(apart_m(each, place) > FAR_M for each in others)
        return far or (bool(self._spoken_of) and place.country not in self._spoken_of)

    def _remember(self, words: Sequence[Word], start: int, stop: int) -> None:
        if UNKNOWN_TOWN.search(" ".join(each.text for each in words[start:stop])):
            self._last = None  # `the town` is from here on that one, known or not
        for at, end, place in self._mentions(words, start, stop):
            before = words[at - 1].low if at else ""
            if (
                place.lat is not None
                and before in {"in", "at", "near", "on", "outside", "around", "of"}
                and not (end < len(words) and words[end].low in BODIES)
            ):
                self._last = place

    def _spot(self, words: Sequence[Word], each: Phrase) -> Spot:
        shown = shown_words(words, each)
        mentions = [m for m in self._mentions(words, each.start, each.end) if m[2].lat is not None]
        inside = words[each.start : each.end]
        lows = [w.low for w in inside]
        if not mentions:
            return self._again(shown, words, each)
        if each.before == "between" or "between" in lows:
            return middle(shown, mentions)
        at, end, place = mentions[-1] if _is_relative(lows) else mentions[0]
        region = (end < each.end and words[end].low in _REGIONS) or (
            at >= 2 and words[at - 1].low == "of" and words[at - 2].low in _REGIONS
        )
        if region:
            return Spot(shown)
        lead = " ".join(w.text for w in words[max(0, each.start - 6) : at]) + " "
        return fixed(shown, place, lead, each.before, inside)

    def _again(self, shown: str, words: Sequence[Word], each: Phrase) -> Spot:
        """`the city`, `7 km east of the city`: what was spoken of last, if that was a town."""
        inside = words[each.start : each.end]
        plain = [w.low for w in inside if w.low not in DETERMINERS]
        if (
            self._last is None
            or not inside
            or inside[-1].low not in _AGAIN
            or (inside[-2:-1] and inside[-2].low not in {"the", "this"})
        ):
            return Spot(shown)
        lead = " ".join(w.text for w in words[max(0, each.start - 6) : each.end - 1]) + " "
        lead = re.sub(r"\bthe $", "", lead)
        if len(plain) == 1 and not FROM_X.search(lead[-40:]):
            return fixed(shown, self._last, f"{each.before} ", each.before, inside)
        return fixed(shown, self._last, lead, each.before, inside)


def _other_article(name: str) -> str:
    """`Al Fasher` is `El Fasher`; empty for a name without such an article."""
    article, rest = name[:2], name[2:]
    swapped = {"Al": "El", "El": "Al"}.get(article) if rest[:1] in {" ", "-"} else None
    return swapped + rest if swapped else ""


def _is_relative(lows: Sequence[str]) -> bool:
    return "near" in lows or any(
        each.split("-")[0] in COURSES and number + 1 < len(lows) and lows[number + 1] == "of"
        for number, each in enumerate(lows)
    )


def _names_place(words: Sequence[Word], gazetteer: Gazetteer) -> bool:
    if any(each.low in FEATURES for each in words):
        return True
    return any(
        each.is_capital and gazetteer.find(re.sub(r"['’]s$", "", each.text)) for each in words
    )


def _anchors_in(text: str, gazetteer: Gazetteer, countries: frozenset[str]) -> list[Place]:
    """Places of the report that can be no other: in a country that it names, or well known."""
    sure: list[Place] = []
    for name in dict.fromkeys(_AFTER_PREPOSITION.findall(text[:100_000])):
        found = [] if gazetteer.find_country(name) else gazetteer.find(name)
        if not found or found[0].lat is None:
            continue
        here = [each for each in found if each.country in countries]
        if countries and not here and found[0].people < KNOWN_PEOPLE:
            continue
        chosen = choose(found, countries) if here or len(found) == 1 else None
        alone = all(apart_m(each, found[0]) < SAME_PLACE_M for each in here or found)
        if chosen is not None and (alone or chosen.kind or chosen.people > 500_000):
            sure.append(chosen)
        if len(sure) >= 12:
            break
    return sure


_AFTER_PREPOSITION: Final = re.compile(
    r"\b(?:in|near|at|around|of|from|toward|towards|to|outside|between|"
    r"and) ((?:(?:[Aa]l|[Ee]l)-)?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)"
)


def _countries_in(text: str, gazetteer: Gazetteer) -> frozenset[str]:
    """The codes of all countries that a text names, by name or by people."""
    found = set()
    shouted = (each.title() for each in re.findall(r"\b[A-Z]{4,}\b", text[:100_000]))
    named = re.findall(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)?\b|\bU\.?S\b|\bUK\b|\bDRC\b", text[:100_000])
    for each in {*named, *shouted}:
        for name in {each, *each.split(" ")}:
            nation = (nation_of(name.lower()) or name).title()
            if code := gazetteer.find_country(name) or gazetteer.find_country(nation):
                found.add(code)
    return frozenset(found)
