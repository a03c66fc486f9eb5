"""Faults in the fixes of a batch, against the fixes that stood before it."""

from __future__ import annotations

from typing import Final

import numpy as np

from openline.detection.fixes import Fixes, are_absurdly_fast, have_jumped
from openline.domain.finding import Fault
from openline.domain.rules import Rules
from openline.geometry.ellipsoid import Flags, Floats, Indices
from openline.track_engine.table import FAULTS_OF_A_FIX, TrackTable

FAULTS: Final = (Fault.CLOCK_WRONG, Fault.ABSURD_SPEED, Fault.JUMP)
"""The columns of a table of faults, in order."""
MENDED_AFTER_S: Final = 60.0
"""A fault that comes back sooner is still the one that was told: none flickers in the record."""


def faults_in(table: TrackTable, rows: Indices, fixes: Fixes, rules: Rules, now_s: float) -> Flags:
    """Which faults each fix has, shape (n, FAULTS_OF_A_FIX); no track is there twice."""
    has = np.zeros((len(rows), FAULTS_OF_A_FIX), dtype=np.bool_)
    has[:, 0] = np.abs(fixes.at_s - now_s) > rules.clock_skew_s
    has[:, 1] = are_absurdly_fast(fixes)
    before_s = table.at_s(rows)
    later = np.flatnonzero(np.isfinite(before_s) & (before_s < fixes.at_s))
    has[later, 2] = have_jumped(table.fixes(rows[later]), fixes.take(later))
    return has


def note_faults(table: TrackTable, rows: Indices, has: Flags, now_s: float) -> Flags:
    """Which of these faults are to be told: those that appear, and were not there a while ago."""
    last_s: Floats = table.faulty_at_s(rows)
    new: Flags = has & (now_s - last_s > MENDED_AFTER_S)
    table.note_faulty(rows, np.where(has, now_s, last_s))
    return new
