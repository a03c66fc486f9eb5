"""Ways to say that nothing and nobody was there, or was seen."""

from __future__ import annotations

import re
from typing import Final

from openline.reports.guarded import guarded

_ACTORS: Final = (
    r"(?:troops?|soldiers?|forces?|fighters?|aircraft|planes?|personnel|units?|vessels?|ships?|"
    r"boats?|"
    r"men|people|persons?|drones?|jets?|vehicles?|armou?r|tanks?|helicopters?|movements?|"
    r"craft|trucks?|convoys?|warships?|gunboats?|submarines?|activity|presence|gunmen|militants?|"
    r"civilians?|crew|military|anyone|anybody|one)"
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
_ABSENT: Final = re.compile(
    r"\b(?:saw|seen|heard|met|observed|detected|spotted|sighted|noticed|found|reported|recorded|"
    r"logged|registered) no (?!evidence|reason|alternative|point|basis|grounds|fault|difficult\w*|"
    r"problems?|casualt\w+|injur\w+|damage|deaths?|dead|wounded|losses|victims?|contradiction|"
    r"link|sign|need|way|trouble|change|longer|more|other|use|room|place|peace|support)[a-z]+|"
    r"\b(?:found|saw|met|heard|showed|shows|noted)\b[^.;:]{1,70}?\bbut (?:no|nobody|not a|"
    r"neither)\b|"
    r"\bwith no (?:[\w-]+ ){1,3}(?:seen|heard|sighted|observed|spotted|recorded|reported)\b|"
    rf"^[^.;:]{{3,70}}?,? but (?:no|nobody) (?:[\w-]+ ){{0,2}}?{_ACTORS}\b|"
    r"\bfree of (?:any )?(?:armed|military|enemy)\b|"
    r"^(?:nobody|no one|nothing) (?:is|was|are|were|has been|had been|remains?|"
    r"remained)(?: left)?\b"
    r"(?! (?:hurt|killed|injured|wounded|hit|harmed|sent|used|fired|said|done))|"
    r"\b(?:had|has|have) not (?:seen|met|heard|found) (?:one|so much as)\b|"
    r"\bthere (?:was|were|is|are)(?: not|n['’]t) (?:an?|any|one|a single) [\w-]+\b|"
    r"\bnot an? [\w-]+ (?:in sight|to be seen|was there)\b|\b(?:met|saw) (?:nobody|no one|"
    r"not a soul)\b|"
    r"\b(?:counted|found) no (?:armed|military|enemy)\b|"
    r"\b(?:radar|cameras?|screens?) (?:showed|shows|saw|had) (?:nothing|no)\b|"
    r"\b(?:saw|seen|see|seeing|finding|meeting|hearing|found|observed|detected|noticed|spotted|"
    r"met|heard|recorded|registered|"
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
ABSENT: Final = guarded(
    r"\b(?:no|not|nobody|nothing|never|none|neither|without|free|empty|deserted|clear)\b|n['’]t\b",
    _ABSENT,
)
"""Ways to say that nothing and nobody was there."""
NOTHING_TOLD: Final = re.compile(
    r"^(?:no|not a single|not one) (?:[\w-]+ ){0,2}?(?:boats?|ships?|vessels?|aircraft|planes?|"
    r"drones?|"
    r"troops|soldiers|fighters|gunmen|vehicles?|trucks?|tanks?|movements?|traffic|activity|firing|"
    r"shooting|shots?|shelling|explosions?|transmissions?|signals?|contacts?|survivors?|people|"
    r"civilians?|patrols?|flights?|helicopters?|columns?|convoys?|checkpoints?)"
    r"(?! (?:was|were|had|has|have|is|are|would|will|could|crossed|fired|flew))\b",
    re.IGNORECASE,
)
"""What follows `reported`: `no boats afloat`, with no verb of its own."""
