"""Where something was said, or where an office is, is not where it happened."""

from __future__ import annotations

import re
from typing import Final

from openline.reports.lexicon import ROLES, Event, singular, words_of
from openline.reports.making import Made

ACTS: Final = frozenset(
    {Event.STRIKE, Event.FIRING, Event.CROSSING, Event.ADVANCE, Event.CAPTURE, Event.HOLD}
)
"""What happens at a place."""
_OFFICES: Final = words_of("""
    office embassy ministry centre center desk command cell staff headquarters mission consulate
    delegation negotiator envoy team
""")
_HEARERS: Final = (
    "reporters|journalists|correspondents|parliament|audience|conference|briefing|rally|summit|"
    "media|press|authorities|government|spokesman|spokeswoman|spokesperson|ministry|regime|"
    "capital|diplomats?|lawmakers|television|radio|statement|phone|telephone|interview"
)


def is_where_it_was_said(made: Made) -> bool:
    """`Told reporters in X`, `the authorities in X`: where somebody spoke or sits."""
    words = re.escape(made.spot.words) if made.spot else ""
    return bool(words) and (
        re.search(rf"\b(?:{_HEARERS}) (?:\w+ )?(?:in|at|from) (?:the )?{words}", made.sentence)
        is not None
    )


def is_of_an_office(made: Made) -> bool:
    """`The duty officer in Beijing answered`: a line has no place, nor has what an office says."""
    if made.event is Event.OPEN_LINE:
        return True
    if made.event in ACTS or made.spot is None:
        return False
    office = re.search(
        rf"\b([\w-]+) (?:in|at|of|from) (?:the )?{re.escape(made.spot.words)}", made.sentence
    )
    low = singular(office[1].lower()) if office else ""
    return low in ROLES | _OFFICES
