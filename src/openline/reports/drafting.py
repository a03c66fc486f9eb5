"""Sentences become drafts: who says what, of whom, where and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from msgspec.structs import replace

from openline.reports.accusing import accused
from openline.reports.by_grammar import kind_by_grammar, parties_by_grammar
from openline.reports.calendar import find_when
from openline.reports.colour import tells_nothing
from openline.reports.denials import LOOKED_AGAIN, find_denied, find_denied_words
from openline.reports.events import (
    find_also,
    find_harmed,
    find_subject,
    find_told,
)
from openline.reports.frames import Frame
from openline.reports.frames_by_grammar import is_handed_on
from openline.reports.grammar import Parses
from openline.reports.joint import Told
from openline.reports.kinds import kind_of
from openline.reports.learned import NOTHING, PLAIN, Opinion
from openline.reports.lexicon import (
    OWN,
    Stance,
    words_of,
)
from openline.reports.making import Made, settled
from openline.reports.memory import Memory
from openline.reports.persons import Speaker
from openline.reports.places import Places
from openline.reports.sentences import Sentence, Word, text_of
from openline.reports.spots import Spot
from openline.reports.subjects import is_finite
from openline.reports.unseen import ABSENT
from openline.reports.where_said import ACTS, is_of_an_office, is_where_it_was_said
from openline.reports.wordings import ARMED, CORRECTS, HEED, MISTAKEN, THREATENS, TO_BE_SAFE, WRONG

_OWN_ACT: Final = re.compile(
    r"^(?:\w+ing\b|it\b|having\b|any (?:involve|role|respons|part|wrong)|responsib|involve|"
    r"the (?:accus|alleg|claim|charge|report))"
)
"""What one denies of oneself."""
_WANTS: Final = words_of("""
    urged urges urge advised advises advise called calls call appealed appeals appeal demanded
    demands demand pleaded requested requests request
""")
"""What is called for has not happened: no event is told."""
_TOLD_US: Final = re.compile(r"\btold (?:us|our|me)\b", re.IGNORECASE)
_ANSWERED: Final = re.compile(
    r"; (?:the|this|that|these|those|such) (?:announcement|claim|statement|report|assertion|"
    r"accusation|allegation|version|information)s? (?:is|are|was|were)\b"
)
_LAST_MET: Final = re.compile(r"\blast (?:met|spoke|talked|spoken)\b", re.IGNORECASE)
_LIKEWISE: Final = re.compile(
    r"\b(?:gave|gives|told|tells|offered) (?:an? |(?:much )?the )?(?:very )?(?:similar|same) "
    r"(?:account|story|version|description)\b",
    re.IGNORECASE,
)
"""`An official gave a similar account, saying …`."""
_SAY_NOTHING_MORE: Final = frozenset({"denial", "negative_presence", "assurance", "correction"})


class Drafter:
    """Makes the drafts of one report, sentence by sentence."""

    def __init__(
        self,
        places: Places,
        memory: Memory,
        report: date | None,
        *,
        issued: bool,
        parses: Parses,
        learned: Opinion | None = None,
    ) -> None:
        self.made: list[Made] = []
        self.memory = memory
        self._places = places
        self._report = report
        self._issued = issued
        self._parses = parses
        self._learned = learned
        self._day: date | None = None

    def said(self, sentence: Sentence, frame: Frame, speaker: Speaker | None) -> None:
        """What a frame hands on, as drafts; none where it hands on nothing that can be told."""
        words = sentence.words
        content = _widest(words, frame.content)
        if content is None and frame.stance not in {Stance.DENY, Stance.REGRET, Stance.ADMIT}:
            return
        start, stop = content or (frame.at + 1, len(words))
        feels = frame.verb in {"expressed", "voiced", "expresses"} and frame.stance is Stance.SAY
        told = None if feels or frame.verb in _WANTS else _told_of(words, frame, start, stop)
        text = " ".join(text_of(words[a:b]) for a, b in frame.content) or text_of(words[start:stop])
        told = self._checked(sentence, told)
        also = find_also(words, told, start, stop) if told is not None else None
        own = _beside_other(told, also, start, stop)
        made = self._make(sentence, "", speaker, told, own)
        made.kind = kind_of(frame.stance, made, text, self.made)
        if made.kind == "claim" and made.event is None:
            party = speaker.party if speaker is not None else ""
            made.kind = self._by_grammar(sentence, start, stop, party) or made.kind
        made.kind = self._asked(sentence, made, text, frame.stance)
        if made.kind == NOTHING or (frame.goes_on and made.kind == "claim"):
            return  # it tells no more than the first
        if made.kind == "claim" and made.event is None and TO_BE_SAFE.search(text):
            made.kind = "warning"
        if frame.stance is Stance.ACCUSE:
            made = accused(made, words, frame, start, stop)
        if frame.passive and frame.stance is Stance.ACCUSE:
            made.actor = find_subject(words, 0, frame.at) or made.actor
        if made.kind == "denial":
            if frame.stance is Stance.SAY and _ANSWERED.search(sentence.text):
                made.speaker = None  # whoever issued it says so of what another announced
            self._deny(made, words, frame, text)
        self._settle(made)
        if tells_nothing(made, text, goes_on=self._goes_on(frame, speaker)):
            return
        self.made.append(made)
        if also is not None and made.event is not None and made.kind == made.event.value:
            self._also(sentence, speaker, also)
        elif made.kind not in _SAY_NOTHING_MORE and ABSENT.search(text):
            absent = replace(made, kind="negative_presence", told=None, actor=None, target=None)
            self.made.append(absent)

    def _goes_on(self, frame: Frame, speaker: Speaker | None) -> bool:
        """Whether a sentence that is all quotation goes on with what its speaker just said."""
        last = self.made[-1].speaker if self.made else None
        return frame.at == 0 and last is not None and last == speaker

    def _also(
        self, sentence: Sentence, speaker: Speaker | None, also: tuple[Told, int, int]
    ) -> None:
        told, start, stop = also
        assert told.event is not None
        made = self._make(sentence, told.event.value, speaker, told, (start, stop))
        self._settle(made)
        made.sure -= 0.05
        self.made.append(made)

    def link_again(self) -> None:
        """Denials that stand before what they deny: looked for once all is read."""
        for made in self.made:
            if made.kind == "denial" and not isinstance(made.denies, int):
                linked = find_denied(made, self.made, LOOKED_AGAIN)
                made.denies = made.denies if linked is None else linked

    def quoted(
        self, sentence: Sentence, speaker: Speaker | None, before: Stance = Stance.SAY
    ) -> None:
        """A sentence that is all quotation, and goes on with what somebody was saying."""
        warns = before is Stance.WARN and any(
            each.low in {"will", "would"} for each in sentence.words
        )
        frame = Frame(
            "said", 0, Stance.WARN if warns else Stance.SAY, speaker, ((0, len(sentence.words)),)
        )
        self.said(sentence, frame, speaker)
        if self.made and self.made[-1].sentence == sentence.text:
            self.made[-1].sure -= 0.1

    def issued_word(self, sentence: Sentence, issuer: Speaker) -> None:
        """`Our teams counted …`: in the first person of whoever issued the report."""
        if _TOLD_US.search(sentence.text):
            return  # `… told us`: somebody's word, and not that of whoever issued it
        if not self._issued:
            self.quoted(sentence, issuer)
            self.forget_if_bare(sentence)
        elif tells(sentence.words, find_told(sentence.words, 0, len(sentence.words))):
            self.quoted(sentence, issuer)

    def forget_if_bare(self, sentence: Sentence) -> None:
        """Drops what a named speaker of a transcript said if it tells nothing but itself."""
        last = self.made[-1] if self.made else None
        if last is None or last.sentence != sentence.text or last.kind != "claim":
            return
        if last.event is None and last.target is None:
            self.made.pop()

    def corrected(self, sentence: Sentence) -> None:
        """A sentence in which the report, or whoever issued it, corrects itself."""
        whole = ((0, len(sentence.words)),)
        self.said(sentence, Frame("said", 0, Stance.CORRECT, None, whole), None)

    def told(self, sentence: Sentence) -> None:
        """A sentence that nobody is said to have spoken: a draft only if it tells an event.

        In a communiqué, whoever issued it says all of it: there arms and losses are told of too.
        """
        words = sentence.words
        if self._is_of_old(sentence.text):
            self._places.hear(words)
            return
        told = find_told(words, 0, len(words))
        if self._issued and tells(words, told) and not HEED.match(sentence.text):
            whole = Frame("said", 0, Stance.SAY, None, ((0, len(words)),))
            self.said(sentence, whole, None)
            if self.made and self.made[-1].sentence == sentence.text:
                self.made[-1].sure -= 0.2
            return
        if self._issued and HEED.match(sentence.text):
            self.said(sentence, Frame("said", 0, Stance.WARN, None, ((0, len(words)),)), None)
            return
        aside = told is not None and any(
            each.low in {"who", "which", "whose", "after", "when", "where", "because"}
            or (each.low == "since" and words[n - 1].low not in {"have", "has", "had"})
            for n, each in enumerate(words[: told.at])
        )
        armed = told is None and self.memory.issuer and ARMED.search(sentence.text)
        if (told is None or told.event is None or told.negated or aside) and not armed:
            self._places.hear(words)
            self._told_by_grammar(sentence)
            return
        if told is not None and self._is_handed_on(sentence, told):
            self._places.hear(words)
            return
        plain = told is None or told.event is None or told.vague
        kind = "claim" if plain or told is None or told.event is None else told.event.value
        also = find_also(words, told, 0, len(words)) if told is not None else None
        own = _beside_other(told, also, 0, len(words))
        made = self._make(sentence, kind, None, told, own)
        made.sure = 0.45
        made.kind = self._asked(sentence, made, sentence.text, None)
        if made.kind == NOTHING:
            return
        self._settle(made)
        self.made.append(made)
        if also is not None:
            self._also(sentence, None, also)

    def _is_handed_on(self, sentence: Sentence, told: Told) -> bool:
        """Whether what is told hangs on a verb of saying, by the parser: it is not the report's."""
        parsed = self._parses.of(sentence)
        return parsed is not None and is_handed_on(sentence.words, parsed, told.at)

    def _told_by_grammar(self, sentence: Sentence) -> None:
        """What nobody is said to have told, and is an event by what hangs on what."""
        whole = 0, len(sentence.words)
        kind = self._by_grammar(sentence, *whole, "")
        if kind is not None:
            made = self._make(sentence, kind, None, None, whole)
            made.sure = 0.4
            made.kind = self._asked(sentence, made, sentence.text, None)
            if made.kind == NOTHING:
                return
            self._settle(made)
            self.made.append(made)

    def _checked(self, sentence: Sentence, told: Told | None) -> Told | None:
        parsed = self._parses.of(sentence) if told is not None else None
        if told is None or parsed is None or len(parsed.heads) != len(sentence.words):
            return told
        return parties_by_grammar(sentence.words, parsed, told)

    def _by_grammar(self, sentence: Sentence, start: int, stop: int, side: str) -> str | None:
        parsed = self._parses.of(sentence)
        if parsed is None or len(parsed.heads) != len(sentence.words):
            return None  # only the part before a semicolon
        return kind_by_grammar(sentence.words, parsed, start, stop, side)

    def _asked(self, sentence: Sentence, made: Made, text: str, stance: Stance | None) -> str:
        """The draft's kind, by whoever learned from labels, where that is installed."""
        if made.kind == PLAIN and stance is Stance.SAY and _LIKEWISE.search(sentence.text):
            made.kind = "supporting_account"
        kind = made.kind if self._learned is None else self._learned.kind(made, text, stance)
        parsed = self._parses.of(sentence)
        whole = parsed is not None and len(parsed.heads) == len(sentence.words)
        at = made.told.at if made.told is not None and whole else None
        aside = parsed is not None and at is not None and parsed.relations[at] in {"acl", "relcl"}
        if kind == "warning" and aside:
            made.actor = made.target = None  # `will silence any gun firing`: whose gun, only
        return kind

    def _is_of_old(self, text: str) -> bool:
        """`The last such line, of 2023, rang unanswered`: what went before, and no news."""
        if _LAST_MET.search(text):
            return True
        years = [int(each) for each in re.findall(r"(?<![\d.,:])(?:19|20)\d\d(?![\d.,:]\d)", text)]
        return self._report is not None and bool(years) and max(years) < self._report.year

    def _make(
        self,
        sentence: Sentence,
        kind: str,
        speaker: Speaker | None,
        told: Told | None,
        content: tuple[int, int],
    ) -> Made:
        words = sentence.words
        start, stop = content
        near = told.at if told else start
        spot = self._places.find(words, start, stop, near, told.where if told else None)
        when = find_when(text_of(words[start:stop]), self._report, self._day)
        when = when or find_when(sentence.text, self._report, self._day)
        if when is not None and when.precision != "month":
            self._day = date.fromisoformat(when.at[:10])
        actor = told.actor if told else None
        target = told.target if told else None
        if told is None:
            # No event that is known: nobody is said to have done it, and to nobody but the hurt.
            target = find_harmed(words, start, stop)
        return Made(
            kind,
            speaker,
            told,
            actor,
            target,
            spot,
            when,
            sentence.text,
            text_of(words[start:stop]),
        )

    def _deny(self, made: Made, words: Sequence[Word], frame: Frame, text: str) -> None:
        """Whom the denial speaks of, and what it is a denial of."""
        denies = frame.stance is Stance.DENY
        if made.told is None and made.target is None:
            made.actor = None
        if denies and made.actor is None and made.speaker is not None and _OWN_ACT.match(text):
            made.actor = made.speaker.shown
        made.denies = find_denied(made, self.made)
        if isinstance(made.denies, int) and made.told is None:
            made.actor = self.made[made.denies].actor  # whoever is accused, by name or not
        if made.denies is None:
            end = max((each[1] for each in frame.content), default=len(words))
            after = text_of(words[frame.at + 1 : max(end, frame.at + 1)])
            if denies and not frame.passive:
                made.denies = find_denied_words(made.sentence, after)
            else:
                made.denies = find_denied_words(made.sentence, text if denies else "")

    def _settle(self, made: Made) -> None:
        """First-person words are the speaker's own; a pronoun that is nobody's is not stated."""
        own = made.speaker.party or made.speaker.shown if made.speaker else None
        made.actor = settled(made.actor, own)
        made.target = settled(made.target, own)
        if made.actor and made.target and made.actor.lower() == made.target.lower():
            made.target = None
        if made.spot is not None and made.actor == made.spot.words and made.event in ACTS:
            made.spot = None  # `Hamas had fired`: a force, and not the town of that name
        if made.spot is not None and made.actor and made.actor in made.spot.words:
            made.actor = None  # `the line between Izmir and Larissa` says where, not whose
        if made.spot is not None and is_where_it_was_said(made):
            made.spot = None  # `told reporters in Brussels`: where it was said
        if made.spot is not None and made.spot.lat is not None and is_of_an_office(made):
            made.spot = Spot(made.spot.words)  # where an office is, and not where it happened
        if made.speaker is not None:
            made.sure += 0.15 if made.speaker.name or made.speaker.party else 0.0
        made.sure += 0.1 if made.event is not None else -0.1


def corrects_itself(sentence: Sentence) -> bool:
    """Whether a report speaks of its own mistake: `Correction: …`, `not 41, as we stated`."""
    plain = [each for each in sentence.words if not each.quoted]
    return CORRECTS.search(sentence.text) is not None or (
        MISTAKEN.search(sentence.text) is not None and any(each.low in OWN for each in plain)
    )


def tells(words: Sequence[Word], told: Told | None) -> bool:
    """Whether a sentence of a bulletin tells something of its issuer's own knowledge.

    It has a finite verb and is no request, or it is a threat or a denial.
    """
    text = text_of(words)
    if THREATENS.search(text) or WRONG.search(text):
        return True
    if any(each.low in {"should", "must", "may", "please", "you", "your"} for each in words):
        return False
    if told is not None:
        return True
    return len(words) > 6 and any(is_finite(words, n) for n in range(1, len(words)))


def _beside_other(
    told: Told | None, also: tuple[Told, int, int] | None, start: int, stop: int
) -> tuple[int, int]:
    """The words of an event that are not those of the other one in its clause."""
    if told is None or also is None:
        return start, stop
    return (start, also[1] - 1) if also[1] > told.at else (also[2] + 1, stop)


def _widest(words: Sequence[Word], content: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """The longest of what is handed on."""
    return max(content, key=lambda each: each[1] - each[0], default=None)


def _told_of(words: Sequence[Word], frame: Frame, start: int, stop: int) -> Told | None:
    told = find_told(words, start, stop)
    for begun, ended in frame.content:
        if told is None and (begun, ended) != (start, stop):
            told = find_told(words, begun, ended)
    return told
