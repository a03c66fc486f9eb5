"""What in a page is no report: named for what it is, and left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.tags import TAG
from openline.reports.text import Paragraph

_I: Final = re.IGNORECASE
BESIDE: Final = {
    "nav": "menu", "footer": "footer", "aside": "advertisement", "form": "form", "button": "button",
    "label": "form", "figcaption": "caption", "comments": "comments", "share": "share buttons",
    "cookie": "cookie notice", "promo": "advertisement",
}  # fmt: skip
_PATTERNS: Final = (
    (
        "cut-off text",
        re.compile(
            r"(?:\[\s*\+?\s*\d+ (?:more )?(?:chars|characters|words)\s*\]|…|\.\.\.|\[…\]|"
            r"\[\.\.\.\])\s*$|\[\+\d+ chars\]",
            _I,
        ),
    ),
    (
        "cookie notice",
        re.compile(
            r"\bcookies?\b|\byour privacy\b|\bconsent\b.*\b(?:data|advertis)",
            _I,
        ),
    ),
    (
        "share buttons",
        re.compile(
            r"^(?:share|tweet|copy link|print|e-?mail|whatsapp|facebook|follow us|share (?:on|"
            r"this|via)\b.*)$|\bshare (?:on|this page|this article|via)\b|\bfollow us on\b|\|"
            r" WhatsApp\b",
            _I,
        ),
    ),
    (
        "advertisement",
        re.compile(
            r"^(?:advertisement|sponsored|promoted|ad)\b|\bsubscribe\b|\bnewsletter\b|"
            r"\bsign up\b|\bspecial offer\b|\bdonate\b|\bbreaking news alerts\b|"
            r"\bdownload (?:our|the) app\b|\bsupport (?:our|independent) journalism\b",
            _I,
        ),
    ),
    (
        "link",
        re.compile(
            r"^(?:read (?:more|also|next)|related|see also|watch|more on this|also read|"
            r"click here|recommended|editors['’] picks|most read|gallery|video|"
            r"in pictures)\b[:|]?",
            _I,
        ),
    ),
    (
        "copyright",
        re.compile(
            r"©|\ball rights reserved\b|^copyright\b|\(c\) \d{4}|\bmay not be (?:published|"
            r"reproduced|broadcast|rewritten)\b",
            _I,
        ),
    ),
    (
        "comments",
        re.compile(
            r"\bleave a (?:comment|reply)\b|^\w+ says: |\bcomments? (?:\(\d+\)|are closed)|"
            r"\be-?mail address will not be published\b|\blog in to (?:comment|reply)\b|"
            r"^\d+ comments?$|^(?:reply|report abuse)$|\bpost a comment\b",
            _I,
        ),
    ),
    (
        "contact",
        re.compile(
            r"\bfor (?:further|more) information\b|\bplease contact\b|\bmedia contacts?\b|"
            r"\bpress contacts?\b|\bfor accreditation\b|\bpress enquiries\b|"
            r"\bto receive this\b|\bwrite to (?:us|the)\b|\b[\w.]+@[\w.]+\.\w+\b|"
            r"\bfor media (?:enquiries|inquiries)\b|^contacts?:|\bduty editor\b|"
            r"^tel(?:ephone)?[.:]|\b(?:on|at|via|from) our (?:web ?site|web ?page|portal|page|"
            r"channels?|app)\b|^contacts? and\b",
            _I,
        ),
    ),
    (
        "byline",
        re.compile(
            r"^by [A-Z][\w.'-]+ [A-Z]|^(?:reporting|writing|editing|"
            r"additional reporting) by\b|\(reporting by\b|\b(?:contributed to this report|"
            r"is the author of|is a columnist|is our correspondent)\b|^(?:story|photo|"
            r"photograph|image|picture)s? by\b|^our standards:|^photo:"
        ),
    ),
    (
        "notice",
        re.compile(
            r"\bmay be (?:quoted|reproduced|used|republished|cited)\b|\breproduction\b|"
            r"^to (?:give|donate|help)\b|\bcall the number\b|\bvisit our\b|\breminds the media\b|"
            r"\bofficial sources should\b|\bbecome a member\b|\bgot (?:pictures|photos|a story)\b|"
            r"\bsend them to our\b|\bpage refreshes\b|\bindependently verif\w+\b|"
            r"\bdoes not replace\b|\bdo(?:es)? not imply\b|\bwww\.|\bhttps?:|"
            r"^(?:sources?|feedback|creation date|map data):|"
            r"\bthis \w+ (?:\w+ )?(?:is|was) (?:produced|issued|prepared|compiled|based on)\b|"
            r"\bprinting of this\b|\bunder the embargo\b|"
            r"\bnot for (?:publication|broadcast|further)\b|\bthis (?:story|article|page|copy|"
            r"report|bulletin|update|text) (?:has been|was|is being|will be) (?:updated|"
            r"corrected|generated|translated|issued)\b|\bfor (?:internal use|circulation|"
            r"immediate release)\b|\bstay tuned\b|\bafter the break\b|\bgood (?:morning|"
            r"evening|afternoon)\b|\bwelcome to our\b|\bsend us your\b|\byou are listening\b|"
            r"\bthank you for (?:reading|listening|your)\b|\bthe boundaries and names shown\b|"
            r"\bdisclaimer\b|^ends\b|^-+ ?ends? ?-+|\bviews expressed\b|\bnext (?:\w+ )?(?:update|"
            r"bulletin|report) (?:is|will|at)\b|\b(?:journalists|reporters|"
            r"editors|the media|media outlets|news desks) (?:are|is) (?:\w+ )?(?:asked|requested|"
            r"reminded|advised|invited|urged)\b|\b(?:rely|relying) (?:only |solely )?on "
            r"(?:official|verified) (?:information|sources)\b|\bquestions on\b",
            _I,
        ),
    ),
)
_OPINION_HEAD: Final = re.compile(
    r"^(?:opinion|comment|editorial|op-?ed|commentary|column|"
    r"letters?(?: to the editor)?|viewpoint|leader|perspective|guest essay|"
    r"blog)\b\s*(?:[|:/—–-]|$)|\bour columnist\b|\bthe views expressed\b|"
    r"\bopinion piece\b|\bis a (?:regular )?columnist\b|\bthe writer is\b|"
    r"\bviews? (?:are|is) (?:his|her|their|my|the author['’]s) own\b|"
    r"\beditorial board\b|[-–—|:/] ?(?:opinion|comment|editorial|viewpoint|column|"
    r"commentary)\s*$|\bin (?:a|his|her|my) personal capacity\b|\bthe (?:author|writer) "
    r"(?:is|was|teaches|writes|works|served|has)\b|"
    r"^(?:[A-Z][\w'’-]+ ){1,3}is an? (?:[\w-]+ )?(?:novelist|writer|poet|historian|lecturer|author|"
    r"essayist|columnist|playwright|academic)\b",
    re.IGNORECASE | re.MULTILINE,
)
_FIRST_PERSON: Final = re.compile(
    r"(?:^|[.;,!?] )(?:[\w']+ ){0,3}?I (?:am|have|would|think|believe|do|was|will|had|"
    r"cannot|can|fear|hope|doubt|suspect)\b|\bin my (?:view|opinion)\b|"
    r"\bit seems to me\b|\bI(?:['’]ve|['’]m|['’]d)\b"
)
_WEIGHS: Final = re.compile(
    r"\b(?:perhaps|of course|surely|no doubt|after all|in truth|to be fair|it is (?:tempting|"
    r"hard not|"
    r"easy|worth|time)|the (?:truth|question|trouble|point|lesson|irony|danger|temptation|answer) "
    r"(?:is|was)|it seems|ought|let (?:us|me|every|nobody|no one)|we (?:should|must|are told|were "
    r"told|have learned|ought|need to|cannot afford|like to|all|tend|keep|pretend)|one (?:might|"
    r"may|"
    r"could|should|would|can)|imagine|consider (?:the|what|how)|think of|ask (?:yourself|any)|so "
    r"what|what would|who would|why (?:should|would|do|does|not)|would it|should we|sham(?:e|eful)|"
    r"asham\w+|naive|folly|hypocri\w+|cowar\w+|absurd\w*|pretend\w*|wis(?:e|er|dom)|illusion|"
    r"cynic\w+|comfort\w*|nonsense|deserves?|moral\w*|conscience|history (?:will|teaches|shows)|as "
    r"if|neither .{3,30} nor|not because|rather than|better (?:to|than)|worse|dull|cheap|luxury|"
    r"habit|dare|fool\w*)\b",
    re.IGNORECASE,
)
"""Words that weigh and advise: news has one or two of them, a column has many."""
_QUOTED: Final = re.compile(r"[\"“][^\"”]*[\"”]")


def reason_to_leave(paragraph: Paragraph) -> str:
    """Why a whole paragraph is no part of the report, as it stands where none does; or empty."""
    return BESIDE.get(paragraph.beside, paragraph.beside)


def reason_of_text(text: str) -> str:
    """Why a sentence or a short paragraph tells nothing; empty where it may tell something."""
    for reason, pattern in _PATTERNS:
        if pattern.search(text):
            return reason
    return ""


def _is_spoken(text: str) -> bool:
    """`QUESTION: …`, `COMMODORE X: …`: a paragraph with whoever speaks at its head."""
    return TAG.match(text) is not None


def is_opinion(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether all of it is somebody's opinion: by its head or foot, or told in the first person."""
    plain = [each.text for each in paragraphs if not each.beside]
    ends = plain[:4] + plain[-2:]
    if any(_OPINION_HEAD.search(each) for each in ends if len(each) < 400):
        return True
    if sum(map(_is_spoken, plain)) > 1:
        return False  # a briefing or an interview: in the first person of whoever speaks
    unquoted = " ".join(_QUOTED.sub(" ", each) for each in plain)
    if len(_FIRST_PERSON.findall(unquoted)) >= 3:
        return True
    weighed = len(_WEIGHS.findall(unquoted))
    return weighed >= 4 and weighed * 80 >= len(unquoted.split())
