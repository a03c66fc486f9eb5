"""Ways to say that nothing and nobody was there, or was seen."""

from __future__ import annotations

import re
from typing import Final

_ACTORS: Final = (
    r"(?:troops?|soldiers?|forces?|fighters?|aircraft|planes?|personnel|units?|vessels?|ships?|boats?|"
    r"men|people|persons?|drones?|jets?|vehicles?|armou?r|tanks?|helicopters?|movements?|"
    r"craft|trucks?|convoys?|warships?|gunboats?|submarines?|activity|presence|gunmen|militants?|civilians?|crew|military|anyone|anybody|one)"
)
_SEEN: Final = (
    r"(?:seen|found|observed|detected|noticed|spotted|sighted|recorded|registered|encountered|"
    r"visible|present|located|tracked|identified|heard|met|picked up)"
)
_SEE: Final = (
    r"(?:see|find|observe|detect|notice|spot|sight|record|register|encounter|locate|track|meet|"
    r"hear|come across|have)"
)
NOT_SEEN: Final = re.compile(
    rf"^(?:[\w-]+ ){{0,3}}?(?:no|not one|not a single) (?:[\w-]+ ){{1,6}}?"
    rf"(?:was|were|is|are|has been|have been|had been|could be|can be) (?:[\w-]+ )?{_SEEN}\b|"
    rf"^(?:nothing|nobody|no one) (?:[\w-]+ ){{0,3}}?(?:was|is|had been|has been|could be) "
    rf"(?:[\w-]+ )?{_SEEN}\b|"
    rf"^(?:[\w'’-]+ ){{0,4}}?(?:had|has|have)(?: not|n['’]t| never) {_SEEN} (?:any\b|anyone|"
    r"anybody|anything|a single)",
    re.IGNORECASE,
)
"""Ways to begin with what was not seen."""
ABSENT: Final = re.compile(
    r"\bfree of (?:any )?(?:armed|military|enemy)\b|"
    r"\b(?:saw|seen|see|seeing|finding|meeting|hearing|found|observed|detected|noticed|spotted|met|heard|recorded|registered|"
    r"picked up|showed|shows?) (?:nothing|nobody|no ?one|"
    rf"(?:no|neither|not a single) (?:[\w-]+ ){{0,4}}?{_ACTORS})\b|"
    rf"\b(?:no|none of (?:our|its|their|his)|neither) (?:[\w-]+ ){{0,4}}?{_ACTORS} (?:[\w-]+ )?"
    r"(?:(?:were|was|are|is|had been|have been) (?!used|fired|launched|sent|hit|struck|targeted|"
    r"killed|harmed|hurt|wounded|involved|shot|lost|allowed|cleared|able|asked)|had any|operat\w+|"
    r"flew|flying|remain\w*)|"
    rf"\bno (?:[\w-]+ ){{1,6}}?(?:was|were|is|are|has been|have been|had been|could be|can be) "
    rf"(?:[\w-]+ )?{_SEEN}\b|"
    rf"\b(?:nothing|nobody|no one) (?:[\w-]+ ){{0,3}}?(?:was|is|had been|has been|could be) "
    rf"(?:[\w-]+ )?{_SEEN}\b|"
    rf"\b(?:did|does|do|could|had|has|have)(?: not|n['’]t| never) {_SEE} "
    rf"(?:anyone|anybody|anything|(?:any|a single) (?:[\w-]+ ){{0,4}}?{_ACTORS})\b|"
    rf"\b(?:had|has|have)(?: not|n['’]t| never) {_SEEN} "
    rf"(?:anyone|anybody|anything|(?:any|a single) (?:[\w-]+ ){{0,4}}?{_ACTORS})\b|"
    r"\bwithout (?:seeing|meeting|encountering|finding|sighting|spotting) (?:any|a single|a soul)|"
    r"\b(?:road|route|area|village|town|sector|zone|corridor|bridge|streets?|positions?|airspace|"
    r"waters|square|checkpoints?|posts?|trenches|compound|base)(?: [\w'’-]+){0,4}? "
    r"(?:was|were|is|are|had been|lay|"
    r"stood) (?:[\w-]+ ){0,2}?(?:empty|deserted|clear of|free of)\b|"
    r"\b(?:not|never) (?:been |operating |flying )?(?:present|there|in the area)\b|"
    rf"\bno (?:sign|trace|evidence)s? of (?:[\w-]+ ){{0,4}}?{_ACTORS}\b|"
    rf"\bthere (?:is|are|was|were|have been|had been|has been) no (?:[\w-]+ ){{0,3}}?{_ACTORS}\b|"
    r"\b(?:encountered|sighted|registered|came across|came upon|ran into) no\b|"
    r"\b(?:found|saw) no (?:\w+ )?(?:trace|sign|weapons)\b|"
    rf"\bnot (?:a single|one) (?:[\w-]+ ){{0,3}}?{_ACTORS} (?:of [\w-]+ own )?"
    r"(?:was|were|has|had)\b|"
    r"\bnot (?:one|a single) [\w-]+(?: [\w-]+)?,?(?: [^,]{2,20},)? (?:has|have|had) been "
    rf"{_SEEN}\b|"
    rf"\bno [\w-]+(?: [\w-]+)?, [^,]{{2,20}}, (?:has|have|had) been {_SEEN}\b|"
    r"\b(?:nobody|no one) was (?:there|seen)\b",
    re.IGNORECASE,
)
"""Ways to say that nothing and nobody was there."""
