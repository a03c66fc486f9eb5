"""What can be said of a version of a measure as it stands; `MEASURE_ACTS` is the table."""

from __future__ import annotations

from openline.desk.comparing.ground import find_in_force, find_version, latest_version
from openline.desk.state import State
from openline.domain.errors import NotPermitted, StaleVersion, UnknownThing, WrongState
from openline.domain.measure import Measure, MeasureCosigned, MeasureObjected
from openline.domain.measure_acts import MEASURE_ACTS, Whose

ASKED = frozenset({MeasureCosigned.KIND, MeasureObjected.KIND})
"""What a proposal waits for from each of its parties."""


def measure_for(state: State, party: str, measure: str, version: int, kind: str) -> Measure:
    """The version, if the party may say this kind of it as it is now.

    Raises:
        UnknownThing: the party has no part in such a version.
        StaleVersion: it is no proposal any longer.
        WrongState: not as it is now, or cosigned by this party already.
        NotPermitted: this is for another of its parties.
    """
    held = find_version(state, measure, version)
    if held is None or party not in held.parties:
        asks = (
            f"no version {version} asks for {party}'s word"
            if kind in ASKED
            else f"{party} has no part in a version {version} of it"
        )
        raise UnknownThing(f"{measure}: {asks}.")
    whose = MEASURE_ACTS[kind].get(held.state)
    if whose is None and kind in ASKED:
        raise StaleVersion(
            f"{held.key}: it is {held.state}, no proposal any longer. "
            f"The last is v{latest_version(state, measure)}."
        )
    match whose:
        case None:
            raise WrongState(f"{held.key}: it is {held.state}, and this cannot be said of it now.")
        case Whose.AUTHOR if party != held.author:
            raise NotPermitted(f"{held.key}: {held.author} proposed it. Object to it instead.")
        case Whose.SUSPENDER if party != held.suspended_by:
            raise NotPermitted(f"{held.key}: {held.suspended_by} suspended it, and may resume it.")
    if kind == MeasureCosigned.KIND and party in held.cosigned:
        raise WrongState(f"{held.key}: {party} has cosigned it already.")
    return held


def line_crossed_by(state: State, measure: str, party: str) -> Measure:
    """The line in force on one side of which the party belongs.

    Raises:
        UnknownThing: there is none such.
    """
    held = find_in_force(state, measure)
    if held is None or held.body is None or party not in held.body.homes:
        raise UnknownThing(f"{measure}: no line in force on one side of which {party} is.")
    return held


def may_follow(state: State, held: Measure, party: str) -> bool:
    """Whether one of its parties may propose the next version: this is the last one said."""
    is_last = held.version == latest_version(state, held.id)
    return is_last and held.by_agreement and party in held.parties
