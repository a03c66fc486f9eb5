"""Nights by the river: who was told, who was silent, and what each side saw of it.

A real desk in a directory; every position signs with its own key.
"""

from __future__ import annotations

import json

import pytest

from openline.desk.view import NO_APPROVAL
from openline.domain.airspace import Position
from openline.domain.conflict import ConflictsFound, PointerGiven
from openline.domain.delivery import (
    Delivery,
    DeliveryOwed,
    Escalated,
    NoticeOwed,
    ReceiptGiven,
    ReceiptOverdue,
    Rung,
    WhyOwed,
)
from openline.domain.errors import NotPermitted
from openline.domain.form import Escort, NotificationForm, Tier, Waypoint
from openline.domain.incident import AccountBody, AccountKind, IncidentOpened, IncidentStated
from openline.domain.message import MessageBody, MessageKind, MessageSent
from openline.domain.notification import NotificationKind, Release
from openline.domain.notification_said import (
    NotificationConsented,
    NotificationReleased,
    NotificationSubmitted,
    NotificationValidated,
    NotificationWithdrawn,
)
from openline.domain.party import DeskWasDown
from openline.domain.question import (
    Answer,
    Asked,
    ProbingFound,
    QuestionAnswered,
    QuestionAsked,
    QuestionBody,
)
from openline.domain.rules import Precedence
from river_nights import BRIDGE, HOUR, MINUTE, NIGHT, River, circle, plan

STRIKE = {"1": "37SFU9012", "2": "160030ZSEP17"}
HOSPITAL = (35.38, 40.19)


def check_fire(river: River) -> list[Delivery]:
    """EAST is being struck, and calls for it to stop; what that owes to whom."""
    river.say(
        "EAST",
        MessageSent(
            message="M-1",
            kind=MessageKind.CHECK_FIRE,
            recipients=("WEST",),
            precedence=Precedence.FLASH,
            phrase="CHECK_FIRE",
            body=MessageBody(slots=STRIKE),
        ),
    )
    return [owed.delivery for owed in river.all_of(DeliveryOwed)]


def warn(river: River) -> None:
    """EASTB warns WESTB over the hotline, with a FLASH."""
    river.say(
        "EASTB",
        MessageSent(
            message="M-2",
            kind=MessageKind.WARN,
            recipients=("WESTB",),
            precedence=Precedence.FLASH,
            line="L-1",
        ),
    )


def account(name: str, kind: AccountKind, text: str, *about: str) -> IncidentStated:
    return IncidentStated(
        incident="I-1",
        account=name,
        kind=kind,
        occurred_at=NIGHT,
        about=about,
        body=AccountBody(text=text, language="en"),
    )


def notified(river: River, name: str, kind: NotificationKind, form: NotificationForm) -> None:
    """AID submits it, and the conduit validates it."""
    moves = kind is NotificationKind.MOVEMENT
    river.say(
        "AID",
        NotificationSubmitted(
            notification=name,
            kind=kind,
            starts_at=NIGHT + 29 * HOUR if moves else None,
            ends_at=NIGHT + 33 * HOUR if moves else None,
            escort=Escort.NO,
            site=None if moves else "HOSP-1",
            body=form,
        ),
    )
    river.say("HUM", NotificationValidated(notification=name, version=1))


def hospital() -> NotificationForm:
    place = Position(lat_deg=HOSPITAL[0], lon_deg=HOSPITAL[1])
    return NotificationForm(
        name="East Bank Hospital", type="hospital", invented=True, position=place, radius_m=200.0
    )


def convoy(name: str, *way: tuple[float, float]) -> NotificationForm:
    waypoints = tuple(Waypoint(position=Position(lat_deg=lat, lon_deg=lon)) for lat, lon in way)
    return NotificationForm(name=name, type="convoy", invented=True, waypoints=waypoints)


def released(river: River, name: str, *recipients: str) -> None:
    """AID consents, and the conduit tells these."""
    releases = tuple(Release(recipient=each, tier=Tier.FULL) for each in recipients)
    consent = river.say(
        "AID-TAC.commander", NotificationConsented(notification=name, version=1, releases=releases)
    )
    river.say(
        "HUM-TAC.commander",
        NotificationReleased(
            notification=name, version=1, releases=releases, consent=consent.index
        ),
    )


# ── the night of the strike ───────────────────────────────────────────────────────────────────


def test_a_check_fire_at_half_past_three_reaches_the_other_force_by_every_hand_at_once(
    river: River,
) -> None:
    owed = check_fire(river)

    over_lines = {(each.sender, each.recipient) for each in owed if each.line}
    assert over_lines == {("EAST", "EASTB"), ("EASTB", "WESTB"), ("WESTB", "WEST")}
    assert {each.owed_since for each in owed} == {NIGHT}
    assert "WEST-OPS" in {each.cell for each in owed}


def test_both_sides_read_the_same_words_of_it(river: River) -> None:
    check_fire(river)
    (sent,) = [each for each in river.entries() if isinstance(each.content, MessageSent)]

    read = {
        side: next(each for each in river.entries(side) if each.index == sent.index)
        for side in ("EAST", "WEST")
    }
    shown = [river.sees(side)["messages"] for side in ("EAST", "WEST")]

    assert read["EAST"] == read["WEST"] == sent
    assert shown[0] == shown[1] != []


def test_both_sides_see_the_same_clock_run_out(river: River) -> None:
    warn(river)
    river.pass_time(11 * MINUTE)

    rows = [
        [row for row in river.sees(side)["board"] if row["subject"] == "M-2"]
        for side in ("EASTB", "WESTB")
    ]

    assert rows[0] == rows[1]
    assert [row["silent"] for row in rows[0]] == [True]


def test_a_flash_that_nobody_answers_climbs_at_two_five_and_ten_minutes(river: River) -> None:
    warn(river)

    river.pass_time(11 * MINUTE)

    climbed = [
        (entry.content.why, (entry.recorded_at - NIGHT) / MINUTE)
        for entry in river.entries()
        if isinstance(entry.content, Escalated)
    ]
    assert climbed == [
        (WhyOwed.ALTERNATE, 2),
        (WhyOwed.OPERATIONAL, 5),
        (WhyOwed.STRATEGIC, 10),
    ]


def test_an_answer_ends_the_silence_and_is_called_no_approval(river: River) -> None:
    warn(river)
    river.pass_time(MINUTE)
    river.say("WESTB", ReceiptGiven(delivery="M-2/v1:WESTB", rung=Rung.ACKNOWLEDGED))

    river.pass_time(11 * MINUTE)

    assert river.all_of(Escalated) == []
    assert river.sees("EASTB")["no_approval"] == NO_APPROVAL
    assert "never an approval" in NO_APPROVAL


def test_the_claim_and_the_denial_of_that_night_stand_side_by_side(river: River) -> None:
    river.say("EAST", IncidentOpened(incident="I-1", occurred_at=NIGHT, put_to=("WESTB",)))
    river.say(
        "EAST", account("A-1", AccountKind.CLAIM, "Aircraft struck us in the industrial area.")
    )
    river.say("WESTB", account("A-2", AccountKind.DENIAL, "We did not target them.", "A-1"))

    seen = [river.sees(side)["incidents"] for side in ("EAST", "WESTB")]

    assert seen[0] == seen[1]
    (incident,) = seen[0]
    assert incident["state"] == "disputed"
    assert [
        (each["author"], each["kind"], each["body"]["text"]) for each in incident["accounts"]
    ] == [
        ("EAST", "claim", "Aircraft struck us in the industrial area."),
        ("WESTB", "denial", "We did not target them."),
    ]


# ── two convoys and a hospital ────────────────────────────────────────────────────────────────


def test_two_convoys_and_a_hospital_each_meet_what_is_planned_there_and_not_one_another(
    river: River,
) -> None:
    notified(river, "N-1", NotificationKind.STATIC_SITE, hospital())
    notified(river, "N-2", NotificationKind.MOVEMENT, convoy("Seven", (35.30, 40.10), BRIDGE))
    notified(river, "N-3", NotificationKind.MOVEMENT, convoy("Eight", BRIDGE, HOSPITAL))

    river.say("EAST", plan("E-1", BRIDGE))
    river.say("WEST", plan("W-1", HOSPITAL))

    met = {(each.a, each.b) for found in river.all_of(ConflictsFound) for each in found.conflicts}
    assert met == {("E-1", "N-2"), ("E-1", "N-3"), ("N-1", "W-1"), ("N-3", "W-1")}


def test_a_force_whose_plan_meets_anothers_is_told_when_and_whom_to_call_and_nothing_else(
    river: River,
) -> None:
    river.say("EASTB", plan("E-1"))
    river.say("WESTB", plan("W-1"))

    pointers = {each.to: each for each in river.all_of(PointerGiven)}
    seen = json.dumps(river.sees("WESTB"))

    assert pointers["WESTB"].line == "L-1"
    assert pointers["WESTB"].block_starts_at == NIGHT.replace(hour=6, minute=0, day=17)
    assert "E-1" not in seen


# ── the withheld consent ──────────────────────────────────────────────────────────────────────


def test_while_consent_is_withheld_the_conduit_tells_nobody_of_the_hospital(
    river: River,
) -> None:
    notified(river, "N-1", NotificationKind.STATIC_SITE, hospital())

    with pytest.raises(NotPermitted, match="has not consented"):
        river.say(
            "HUM-TAC.commander",
            NotificationReleased(
                notification="N-1",
                version=1,
                releases=(Release(recipient="WEST", tier=Tier.FULL),),
            ),
        )

    for side in ("EAST", "WEST", "EASTB", "WESTB"):
        assert "N-1" not in json.dumps(river.sees(side))


def test_a_consent_taken_back_is_told_at_once_and_nothing_is_called_untold(
    river: River,
) -> None:
    notified(river, "N-1", NotificationKind.STATIC_SITE, hospital())
    released(river, "N-1", "WEST")
    assert "East Bank Hospital" in json.dumps(river.sees("WEST"))

    river.say("AID", NotificationWithdrawn(notification="N-1"))

    seen = json.dumps(river.sees("WEST"))
    assert "East Bank Hospital" not in seen
    assert "cannot be untold" in seen


# ── the desk that was down ────────────────────────────────────────────────────────────────────


def test_a_desk_that_was_down_during_a_flash_pages_at_once_and_blames_nobody(river: River) -> None:
    warn(river)
    river.pass_time(MINUTE / 2)
    river.stop()
    river.clock.set(NIGHT + 31 * MINUTE)
    river.start()

    down = river.all_of(DeskWasDown)
    paged = [each for each in river.all_of(NoticeOwed) if each.delivery == "M-2/v1:WESTB"]

    assert [each.down_to for each in down] == [NIGHT + 31 * MINUTE]
    assert river.all_of(ReceiptOverdue) == []
    assert paged[-1].precedence is Precedence.FLASH


# ── the party that probes ─────────────────────────────────────────────────────────────────────


def test_a_party_that_probes_hears_unknown_and_the_probed_hear_who_asks(river: River) -> None:
    river.say("EAST", plan("E-1"))

    for number in range(31):
        river.say(
            "WEST",
            QuestionAsked(
                question=f"Q-{number}",
                asked=Asked.AREA,
                body=QuestionBody(volumes=(circle(),)),
            ),
        )

    answers = [each.answer for each in river.all_of(QuestionAnswered)]
    (probing,) = [each for each in river.entries() if isinstance(each.content, ProbingFound)]
    assert answers == [Answer.TOLD] * 30 + [Answer.UNKNOWN]
    assert probing in river.entries("EAST")
    assert river.sees("EAST")["probings"] != []
