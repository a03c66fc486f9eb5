"""What in a form cannot be quite right: findings for submitter and conduits, never refusals.

The sentences name a thing by its id and a waypoint by its number; they hold no place and no name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from openline.desk.comparing.ground import lines_in_force
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.detection import (
    find_mgrs_difference,
    find_name_far_from_place,
    find_swapped,
    find_two_places,
    find_wrong_side,
)
from openline.domain.airspace import Position
from openline.domain.crossing import Side
from openline.domain.finding import Fault, Finding, FindingBody, FindingMade, Place
from openline.domain.form import Escort, named_points
from openline.domain.notification import Notification, NotificationKind, site_keys

Sees = Callable[[str], bool]
"""Whether a measure or a notification of that id may be held against the form."""


def find_faults(state: State, notification: Notification) -> tuple[FindingMade, ...]:
    """Every fault found in one notification as it is said by the entry about to be made."""
    found = find_doubts(state, notification, lambda _thing: True)
    return tuple(
        FindingMade(
            finding=f"F-{state.size}.{number}",
            fault=each.fault,
            thing=notification.id,
            party=notification.submitter,
            body=FindingBody(sentence=each.sentence),
        )
        for number, each in enumerate(found, 1)
    )


def find_doubts(state: State, notification: Notification, sees: Sees) -> Iterator[Finding]:
    """What cannot be quite right in a form, held against nothing but what `sees` lets through."""
    yield from _in_escort(notification)
    yield from _in_places(state, notification, sees)
    yield from _in_two_places(state, notification, sees)


def _in_escort(notification: Notification) -> Iterator[Finding]:
    """A movement that does not say whether it is escorted: not stated is never no."""
    moves = notification.kind is NotificationKind.MOVEMENT
    if moves and notification.escort is Escort.NOT_STATED:
        yield Finding(
            fault=Fault.ESCORT_NOT_STATED,
            thing=notification.id,
            sentence=(
                f"{notification.id}: armed escort was not stated, which is not a no. "
                "State yes, no or a number."
            ),
        )


def _in_places(state: State, notification: Notification, sees: Sees) -> Iterator[Finding]:
    """Each position against the place it names, its grid reference, and the bank it is said on."""
    form = notification.body
    if form is None:
        return
    points = list(named_points(form))
    for number, (name, position, mgrs) in enumerate(points, 1):
        thing = notification.id if len(points) == 1 else f"{notification.id}: waypoint {number}"
        place = state.places.get(name.casefold())
        swapped = find_swapped(thing, position, place, state.area)
        if swapped is not None:
            yield swapped
            continue  # it is far from its place and from its grid reference for this one reason
        far = place and find_name_far_from_place(thing, position, place)
        differs = find_mgrs_difference(thing, position, mgrs) if mgrs else None
        yield from (each for each in (far, differs) if each)
        yield from _across_a_line(state, thing, position, place, form.bank, sees)


def _across_a_line(
    state: State, thing: str, position: Position, place: Place | None, stated: Side, sees: Sees
) -> Iterable[Finding]:
    """The bank stated, or else that of the place named, against the separation lines in force."""
    bank = stated if stated is not Side.UNKNOWN or place is None else place.bank
    if bank is Side.UNKNOWN:
        return ()
    found = (
        find_wrong_side(thing, position, bank, path.path, path.accuracy_m)
        for line, path, _ in lines_in_force(state)
        if sees(line.id)
    )
    return [each for each in found if each]


def _in_two_places(state: State, notification: Notification, sees: Sees) -> Iterator[Finding]:
    """The same site, by its code or its name, notified before at a place that is not this one."""
    form = notification.body
    if not notification.is_site or form is None or form.position is None:
        return
    for other in sites_named_alike(state, notification):
        if other.body is None or other.body.position is None or not sees(other.id):
            continue
        found = find_two_places(notification.id, other.body.position, form.position)
        if found is not None:
            yield found
            return


def sites_named_alike(state: State, notification: Notification) -> Iterator[Notification]:
    """Other sites that stand under the same site code or the same name."""
    alike = {
        other.id: other
        for key in site_keys(notification)
        for other in state.notifications.under(Look.SITE, key)
    }
    alike.pop(notification.id, None)
    yield from alike.values()
