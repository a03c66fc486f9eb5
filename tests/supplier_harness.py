"""Drone suppliers at a desk in memory: what they file, around one spot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import NAMESPACE_DNS, uuid5

from desk_harness import Desk
from ground_harness import SPOT
from openline.desk.decide import decide
from openline.domain.airspace import Circle, HeightBand, Polygon, Position, TimeSpan, Volume4D
from openline.domain.constraint import ConstraintPut, ConstraintRemoved
from openline.domain.filed import FiledBody
from openline.domain.intent import (
    IntentChanged,
    IntentPut,
    IntentPutBody,
    IntentRemoved,
    IntentState,
)
from openline.domain.statement import (
    THE_DESK,
    Content,
    Entry,
    Statement,
)
from openline.domain.subscription import (
    Notified,
    SubscriptionBody,
    SubscriptionPut,
    SubscriptionRemoved,
)
from openline.domain.supplier import (
    Availability,
    AvailabilitySet,
    SupplierAdmitted,
    SupplierBody,
    supplier_party,
    supplier_position,
)

LON, LAT = SPOT
HOUR = timedelta(hours=1)


def uuid(name: str) -> str:
    """The same UUID for the same name."""
    return str(uuid5(NAMESPACE_DNS, name))


def ovn(name: str) -> str:
    """An OVN that nobody would guess, for a test's sake made from a name."""
    return f"ovn-{name}-{'x' * 16}"


def admit(desk: Desk, *names: str) -> None:
    """Suppliers speak for the first time."""
    for name in names:
        content = SupplierAdmitted(party=supplier_party(name), body=SupplierBody(name=name))
        statement = Statement(id=f"admit-{name}", author=THE_DESK, content=content)
        desk._fold(decide(desk.state, statement, desk.now))


def say(desk: Desk, name: str, content: Content) -> list[Entry]:
    """A supplier says something; raises what `decide` raises."""
    return desk.say(
        supplier_party(name),
        content,
        position=supplier_position(supplier_party(name)),
        by_human=False,
    )


def square(
    desk: Desk,
    *,
    east_m: float = 0.0,
    side_m: float = 100.0,
    heights_m: tuple[float, float] = (50.0, 100.0),
    hours: tuple[float, float] = (1.0, 2.0),
) -> Volume4D:
    """A square of ground, its corner so many metres east of the spot."""
    west = LON + east_m / 90_830.0
    east, north = west + side_m / 90_830.0, LAT + side_m / 110_950.0
    ring = ((west, LAT), (east, LAT), (east, north), (west, north))
    return Volume4D(
        footprint=Polygon(rings=((ring,),)),
        heights=HeightBand(lower_m=heights_m[0], upper_m=heights_m[1]),
        times=span(desk, hours),
    )


def disc(
    desk: Desk,
    radius_m: float,
    *,
    heights_m: tuple[float | None, float | None] = (0.0, 200.0),
    hours: tuple[float, float] = (1.0, 2.0),
) -> Volume4D:
    """A circle around the spot."""
    return Volume4D(
        footprint=Circle(center=Position(lat_deg=LAT, lon_deg=LON), radius_m=radius_m),
        heights=HeightBand(lower_m=heights_m[0], upper_m=heights_m[1]),
        times=span(desk, hours),
    )


def span(desk: Desk, hours: tuple[float, float]) -> TimeSpan:
    """From so many hours from now to so many."""
    return TimeSpan(starts_at=desk.now + hours[0] * HOUR, ends_at=desk.now + hours[1] * HOUR)


def intent(
    name: str,
    *volumes: Volume4D,
    version: int = 1,
    key: Iterable[str] = (),
    state: IntentState = IntentState.ACCEPTED,
    subscription: str = "",
    new_subscription: str = "",
    for_constraints: bool = False,
) -> IntentPut:
    """The first version of an intent, or a later one of it."""
    starts = [each.times.starts_at for each in volumes if each.times.starts_at]
    ends = [each.times.ends_at for each in volumes if each.times.ends_at]
    return IntentPut(
        intent=uuid(name),
        state=state,
        ovn=ovn(f"{name}-{version}"),
        starts_at=min(starts),
        ends_at=max(ends),
        replaces=ovn(f"{name}-{version - 1}") if version > 1 else "",
        subscription=uuid(subscription) if subscription else "",
        new_subscription=uuid(new_subscription) if new_subscription else "",
        for_constraints=for_constraints,
        body=IntentPutBody(
            volumes=volumes,
            base_url=f"https://{name}.example",
            key=tuple(key),
            notify_url="https://notices.example" if new_subscription else "",
        ),
    )


def remove(name: str, version: int = 1) -> IntentRemoved:
    return IntentRemoved(intent=uuid(name), ovn=ovn(f"{name}-{version}"))


def subscription(
    name: str,
    volume: Volume4D,
    *,
    replaces: str = "",
    for_intents: bool = True,
    for_constraints: bool = False,
) -> SubscriptionPut:
    """A wish to hear of a volume, for as long as it states."""
    return SubscriptionPut(
        subscription=uuid(name),
        starts_at=volume.times.starts_at,
        ends_at=volume.times.ends_at,
        replaces=replaces,
        for_intents=for_intents,
        for_constraints=for_constraints,
        body=SubscriptionBody(base_url=f"https://{name}.example", volume=volume),
    )


def unsubscribe(desk: Desk, name: str) -> SubscriptionRemoved:
    held = desk.state.subscriptions[uuid(name)]
    return SubscriptionRemoved(subscription=held.id, version=held.version)


def constraint(name: str, *volumes: Volume4D, version: int = 1) -> ConstraintPut:
    """The first version of a constraint, or a later one of it."""
    starts = [each.times.starts_at for each in volumes if each.times.starts_at]
    ends = [each.times.ends_at for each in volumes if each.times.ends_at]
    return ConstraintPut(
        constraint=uuid(name),
        ovn=ovn(f"{name}-{version}"),
        starts_at=min(starts),
        ends_at=max(ends),
        replaces=ovn(f"{name}-{version - 1}") if version > 1 else "",
        body=FiledBody(volumes=volumes, base_url=f"https://{name}.example"),
    )


def lift(name: str, version: int = 1) -> ConstraintRemoved:
    return ConstraintRemoved(constraint=uuid(name), ovn=ovn(f"{name}-{version}"))


def mark(desk: Desk, name: str, availability: Availability) -> None:
    """An arbiter says whether a supplier answers."""
    admit_arbiter = supplier_party("arbiter")
    if admit_arbiter not in desk.state.parties:
        admit(desk, "arbiter")
    held = desk.state.suppliers.get(supplier_party(name))
    say(
        desk,
        "arbiter",
        AvailabilitySet(
            supplier=supplier_party(name),
            availability=availability,
            replaces=held.version if held else "",
            body=SupplierBody(name=name),
        ),
    )


def notified(entries: Iterable[Entry]) -> list[Notified]:
    """Whom the supplier has to notify, as the desk concluded."""
    return [
        notice
        for entry in entries
        if isinstance(entry.content, IntentChanged)
        for notice in entry.content.notified
    ]
