"""How each kind of entry changes the state: one module for each family of things said."""

from typing import Final

from openline.desk.evolve import (
    airspace,
    assurances,
    cadence,
    conflicts,
    edges,
    evidence,
    findings,
    incidents,
    lines,
    measures,
    meetings,
    notifications,
    plans,
    press,
    questions,
    reading,
    retention,
    roster,
    suppliers,
    tracks,
    watch,
    witnesses,
)

FAMILIES: Final = (
    airspace,
    assurances,
    cadence,
    conflicts,
    edges,
    evidence,
    findings,
    incidents,
    lines,
    measures,
    meetings,
    notifications,
    plans,
    press,
    questions,
    reading,
    retention,
    roster,
    suppliers,
    tracks,
    watch,
    witnesses,
)
"""Importing them fills `state.EVOLVERS`; `openline.desk` does, so that any state can be folded."""
