"""What is told to have happened: the words of each event, and how who and whom stand by it."""

from __future__ import annotations

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
                peace_plan roadmap road_map cessation_of_hostilities compromise
                humanitarian_pause pause understanding protocol arrangement
            """),
            (_E.AGREEMENT, "none", False, """
                agreed signed initialled initialed agree came_to_terms shook_hands
                settled_on agreed_on agreed_upon agreed_to
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
                convoy convoys aid_column relief_column aid_columns aid_trucks column_of_trucks
                relief_trucks aid_lorries
                aid_truck
            """),
            (_E.ASSURANCE, "none", False, """
                no_intention no_plan no_plans no_intent not_intend no_desire no_wish
            """),
        )
    )
)  # fmt: skip
"""Lower-case words and pairs of words, longest first where several fit."""

BEGINNINGS: Final = frozenset(key.split()[0] for key in SHAPES)
"""The words that any of them begins with: nothing else need be looked up."""
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
