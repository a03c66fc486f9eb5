"""Ten clients file plans that meet, all at once: every conflict is found, each of them once."""

from __future__ import annotations

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from openline.cli.newcomers import Newcomer
from openline.domain.conflict import ConflictsFound
from openline.domain.party import PartyKind
from openline.sealing import entry_from_row
from rest_harness import Served, plan, served

CLIENTS = 10
TRIALS = int(os.environ.get("N", "12"))
FORCES = tuple(Newcomer(id=f"F{n}", kind=PartyKind.FORCE) for n in range(CLIENTS))


def test_of_ten_plans_filed_at_once_every_pair_is_found_once_and_none_is_missed(
    tmp_path: Path,
) -> None:
    with served(tmp_path, FORCES) as desk, ThreadPoolExecutor(CLIENTS) as clients:
        for each in FORCES:
            desk.as_(each.id)
        for trial in range(TRIALS):
            began = desk.service.journal.size()

            answers = list(clients.map(lambda n, t=trial: _file(desk, n, t), range(CLIENTS)))

            assert answers == [201] * CLIENTS
            assert _pairs_found(desk, began) == sorted(
                itertools.combinations([f"F{n}-{trial}" for n in range(CLIENTS)], 2)
            )


def _file(desk: Served, client: int, trial: int) -> int:
    """Files a plan near the place of this trial, which is far from that of every other."""
    lat_deg, lon_deg = -60.0 + trial // 300 * 0.5, -170.0 + trial % 300 * 1.1
    fields = plan(f"F{client}-{trial}", lat_deg + client * 1e-4, lon_deg)
    return desk.say(f"F{client}", "/v1/plans", **fields).status_code


def _pairs_found(desk: Served, began: int) -> list[tuple[str, str]]:
    """The pairs in every finding since then, sorted, as often as they were found."""
    rows = desk.service.journal.read(began, desk.service.journal.size())
    contents = (entry_from_row(row).content for row in rows)
    return sorted(
        (found.a, found.b)
        for content in contents
        if isinstance(content, ConflictsFound)
        for found in content.conflicts
    )
