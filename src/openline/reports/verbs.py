"""What is told to have happened: the words of each event, and how who and whom stand by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.reports.lexicon import Event, words_of


class Shape(Struct, frozen=True):
    """How an event stands in a clause.

    `acts` is `on` where what follows is acted upon, `at` where it is a place, and `none` where
    neither is. `noun` tells that it is named, not done: who and whom stand after prepositions.
    """

    event: Event
    acts: str
    noun: bool = False


def _table(rows: tuple[tuple[Event, str, bool, str], ...]) -> dict[str, Shape]:
    return {
        word.replace("_", " "): Shape(event, acts, noun)
        for event, acts, noun, words in rows
        for word in words.split()
    }


_E: Final = Event
SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    _table(
        (
            (_E.OPEN_LINE, "none", True, """
                hotline hot_line direct_line open_line open_lines telephone_line
                lines_of_communication line_of_communication
                 communication_lines communications_line lines_of_contact
                 channel_of_communication channels_of_communication communication_channel
                 communication_channels
                 communications_channel deconfliction_line deconfliction_channel
                 deconfliction_channels radio_link direct_channel phone_line lines_open
                 line_open channel_open channels_open radio_channel open_channel
                 military_hotline hot-line liaison_channel liaison_channels liaison_line
                 emergency_channel emergency_line coordination_channel coordination_line
                 direct_contact direct_contacts radio_contact channels_of_contact
                 direct_telephone telephone_link direct_link
             """),
            (_E.TALKS, "none", True, """
                talks negotiations meeting meetings dialogue consultations contacts
                discussions summit phone_call telephone_call call_between calls_between
                video_call telephone_conversation phone_conversation conference_call
                face-to-face round_of_talks consultation round_of_consultations sit-down
                telephone_conversations negotiating_table video_conference phone_talks
            """),
            (_E.TALKS, "none", False, """
                meet met negotiated discussed conferred spoke_by spoke_with spoke_over
                sat_down sit_down negotiating telephoned phoned confer
            """),
            (_E.AGREEMENT, "none", True, """
                cease-fire ceasefire truce accord armistice agreement pact memorandum deal treaty
                peace_plan roadmap road_map cessation_of_hostilities
            """),
            (_E.AGREEMENT, "none", False, """
                agreed signed initialled initialed agree came_to_terms shook_hands
            """),
            (_E.CROSSING, "at", False, """
                crossed crossing cross crosses went_over go_over went_back came_over
                came_across forded violated entered_the_airspace flew_over flown_over
                overflew flew_into entered enters enter strayed_into came_in_from infiltrated
                penetrated breached slipped_over slipped_across went_across moved_across waded
                swam_across drifted_into drifted_over intruded trespassed flying_over flies_over
                overflying entering strayed_over strayed_across strayed_inside strayed_beyond
                came_into gone_beyond went_beyond gone_over gone_across passed_into
                gone_into flew_inside flew_across intruding wandered_into wandered_over
                encroached
            """),
            (_E.CROSSING, "at", True, """
                incursion intrusion crossings violation violations incursions intrusions
                overflight overflights airspace_violation infiltration
            """),
            (_E.STRIKE, "on", False, """
                struck hit hitting bombed bombing bombs bombarded striking targeted
                targeting aimed_at attacked attacking raided pounded dropped destroyed
                hits strikes blew_up blown_up slammed_into smashed_into pounding
                bombarding
            """),
            (_E.STRIKE, "on", True, """
                airstrike airstrikes air_strike air_strikes strike strikes air_raid
                air_raids raid raids attack attacks bombardment bomb missile_attack
                drone_attack
            """),
            (_E.FIRING, "on", False, """
                fired firing fires shelled shelling opened_fire open_fire opening_fire shot
                shooting ambushed laid_the_ambush exchanged_fire came_under_fire
                come_under_fire under_fire launched lobbed returned_fire return_fire
                returning_fire opened_up fired_upon shot_down shooting_down
                came_under_attack came_under_rocket_fire
                came_under_mortar_fire came_under_artillery_fire came_under_heavy_fire
                opened_intensive_fire opened_heavy_fire strafed strafing mortared
            """),
            (_E.FIRING, "on", True, """
                gunfire shellfire mortar_fire artillery_fire ambush shots sniper_fire small-
                arms_fire machine-gun_fire rocket_fire naval_fire small-arms_fire tank_fire
                exchange_of_fire exchanges_of_fire warning_shots salvo salvoes volley gunshots
                barrage barrages crossfire anti-tank_fire
            """),
            (_E.ADVANCE, "at", False, """
                advanced advancing advance advances pushed_into pushed_towards pushed_toward
                moved_into moved_towards moved_toward moved_up pushing_towards pressed_on
                pushed_forward pushed closed_in moving_towards moving_toward marched_on
                marching_on gained_ground rolled_into rolling_towards edged_closer pressed_into
                made_gains moved_on_towards drew_closer
            """),
            (_E.ADVANCE, "at", True, "offensive"),
            (_E.CAPTURE, "at", False, """
                captured captures seized seizes took_control taken_control took_over took
                overran recaptured retook liberated conquered occupied occupy occupying
                took_the seizing capturing taken took_under_control taken_under_control
                wrested took_possession regained_control regained stormed broke_into fell_to
                fallen_to falling_to has_fallen had_fallen have_fallen retaken taken_back took_back
            """),
            (_E.CAPTURE, "at", True, "seizure capture_of recapture_of takeover"),
            (_E.HOLD, "at", False, """
                holds held hold controls controlled control holding remained_in_the_hands_of
                in_the_hands_of occupies under_the_control_of under_control_of
                in_the_hands_of controlling remain_under remains_under in_control_of
                in_full_control_of remain_in_control_of remains_in_control_of
                remained_in_control_of under_our_control under_its_control under_their_control
                in_our_hands in_their_hands in_its_hands
            """),
            (_E.EVACUATION, "on", False, """
                evacuated evacuating evacuates ordered_to_leave told_to_move told_to_leave
                moved_out lifted airlifted fled told_to_evacuate asked_to_leave
                ordered_out brought_out taken_off rescued taken_out taken_to_safety
                brought_to_safety bussed_out ferried_out led_out relocated being_taken
                taken_away moved_to_safety cleared_out
            """),
            (_E.EVACUATION, "on", True, "evacuation evacuations evacuation_order door_to_door"),
            (_E.CONVOY, "none", True, """
                convoy convoys aid_trucks column_of_trucks relief_trucks aid_lorries
                aid_truck
            """),
            (_E.ASSURANCE, "none", False, """
                no_intention no_plan no_plans no_intent not_intend no_desire no_wish
            """),
        )
    )
)  # fmt: skip
"""Lower-case words and pairs of words, longest first where several fit."""

LONGEST: Final = max(len(key.split()) for key in SHAPES)
STRENGTH: Final[Mapping[Event, int]] = MappingProxyType(
    {
        Event.OPEN_LINE: 9, Event.CROSSING: 8, Event.CAPTURE: 7, Event.STRIKE: 7, Event.FIRING: 7,
        Event.EVACUATION: 6, Event.ADVANCE: 6, Event.ASSURANCE: 9, Event.HOLD: 5,
        Event.AGREEMENT: 5, Event.TALKS: 5, Event.CONVOY: 4, Event.WARNING: 1,
    }
)  # fmt: skip
"""Where a clause holds several, the more telling one is what it is about."""

PARTICIPLES: Final = words_of("""
    struck hit bombed bombarded targeted attacked raided pounded destroyed fired shelled shot
    ambushed captured seized taken retaken recaptured overrun liberated occupied held controlled
    evacuated moved displaced signed agreed crossed violated breached dropped lifted airlifted
    rescued wounded killed injured hurt damaged opened launched relocated
""")
HARMED: Final = words_of("""
    died killed wounded injured hurt dead missing suffered sustained lost perished drowned
""")
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
    r"\b(?:no (?:intention|plans?|intent|desire|wish) (?:of|to)|(?:not|"
    r"n['’]t) (?:intend|plan|aim|mean|wish|want) to|(?:not|n['’]t) (?:seek|seeking)|"
    r"no (?:interest|ambition) in|(?:will|would|shall) (?:not|never|neither|no longer|refrain|"
    r"respect|honou?r|abide|observe|keep to|stick to|stay (?:out|away|behind|on (?:its|our|"
    r"their))|withhold|hold (?:its|our|their) fire)|not (?:be )?going to|won['’]t|"
    r"wouldn['’]t|assurances? that|guarantees? that|"
    r"(?:gave|given|offered) (?:an )?(?:assurance|assurances|guarantee|guarantees))\b",
    re.IGNORECASE,
)
"""Ways to declare an intention about oneself."""
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
WRONG: Final = re.compile(
    r"\b(?:is|are|was|were|as|that['’]s|it['’]s|they['’]re) (?:(?:a|an|the|pure|total|complete|"
    r"crude|blatant|another|utter|deliberate|sheer|outright|clear|\w+ly) ){0,4}(?:false|untrue|"
    r"baseless|groundless|unfounded|"
    r"fabricat\w+|lies?|invention|invented|fake|nonsense|without foundation|fiction|falsehood|"
    r"fantasy|imagin\w+|disinformation|misinformation|propaganda|hoax|slander|"
    r"rumou?rs?|smear)\b|"
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
    r"\breplaces? the [\d,]+\b|\b(?:regret\w*|apologi[sz]\w+ for) having (?:\w+ )?(?:reported|"
    r"stated|said|written)\b|"
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
THREATENS: Final = re.compile(
    r"\b(?:will|would|shall) (?:\w+ )?(?:be )?(?:pay for|paid for|answered|met with|suppressed|"
    r"punished|treated as|regret|face (?:the )?(?:consequences|\w+ response)|retaliate|"
    r"respond (?:with|in kind|forcefully|firmly|to any)|hit back|strike back|"
    r"held (?:responsible|accountable)|shot down|fired (?:up)?on|open fire|opened on|intercepted|"
    r"forced|seized|confiscated|destroyed|treated|brought down|turned back|detained|prosecuted|"
    r"fined|engaged|taken away|"
    r"reply|hesitate|defend (?:itself|ourselves|themselves|himself))\b|"
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
"""Ways to say what will come of it if another does something."""
WITNESSED: Final = re.compile(
    r"^(?:hearing|seeing|watching|witnessing)\b|\b(?:heard|saw|watched|witnessed) (?:[\w-]+ ){0,4}?"
    r"(?:explosions?|blasts?|shelling|gunfire|shooting|fire|bombs?|shells?|drones?|jets?|smoke|"
    r"flash(?:es)?|glow|lights?|bangs?|booms?|shots?|helicopters?|planes?|aircraft|rockets?|"
    r"missiles?|tanks?|soldiers|troops|trucks|vehicles|boats?|gunmen|fighters|men|columns?|"
    r"engines?|sirens?|flames?|debris|wreckage|bodies)\b",
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
    r"claims) (?:full )?responsibility\b|\bby mistake\b|\bin error\b|\b(?:that|it|this|they) "
    r"(?:was|were) (?:mine|ours|(?:my|our) (?:own )?\w+)(?=[,.;]| (?:that|who|which|and|up)\b)",
    re.IGNORECASE,
)
CORROBORATES: Final = re.compile(
    r"\b(?:bore|bears|borne) (?:\w+ ){0,4}?out\b|\bbore out\b|\bconsistent with\b|"
    r"\b(?:match(?:es|ed)?|tall(?:y|ies|ied) with|agrees? with|agreed with|squares? with|"
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
    r"\b(?:will|would|shall) (?:get|have|enjoy) (?:safe|free|unhindered)\b",
    re.IGNORECASE,
)
"""What somebody with power over it says that he will let be."""
TO_BE_SAFE: Final = re.compile(
    r"\b(?:to (?:stay|keep|avoid|remain|leave|seek|take (?:shelter|cover|care)|prepare|boil|"
    r"shelter|beware|be (?:ready|prepared|careful|alert|vigilant))|not to|against|"
    r"(?:should|must|ought to|need to|needs to|have to) (?:now )?(?:not|stay|keep|avoid|remain|"
    r"leave|seek|take (?:shelter|cover|care)|prepare|boil|shelter|beware|steer|be (?:ready|"
    r"prepared|careful|alert)|expect|move to|never)|"
    r"(?:nobody|no ?one|no [a-z]+) (?:is to|are to|should|may|must|ought))\b",
    re.IGNORECASE,
)
"""What people are told to do so that nothing befalls them."""
