"""Ten parties file plans that meet, all at the same moment: every conflict is found, each once."""

from __future__ import annotations

import itertools
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.conflict import ConflictsFound
from openline.domain.plan import Kind, PlanBody, PlanFiled
from openline.sealing import entry_from_row
from openline.service import Receipt, Service
from service_harness import NOON, Speaker, attest, found, make_desk, open_desk

FILERS = 10
TRIALS = int(os.environ.get("N", "12"))
TRIALS_A_DESK = 250


def test_of_plans_filed_at_one_moment_every_pair_is_found_once_and_none_is_missed(
    tmp_path: Path,
) -> None:
    wrong = []
    for first in range(0, TRIALS, TRIALS_A_DESK):
        service = open_desk(make_desk(tmp_path / f"desk-{first}"))
        found(service, *(Speaker(f"F{n}") for n in range(FILERS)))
        with ThreadPoolExecutor(FILERS) as filers:
            for trial in range(first, min(first + TRIALS_A_DESK, TRIALS)):
                if _pairs_of(service, filers, trial) != _every_pair(trial):
                    wrong.append(trial)
        service.close()

    assert wrong == []


def _every_pair(trial: int) -> list[tuple[str, str]]:
    return sorted(itertools.combinations([f"F{n}-{trial}" for n in range(FILERS)], 2))


def _pairs_of(service: Service, filers: ThreadPoolExecutor, trial: int) -> list[tuple[str, str]]:
    """Files ten plans near the place of this trial, and says which pairs were found to meet."""
    began = service.journal.size()
    together = threading.Barrier(FILERS)

    def file(n: int) -> Future[Receipt]:
        together.wait()
        return attest(service, f"F{n}", f"file-{n}-{trial}", _plan(n, trial))

    for answer in list(filers.map(file, range(FILERS))):
        answer.result()
    contents = (entry_from_row(row).content for row in service.journal.read(began, 1 << 62))
    return sorted(
        (each.a, each.b)
        for content in contents
        if isinstance(content, ConflictsFound)
        for each in content.conflicts
    )


def _plan(n: int, trial: int) -> PlanFiled:
    """Each trial has a degree of its own, far from every other's."""
    place = Position(
        lat_deg=-60.0 + trial % TRIALS_A_DESK // 25 + n * 1e-4,
        lon_deg=-170.0 + trial % 25 * 5.0,
    )
    volume = Volume4D(footprint=Circle(center=place, radius_m=100.0))
    return PlanFiled(
        plan=f"F{n}-{trial}",
        kind=Kind.GROUND,
        starts_at=NOON + timedelta(hours=3),
        ends_at=NOON + timedelta(hours=5),
        body=PlanBody(volumes=(volume,)),
    )
