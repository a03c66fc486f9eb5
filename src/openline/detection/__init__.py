"""Detection: who would meet, where and when. The only package that knows both domain and arrays.

Every function is pure (`PlanIndex` excepted, which is part of the desk's state) and errs one way:
it never misses a conflict, and reports one beyond what was asked by at most 1 m + 0.1 % of the
distance, 0.1 m in height and 1 ms in time (moving pairs: plus 0.1 % of the way they move).
"""

from openline.detection.closure import forecast_closure
from openline.detection.crossing import judge_crossing, judge_edge_crossing, side_of
from openline.detection.crossing_forecast import find_edge_crossing, find_track_crossing
from openline.detection.faults import (
    find_absurd_speed,
    find_jump,
    find_mgrs_difference,
    find_name_far_from_place,
    find_swapped,
    find_two_places,
    find_wrong_side,
)
from openline.detection.map_edges import EdgeOffMap, find_edges_off_map
from openline.detection.movers import Movers, movers_at, owners_of
from openline.detection.plans import TOUCHING, PlanIndex, SeparationOf, Sort, find_conflicts_among
from openline.detection.track_plans import find_track_plan_conflicts
from openline.detection.tracks import (
    Separations,
    TrackMeetings,
    find_track_conflicts,
    find_track_meetings,
    separations_of,
)
from openline.detection.validity import check_fix, check_plan, check_position

__all__ = [
    "TOUCHING",
    "EdgeOffMap",
    "Movers",
    "PlanIndex",
    "SeparationOf",
    "Separations",
    "Sort",
    "TrackMeetings",
    "check_fix",
    "check_plan",
    "check_position",
    "find_absurd_speed",
    "find_conflicts_among",
    "find_edge_crossing",
    "find_edges_off_map",
    "find_jump",
    "find_mgrs_difference",
    "find_name_far_from_place",
    "find_swapped",
    "find_track_conflicts",
    "find_track_crossing",
    "find_track_meetings",
    "find_track_plan_conflicts",
    "find_two_places",
    "find_wrong_side",
    "forecast_closure",
    "judge_crossing",
    "judge_edge_crossing",
    "movers_at",
    "owners_of",
    "separations_of",
    "side_of",
]
