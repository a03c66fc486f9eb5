"""What a side says that it has not done: a denial, though it has no verb of denying."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.lexicon import BODIES, PLURAL_PEOPLE, ROLES, Stance, singular, words_of
from openline.reports.making import Made

_ARMED_SIDES: Final = words_of("""
    army ministry government military forces staff command guard navy brigade rebels militia junta
    regiment fleet garrison front presidency kremlin pentagon palace police
""")
_OBSERVES: Final = words_of("""
    mission monitor monitors observer observers peacekeepers observatory un osce agency
    organisation organization residents witness charity council verification
""")
_NOT_YET: Final = (
    r"(?! (?:yet|yet\b|been (?:able|told|informed|contacted|asked|given|notified|warned)|know\w*|"
    r"received?|seen|see|heard?|hear|comment\w*|confirm\w*|verif\w*|find|found|observed?|detect\w*|"
    r"independently|decided?|finished|stopped|ended|spoken|speak|have|sure|aware|clear|want\w*|"
    r"intend\w*|plan\w*|seek|agree\w*|say|said|expect\w*|think|reached|sleep|slept|eat|eaten|get|"
    r"got|need|present|seeking|going|record\w*|register\w*|meet|met|notice\w*|respond\w*|"
    r"understand|understood|recover\w*|return\w*|remember|recall|arrived?|able))"
)
_OWN_NOT: Final = re.compile(
    r"^(?:(?:and|but|that) )?(?:it|they|we|I|(?:its|their|our) (?:[\w-]+ ){0,2}?[\w-]+)(?:['’]ve)? "
    r"(?:(?:has|had|have|did|was|were) (?:not|never)|(?:has|had|have|did|was|were)n['’]t|never|'d "
    rf"never){_NOT_YET} [a-z]",
    re.IGNORECASE,
)
"""`It hasn't sent a soldier`, `our guns were never there`: not of what is known."""
_BARE: Final = re.compile(
    r"^(?:it|this|that|they|he|she|we|I|there)(?: (?:was|were|is|are|did|had|has|have)(?: not|"
    r"n['’]t)|"
    r" (?:was|were|is|are|did|had|has|have)n['’]t)(?: (?:so|true|us|them|him|her))?[ .,;”\"]*$",
    re.IGNORECASE,
)
"""`It was not, according to X`."""
_BUT_NOT: Final = re.compile(
    rf"^(?:(?:had|has|have|did) (?:not|never)|(?:had|has|have|did)n['’]t){_NOT_YET} [a-z]",
    re.IGNORECASE,
)
"""The second half of `had thrown stones but had not used bullets`."""
_BUT: Final = re.compile(r"\bbut (?:had|has|have|did)", re.IGNORECASE)
_DOES_NOTHING: Final = re.compile(
    r"^(?:we|it|they|our [\w-]+) (?:have |had |has |did )?[a-z]{3,} (?:nothing|nobody|no one)\b",
    re.IGNORECASE,
)
"""`We lay nothing on roads`, right after somebody said that they do."""
_SAW: Final = re.compile(
    r"\b(?:saw|see|seen|heard|hear|found|met|know|knew|say|said|get|got)\b", re.IGNORECASE
)
_NEVER_DO: Final = re.compile(
    r"^(?:[\w'’-]+ ){1,4}(?:do not|don['’]t|does not|doesn['’]t|never) (?:bomb|shell|target|fire|"
    r"shoot|"
    r"attack|kill|strike|hit|use|cross|arm|support|train)\b",
    re.IGNORECASE,
)
_NO_MEN: Final = re.compile(
    r"^(?:no|not (?:one|a single)) (?:[\w-]+ ){0,3}?(?:soldiers?|troops?|men|man|fighters?|"
    r"personnel|units?|guns?|aircraft|planes?|jets?|drones?|tanks?|shells?|rockets?|missiles?|"
    r"mortars?|gunners?|patrols?|vehicles?|vessels?|boats?|ships?|helicopters?|pilots?|platoons?)"
    r"(?: of (?:[\w-]+ ?){1,3}?)? (?:(?:had|has|have|was|were)\b|crossed|"
    r"fired|entered|flew|went|came|"
    r"ever)",
    re.IGNORECASE,
)
_SEES: Final = re.compile(
    r"^(?:none|neither|not one|no one|nobody) of [\w'’ -]{3,40}? (?:(?:had|has|have) )?(?:ever )?"
    r"(?:saw|seen|heard|noticed|observed|detected|met|spotted)\b",
    re.IGNORECASE,
)
_AT_NO_TIME: Final = re.compile(
    r"\bat no (?:time|point|moment|stage)\b|\bnever (?:once )?(?:got|get|reached|set foot|entered|"
    r"crossed|took|came|left)\b|\b(?:not|never|n['’]t) [^.;]{3,60}\b(?:at any (?:time|moment|"
    r"point|stage)|in any way)\b",
    re.IGNORECASE,
)


def none_saw(text: str) -> bool:
    """`None of its masters had heard any firing`: seen by nobody, and denied by none."""
    return _SEES.search(text.lstrip(' "“,:')) is not None


def denies_own(stance: Stance, made: Made, text: str, before: Sequence[Made]) -> bool:
    """Whether a side says of its own, or of what others tell, that it was not so."""
    plain = text.lstrip(' "“,:')
    if stance is not Stance.SAY or made.speaker is None:
        return False
    if _BARE.match(plain):
        return True
    told = any(each.side != made.side and each.kind != "denial" for each in before[-6:])
    if _is_a_side(made) and (
        _OWN_NOT.match(plain) or (_BUT_NOT.match(plain) and _BUT.search(made.sentence))
    ):
        return True
    if told and _is_armed(made) and _NEVER_DO.match(plain):
        return True
    if told and _DOES_NOTHING.match(plain) and not _SAW.search(plain):
        return True
    if told and _is_armed(made) and _NO_MEN.match(plain):
        return True
    return told and _is_armed(made) and _AT_NO_TIME.search(plain[:90]) is not None


def _is_a_side(made: Made) -> bool:
    """Whether somebody speaks for a body: of what a private person did nobody accuses him."""
    speaker = made.speaker
    return speaker is not None and (bool(speaker.party) or speaker.role in BODIES)


def _is_armed(made: Made) -> bool:
    """Whether an army, a government or the like speaks, and nobody who observes."""
    speaker = made.speaker
    if speaker is None:
        return False
    words = {
        singular(each) if singular(each) in _ARMED_SIDES else each
        for each in re.findall(r"[\w-]+", f"{speaker.party} {speaker.shown} {speaker.role}".lower())
    }
    if words & _OBSERVES or (not speaker.party and speaker.role in PLURAL_PEOPLE - _ARMED_SIDES):
        return False
    return bool(words & _ARMED_SIDES) or (speaker.role in ROLES and bool(speaker.party))
