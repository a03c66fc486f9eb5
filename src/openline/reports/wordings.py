"""How it is put: threats, regrets, intentions, corrections and the like, told by their words."""

from __future__ import annotations

import re
from typing import Final

from openline.reports.guarded import guarded

OF_ONESELF: Final = re.compile(
    r"\b(?:it|they|we|I|he|she)(?: [\w']+){0,2}? (?:no (?:intention|plans?|intent|desire|wish)\b|"
    r"(?:not|n['’]t) (?:intend|plan|seek|aim|mean|wish|want|going)\b|(?:will|would|shall) "
    r"(?:not|never|neither|refrain|respect|honou?r|abide|observe|keep|stick|stay|withhold|"
    r"hold)\b)|"
    r"\b(?:it|they|we|I|he|she) (?:will|would|shall) (?:not|never)\b|"
    r"\b(?:it|they|we|I|he|she) w(?:on|ouldn)['’]t\b",
    re.IGNORECASE,
)
"""The same, where whoever speaks says it of himself."""
INTENDS: Final = re.compile(
    r"\b(?:no (?:\w+ )?(?:intention|plans?|intent|desire|wish)(?: (?:of|to|and|towards?|against)|"
    r"$)|(?:not|n['’]t) (?:intend|plan|aim|mean|wish|want) to|(?:not|n['’]t) (?:seek|seeking)|"
    r"no (?:interest|ambition) in|(?:will|would|shall) (?:not|never|neither|no longer|refrain|"
    r"respect|honou?r|abide|observe|keep to|stick to|stay (?:out|away|behind|on (?:its|our|"
    r"their))|withhold|hold (?:its|our|their) fire)|not (?:be )?going to|won['’]t|"
    r"(?:want|seek|desire)(?:s|ed)? no (?:war|conflict|escalation|fight|quarrel|more)|"
    r"wouldn['’]t|assurances? that|guarantees? that|"
    r"(?:gave|given|offered) (?:an )?(?:assurance|assurances|guarantee|guarantees))\b",
    re.IGNORECASE,
)
"""Ways to declare an intention about oneself."""
_WRONG: Final = re.compile(
    r"\b(?:is|are|was|were|as|that['’]s|it['’]s|they['’]re) (?:(?:a|an|the|pure|total|complete|"
    r"crude|blatant|another|utter|deliberate|sheer|outright|clear|likewise|also|again|too|\w+ly) )"
    r"{0,4}(?:false|untrue|"
    r"baseless|groundless|unfounded|"
    r"fabricat\w+|lies?|invention|invented|fake|nonsense|without foundation|fiction|falsehood|"
    r"fantasy|imagin\w+|disinformation|misinformation|propaganda|hoax|slander|"
    r"rumou?rs?|smear)\b|"
    r"\bnowhere near\b|\b(?:is|was|['’]s) not (?:what|how|"
    r"the way) (?:[\w'’-]+ ){0,4}?(?:happened|was|took place|"
    r"went|is)\b|\bno such [\w-]+\b|\b(?:is|was|were|been|been all) (?:all |simply |"
    r"entirely )?made up\b|"
    r"\b(?:had|has|have|played|plays|took|bears?|bore) no (?:part|role|hand|share|blame|"
    r"responsibility|"
    r"involvement|connection)\b|"
    r"^(?:we|they|it|our (?:[\w-]+ )?[\w-]+) (?:do not|don['’]t|does not|doesn['’]t|"
    r"never) (?:bomb|shell|"
    r"target|fire|shoot|attack|kill|strike|hit|send|use|cross|arm|support|train|shelter|lay)\b|"
    r"\bno truth (?:in|to)\b|\bnothing (?:whatever |at all )?to do with\b|\bnot responsible\b|"
    r"\b(?:is|are|was|were|does|do|did)n['’]t (?:\w+ )?(?:true|so|the case|correct|accurate|"
    r"happen)\b|\b(?:does|do|did) not correspond to\b|\bfar from the truth\b|"
    r"\bnot (?:correct|accurate|based on fact)\b|"
    r"\bcontrary to (?:what|(?:the )?(?:claims?|reports?|allegations?))\b|"
    r"\b(?:nothing|no evidence|no indication) (?:show|suggest|point|indicat)\w*\b|"
    r"\b(?:nothing|no evidence|no indication|no reason) to (?:show|suggest|indicate|believe|"
    r"think)\b|"
    r"\b(?:was|were|is|are)(?: not|n['’]t) (?:ours|us|one of ours|by us|from (?:us|our)|our "
    r"\w+)\b|\b(?:devoid|void|empty) of (?:any |all )?(?:foundation|truth|substance|basis)\b|"
    r"\black(?:s|ed|ing)? (?:any |all )?(?:foundation|truth|substance|basis)\b|"
    r"\bnot (?:stand up|hold water)\b|\bno relation to\b|"
    r"\bnot true\b|\bnothing of the (?:kind|sort)\b|\bnot so\b|\bnot the case\b|"
    r"\bno such thing\b|\b(?:never|not) (?:take|took|taken) place\b|\bnever happened\b|"
    r"\bdid not happen\b|\b(?:pure|total|sheer|an?|complete) (?:invention|fiction|fabrication|"
    r"falsehood|fantasy|provocation and a lie)\b|\bwithout (?:any )?(?:basis|foundation)\b",
    re.IGNORECASE,
)
WRONG: Final = guarded(
    r"\b(?:no|not|nothing|never|nowhere|far|contrary|devoid|void|empty|lack|without|false|untrue|bas|"
    r"ground|unfound|fabric|lie|invent|fake|nonsens|fiction|falseh|fantas|imagin|disinf|misinf|propag|"
    r"hoax|sland|rumou?r|smear|made up|pure|total|sheer|an? (?:inv|fic|fab|fal|fan|prov)|"
    r"complete)|n['’]t\b",
    _WRONG,
)
CORRECTING: Final = re.compile(
    r"\bcorrect(?:ing|ed|s) (?:\w+ ){0,3}?"
    r"(?:statement|report|figure|figures|toll|account|number|record|version|claim)\b",
    re.IGNORECASE,
)
MISTAKEN: Final = re.compile(
    r"\b(?:were|was|is|are|had been) (?:wrong|mistaken|incorrect|an error|inaccurate|"
    r"premature|withdrawn|retracted)\b|"
    r"\b(?:correct(?:ed|s|ing)?|revis(?:ed|es|ing)|withdr(?:ew|awn)|retract(?:ed|"
    r"s)) (?:\w+ ){0,3}?(?:statement|report|figure|figures|toll|account|communiqué|"
    r"version|number|position|count|bulletin)\b|"
    r"\bnot [^.]{1,60}?,? as (?:(?:was|were|we|it|had been|they) )?(?:had )?(?:(?:first|earlier|"
    r"previously|wrongly|initially) )?(?:reported|stated|said|wrote|written|given)\b|"
    r"\bthe (?:correct|right) (?:one|figure|name|number|date|time|place) (?:is|was)\b|"
    r"\b(?:earlier|first|previously) (?:given|put|reported|stated|counted) (?:the|its|that|this) "
    r"(?:figure|number|toll|count|total)\b|"
    r"^an earlier (?:post|entry|update|version|report|bulletin)\b[^;]*;[^;]*\bnow\b|"
    r"\b(?:an earlier|a previous|the first) [^.;]{0,30}?(?:report|update|count|bulletin|figure) "
    r"[^.;]{3,90}; the (?:verified|correct|right|actual|true|revised) \w+ (?:is|was)\b|"
    r"\breplaces? the [\d,]+\b|\b(?:regret\w*|apologi[sz]\w+ for) having (?:\w+ )?(?:reported|"
    r"stated|said|written)\b|"
    r"\bearlier,? we (?:had )?(?:cited|quoted|reported|said|wrote|gave|put|stated)\b|"
    r"\bput right (?:one|a|the|an|two|our) (?:[\w-]+ ){0,2}?(?:figure|number|date|name|point|"
    r"detail|error)s?\b|"
    r"\bwe (?:had )?(?:wrongly )?(?:wrote|said|stated|reported|gave|put)\b[^.]*(?:;|, but|"
    r"when in fact|in fact)|"
    r"\bnot (?:the )?(?:\d[\d,.]*|\w+) (?:it|we|they|he|she) had (?:\w+ )?(?:given|reported|said|"
    r"stated)\b",
    re.IGNORECASE,
)
ARMED: Final = re.compile(
    r"\b(?:troops|soldiers|servicemen|fighters|militants|gunmen|mines?|missiles?|rockets?|"
    r"drones?|aircraft|helicopters?|warships?|vessels?|artillery|mortars?|casualties|killed|"
    r"wounded|sabotage|checkpoints?|patrols?)\b",
    re.IGNORECASE,
)
REGRETS: Final = re.compile(
    r"\b(?:regret(?:s|ted)?|apologi[sz](?:e|es|ed)|apolog(?:y|ies)|condolences|sorry)\b",
    re.IGNORECASE,
)
_THREATENS: Final = re.compile(
    r"\b(?:will|would|shall) (?:\w+ )?(?:be )?(?:pay for|paid for|answered|met with|suppressed|"
    r"punished|treated as|regret|face (?:the )?(?:consequences|\w+ response)|retaliate|"
    r"respond (?:with|in kind|forcefully|firmly|to any)|hit back|strike back|"
    r"held (?:responsible|accountable)|shot down|fired (?:up)?on|open fire|opened on|intercepted|"
    r"forced|seized|confiscated|destroyed|treated|"
    r"(?:regarded|taken|considered|seen|viewed) as|brought down|turned back|detained|prosecuted|"
    r"fined|engaged|taken away|"
    r"reply|hesitate|defend (?:itself|ourselves|themselves|himself))\b|"
    r"\b(?:will|would|shall) (?:\w+ )?(?:shoot|fire|strike|attack|target|sink|bomb|shell|hit|"
    r"intercept|stop|seize|detain|arrest|engage|destroy|down|turn back|bring down|open fire)"
    r"(?: (?:at|on|upon|down|back))? (?:any|every|anyone|anybody|anything|all|whoever|whatever|"
    r"those|intruders?)\b|"
    r"^(?:and |but )?if [^.;]{5,110}?,? (?:we|I|our [\w-]+|it|they|he|she|[\w-]+) (?:will|shall|"
    r"would|['’]ll) "
    r"(?:\w+ )?(?:answer|respond|reply|hit|strike|act|defend|retaliate|fight|shoot|fire|resume|"
    r"move)\b|"
    r"\bor (?:else\b|(?:we|it|they|he|face) (?:will|shall|would)\b|face\b)|"
    r"^next time\b[^.;]*\b(?:will|would|shall)\b|"
    r"\b(?:an?|any|another|further|such) (?:[\w-]+ ){0,2}(?:attacks?|strikes?|incursions?|raids?|"
    r"intrusions?|provocations?|violations?|crossings?|assault)(?: [\w'’-]+){0,6}? (?:will|would|"
    r"could|might|may|risks?)\b|"
    r"\b(?:will|would|shall) not (?:hesitate|tolerate|stand (?:by|idle|idly)|go (?:unanswered|"
    r"unpunished)|remain (?:silent|unanswered)|sit|be responsible)\b|"
    r"\b(?:nobody|no ?one) (?:is to|are to|should|must|ought)\b|"
    r"\breserv(?:e|es|ed|ing) the right to\b|\b(?:will|would) be (?:\w+ )?consequences\b|"
    r"\bany (?:\w+ ){1,6}(?:will|would|shall) be\b|"
    r"\b(?:whoever|anyone|anybody|those|whosoever) (?:who )?[^.]{3,60}?(?:will|would|shall|risks?|"
    r"faces?)\b|\b(?:will|would|shall) (?:answer for|pay (?:for|dearly|the|a))\b|"
    r"\b(?:whole|full|all|entire) responsibility (?:will|would|shall)\b|"
    r"\bresponsibility for (?:any|what|all) [^.]{3,60} (?:will|would|shall) (?:rest|lie|be|fall)\b|"
    r"\b(?:at (?:their|its|his|your) own risk)\b",
    re.IGNORECASE,
)
THREATENS: Final = guarded(
    r"\b(?:will|would|shall|could|might|may|if|next|reserv|or|risk|nobody|no ?one)|['’]ll\b",
    _THREATENS,
)
"""Ways to say what will come of it if another does something."""
WITNESSED: Final = re.compile(
    r"^(?:hearing|seeing|watching|witnessing)\b|\b(?:heard|saw|watched|witnessed) (?:[\w-]+ ){0,4}?"
    r"(?:explosions?|blasts?|shelling|gunfire|shooting|fire|bombs?|shells?|drones?|jets?|smoke|"
    r"flash(?:es)?|glow|lights?|bangs?|booms?|shots?|helicopters?|planes?|aircraft|rockets?|"
    r"missiles?|quadcopters?|aeroplanes?|airplanes?|balloons?|tanks?|soldiers|troops|trucks|"
    r"vehicles|boats?|gunmen|fighters|men|columns?|"
    r"engines?|sirens?|rounds?|craters?|flames?|debris|wreckage|bodies)\b",
    re.IGNORECASE,
)
CORRECTS: Final = re.compile(
    r"^(?:correction|clarification|errat(?:um|a))\b|"
    r"\b(?:bulletin|entry|report|update|article|version|edition|post|story|communiqué|statement|"
    r"figures?)\b.{0,60}\b(?:misstated|misprint\w*|in error|wrongly|mistakenly|incorrectly|"
    r"should have (?:read|said|been)|erroneous\w*|the correct one)\b|"
    r"\bfigure\b.{0,40}\breplaces? the [\d,]+\b",
    re.IGNORECASE,
)
"""How a report owns its own mistake."""
ADMITS: Final = re.compile(
    r"\b(?:took|take|takes|accepted|accepts|claimed|"
    r"claims) (?:full )?responsibility\b|\bby mistake\b|\bin error\b|"
    r"\b(?:was|were|is|are) (?:indeed |in fact )?one of (?:our|ours|its own|their own)\b|"
    r"\bcame from (?:our|its own|their own) (?:side|guns?|positions?|lines?|battery|batteries)\b|"
    r"\b(?:that|it|this|they) "
    r"(?:was|were) (?:mine|ours|us|(?:my|our) (?:own )?\w+)(?=[,.;]| (?:that|who|which|and|up)\b)",
    re.IGNORECASE,
)
CORROBORATES: Final = re.compile(
    r"\b(?:bore|bears|borne) (?:\w+ ){0,4}?out\b|\bbore out\b|\bconsistent with\b|"
    r"\b(?:match(?:es|ed)?|tall(?:y|ies|ied) with|agree[ds]? with (?=\w+ (?:[\w'’]+ )?"
    r"(?:account|version|report|claim|story|figure|assessment|finding|view)s?\b)|squares? with|"
    r"supports?|supported|backs? up|backed up|bears? witness to) (?:the|this|that|what|it|his|"
    r"her|their|its)\b|"
    r"\b(?:[a-z]+s|[a-z]+) did (?:indeed |in fact )?(?!not\b|so\b|no\b|our\b|its\b|their\b|his\b|"
    r"her\b|any\b|we\b|they\b|he\b|she\b|a\b|an\b|these\b|those\b|you\b|nothing\b|it\b|this\b|"
    r"that\b|the\b|what\b|all\b|little\b|well\b|and\b|to\b|in\b|on\b|by\b)[a-z]{3,}\b",
    re.IGNORECASE,
)
"""Ways to stand by what another has said."""
WITHDREW: Final = re.compile(
    r"\b(?:withdr(?:ew|awn|awing)|pull(?:ed|ing) (?:out|back)|retreated|fell back|fallen back|"
    r"gave up|given up|abandoned)\b|"
    r"\b(?:our|its|their) (?:own )?(?:mistake|error|fault|failure)\b|\bshould have\b",
    re.IGNORECASE,
)
"""What one owns to, without a verb of owning."""
ASSURED: Final = re.compile(
    r"\b(?:gave|given|give|have|had|has) (?:me |us |him |her |them )?(?:their|its|his|her|a|an|"
    r"every) (?:word|assurance|guarantee|pledge|undertaking|promise)s? (?:that|to|not)\b|"
    r"\b(?:promised|pledged|undertook|undertaken|vowed|guaranteed|sworn) (?:(?:in|at|on) \w+ |"
    r"\w+ )?(?:to|that|not)\b|"
    r"\b(?:undertaking|pledge|promise|guarantee|assurance)s? (?:\w+ ){0,2}?(?:not to|to|that)\b|"
    r"\bcommitted (?:itself|ourselves|themselves|himself|herself) to\b|"
    r"\b(?:its|their|our) (?:readiness|commitment|willingness|determination) to\b",
    re.IGNORECASE,
)
"""An assurance named as one, whoever gave it."""
LETS_BE: Final = re.compile(
    r"\b(?:will|would|shall) (?:continue to |still |always )?be (?:let|allowed|left (?:alone|in "
    r"peace|untouched)|spared|respected|permitted|safe|protected|exempt|free to|"
    r"(?:given|granted) (?:safe|free)|guaranteed|kept (?:open|out))\b|"
    r"\b(?:will|would|shall) (?:not|never|neither) be (?:\w+ )?(?:stopped|touched|harmed|attacked|"
    r"targeted|hindered|fired (?:up)?on|taxed|shelled|bombed|searched|looted|hit|harassed|"
    r"detained|turned back|obstructed|impeded)\b|"
    r"\b(?:will|would|shall) (?:get|have|enjoy) (?:safe|free|unhindered)\b|"
    r"\b(?:nobody|no ?one|none|no (?:boat|ship|vehicle|civilian|house|farmer|fisherman|person)s?)\b"
    r"[^.;]{0,50}\b(?:will|would|shall) be (?:\w+ )?(?:touched|harmed|stopped|fired|shelled|hurt|"
    r"arrested|"
    r"attacked|targeted|detained|hit|searched|taxed|bothered|punished)\b|"
    r"\b(?:has|have|had) nothing to fear\b|\b(?:safe passage|free passage|safety|access) (?:is|"
    r"was|are|"
    r"will be|would be) (?:guaranteed|assured|promised|granted)\b|"
    r"\b(?:given|gave|issued|has|have) (?:strict |clear |the )?(?:orders?|"
    r"instructions?) (?:that no|not to|"
    r"to (?:hold|let|keep|respect|spare))\b",
    re.IGNORECASE,
)
"""What somebody with power over it says that he will let be."""
TO_BE_SAFE: Final = re.compile(
    r"\b(?:are|were|is|was|be|been) (?:strongly |again |now )?(?:advised|urged|warned|cautioned|"
    r"told|"
    r"asked|instructed) (?:by [\w ]{3,30} )?(?:not )?to (?!leave|evacuate|go\b|move|get out)|"
    r"\b(?:to (?:stay|keep(?! to)|avoid|remain|leave|seek|take (?:shelter|cover|care)|prepare|boil|"
    r"shelter|beware|be (?:ready|prepared|careful|alert|vigilant))|not to|"
    r"(?:advis\w+|warn\w*|caution\w*|urg\w+|counsel\w*|recommend\w*)(?: [\w'’-]+){0,4}? against|"
    r"(?:should|must|ought to|need to|needs to|have to) (?:now )?(?:not|stay|keep|avoid|remain|"
    r"leave|seek|take (?:shelter|cover|care)|prepare|boil|shelter|beware|steer|be (?:ready|"
    r"prepared|careful|alert)|expect|move to|never)|"
    r"(?:nobody|no ?one|no [a-z]+) (?:is to|are to|should|may|must|ought))\b",
    re.IGNORECASE,
)
"""What people are told to do so that nothing befalls them."""
HEED: Final = re.compile(
    r"^(?:all |any |the |those )?(?:[\w'’-]+ ){0,7}?(?:drivers|residents|civilians|families|"
    r"people|travellers|crews|"
    r"pilots|vessels|ships|boats|fishermen|farmers|villagers|citizens|motorists|masters|returnees|"
    r"communities|population|public|staff|operators|convoys|everyone)\b[^.;]{0,80}?\b(?:should|"
    r"must|are "
    r"(?:\w+ )?(?:advised|urged|asked|told|warned|cautioned) (?:not )?to)\b",
    re.IGNORECASE,
)
"""What those who may come to harm are told to mind."""
