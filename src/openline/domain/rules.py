"""The agreed numbers: one value, said at genesis, changed only by an entry."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from itertools import pairwise
from typing import Final

from msgspec import Struct, field

from openline.domain.errors import Malformed
from openline.domain.plan import Kind

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400
MOST: Final = 3_660.0 * DAY_S
"""No number of a rule is greater: ten years in seconds, and more metres than anything is away."""


class Precedence(StrEnum):
    """How fast a message must reach a human."""

    ROUTINE = "ROUTINE"
    PRIORITY = "PRIORITY"
    IMMEDIATE = "IMMEDIATE"
    FLASH = "FLASH"


class Level(StrEnum):
    """At which level of command a cell sits and a line runs."""

    TACTICAL = "tactical"
    OPERATIONAL = "operational"
    STRATEGIC = "strategic"


class Separation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How near two things may come: a conflict meets all three at once; edges included."""

    horizontal_m: float
    vertical_m: float
    time_s: float = 15 * MINUTE_S


class ErrorGrowth(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By how much each second since a fix adds to what is not known of its track's place.

    It only ever makes conflicts that are marked `within error`.
    """

    horizontal_mps: float = 0.0
    vertical_mps: float = 0.0


class CadenceBand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `from_m` (included) up to the next band's, contact is due every `every_s`."""

    from_m: float
    every_s: int


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every number the desk decides by. Units are in the names; bands include their lower edge."""

    acknowledge_by_s: dict[Precedence, int] = field(
        default_factory=lambda: {
            Precedence.ROUTINE: 12 * HOUR_S,
            Precedence.PRIORITY: 4 * HOUR_S,
            Precedence.IMMEDIATE: 30 * MINUTE_S,
            Precedence.FLASH: 2 * MINUTE_S,
        }
    )
    machine_delivery_s: int = 60
    relay_hop_s: int = 60
    flash_alternate_after_s: int = 2 * MINUTE_S
    flash_operational_after_s: int = 5 * MINUTE_S
    flash_strategic_after_s: int = 10 * MINUTE_S
    second_bearer_after_s: int = 60

    movement_notice_s: int = 48 * HOUR_S
    movement_emergency_s: int = 24 * HOUR_S
    evacuation_flash_s: int = 2 * HOUR_S
    passed_down_before_start_s: int = 6 * HOUR_S
    site_reverify_s: int = 90 * DAY_S
    movement_width_m: float = 500.0
    movement_slack_s: float = 30 * MINUTE_S

    cadence: tuple[CadenceBand, ...] = (
        CadenceBand(from_m=0.0, every_s=30 * MINUTE_S),
        CadenceBand(from_m=5_000.0, every_s=HOUR_S),
        CadenceBand(from_m=10_000.0, every_s=4 * HOUR_S),
        CadenceBand(from_m=20_000.0, every_s=12 * HOUR_S),
        CadenceBand(from_m=50_000.0, every_s=DAY_S),
    )
    cadence_loosen_after_s: int = 24 * HOUR_S
    line_check_every_s: int = 12 * HOUR_S
    line_checks_missed_to_degrade: int = 2

    separation: dict[Kind, Separation] = field(
        default_factory=lambda: {
            Kind.GROUND: Separation(horizontal_m=2_000.0, vertical_m=0.0),
            Kind.AIR: Separation(horizontal_m=9_260.0, vertical_m=304.8),
            Kind.DRONE: Separation(horizontal_m=100.0, vertical_m=50.0),
        }
    )
    error_growth: dict[Kind, ErrorGrowth] = field(
        # What a course to a whole degree, a speed to a knot and a climb to 64 ft/min leave open.
        default_factory=lambda: {
            Kind.GROUND: ErrorGrowth(horizontal_mps=0.5),
            Kind.AIR: ErrorGrowth(horizontal_mps=2.5, vertical_mps=0.2),
            Kind.DRONE: ErrorGrowth(horizontal_mps=0.5, vertical_mps=0.2),
        }
    )
    track_look_ahead_s: float = 5 * MINUTE_S
    stale_after_s: int = 15 * MINUTE_S
    track_nearer_part: float = 0.5
    track_clears_beyond_part: float = 0.1
    track_clears_after_s: int = MINUTE_S
    track_forgotten_after_s: int = DAY_S
    clock_skew_s: int = 2 * MINUTE_S
    clocks_part_s: float = 5.0

    keep_ended_s: int = 90 * DAY_S

    pointers_per_hour: int = 30
    questions_per_hour: int = 30

    def separation_between(self, a: Kind, b: Kind) -> Separation:
        """The larger of the two kinds' separations, taken dimension by dimension."""
        one, other = self.separation[a], self.separation[b]
        return Separation(
            horizontal_m=max(one.horizontal_m, other.horizontal_m),
            vertical_m=max(one.vertical_m, other.vertical_m),
            time_s=max(one.time_s, other.time_s),
        )

    def cadence_band(self, distance_m: float, low_distance_m: Callable[[float], float]) -> int:
        """The widest band in which two forces still are when contact is next due in it.

        Its index in `cadence`, 0 the tightest. Both the distance now, and the low estimate of it
        (a forecast's p10) after as many seconds as that band leaves between contacts, must lie in
        the band or beyond: nobody passes through a band unseen between two talks.
        """
        return max(
            index
            for index, band in enumerate(self.cadence)
            if index == 0 or band.from_m <= min(distance_m, low_distance_m(band.every_s))
        )


def check_rules(rules: Rules) -> None:
    """Nothing happens if a desk can decide by these numbers.

    Raises:
        Malformed: a number below zero or beyond any use, a precedence or kind left out, a cadence
            whose bands do not start at zero and widen, or a round of no length, by which silence
            would never end.
    """
    lacking = {*Precedence} - {*rules.acknowledge_by_s} or {*Kind} - {*rules.separation}
    if lacking:
        raise Malformed(f"rules: nothing is said for {', '.join(sorted(lacking))}. Say it for all.")
    if not all(0 <= number <= MOST for number in _numbers(rules)):
        raise Malformed("rules: a number below zero, or beyond any use. Mend it.")
    bands = [band.from_m for band in rules.cadence]
    if bands[:1] != [0.0] or any(near >= far for near, far in pairwise(bands)):
        raise Malformed("rules: the cadence's bands start at zero, and each from further out.")
    rounds = (rules.line_check_every_s, rules.site_reverify_s, *(b.every_s for b in rules.cadence))
    if min(rounds) < 1 or rules.line_checks_missed_to_degrade < 1:
        raise Malformed("rules: a round of no length, or no check to be missed. Lengthen it.")


def _numbers(rules: Rules) -> list[float]:
    """Every number of the rules, in whatever unit: all are counts, seconds or metres."""
    stated = (getattr(rules, name) for name in rules.__struct_fields__)
    separations = rules.separation.values()
    growths = rules.error_growth.values()
    return [
        *(each for each in stated if isinstance(each, int | float)),
        *rules.acknowledge_by_s.values(),
        *(number for band in rules.cadence for number in (band.from_m, band.every_s)),
        *(number for s in separations for number in (s.horizontal_m, s.vertical_m, s.time_s)),
        *(number for each in growths for number in (each.horizontal_mps, each.vertical_mps)),
    ]
