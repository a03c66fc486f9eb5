"""Two drone operators, a hospital's helipad and a convoy: one morning, in the words of the case.

The operators' suppliers do not know each other, and speak the standard's language alone. The
hospital has notified its site to the neutral conduit; the convoy files its way with the desk.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import Desk
from ground_harness import north_of
from notification_harness import aid_desk, site, site_form, validate
from openline.desk.view import view
from openline.domain.airspace import Corridor, HeightBand, TimeSpan, Volume4D
from openline.domain.conflict import ConflictsFound, PointerGiven
from openline.domain.intent import IntentRemoved, NotDeconflicted
from openline.domain.plan import Kind, PlanBody, PlanFiled
from supplier_harness import (
    LAT,
    LON,
    admit,
    constraint,
    disc,
    intent,
    notified,
    ovn,
    say,
    square,
    subscription,
    uuid,
)


def _hospital_with_a_helipad() -> Desk:
    """East Bank Hospital, known to its own side and the conduit, and released to nobody else."""
    desk = aid_desk()
    desk.say("AID", site(body=site_form(lat_deg=LAT, lon_deg=LON)))
    validate(desk, "N-001")
    admit(desk, "kestrel", "swift", "aviation-authority")
    return desk


def _convoy(desk: Desk) -> PlanFiled:
    """Past the hospital from the south, an hour from now, six kilometres in forty minutes."""
    starts_at, ends_at = desk.now + timedelta(hours=1), desk.now + timedelta(minutes=100)
    way = Corridor(path=(north_of(-3_000.0), north_of(3_000.0)), width_m=100.0)
    volume = Volume4D(
        footprint=way,
        heights=HeightBand(lower_m=0.0, upper_m=10.0),
        times=TimeSpan(starts_at=starts_at, ends_at=ends_at),
    )
    return PlanFiled(
        plan="CONVOY-7",
        kind=Kind.GROUND,
        starts_at=starts_at,
        ends_at=ends_at,
        body=PlanBody(volumes=(volume,)),
    )


def test_two_operators_a_helipad_and_a_convoy() -> None:
    desk = _hospital_with_a_helipad()

    # Kestrel plans a survey flight over the town, and asks to hear of whatever changes there.
    say(desk, "kestrel", subscription("k", disc(desk, 900.0, hours=(0.0, 12.0))))
    survey = intent("survey", square(desk, east_m=400.0), subscription="k")
    assert [each.index for each in notified(say(desk, "kestrel", survey))] == [1]

    # Swift would cross it. It cannot: it has not asked Kestrel for the details.
    crossing = square(desk, east_m=450.0)
    with pytest.raises(NotDeconflicted) as lacking:
        say(desk, "swift", intent("parcel", crossing))
    assert [each.party for each in lacking.value.intents] == ["USS.kestrel"]

    # It asks, gets the OVN from Kestrel itself, and flies with Kestrel told. Both know: no finding.
    told = notified(say(desk, "swift", intent("parcel", crossing, key=[ovn("survey-1")])))
    assert [(each.subscription, each.index) for each in told] == [(uuid("k"), 2)]
    desk.tick(desk.now + timedelta(seconds=3))

    # Both come near the hospital. Its own side and the conduit hear of it; the operators do not.
    found = [each for one in desk.all_of(ConflictsFound) for each in one.conflicts]
    assert {each.b for each in found} == {"N-001"}
    assert {each.to for each in desk.all_of(PointerGiven)} == {"AID"}
    for name in ("USS.kestrel", "USS.swift"):
        assert "N-001" not in repr(view(desk.state, name))
        assert view(desk.state, name).pointers == ()

    # The helipad is to be kept clear: the aviation authority publishes that, and no more, as a
    # constraint no finer than the hospital chose. Whoever asked to hear of constraints is told.
    asks = disc(desk, 900.0, hours=(0.0, 12.0))
    say(desk, "swift", subscription("s", asks, for_intents=False, for_constraints=True))
    say(desk, "aviation-authority", constraint("helipad", disc(desk, 600.0, hours=(0.5, 6.0))))
    assert desk.state.subscriptions[uuid("s")].index == 1

    # A convoy files its way past. It finds both drones at once; each side is told to call the desk,
    # and of neither is told what, where or whose.
    desk.say("EAST", _convoy(desk))
    met = {
        thing
        for each in desk.state.conflicts.values()
        for thing in (each.a, each.b)
        if "CONVOY-7" in (each.a, each.b)
    }
    assert met >= {f"I/{uuid('survey')}", f"I/{uuid('parcel')}"}
    for party in ("USS.kestrel", "USS.swift", "EAST"):
        seen = view(desk.state, party)
        assert len(seen.pointers) >= 1
    for name in ("USS.kestrel", "USS.swift"):
        assert "CONVOY-7" not in repr(view(desk.state, name))
    assert uuid("survey") not in repr(view(desk.state, "EAST"))

    # Swift moves out of the way of all of it; nothing it stood in stands any longer.
    away = square(desk, east_m=30_000.0)
    say(desk, "swift", intent("parcel", away, version=2))
    desk.tick(desk.now + timedelta(seconds=3))
    assert not any(f"I/{uuid('parcel')}" in (c.a, c.b) for c in desk.state.conflicts.values())

    # The record alone gives all of it back.
    assert desk.replayed().conflicts == desk.state.conflicts


def test_a_hostile_supplier_learns_no_more_than_was_published() -> None:
    """Two desks alike but for a hospital: whatever a supplier tries, the answers are the same."""
    with_hospital, without = _hospital_with_a_helipad(), aid_desk()
    admit(without, "kestrel", "swift", "aviation-authority")
    answers = [_probe(desk) for desk in (with_hospital, without)]
    assert answers[0] == answers[1]
    probing = [each for each in with_hospital.entries if "probing" in type(each.content).KIND]
    assert probing, "somebody who asks so often is found"
    assert {reader for each in probing for reader in each.readers} == {"AID", "HUM"}
    assert view(with_hospital.state, "USS.swift").pointers == ()


def _probe(desk: Desk) -> list[object]:
    """Trial intents in a grid over the hospital, each seen, changed and taken back."""
    answers: list[object] = []
    for number in range(60):
        name = f"trial-{number}"
        volume = square(desk, east_m=number * 20.0 - 600.0, side_m=15.0)
        for content in (
            intent(name, volume, new_subscription=f"sub-{number}"),
            IntentRemoved(intent=uuid(name), ovn=ovn(f"{name}-1")),
        ):
            entries = say(desk, "swift", content)
            answers.append([each.content for each in entries if "USS.swift" in each.readers])
            answers.append(len(entries))
            desk.tick(desk.now + timedelta(seconds=3))
    return answers
