"""Whatever is said, no view holds what its reader may not see; and both sides see alike."""

from __future__ import annotations

import json

from hypothesis import example, given

from openline.desk.state import snapshot_of
from openline.desk.view import SECTIONS, view, view_section
from openline.domain.airspace import Circle
from view_harness import DEEDS, OTHERS, Deed, canonical, desk_after, mirror, view_json

MEET: list[Deed] = [("file", "EAST", 1, 1), ("file", "WEST", 1, 1)]
"""The two forces file plans for one place."""
MAY_BE_SHOWN_PLANS = {"EAST", "WEST", "EASTB", "WESTB"}


@given(DEEDS)
@example(MEET)
def test_nothing_of_a_plan_is_in_the_view_of_whoever_it_was_not_released_to(
    deeds: list[Deed],
) -> None:
    desk = desk_after(deeds)

    views = {party: view_json(desk, party) for party in desk.state.parties}

    for plan in desk.state.plans.values():
        assert plan.body is not None
        footprint = plan.body.volumes[0].footprint
        assert isinstance(footprint, Circle)
        secrets = (plan.id, str(footprint.center.lat_deg), str(footprint.center.lon_deg))
        shown = {plan.party, *plan.released_to} & MAY_BE_SHOWN_PLANS
        at_one_place = {
            party
            for other in desk.state.plans.values()
            for party in {other.party, *other.released_to}
            if other.body is not None and other.body.volumes[0].footprint.center == footprint.center  # type: ignore[union-attr]
        }
        at_one_place |= _positions_told(desk, secrets)
        for reader, seen in views.items():
            if reader not in shown:
                assert plan.id not in seen
            if reader not in shown and reader not in at_one_place:
                assert not any(secret in seen for secret in secrets)


def _positions_told(desk, secrets: tuple[str, ...]) -> set[str]:  # type: ignore[no-untyped-def]
    """Who was told the same place by a message of the place's own words."""
    return {
        party
        for party in desk.state.parties
        for message in view(desk.state, party).messages
        if message.body is not None
        and any(
            str(number) in secrets for position in message.body.positions for number in position
        )
    }


@given(DEEDS)
@example(MEET)
def test_a_pointer_and_ones_own_half_name_nobody_else_and_tell_nothing_more(
    deeds: list[Deed],
) -> None:
    desk = desk_after(deeds)

    for reader in OTHERS:
        seen = view(desk.state, reader)
        assert all(
            set(pointer.__struct_fields__) == {"pointer", "block_starts_at", "line"}
            for pointer in seen.pointers
        )
        assert all(pointer.block_starts_at.hour % 6 == 0 for pointer in seen.pointers)
        own = {plan.id for plan in seen.plans} | {each.id for each in seen.measures}
        own |= {each.id for each in (*seen.notifications, *seen.told_notifications)}
        assert {conflict.own for conflict in seen.conflicts} <= own
        assert len(seen.conflicts) == len(set(seen.conflicts))


@given(DEEDS)
@example(MEET)
def test_swapping_the_two_sides_in_what_is_said_swaps_what_they_see(deeds: list[Deed]) -> None:
    desk, mirrored = desk_after(deeds), desk_after(deeds, mirrored=True)

    for reader in ("EAST", "WEST", "EASTB", "WESTB", "HUM"):
        seen = json.loads(mirror(view_json(desk, reader)))
        other = json.loads(view_json(mirrored, mirror(reader)))
        assert canonical(seen) == canonical(other)


@given(DEEDS)
@example(MEET)
def test_looking_changes_nothing(deeds: list[Deed]) -> None:
    desk = desk_after(deeds)
    before = snapshot_of(desk.state)

    for reader in OTHERS:
        view(desk.state, reader)

    assert snapshot_of(desk.state) == before


@given(DEEDS)
@example(MEET)
def test_one_section_alone_is_what_it_is_in_the_whole_view(deeds: list[Deed]) -> None:
    desk = desk_after(deeds)

    for reader in OTHERS:
        whole = view(desk.state, reader)
        for name in SECTIONS:
            part = view_section(desk.state, reader, name)
            assert part.items == getattr(whole, name)
            assert (part.size, part.as_of, part.told_by, part.no_approval) == (
                whole.size,
                whole.as_of,
                whole.told_by,
                whole.no_approval,
            )
