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
    find_jump,
    find_track_conflicts,
    find_track_plan_conflicts,
)
from openline.domain.conflict import Conflict
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Rules, Separation
from openline.domain.track import Fix
from openline.protocols.files.assumed import Assumed, assumed_of
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


class Counted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much was judged, how many pairs of different parties that is, and what was wrong.

    `not_judged` counts the files, plans and fixes that were left out, each told among the faults;
    `assumed` says what was taken for granted where a thing did not say.
    """

    plans: int
    tracks: int
    pairs_possible: int
    faults: tuple[FileFault, ...]
    not_judged: int = 0
    assumed: tuple[Assumed, ...] = ()


class Checked(Struct, frozen=True, kw_only=True):
    """The answer: every conflict once, `a` < `b`, sorted; and what it was found among."""

    conflicts: tuple[Met, ...]
    checked: Counted

    @property
    def nothing_judged(self) -> bool:
        return self.checked.plans == 0 and self.checked.tracks == 0


class Scene(Struct, frozen=True, kw_only=True):
    """What is judged: plans and tracks with ids of their own, one fix a track, and what is wrong.

    `now` is the latest time of any fix: all tracks are moved to it before they are judged.
    """

    plans: tuple[Plan, ...]
    tracks: tuple[Fix, ...]
    now: datetime | None
    faults: tuple[FileFault, ...]
    not_judged: int = 0
    assumed: tuple[Assumed, ...] = ()

    @property
    def parties(self) -> list[str]:
        """Whose each plan and each track is."""
        return [plan.party for plan in self.plans] + [fix.party for fix in self.tracks]


def scene_of(reading: Reading, rules: Rules) -> Scene:
    """The last fix of each track and every plan; repeated ids, jumps and stale fixes are told."""
    told = Reading(faults=list(reading.faults))
    ids = _Ids(told)
    tracks = _latest_of_each(reading.fixes, told, ids)
    now = max((fix.at for fix in tracks), default=None)
    for fix in tracks:
        if now is not None and now - fix.at > timedelta(seconds=rules.stale_after_s):
            minutes = (now - fix.at) // timedelta(minutes=1)
            text = f"{fix.track}: its last fix is {minutes} min old; judged as if it went on so."
            told.add_fault(fix.track, "stale", text)
    plans = tuple(replace(plan, id=ids.own(plan.id)) for plan in reading.plans)
    return Scene(
        plans=plans,
        tracks=tuple(tracks),
        now=now,
        faults=tuple(told.faults),
        not_judged=reading.not_judged,
        assumed=assumed_of(reading.unsaid),
    )


def check_scene(scene: Scene, asked: Asked, rules: Rules) -> Checked:
    """Every conflict among plans, tracks, and tracks with plans.

    Tracks are moved to the latest time of any fix, then straight on for the look-ahead.

    Raises:
        Malformed: the look-ahead is longer than anything moves straight on.
    """
    index = PlanIndex()
    found: list[Conflict] = []
    for plan in scene.plans:
        found += index.find_conflicts(plan, _separation_of_plans(asked))
        index.insert(plan)
    if scene.now is not None:
        separation_of = _separation_of_tracks(asked, rules)
        ahead_s = rules.track_look_ahead_s if asked.look_ahead_s is None else asked.look_ahead_s
        found += find_track_conflicts(scene.tracks, scene.now, ahead_s, separation_of)
        found += find_track_plan_conflicts(scene.tracks, index, scene.now, ahead_s, separation_of)
    found.sort(key=lambda conflict: (conflict.a, conflict.b))
    counted = Counted(
        plans=len(scene.plans),
        tracks=len(scene.tracks),
        pairs_possible=_pairs_of_different_parties(Counter(scene.parties)),
        faults=scene.faults,
        not_judged=scene.not_judged,
        assumed=scene.assumed,
    )
    return Checked(conflicts=tuple(_met(each) for each in found), checked=counted)


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


class _Ids:
    """Ids in the order they are met: a second thing of the same id gets a number, and is told."""

    def __init__(self, told: Reading) -> None:
        self._told = told
        self._taken: set[str] = set()
        self._numbers: Counter[str] = Counter()

    def own(self, id: str) -> str:
        """The id itself, or where it is taken, the next that is not."""
        given = id
        while given in self._taken:
            self._numbers[id] += 1
            given = f"{id}#{self._numbers[id] + 1}"
        if given != id:
            text = f"{id}: the id stands more than once; this one is called {given}."
            self._told.add_fault(given, "id_repeated", text)
        self._taken.add(given)
        return given


def _latest_of_each(fixes: list[Fix], told: Reading, ids: _Ids) -> list[Fix]:
    """The last fix of each track; jumps on the way and absurd speeds are told.

    What two parties call by one id are two tracks: one must not hide the other.
    """
    latest: dict[tuple[str, str], Fix] = {}
    for fix in sorted(fixes, key=lambda fix: fix.at):
        before = latest.get((fix.track, fix.party))
        told.add_finding(find_absurd_speed(fix))
        told.add_finding(find_jump(before, fix) if before else None)
        latest[fix.track, fix.party] = fix
    return [replace(fix, track=ids.own(fix.track)) for fix in latest.values()]


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
