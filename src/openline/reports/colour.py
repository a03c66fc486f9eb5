"""What tells nothing that can be held against another account: feelings, requests, suppositions."""

from __future__ import annotations

import re
from typing import Final

from openline.reports.lexicon import BODIES, FOR_NOBODY, PLURAL_PEOPLE, ROLES, singular, words_of
from openline.reports.making import Made

_I: Final = re.IGNORECASE
_SUPPOSES: Final = re.compile(
    r"^(?:and |but |so )?(?:if|without|supposing|suppose|imagine|unless|were (?:the|it|they|he|"
    r"she|we)|"
    r"should (?:the|it|they|this|that|any)|had (?:the|it|they|he|she|we|any))\b",
    _I,
)
_NOT_KNOWN: Final = re.compile(
    r"^(?:what|whether|who|how|why|if|whose|where)\b.{5,160}\b(?:is|are|was|were|remains?|"
    r"remained) (?:not (?:known|clear|something|anything)|un\w+|anybody|anyone|for (?:others|"
    r"history))\b|"
    r"^(?:would|could|will|can|should|does|did|is|are|was|has|have) (?:any\w*|the|it|they|we|"
    r"he|she|there)\b.{5,200}\b(?:asked|wondered)\b",
    _I,
)
_SUPPOSED: Final = re.compile(
    r"^[“\"]?(?:(?:were|should) [^.;]{3,140}?\b(?:would|might|could)\b|"
    r"had [^.;,]{3,90}, [^.;]{3,90}?\b(?:would|might|could) have\b|"
    r"[^.;]{0,60}\bif [^.;]{3,80}? were to [^.;]{3,120}?\b(?:would|might|could)\b|"
    r"[^.;]{3,120}?\b(?:would|might|could)\b[^.;]{3,80}? if [^.;]{3,80}? were to\b)",
    _I,
)


def only_supposed(text: str) -> bool:
    """Whether a sentence says what would be if something else were."""
    return _SUPPOSED.search(text) is not None


_WOULD: Final = re.compile(r"\b(?:would|could|might|may|can|cannot|can['’]t|should)\b", _I)
_ASKS: Final = re.compile(
    r"^(?:[\w'’-]+ ){0,4}?(?:partners|donors|readers|members|agencies|colleagues|subscribers|"
    r"listeners|viewers|journalists|organi[sz]ations|clusters|contributors|operators|focal points|"
    r"states)(?: [\w'’-]+){0,3}? (?:are|is|were) (?:\w+ ){0,2}?(?:asked|reminded|invited|requested|"
    r"encouraged|urged|thanked)\b|"
    r"^(?:we|this \w+|the \w+(?: \w+)?) (?:thanks?|welcomes?|asks?|invites?|reminds?|appeals? to) "
    r"(?:all |its |our |the )?(?:partners|donors|readers|members|colleagues|volunteers|supporters|"
    r"listeners)\b",
    _I,
)
_WILL_FOLLOW: Final = re.compile(
    r"^(?:an?|the|our|this|further|more|next|another)(?: [\w-]+){0,4}? (?:appeals?|updates?|"
    r"bulletins?|assessments?|details|figures|reports?|lists?|maps?|briefings?|statements?|notes?|"
    r"versions?|transcripts?|information|issues?) (?:will|is to|are to|is due|are due|"
    r"would) (?:\w+ )?"
    r"(?:follow|be (?:given|provided|issued|published|released|shared|sent|posted|circulated|"
    r"available)|appear|come)\b",
    _I,
)
_DECLINES: Final = re.compile(
    r"^(?:I|we)(?:['’](?:m|re))? (?:do not|don['’]t|will not|won['’]t|cannot|can['’]t|would not|"
    r"do not want to|don['’]t want to|"
    r"(?:am|are) not going to|have (?:nothing|no)) (?:\w+ )?(?:comment|play|go into|discuss|"
    r"speculate|answer|guess|add (?:anything|more|to)|get into|be drawn|to (?:say|"
    r"add)|say (?:any ?)?more)\b|"
    r"\b(?:not been able|unable|not yet able) to (?:\w+ )?(?:check|verify|confirm|establish|"
    r"reach)\b|"
    r"\b(?:could|can) not be (?:\w+ )?(?:checked|verified|confirmed|reached)\b|"
    r"\bno comment\b|\bdo(?:es)? not comment\b|\bthank you\b",
    _I,
)
_FEELS: Final = re.compile(
    r"\b(?:cannot|can['’]t|could not|couldn['’]t|did not|didn['’]t|do not|"
    r"don['’]t) (?:stop (?:\w+ing)|"
    r"sleep|slept|eat|know (?:where|what|how|when|if|whether)|understand|believe it|bear)\b|"
    r"\b(?:afraid|scared|frightened|terrified|exhausted|tired|weary|heartbroken|grateful|thankful|"
    r"proud|ashamed|sad|lonely|worried|anxious|lucky|pray(?:s|ed|ing)?|wept|weep(?:s|ing)?|cried|"
    r"crying|miss(?:es|ed)? (?:my|his|her|our|home)|fed up|had enough|in god['’]s hands)\b",
    _I,
)
_OF_WEIGHT: Final = re.compile(
    r"\d|\b(?:observ|side|answer|"
    r"paramilit|gunm|guard|bandit|gang|loot|push|advanc|retreat|quarter\b|suburb|hill|ridge|valley|"
    r"forest|street|square|church|mosque|bus(?:es)?\b|cars?\b|van\b|train|rail|hostage|captur|seiz|"
    r"prison|shrapnel|crater|debris|siege|blockade|curfew|ambulanc|doctor|nurse|patient|medic|aid\b|"
    r"fight|clash|battle|combat|kill|dead|died|dies|dying|death|wound|injur|hurt|casualt|"
    r"bod(?:y|ies)\b|shell|shot|"
    r"shoot|fire|firing|bomb|drone|quadcopter|rocket|missile|blast|explo|bang|gun|mortar|artiller|"
    r"tank|troop|soldier|fighter|army|armed|militar|police|patrol|jet|plane|aircraft|helicopter|"
    r"ship|boat|vessel|convoy|truck|lorr|vehicle|road|bridge|border|checkpoint|house|home|roof|"
    r"wall|school|hospital|clinic|market|burn|flame|destroy|damag|collaps|flood|smoke|ash|"
    r"clos(?:e|ed|ing)"
    r"\b|open|shut|block|arrest|detain|flee|fled|left\b|leav|evacuat|gone\b|cross|attack|raid|"
    r"mine\b|mines\b|siren|shelter|line\b|camp|village|town|men\b|radio|phone|cut (?:off|in|"
    r"by)\b|ran out|run "
    r"out|water|power|electric|fuel|food|medicin|cancel|divert|delay|ground(?:ed|ing)|flight|"
    r"runway|"
    r"airport|port\b|truce|ceasefire|cease-fire|talks|agree|sign|promis|withdr|pull|half|hundred|"
    r"thousand|dozen|several|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twent|"
    r"thirt|fort(?:y|ies)|fift|sixt|sevent|"
    r"eight|ninet|situation|sector|ignor|refus|demand|quiet|radar|record|account|version|claim|"
    r"front|"
    r"enemy|rebel|enem|territor|air|sea\b|coast|island|river|dam\b|pilot|crew|radio|signal|height|altitude|licen|permit|zone|distance|met(?:re|er)s|feet|course|track)",
    _I,
)
_SILENT: Final = re.compile(
    r"\b(?:kept|remained|stayed) silent\b|\bmade no (?:comment|statement|reply)\b|"
    r"\b(?:did|has|have|had) not (?:\w+ )?(?:comment|commented|respond|responded|reply|replied)\b|"
    r"\bdeclined to comment\b|\bno (?:word|comment|reply|response|reaction)\b",
    _I,
)
_PRIVATE: Final = words_of("""
    families family residents villagers people men women locals survivors relatives neighbours
    neighbors
    farmers traders refugees students parents passengers evacuees drivers shopkeepers worshippers
    tourists campers truckers pilgrims mother father grandmother grandfather woman man boy girl
    widow
    grocer baker student student's teacher shopkeeper trader farmer tailor waiter barber pensioner
    housewife neighbour neighbor youth cook vendor butcher fisherman fishermen herder
""")


def tells_nothing(made: Made, text: str, *, goes_on: bool = False) -> bool:
    """Whether a draft with no event holds nothing that anybody could deny or bear out.

    What `goes_on` with somebody's words is kept with them, unless it only supposes or asks.
    """
    plain = text.strip(' "“”‘’,:;—–')
    supposed = _SUPPOSES.search(plain) and _WOULD.search(plain)
    if supposed and made.kind != "warning":
        return True
    if made.kind == "denial" and _DECLINES.match(plain):
        return True
    if made.kind not in {"claim", "warning", "assurance"}:
        return False
    if _NOT_KNOWN.search(made.sentence.strip(' "“”')):
        return True
    if _DECLINES.search(plain.split(",")[0]) and made.kind != "warning":
        return True
    asks = _ASKS.search(plain) or _ASKS.search(made.sentence)
    if asks or (_WILL_FOLLOW.search(plain) and made.event is None):
        return True
    if made.kind != "claim" or made.event is not None:
        return False
    if made.speaker is None and _SILENT.search(plain):
        return True
    if made.target is not None or goes_on:
        return False
    if made.speaker is None:
        return True  # nobody's word, and of nothing that is known
    weighs = _OF_WEIGHT.search(plain) is not None and _FEELS.search(plain) is None
    return _is_private(made) and not weighs


def _is_private(made: Made) -> bool:
    """Whether nobody speaks but for himself: no office, no body, no side."""
    speaker = made.speaker
    if speaker is None:
        return False
    role = singular(speaker.role)
    if speaker.role in FOR_NOBODY or role in FOR_NOBODY or speaker.role in _PRIVATE:
        return True
    official = speaker.role in ROLES | BODIES or role in ROLES | BODIES
    words = speaker.shown.lower().split()
    head = next((each for each in words if each in _PRIVATE), "")
    if head and not official and not (set(words[: words.index(head)]) & BODIES):
        return True
    return not official and not speaker.party and speaker.role not in PLURAL_PEOPLE
