"""What is said of a geometry or a form before it is filed: nothing of it is in the record."""

from __future__ import annotations

from msgspec import Struct

from openline.domain.airspace import Volume4D
from openline.domain.conflict import Conflict
from openline.domain.crossing import Side
from openline.domain.finding import Finding
from openline.domain.form import Waypoint
from openline.domain.notification import Timeliness
from openline.domain.plan import Kind


class GeometryFault(Struct, frozen=True, kw_only=True):
    """One part of what was pasted could not be read, or was read with a doubt worth telling.

    `left_out` is True where that part is missing from what was read: nothing may be filed then.
    """

    thing: str
    fault: str
    sentence: str
    left_out: bool


class GeometryRead(Struct, frozen=True, kw_only=True):
    """What a pasted text says of the ground: points in their order, volumes, and what is wrong.

    `waypoints` are the points that a way or a place can be made of; `volumes` the ground that the
    text itself bounds, none where it holds points alone.
    """

    waypoints: tuple[Waypoint, ...] = ()
    volumes: tuple[Volume4D, ...] = ()
    faults: tuple[GeometryFault, ...] = ()


class NotificationJudged(Struct, frozen=True, kw_only=True):
    """What the desk would make of a notification that is not filed yet.

    `kind` is how it moves or is done, which decides how near it may come. `timeliness` is that of a
    movement as of now. `faults` rest on nothing but the form, the
    gazetteer, and what its author may see already: what it would meet is a question of its own.
    """

    volumes: tuple[Volume4D, ...]
    kind: Kind
    check_phrase: str
    timeliness: Timeliness | None
    faults: tuple[Finding, ...]


class MeasureJudged(Struct, frozen=True, kw_only=True):
    """What the desk would make of a measure that is not proposed yet.

    `met` are the plans and sites that it would keep out, or that would cross it, or a buffer that
    moves with it, among those that its author may already see; `told_by` counts the other parties
    that have told the author anything of the kind. `check_phrase` is the one that its cosigners
    would read.
    """

    volumes: tuple[Volume4D, ...]
    check_phrase: str
    met: tuple[Conflict, ...]
    told_by: int


class PhraseTold(Struct, frozen=True, kw_only=True):
    """The check phrase of a geometry that the reader sees, to be read aloud to the other side.

    `spoken` is the same phrase by language. `moved_m` is how far the vertex lies that has moved
    furthest since version `from_version`; None where the reader is shown no earlier one. `banks`
    says by separation line in force that the reader is shown on which side, seen along it, the
    vertices lie: `unknown` within the errors.
    """

    thing: str
    version: int
    check_phrase: str
    spoken: dict[str, str]
    from_version: int | None
    moved_m: float | None
    banks: dict[str, tuple[Side, ...]]
