"""Events told by what came down and by whose ground was entered, whatever the verb."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from openline.reports.lexicon import DETERMINERS, PREPOSITIONS, words_of
from openline.reports.sentences import Word

_MUNITIONS: Final = words_of("""
    shell shells rocket rockets missile missiles bomb bombs mortar mortars projectile projectiles
    round rounds grenade grenades warhead munition munitions shrapnel salvo
""")
_COME_DOWN: Final = words_of("""
    fell fallen falls falling fall landed landing lands land exploded explode slammed rained raining
    crashed tore smashed ploughed plunged burst detonated went came come
""")
_LOOSE: Final = words_of("went came come")
_TOWARDS: Final = words_of(
    "on onto into in near beside behind outside at through down among between"
)
_WHOSE_GROUND: Final = words_of("soil territory airspace waters")
_ONTO: Final = words_of("onto into inside over across through")
_MOVED: Final = words_of("""
    drove drives went came flew flown flies strayed slipped walked moved sailed drifted wandered
    rolled passed ran rode was were been marched crept stepped dipped cut ventured
""")


def impacts(words: Sequence[Word], start: int, stop: int) -> Iterator[int]:
    """`Shells fell on the market`, `a glide bomb landed on a bakery`: where what fell is named."""
    for at in range(start, stop):
        if words[at].low not in _MUNITIONS or (at and words[at - 1].low in {"by", "from", "of"}):
            continue
        for verb in range(at + 1, min(stop, at + 5)):
            low = words[verb].low
            if words[verb].is_mark or low in PREPOSITIONS - {"on"}:
                break
            after = [each.low for each in words[verb + 1 : min(stop, verb + 3)]]
            if low in _COME_DOWN and (
                low not in _LOOSE or (after[:1] and after[0] in {"down", "into", "through"})
            ):
                if low not in _LOOSE or set(after) & _TOWARDS:
                    yield at
                break


def entries(words: Sequence[Word], start: int, stop: int) -> Iterator[int]:
    """`Drove onto Kyrgyz soil`, `was inside Finnish airspace`: the verb of whoever was there."""
    for at in range(start + 3, stop):
        if words[at].low not in _WHOSE_GROUND:
            continue
        near = range(at - 1, max(start + 1, at - 5), -1)
        onto = next((n for n in near if words[n].low in _ONTO), 0)
        owned = any(
            each.is_capital or each.low in DETERMINERS - {"the"} | {"sovereign", "closed"}
            for each in words[onto + 1 : at]
        )
        if not onto or not owned:
            continue
        back = range(onto - 1, max(start, onto - 5), -1)
        verb = next((n for n in back if words[n].low in _MOVED), 0)
        if verb and not any(each.is_mark for each in words[verb:onto]):
            yield verb
