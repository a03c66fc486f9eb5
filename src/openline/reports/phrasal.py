"""Saying in several words: `brushed the claim aside`, `held X responsible`, `let it be known`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.clauses import phrase_after
from openline.reports.frames import Frame
from openline.reports.lexicon import BE, BODIES, NEGATIONS, PLURAL_PEOPLE, ROLES, Stance, words_of
from openline.reports.persons import Speaker
from openline.reports.sentences import Word
from openline.reports.speakers import read_speaker
from openline.reports.subjects import (
    chunks_of,
    first_subject,
    is_finite,
    start_of_verb,
    subject_before,
)
from openline.reports.whose_claim import of_whose_claim

_OBJECT: Final = r"(?:[^\W_][\w'’-]* ){0,6}?"
_OWN: Final = r"(?:its|his|her|their)"
_CLAIM: Final = (
    r"(?:[\w'’-]+ ){0,4}(?:claims?|charges?|accusations?|allegations?|reports?|accounts?|story|"
    r"stories|figures?|words?|suggestions?|version|footage|video|statements?|notion|idea|toll|"
    r"number|remarks?|forecasts?|estimates?|assessments?|counts?|rumou?rs?|it|this|that|them)"
)
_WRONG: Final = (
    r"(?:false|untrue|baseless|groundless|unfounded|fabricat\w*|lies?|invent\w*|fiction\w*|"
    r"propaganda|nonsense|fantasy|hoax|fakes?|staged|absurd|ridiculous|myth|slander|"
    r"disinformation|misinformation|fairy[ -]tales?|wrong|inaccurate|incorrect|show|"
    r"distort\w*|mislead\w*)"
)
_BELITTLED: Final = (
    r"(?:provocations?|theatre|theater|stunt|smear|pretext|joke|rumou?rs?|stor(?:y|ies)|game|"
    r"distraction|politics|exaggerat\w*|hysteri\w*|speculation|gossip|rubbish)"
)
_WAYS: Final = (
    r"(?:(?:was|were|is|are) (?:quick|swift|forced|obliged|compelled|among the first|the first|"
    r"first|at pains|careful|keen) to|(?:moved|rushed|hastened|hurried|stepped forward|felt "
    r"compelled) to)"
)
_ROWS: Final = (
    (Stance.DENY, rf"{_WAYS} (?:deny|reject|dismiss|refute|rebut|contradict)\b"),
    (Stance.ADMIT, rf"{_WAYS} (?:admit|acknowledge|concede)\b"),
    (Stance.ACCUSE, rf"{_WAYS} (?:blame|accuse)\b"),
    (Stance.SAY, rf"{_WAYS} (?:say|stress|note|insist|point out|add|explain)\b"),
    (Stance.CONFIRM, rf"{_WAYS} confirm\b"),
    (Stance.SAY, r"(?:went|goes|is|was|are|were) on (?:the )?record (?:as saying|saying|to say)\b"),
    (Stance.SAY, r"(?:opened|began|begins|started|closed|ended|concluded|responded|replied|"
                 r"countered|answered|reacted) by (?:saying|telling|noting|stressing|recalling|"
                 r"stating|announcing|reporting|insisting)\b"),
    (Stance.CONFIRM, r"(?:opened|began|begins|started|closed|ended|concluded|responded|replied|"
                     r"answered) by (?:confirming|corroborating|verifying)\b"),
    (Stance.WARN, r"(?:opened|began|begins|started|closed|ended|concluded) (?:by|with) (?:warning|"
                  r"cautioning)\b"),
    (Stance.ADMIT, r"(?:opened|began|started|closed|ended|concluded|responded|replied|answered) by "
                   r"(?:admitting|acknowledging|conceding)\b"),
    (Stance.REGRET, r"(?:opened|began|started|closed|ended|concluded|responded) by "
                    r"(?:apologi[sz]ing|regretting|expressing (?:regret|sorrow|condolences))\b"),
    (Stance.DENY, r"(?:opened|began|responded|replied|countered|answered|reacted) by "
                  r"(?:denying|rejecting|dismissing)\b"),
    (Stance.WARN, r"(?:asked|asks|ask|told|tells|ordered|orders|instructed|instructs|directed) "
                  rf"{_OBJECT}(?:not to|to (?:stay|keep|avoid|remain|leave|seek|shelter|boil|"
                  r"prepare|be ready|evacuate|move|take (?:cover|shelter)))\b"),
    (Stance.WARN, r"(?:is|are|was|were) (?:telling|asking|urging|warning|advising|ordering|"
                  rf"reminding) {_OBJECT}(?:not to|to|against)\b"),
    (Stance.DENY, r"(?:ruled|rules|rule) out (?:that|having|any (?:such )?(?:role|part|involvement|"
                  r"link|responsibility|connection))\b"),
    (Stance.SAY, r"(?:ruled|rules|rule) out\b"),
    (Stance.DENY, r"(?:(?:does|do|did) not|(?:does|do|did)n['’]t) (?:accept|share|recogni[sz]e|"
                  r"agree|believe|buy|subscribe to) (?:with |to )?(?:this|that|it|the|such|any|"
                  r"a)\b"),
    (Stance.ACCUSE, rf"(?:put|puts) {_OBJECT}down to\b"),
    (Stance.SAY, rf"(?:put|puts) {_OBJECT}at (?:\d|about|some|around|nearly|over|more|at "
                 r"least|up)"),
    (Stance.WARN, rf"(?:gave|gives) {_OBJECT}until\b"),
    (Stance.SAY, r"(?:saw|sees|see|told|tells|put|puts|has|had) (?:it|this|things|matters|the "
                 r"matter) (?:otherwise|differently|another way|the other way)\b"),
    (Stance.SAY, r"(?:would|could|will|can) (?:only (?:say|confirm|allow)|(?:say|confirm) "
                 r"(?:only|no more than))\b"),
    (Stance.SUPPORT, r"(?:did|does|do) (?:speak|talk|tell) of\b"),
    (Stance.SAY, r"(?:was|is|were|are|remained) (?:\w+ )?(?:firm|adamant|categorical|insistent|"
                 r"emphatic|clear|certain|sure|convinced|positive) that\b"),
    (Stance.SAY, r"(?:shot|hit|fired) back (?:that|by saying)\b"),
    (Stance.DENY, r"(?:would have|was having|were having|will have) none of (?:it|this|that)\b"),
    (Stance.SAY, r"(?:stood|stands|stand) by (?:its|their|his|her|the|this|that)\b"),
    (Stance.SAY, r"(?:points|pointed|point) out\b"),
    (Stance.SAY, r"(?:was|is|were|are) (?:quoted|cited|reported) as (?:telling|adding)\b"),
    (Stance.DENY, rf"(?:brush|wav)(?:ed|es) {_OBJECT}(?:aside|away|off)\b"),
    (Stance.DENY, rf"(?:shrugged|shrugs|laughed|laughs) {_OBJECT}off\b"),
    (Stance.DENY, r"(?:scoff(?:ed|s)|sneer(?:ed|s)|jeer(?:ed|s)) at\b"),
    (Stance.DENY, r"(?:poured|pours) (?:cold water|scorn) on\b"),
    (Stance.ACCUSE, rf"attribut(?:ed|es) {_OBJECT}to\b"),
    (Stance.DENY, r"(?:gave|gives|offered|offers|told|tells) (?:(?:a|an|quite|very) ){0,2}"
                  r"(?:very |quite |rather )?(?:different|contrary|opposite|conflicting|another) "
                  r"(?:account|version|story|picture)\b"),
    (Stance.SAY, rf"challeng(?:ed|es) {_OBJECT}to\b|(?:pressed|presses|pushed) for\b"),
    (Stance.DENY, r"(?:cast|casts|threw|throws) doubt on\b"),
    (Stance.DENY, r"(?:took|takes) issue with\b"),
    (Stance.DENY, r"push(?:ed|es) back (?:against|on|at)\b"),
    (Stance.DENY, r"(?:would|will|could) (?:not|never) (?:have it|hear|accept)(?: of it)? that\b"),
    (Stance.SUPPORT, r"(?:bore|bears) (?!in |the )[\w'’ -]{1,40}? out\b"),
    (Stance.SUPPORT, r"(?:bore|bears) the [\w-]+ out\b"),
    (Stance.SUPPORT, rf"back(?:ed|s) (?:up {_CLAIM}|{_CLAIM} up)\b"),
    (Stance.SUPPORT, r"back(?:ed|s) (?:him|her|them|this|that|(?:the|his|her|their) [\w'’-]+) :"),
    (Stance.SUPPORT, rf"vouch(?:ed|es) for {_CLAIM}\b"),
    (Stance.CORRECT, r"(?:set|sets|put|puts) the record (?:straight|right)\b"),
    (Stance.CORRECT, rf"(?:put|puts|set) {_CLAIM} (?:straight|right)\b"),
    (Stance.CORRECT, rf"(?:took|takes|taken|walked|walks|rowed|rows) back (?:on )?{_CLAIM}\b"),
    (Stance.CORRECT, rf"(?:withdrew|withdraws|amended|amends|revised|revises) {_CLAIM}\b"),
    (Stance.ADMIT, r"(?:owned|owns) (?:up|to|that)\b"),
    (Stance.ADMIT, r"(?:came|comes) clean\b"),
    (Stance.ADMIT, r"(?:did|does|do) (?:admit|acknowledge|concede|allow)\b"),
    (Stance.ADMIT, r"(?:made|makes) no secret\b"),
    (Stance.ASSURE, rf"(?:gave|gives|given|pledged) (?!in\b){_OBJECT}(?:{_OWN} )?word\b(?! to)"),
    (Stance.ASSURE, rf"(?:gave|gives|given|pledged) {_OWN} word to\b"),
    (Stance.ASSURE, r"commit(?:ted|s) (?:itself|himself|herself|themselves) to\b"),
    (Stance.WARN, r"(?:served|serves|gave|gives|given) notice\b"),
    (Stance.WARN, rf"(?:put|puts) {_OBJECT}on notice\b"),
    (Stance.WARN, r"(?:sounded|sounds|raised|raises) the alarm\b"),
    (Stance.ACCUSE, rf"(?:held|holds|hold) {_OBJECT}(?:responsible|accountable|liable)\b"),
    (Stance.ACCUSE, r"(?:laid|lays|lay|put|puts|pinned|pins|placed|places) (?:the |all )?"
                    rf"(?:blame|responsibility) (?:for {_OBJECT})?(?:on|at|with|upon)\b"),
    (Stance.ACCUSE, rf"charg(?:ed|es) {_OBJECT}with\b"),
    (Stance.ACCUSE, r"point(?:ed|s)? (?:the|a) finger (?:of blame )?at\b"),
    (Stance.SAY, r"(?:let|lets) (?:it )?(?:be )?known\b"),
    (Stance.SAY, r"(?:made|makes|make) (?:it |this )?(?:known|clear|plain|public)\b"),
    (Stance.SAY, r"(?:went|goes) on to (?:say|tell|add|explain|note|claim)\b"),
    (Stance.SAY, r"(?:spoke|speaks?|talked|talks?|told|tells?) of\b"),
    (Stance.SAY, rf"(?:put|puts) {_OBJECT}(?:number|toll|figure|total|count|distance|dead|losses) "
                 rf"{_OBJECT}at\b"),
    (Stance.ASSURE, r"(?:did|does|do) (?:undertake|promise|pledge|guarantee|vow)\b"),
    (Stance.DENY, r"(?:did|does|do) (?:deny|dispute|reject|contest)\b"),
    (Stance.WARN, r"(?:did|does|do) warn\b"),
    (Stance.ACCUSE, rf"point(?:ed|s)? to {_OBJECT}as (?:the |those )?(?:author|authors|culprits?|"
                    r"perpetrators?|source|guilty|responsible|party)\b"),
    (Stance.SAY, r"(?:did|does|do) (?:say|report|claim|maintain|insist)\b"),
    (Stance.SAY, r"(?:has|had) it that\b"),
    (Stance.SAY, r"call(?:ed|s)? (?:up)?on\b|call(?:ed|s)? for\b|appeal(?:ed|s)? (?:to|for)\b"),
    (Stance.SAY, r"plead(?:ed|s) (?:with|for)\b|demand(?:ed|s)\b(?! by)|request(?:ed|s)\b(?! by)"),
    (Stance.SAY, r"(?:described|describes|describe|reported|reports|report|recalled|recall|"
                 r"recounted|recount|remembered|remember) (?=(?:hearing|seeing|watching|having|"
                 r"witnessing|finding)\b)"),
    (Stance.SAY, rf"(?:released|posted|published|aired|shared|circulated|put out|puts out) "
                 rf"{_OBJECT}(?:video|footage|images?|photos?|photographs?|pictures?|clip|"
                 rf"recording|maps?)\b"),
)  # fmt: skip
_PHRASES: Final = tuple((stance, re.compile(pattern)) for stance, pattern in _ROWS)
_LABELS: Final = re.compile(
    r"(?:called|calls|call|labelled|labels|labeled|branded|brands|termed|terms|"
    r"described|describes|characterised|characterized|dubbed|decried) "
)
_BELITTLES: Final = re.compile(rf"{_LABELS.pattern}{_CLAIM} (?:as )?.{{0,40}}?\b{_BELITTLED}\b")
_CALLED: Final = re.compile(
    rf"{_LABELS.pattern}(?:the|this|that|it|such|its|her|his) (?:[\w'’-]+ ){{0,4}}?(?:as|an?|"
    rf"nothing|reckless|dangerous|"
    r"illegal|unprovoked|unacceptable|provocative|unsafe|unprofessional|cowardly|outrageous|"
    r"deliberate)\b"
)
_HAS_WRONG: Final = re.compile(rf"\b{_WRONG}\b")
_TAIL_ONLY: Final = re.compile(r"(?:(?:went|goes) on|(?:has|had|put|puts) it)(?: [.,]|$)")
_NAMES_IT: Final = words_of("called calls call labelled labels branded brands termed terms dubbed")
_FIRST: Final = words_of("""
    ruled rules rule stood stands stand
    opened began begins started closed ended concluded responded replied countered answered
    reacted asked asks ask told tells ordered orders instructed instructs directed
    was were is are moved rushed hastened hurried stepped felt points charged charges
    brushed brushes waved waves shrugged shrugs laughed laughs scoffed scoffs sneered sneers
    jeered jeers poured pours cast casts threw throws took takes taken pushed pushes would
    will could bore bears backed backs vouched vouches set sets put puts walked walks rowed
    rows withdrew withdraws amended amends revised revises owned owns came comes did does do
    made makes make gave gives given pledged committed commits served serves sounded sounds
    raised raises held holds hold laid lays lay pinned pins placed places pointed point let
    lets went goes spoke speaks talked talks has had called calls call labelled labels
    labeled branded brands termed terms described describes describe reported reports report
    recalled recall recounted recount remembered remember released posted published aired
    shared circulated appealed appeals appeal pleaded pleads demanded demands requested
    requests characterised characterized dubbed decried shot hit fired
    speak talk told tell tells doesn't don't didn't saw sees see can
    attributed attributes offered offers challenged challenges pressed presses
""")
"""The words that a phrase may begin with: nothing else is looked at twice."""


def phrasal_frame(words: Sequence[Word], at: int, before: Sequence[Frame]) -> Frame | None:
    """A frame whose verb is a phrase that begins at this word; None where there is none."""
    if words[at].quoted or words[at].low not in _FIRST:
        return None
    text = " ".join(each.low for each in words[at : at + 16])
    if words[at].low in _NAMES_IT:
        text = re.sub(r"[“”\"«»„] ?", "", text)  # `called that “a fantasy”`
    found = _matched(text, words, at)
    if found is None:
        return None
    stance, length = found
    start = start_of_verb(words, at)
    of_him = start > 1 and words[start - 1].low == "who" and words[start - 2].text == ","
    if of_him and before and stance is Stance.DENY and before[-1].speaker is not None:
        content, _ = _content(words, at, at + length, 0, stance, later=True)
        return Frame(words[at].low, at, stance, before[-1].speaker, content, begins=start - 1)
    if words[at].low not in BE and _is_not_meant(words, start):
        return None
    shared = start > 0 and words[start - 1].low in {"and", "but"}
    if shared and before and before[-1].at < start:
        speaker, begins = before[-1].speaker, 0
    else:
        told = _speaker_before(words, start, shared=shared)
        if told is None or (stance is Stance.SUPPORT and not _is_somebody(told[0])):
            return None
        speaker, begins = told
    if before and begins and words[begins - 1].low in {"after", "since", "before", "until"}:
        return None  # `…, two days after the ministry had ruled it out`: by the way
    end = at + length
    content, accused = _content(words, at, end, begins, stance, bool(before))
    return Frame(words[at].low, at, stance, speaker, content, begins=begins, accused=accused)


def _matched(text: str, words: Sequence[Word], at: int) -> tuple[Stance, int] | None:
    for stance, pattern in _PHRASES:
        found = pattern.match(text)
        if found is not None and not re.search(r"\b(?:that|which|who)\b", found[0][:-5]):
            return stance, len(found[0].split())
    if _LABELS.match(text) and _HAS_WRONG.search(" ".join(each.low for each in words)):
        return Stance.DENY, 1
    if _BELITTLES.match(text):
        return Stance.DENY, 1
    if _CALLED.match(text):
        return Stance.SAY, 1
    if at > 2 and (tail := _TAIL_ONLY.match(text)):
        return Stance.SAY, len(tail[0].replace(" .", "").split())
    return None


def _is_not_meant(words: Sequence[Word], start: int) -> bool:
    before = words[start - 1].low if start else ""
    return before in BE | NEGATIONS | {"to", "who", "will", "would", "may", "might", "could"}


def _speaker_before(
    words: Sequence[Word], start: int, *, shared: bool
) -> tuple[Speaker, int] | None:
    found = first_subject(words, start) if shared else None
    found = found or subject_before(words, start)
    if found is not None:
        begins, main, beside = found
        owned = of_whose_claim(main)  # `a claim that X called a lie`: it is X who calls it so
        found = begins + owned, main[owned:], beside
    speaker = read_speaker(found[1], found[2]) if found else None
    return (speaker, found[0]) if found is not None and speaker is not None else None


def _is_somebody(speaker: Speaker) -> bool:
    """Whether it is a person or a body: `monitoring bears this out` is nobody's word."""
    named = bool(speaker.name or speaker.pronoun or speaker.party)
    people = speaker.role in PLURAL_PEOPLE
    return people or (
        named and (speaker.role in ROLES | BODIES or bool(speaker.name or speaker.pronoun))
    )


def _content(
    words: Sequence[Word], at: int, end: int, begins: int, stance: Stance, later: bool
) -> tuple[tuple[tuple[int, int], ...], tuple[int, int] | None]:
    """What is handed on: after the phrase, or before its speaker; and whom it blames."""
    accused = _accused(words, at, end) if stance is Stance.ACCUSE else None
    after = end + 1 if end < len(words) and words[end].low == "that" else end
    rest = ((after, len(words)),) if len(words) - after > 1 else ()
    lead = (0, begins)
    told = any(is_finite(words[:begins], n) for n in range(begins)) or any(
        each.quoted for each in words[:begins]
    )
    if told and not later and stance in {Stance.SAY, Stance.DENY, Stance.ADMIT}:
        commas = chunks_of(words, 0, begins)
        return ((lead, *rest) if commas else rest), accused
    inner = rest or ((at + 1, len(words)),)
    return inner, accused


def _accused(words: Sequence[Word], at: int, end: int) -> tuple[int, int] | None:
    if words[at].low in {"held", "holds", "hold", "charged", "charges"}:
        return (at + 1, end - 1)
    return phrase_after(words, end, len(words))
