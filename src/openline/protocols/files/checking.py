"""What plans and tracks in files would meet, without any desk."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from openline.detection import (
    PlanIndex,
    SeparationOf,
    find_absurd_speed,
    find_conflicts_among,
    find_jump,
    find_track_conflicts,
    find_track_plan_conflicts,
)
from openline.domain.conflict import Conflict
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Rules, Separation
from openline.domain.track import Fix
from openline.protocols.files.reading import FileFault, Reading


class Asked(Struct, frozen=True, kw_only=True):
    """The separations asked for; None leaves 0 for plans and the rules' for tracks."""

    horizontal_m: float | None = None
    vertical_m: float | None = None
    time_s: float | None = None
    look_ahead_s: float | None = None


class Met(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One conflict as it is written out; see the JSON Schema."""

    a: str
    b: str
    kind: str
    starts_at: datetime | None
    ends_at: datetime | None
    least_distance_m: float
    least_height_gap_m: float
    at: tuple[float, float]
    within_error: bool = False


class Counted(Struct, frozen=True, kw_only=True):
    """How much was judged, how many pairs of different parties that is, and what was wrong."""

    plans: int
    tracks: int
    pairs_possible: int
    faults: tuple[FileFault, ...]


class Checked(Struct, frozen=True, kw_only=True):
    """The answer: every conflict once, `a` < `b`, sorted; and what it was found among."""

    conflicts: tuple[Met, ...]
    checked: Counted

    @property
    def nothing_judged(self) -> bool:
        return self.checked.plans == 0 and self.checked.tracks == 0


def check_reading(reading: Reading, asked: Asked, rules: Rules) -> Checked:
    """Every conflict among what was read: plans, tracks, and tracks with plans.

    Tracks are moved to the latest time of any fix, then straight on for the look-ahead.
    """
    reading = _with_ids_apart(reading)
    tracks = _latest_of_each(reading, rules)
    conflicts = find_conflicts_among(reading.plans, _separation_of_plans(asked))
    if tracks:
        conflicts += _conflicts_of_tracks(reading.plans, tracks, asked, rules)
    owners = Counter(plan.party for plan in reading.plans) + Counter(fix.party for fix in tracks)
    counted = Counted(
        plans=len(reading.plans),
        tracks=len(tracks),
        pairs_possible=_pairs_of_different_parties(owners),
        faults=tuple(reading.faults),
    )
    found = sorted(conflicts, key=lambda conflict: (conflict.a, conflict.b))
    return Checked(conflicts=tuple(_met(each) for each in found), checked=counted)


def _conflicts_of_tracks(
    plans: list[Plan], tracks: list[Fix], asked: Asked, rules: Rules
) -> list[Conflict]:
    now = max(fix.at for fix in tracks)
    look_ahead_s = rules.track_look_ahead_s if asked.look_ahead_s is None else asked.look_ahead_s
    separation_of = _separation_of_tracks(asked, rules)
    index = PlanIndex()
    for plan in plans:
        index.insert(plan)
    return [
        *find_track_conflicts(tracks, now, look_ahead_s, separation_of),
        *find_track_plan_conflicts(tracks, index, now, look_ahead_s, separation_of),
    ]


def _separation_of_plans(asked: Asked) -> SeparationOf:
    separation = Separation(
        horizontal_m=asked.horizontal_m or 0.0,
        vertical_m=asked.vertical_m or 0.0,
        time_s=asked.time_s or 0.0,
    )
    return lambda _a, _b: separation


def _separation_of_tracks(asked: Asked, rules: Rules) -> SeparationOf:
    def separation_between(a: Kind, b: Kind) -> Separation:
        ours = rules.separation_between(a, b)
        return Separation(
            horizontal_m=ours.horizontal_m if asked.horizontal_m is None else asked.horizontal_m,
            vertical_m=ours.vertical_m if asked.vertical_m is None else asked.vertical_m,
            time_s=ours.time_s if asked.time_s is None else asked.time_s,
        )

    return separation_between


def _with_ids_apart(reading: Reading) -> Reading:
    """The reading with every plan's id its own: a second one of the same id gets a number."""
    apart = Reading(fixes=reading.fixes, faults=list(reading.faults))
    taken = {fix.track for fix in reading.fixes}
    for plan in reading.plans:
        id, number = plan.id, 1
        while id in taken:
            number += 1
            id = f"{plan.id}#{number}"
        if number > 1:
            text = f"{plan.id}: the id stands more than once; this one is called {id}."
            apart.add_fault(id, "id_repeated", text)
        taken.add(id)
        apart.plans.append(replace(plan, id=id))
    return apart


def _latest_of_each(reading: Reading, rules: Rules) -> list[Fix]:
    """The last fix of each track; jumps on the way, absurd speeds and stale fixes are told."""
    latest: dict[str, Fix] = {}
    for fix in sorted(reading.fixes, key=lambda fix: fix.at):
        before = latest.get(fix.track)
        findings = [find_absurd_speed(fix), find_jump(before, fix) if before else None]
        for finding in findings:
            if finding is not None:
                reading.add_fault(finding.thing, finding.fault, finding.sentence)
        latest[fix.track] = fix
    now = max((fix.at for fix in latest.values()), default=None)
    for fix in latest.values():
        if now is not None and now - fix.at > timedelta(seconds=rules.stale_after_s):
            minutes = (now - fix.at) // timedelta(minutes=1)
            text = f"{fix.track}: its last fix is {minutes} min old; judged as if it went on so."
            reading.add_fault(fix.track, "stale", text)
    return list(latest.values())


def _pairs_of_different_parties(owners: Counter[str]) -> int:
    """Pairs that could conflict at all; things without a party differ from one another too."""
    count = owners.total()
    same = sum(n * (n - 1) // 2 for party, n in owners.items() if party)
    return count * (count - 1) // 2 - same


def _met(conflict: Conflict) -> Met:
    return Met(
        a=conflict.a,
        b=conflict.b,
        kind=conflict.kind,
        starts_at=conflict.starts_at,
        ends_at=conflict.ends_at,
        least_distance_m=conflict.least_distance_m,
        least_height_gap_m=conflict.least_height_gap_m,
        at=conflict.at,
        within_error=conflict.within_error,
    )
