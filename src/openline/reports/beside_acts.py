"""Who speaks beside what another does: `A denied it, with its spokesman X saying that …`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from openline.reports.frames import Frame
from openline.reports.handed_on import after_verb
from openline.reports.lexicon import BODIES, PROGRESSIVE, ROLES
from openline.reports.sentences import Word, text_of
from openline.reports.speakers import read_speaker
from openline.reports.subjects import chunks_of, clause_like

_ITS = {"its", "their", "his", "her"}
_FARTHEST = 16
"""Words between `its` and the verb: beyond them it is another's."""


def beside_frame(words: Sequence[Word], at: int, before: Sequence[Frame]) -> Frame | None:
    """`…, its head of operations, X, saying that …`: X, for whoever the sentence began with."""
    low = words[at].low
    if low not in PROGRESSIVE or not before or words[at].quoted:
        return None
    own = _owned_from(words, at, before[-1].at)
    if own is None:
        return None
    end = at - 1 if words[at - 1].text == "," else at
    chunks = chunks_of(words, own, end)
    main = words[chunks[0][0] : chunks[0][1]]
    beside = words[chunks[1][0] : chunks[1][1]] if len(chunks) == 2 else ()
    office = any(each.low.removesuffix("s") in ROLES | BODIES for each in main)
    if not office or len(chunks) > 2 or clause_like((*main, *beside)):
        return None
    speaker = read_speaker(main, beside)
    first = before[-1].speaker
    if speaker is None or first is None or first.pronoun:
        return None
    if speaker.party == "its" or not any(each.isupper() for each in speaker.party):
        speaker = replace(speaker, party=first.party or first.shown)
    elif speaker.party.split()[0].lower() in _ITS:
        shown = text_of(main[1:])  # `its Ministry of Defence`, of whoever spoke first
        speaker = replace(speaker, shown=shown, party=first.party or first.shown)
    begins = own - 1 if words[own - 1].low == "with" else own
    return Frame(low, at, PROGRESSIVE[low], speaker, after_verb(words, at), begins=begins)


def _owned_from(words: Sequence[Word], at: int, after: int) -> int | None:
    """Where `its` stands that the phrase before the verb begins with."""
    for start in range(at - 2, max(after, at - _FARTHEST), -1):
        opened = words[start - 1].text == "," or words[start - 1].low == "with"
        if words[start].low in _ITS and opened:
            return start
    return None
