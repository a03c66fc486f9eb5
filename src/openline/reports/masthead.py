"""Whose paper a report is: the body that its first lines name, and no head of a section."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from openline.reports.lexicon import BODIES, words_of

_PAPER_OF: Final = re.compile(
    r"^(?:(?:a|the|official|joint|daily|press|regular|edited|full|media)\s+)*(?:summary|transcript|"
    r"statement|communiqu[ée]|briefing|bulletin|release|minutes|text|record|extracts?|notes?|"
    r"readout)s?\b.*?\b(?:by|of|from|at)\s+the\s+(?=(?:[\w'’-]+(?:\s+|$)){1,8}$)",
    re.IGNORECASE,
)
_COUNTRY: Final = re.compile(
    r"^(?:the )?(?:[\w'’-]+ ){0,2}(?:republic|kingdom|federation|state|union|emirates)"
    r"(?: of (?:the )?[\w'’ -]+)?$",
    re.IGNORECASE,
)
_OUTLET: Final = re.compile(
    r"\b(?:radio|fm|am|tv|television|news|live|broadcast\w*|programme|program|transcript|wave|"
    r"podcast|times|post|herald|gazette|tribune|chronicle|courier|journal|telegraph|wire|"
    r"magazine|voice|echo|morning show)\b|\b\d{2,3}[.,]\d\b",
    re.IGNORECASE,
)
_PAPER: Final = re.compile(
    r"^(?:[\w'’-]+ ){0,3}?(?:situation report|sitrep|flash (?:update|report)|press (?:release|"
    r"briefing|conference|statement|note)|communiqu[ée]|bulletin|news release|field report|"
    r"humanitarian update|transcript|daily (?:brief|update|summary))\b(?! (?:by|of|from) )",
    re.IGNORECASE,
)
_SECTIONS: Final = words_of("""
    access staff security situation movement movements context outlook background needs response
    health water food shelter protection logistics coordination gaps highlights overview summary
    key points facts figures incidents casualties displacement population update updates education
    nutrition sanitation priorities funding operations general actions partners events
    developments airfields airports airspace roads weather other business next steps
    humanitarian civilian civilians military political
""")
_JOINS: Final = words_of("and of the on in for & - to a")
_AREAS: Final = words_of("region district municipality")
_WITHIN: Final = re.compile(r"\s*\([^)]*\)")


def heads_section(heading: str) -> bool:
    """Whether a line heads a section: `1. Security`, `ACCESS AND STAFF`."""
    words = [each.strip(".,:()").lower() for each in heading.split()]
    said = [each for each in words if each and not each.isdigit() and each not in _JOINS]
    return bool(said) and all(each in _SECTIONS for each in said)


def masthead(headings: Sequence[str]) -> str:
    """The name of who issues the paper that the next line names; empty where there is none."""
    if len(headings) < 2:
        return ""
    name = re.split(r"\s+[—–|-]\s+", _WITHIN.sub("", headings[0]))[0].strip()
    words = name.split()
    named = 1 <= len(words) <= 5 and all(
        each[0].isupper() or each in {"of", "for", "the", "and", "de", "sans", "des", "du"}
        for each in words
    )
    other = _OUTLET.search(headings[0]) or _COUNTRY.match(name) or _PAPER.match(name)
    plain = re.sub(r"[ '’-]", "", name)
    papers = any(map(_PAPER.match, headings[1:3]))
    return name if named and not other and plain.isalpha() and papers else ""


def _before_colon(part: str) -> str:
    """`Ministry of Defence: noon briefing` is the ministry's."""
    owner, colon, paper = part.partition(":")
    named = (
        colon
        and len(owner.split()) > 1
        and re.search(
            r"\b(?:briefing|conference|statement|"
            r"summary|update|report|bulletin|communiqu[ée]|notes?|transcript)\b",
            paper,
            re.IGNORECASE,
        )
    )
    return owner if named else part


def bodies_in(heading: str) -> list[tuple[str, str]]:
    """The bodies that a heading names, each with the word that says what it is."""
    found: list[tuple[str, str]] = []
    if heads_section(heading):
        return found
    for part in re.split(r"\s+[—–|-]\s+|, ", heading):
        part, of_paper = _PAPER_OF.subn("", _before_colon(part))
        words = part.lower().split()
        bodies = [each for each in part.split() if each.lower().removesuffix("s") in BODIES]
        if bodies and not of_paper and all(each.islower() for each in bodies):
            continue  # `Population movements` heads a section
        if any(each.strip(".)(").isdigit() for each in words):
            continue  # a day, a number of a bulletin or of a section: no name
        if _PAPER.match(part):
            continue  # `Situation report: X region` is what it is, and not whose
        if set(words) & BODIES <= _AREAS and set(words) & _AREAS:
            continue  # `TILLABÉRI REGION` is where
        if _COUNTRY.match(part):
            continue  # `REPUBLIC OF X` says what a report is about, and not whose it is
        if 1 < len(words) < 10 and any(
            each.strip(".,").removesuffix("s") in BODIES or each in BODIES for each in words
        ):
            role = next((each for each in words if each in BODIES), words[-1])
            found.append((part, role))
    return found


def shouted_name(heading: str) -> str:
    """`NILE RELIEF — SITUATION REPORT No. 14`: the name before the dash; empty for none."""
    first = re.split(r"\s+[—–|]\s+", heading)[0]
    outlet = _OUTLET.search(heading) is not None or _COUNTRY.match(first) is not None
    named = first.isupper() and 2 <= len(first.split()) <= 6 and "—" in heading
    return first if named and not outlet else ""
