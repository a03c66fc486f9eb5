"""What a draft is: what somebody does by saying it, or what is told to have happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.denials import ONCE_READ, find_denied, of_events
from openline.reports.lexicon import BODIES, FOR_NOBODY, Event, Stance
from openline.reports.making import OWN_START, THIRD_OWN, Made, share, stems
from openline.reports.own_denials import denies_own, none_saw
from openline.reports.unseen import ABSENT, NOT_SEEN, NOTHING_TOLD
from openline.reports.wordings import (
    ADMITS,
    ASSURED,
    CORRECTING,
    CORRECTS,
    CORROBORATES,
    INTENDS,
    LETS_BE,
    MISTAKEN,
    OF_ONESELF,
    REGRETS,
    THREATENS,
    WITHDREW,
    WITNESSED,
    WRONG,
)

_KIND_OF: Final = {
    Stance.DENY: "denial", Stance.WARN: "warning", Stance.ADMIT: "acknowledgement",
    Stance.REGRET: "regret", Stance.ASSURE: "assurance", Stance.CORRECT: "correction",
    Stance.ACCUSE: "claim", Stance.SUPPORT: "supporting_account",
}  # fmt: skip
_JOINT: Final = frozenset(
    {Event.TALKS, Event.OPEN_LINE, Event.AGREEMENT, Event.EVACUATION, Event.CONVOY}
)
_DEEDS: Final = frozenset(
    {Event.STRIKE, Event.FIRING, Event.CROSSING, Event.ADVANCE, Event.CAPTURE}
)
_QUOTES: Final = re.compile(r"[“”„«»\"]")
_OURS: Final = re.compile(r"\b(?:we|ours?|us)\b", re.IGNORECASE)
_NONE_OF_OURS: Final = re.compile(
    r"\b(?:of (?:our|its|their|his) own|of ours|"
    r"(?:none|not (?:one|a single)) of (?:our|its|their|his|her)|"
    r"no (?:[\w-]+ )?of (?:our|its|their|his|her))\b",
    re.IGNORECASE,
)
_NOT_ONE: Final = re.compile(
    r"^(?:there (?:was|were|is|are) no|not (?:one|a single|any)|none|no|nobody|never|nothing|"
    r"neither|we (?:did not|never|have "
    r"not|had not))\b",
    re.IGNORECASE,
)
_NOT: Final = re.compile(
    r"^(?:[\w'’-]+ ){0,6}?(?:not|never|no|nothing|none|nobody|[a-z]+n['’]t)\b", re.IGNORECASE
)
_ACCOUNT: Final = re.compile(
    r"^what [^.]{3,60}? (?:said|saying|told|reported|claimed|described|alleged)\b|"
    r"^(?:[\w'’-]+ ){0,4}?(?:accounts?|versions?|reports?|claims?|story|stories|statements?|"
    r"allegations?|accusations?|words|testimony)\b(?! (?:that|of))",
    re.IGNORECASE,
)
_NOT_US: Final = re.compile(
    r"^not (?:us|ours|me|mine|true|so|at all|by us|our \w+)\b[ .!,”\"]*$", re.IGNORECASE
)
_PERCEIVES: Final = re.compile(
    r"\b(?:saw|see|seen|found|find|observ\w+|detect\w+|spot\w+|sight\w+|heard|hear|notic\w+|"
    r"met|meet|register\w+|record\w+|sign|trace)\b",
    re.IGNORECASE,
)
_ONLY: Final = re.compile(r"\b(?:had |have |has )?(?:only|merely|simply) \w+(?:ed|en|wn|ook)\b")
_BEARS_OUT: Final = re.compile(
    r"\b(?:bore|borne|bears|consistent|match(?:es|ed)?|tall(?:y|ies|ied)|squares?)\b", re.IGNORECASE
)
_NOT_DONE: Final = re.compile(
    r"^(?:no[,.] )?(?:we|our [\w-]+|I) (?:have|has|had|did|do|does|were|was|are)"
    r"(?: not|n['’]t| never) (?:\w+ ){0,2}?(?:it|that|this|them|there|so|any such thing)\b"
    r"[ .,;!”\"]*(?:$|[.,;])",
    re.IGNORECASE,
)
"""`We have not lost it`: what somebody else has just said of us."""
_AT_NO_TIME: Final = re.compile(
    r"\bat no (?:time|point|moment|stage)\b|\b(?:not|never|n['’]t) [^.;]{3,60}\b(?:at any (?:time|"
    r"moment|point|stage)|in any way)\b",
    re.IGNORECASE,
)
_HEARD: Final = re.compile(
    r"(?:a|an|one|two|the) (?:single |direct |second |loud )?(?:impact|hit|blast|explosion|shot|"
    r"round|crater|"
    r"overflight|landing|flash|bang)s?\b|(?:having )?(?:hear|see|receiv|detect|record|observ|"
    r"witness)\w* "
    r"(?:a|an|the|two|three|several)\b",
    re.IGNORECASE,
)
_HAVING_SAID: Final = re.compile(
    r"(?:for )?having (?:\w+ )?(?:reported|stated|said|written)\b", re.IGNORECASE
)
_NEXT_TIME: Final = re.compile(r"^[“\"]?next time,? [^.]*\b(?:will|would|shall)\b", re.IGNORECASE)
_TOO: Final = re.compile(
    r"^(?:that )?(?:it|he|she|they|we|I|its [\w-]+) (?:too|also|as well)\b|^(?:it|he|she|they|we|"
    r"I) (?:had|has|"
    r"have) also (?:seen|heard|watched|recorded|felt)\b",
    re.IGNORECASE,
)
"""`It too had heard both shots`."""
_ANSWERED: Final = re.compile(
    r"\b(?:answered|returned|responded to|replied to|silenced|dealt with) (?:the |with |their |"
    r"its |those |"
    r"that )*(?:[\w-]+ ){0,2}?(?:fire|guns?|posts?|source|rounds?|shots?|batter(?:y|ies)|"
    r"mortars?)\b",
    re.IGNORECASE,
)
_NO_MATCH: Final = re.compile(
    r"(?:\bnot|n['’]t) (?:match|tally|agree with|square|support|bear out)\b", re.IGNORECASE
)
_NOT_KNOWN: Final = re.compile(
    r"^(?:it|they|we|he|she|I)(?: (?:had|has|have|did|was|were|could|can)(?: not|n['’]t)|"
    r" could not|"
    r"cannot) (?:yet )?(?:been (?:able|told|informed|notified|asked)|receiv\w*|know|confirm|verify|"
    r"say|establish\w*|able|aware|comment)\b",
    re.IGNORECASE,
)
"""What is not known is neither denied nor unseen."""
_NONE_OF: Final = re.compile(r"^(?:none|neither|no one|nobody|not one) of ", re.IGNORECASE)


def kind_of(stance: Stance, made: Made, text: str, before: Sequence[Made]) -> str:
    """The kind of a draft, from how it was said, its words, and what was said before it."""
    text = _QUOTES.sub("", text)  # `reports of tanks were “imagination”`
    if stance in {Stance.SAY, Stance.CONFIRM, Stance.ADMIT} and (
        kind := _said(stance, made, text, before)
    ):
        return kind
    if stance is Stance.REGRET and _HAVING_SAID.match(text.strip(' ,"')):
        return "correction"
    if stance in _KIND_OF:
        return _KIND_OF[stance]
    if stance is Stance.CONFIRM and (kind := _confirmed(made, before)):
        return kind
    if THREATENS.search(text):
        return "warning"
    if WITNESSED.search(text) and (kind := _witnessed(made, before)):
        return kind
    if made.event is None or (made.told is not None and made.told.vague and not _is_own(made)):
        return "claim"
    if made.event is Event.CROSSING and made.told is not None and made.told.vague:
        return "claim"  # `our forces entered the town`: no line was crossed
    if made.event in {Event.STRIKE, Event.FIRING} and made.target and _is_own_word(made.target):
        return "claim"  # whoever was hit says of another that it was he
    return made.event.value


def _said(stance: Stance, made: Made, text: str, before: Sequence[Made]) -> str:
    plain = text.lstrip(' "“,:')
    for find in (_as_put, _as_unseen, _as_of_its_own):
        if kind := find(stance, made, text, plain, before):
            return kind
    return "acknowledgement" if ADMITS.search(text) else ""


def _as_put(stance: Stance, made: Made, text: str, plain: str, before: Sequence[Made]) -> str:
    """What the words themselves tell: that it corrects, refuses, regrets, warns or promises."""
    if CORRECTING.search(made.sentence) or CORRECTS.search(made.sentence):
        return "correction"
    for pattern, kind in ((MISTAKEN, "correction"), (WRONG, "denial"), (REGRETS, "regret")):
        if pattern.search(text):
            return kind
    if THREATENS.search(text) or _NEXT_TIME.match(made.sentence):
        return "warning"
    if INTENDS.search(text) and _of_oneself(made, text):
        return "assurance"
    if none_saw(text):
        return "negative_presence"
    if _TOO.search(plain) and any(each.side != made.side for each in before[-6:]):
        return "supporting_account"
    if denies_own(stance, made, text, before):
        return "denial"
    safe = ASSURED.search(text) or (stance is Stance.SAY and LETS_BE.search(text))
    return "assurance" if safe else ""


def _as_unseen(stance: Stance, made: Made, text: str, plain: str, before: Sequence[Made]) -> str:
    """What is said not to have been, or not to have been seen."""
    if stance is Stance.SAY and _goes_on_denying(made, plain, before):
        return "denial"
    if NOTHING_TOLD.match(plain) and not _NONE_OF_OURS.search(text):
        return "negative_presence"
    if NOT_SEEN.search(plain):
        return "denial" if _NONE_OF_OURS.search(text) else "negative_presence"
    if made.told is not None and made.told.negated:
        return "claim" if _NOT_KNOWN.match(plain) else _negated(made, text, before)
    return ""


def _as_of_its_own(
    stance: Stance, made: Made, text: str, plain: str, before: Sequence[Made]
) -> str:
    """What a side says of itself, or that nobody was there."""
    if made.told is not None and made.told.negated:
        return ""
    if stance is Stance.SAY and (kind := _of_its_own(made, text, before)):
        return kind
    if ABSENT.search(text) and made.event is None:
        return "denial" if _NONE_OF_OURS.search(plain) else "negative_presence"
    return ""


def _goes_on_denying(made: Made, plain: str, before: Sequence[Made]) -> bool:
    """Whether it goes on with what the same side denied just before, or is `Not us`."""
    others = any(each.side != made.side and each.kind != "denial" for each in before[-3:])
    if _NOT_US.match(plain) or (others and _NOT_DONE.search(plain)):
        return True
    refuses = _NOT_ONE.match(plain) or (_NOT.match(plain) and _own_subject(made))
    return bool(refuses) and any(
        each.kind == "denial" and each.side == made.side for each in before[-2:]
    )


def _of_its_own(made: Made, text: str, before: Sequence[Made]) -> str:
    """What a side says of itself that it is accused of, or of what others have told."""
    accused, own = _accused_before(made, before), _own_subject(made)
    if _NOT_ONE.match(text.lstrip(' "“,:')) and _NONE_OF_OURS.search(text):
        return "denial"  # `none of our batteries was active`
    if _NOT.match(text.lstrip(' "“,:')) and ((accused and own) or _takes_up(made, before)):
        return "denial"  # `we were not there`, `no drones were used`
    if _contradicts(made, text, before) or (own and _AT_NO_TIME.search(text)):
        return "denial"
    if _NO_MATCH.search(text):
        return "denial"
    if CORROBORATES.search(text) and (kind := _stands_by(made, before)):
        return kind
    if own and _ANSWERED.search(text):
        return "acknowledgement"
    owns = own and accused and _ONLY.search(text)
    withdrew = own and made.event is None and WITHDREW.search(text)
    return "acknowledgement" if owns or withdrew else ""


def _own_subject(made: Made) -> bool:
    """Whether what is told is of the speaker's own side: `we`, `its troops`, or its own name."""
    subject = made.content.lstrip('"“ ,')
    if _is_own_word(subject) or subject.lower().startswith(("it ", "they ", "he ", "she ")):
        return True
    first = " ".join(subject.split()[:4])
    return bool(made.side) and share(first, made.side)


def _stands_by(made: Made, before: Sequence[Made]) -> str:
    """`Two transports did arrive`: of one's own it is owned to, of another's it is borne out."""
    ours = _OURS.search(" ".join(made.content.split()[:6])) is not None
    if (ours or _own_subject(made)) and not _BEARS_OUT.search(made.content):
        return "acknowledgement"
    told = any(each.side != made.side and each.kind != "regret" for each in before[-4:])
    return "supporting_account" if told else ""


def _negated(made: Made, text: str, before: Sequence[Made]) -> str:
    """What did not happen is never shown as what did."""
    if (
        _is_accused(made, before)
        or _is_own(made)
        or find_denied(made, before, ONCE_READ) is not None
    ):
        return "denial"
    own = made.speaker is None or _own_subject(made)
    if own and made.event in _DEEDS:
        return "denial"  # a bulletin says so of its issuer's own
    if made.event in {Event.STRIKE, Event.FIRING}:
        alike = any(of_events(e.event, made.event) and e.side != made.side for e in before[-3:])
        return "denial" if alike and made.target else "claim"
    if ABSENT.search(text):
        return "negative_presence"
    return "" if made.event is Event.ASSURANCE else "claim"


def _is_own_word(text: str) -> bool:
    return bool(OWN_START.match(text) or THIRD_OWN.match(text))


def _of_oneself(made: Made, text: str) -> bool:
    """Whether an intention is the speaker's own: `we`, `it`, `its forces`, or its own name."""
    subject = (made.actor or text).lstrip('"“ ')
    if made.speaker is not None and made.speaker.role in FOR_NOBODY:
        return False
    if _is_own_word(subject) or OF_ONESELF.search(text):
        return True
    if share(subject, made.side) or "assurance" in text.lower():
        return True
    role = made.speaker.role if made.speaker else ""
    words = subject.lower().split()[:4]
    # `Its spokesman said the mission would not leave`: he speaks for it.
    for_it = made.speaker is None or role.startswith("spokes")
    return for_it and words[:1] == ["the"] and bool(BODIES & set(words))


def _is_accused(made: Made, before: Sequence[Made]) -> bool:
    """Whether something was alleged before of the side that now says it did not happen."""
    if OWN_START.search(made.content.lstrip('"“ ')):
        return True
    return _accused_before(made, before)


def _contradicts(made: Made, text: str, before: Sequence[Made]) -> bool:
    """`Not one drone had flown`, right after somebody else's word of drones."""
    last = before[-1] if before else None
    if last is None or last.side == made.side or last.kind in {"denial", "negative_presence"}:
        return False
    plain = text.lstrip(' "“,:')
    if not _NOT_ONE.match(plain) or _PERCEIVES.search(text):
        return False
    if plain.lower().startswith("there ") and not _accused_before(made, before):
        return False  # whoever looks and finds nothing denies nothing
    roots = {each[:4] for each in stems(made.content)}
    return bool(roots & {each[:4] for each in stems(last.content)})


def _takes_up(made: Made, before: Sequence[Made]) -> bool:
    """Whether a thing that another alleged of the speaker's own side is spoken of again."""
    words = stems(made.content)
    return bool(made.side) and any(
        each.kind != "denial"
        and each.actor
        and each.side != made.side
        and share(each.actor, made.side)
        and len(words & stems(each.sentence)) >= 1
        for each in before[-4:]
    )


def _accused_before(made: Made, before: Sequence[Made]) -> bool:
    return bool(made.side) and any(
        each.kind != "denial"
        and each.actor
        and each.side != made.side
        and share(each.actor, made.side)
        for each in before
    )


def _is_own(made: Made) -> bool:
    """Whether what did not happen would have been the speaker's own act."""
    actor = _NONE_OF.sub("", made.actor or "")
    if actor.lower() in {"it", "they", "he", "she"} or _OURS.search(made.content):
        return True
    return _is_own_word(actor) or (bool(actor) and share(actor, made.side))


def _witnessed(made: Made, before: Sequence[Made]) -> str:
    """Whoever saw or heard something stands by whoever has told of it before."""
    told = any(
        each.side != made.side and each.kind != "denial" and each.event is not None
        for each in before[-6:]
    )
    return "supporting_account" if told and made.event is None else ""


def _confirmed(made: Made, before: Sequence[Made]) -> str:
    """Confirming is admitting one's own act, or standing by what somebody else has said."""
    if made.event in _JOINT:
        return ""
    if made.actor and (_is_own_word(made.actor) or share(made.actor, made.side)):
        return "acknowledgement"
    if THIRD_OWN.match(made.content.lstrip('"“ ')) and made.event is None:
        return ""  # `confirmed its readiness`
    others = any(each.side != made.side and each.kind != "denial" for each in before)
    if others and _ACCOUNT.match(made.content.lstrip('"“ ')):
        return "supporting_account"  # `confirmed the pilot's account`
    if others and _HEARD.match(made.content.lstrip('"“ ')):
        return "supporting_account"
    for each in before:
        if each.side == made.side or each.kind == "denial":
            continue
        near = made.event is None and any(each is other for other in before[-3:])
        alike = of_events(each.event, made.event) > 0
        shared = len(stems(each.content) & stems(made.content))
        if alike or shared >= 2 or (shared and (near or each is before[-1])):
            accused = _accused_before(made, before) and made.actor is None
            return "acknowledgement" if accused else "supporting_account"
    return ""
