"""Whoever read the desk's log is gone: the desk goes on, and answers."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from openline import app
from openline.cli.newcomers import Newcomer, add_newcomer
from openline.cli.speaking import Desk
from openline.domain.party import PartyKind

SERVE = (sys.executable, "-u", "-c", "from openline.cli.main import run; run()", "serve")
EAST = "EAST-TAC.duty"


@pytest.mark.timeout(60)
def test_a_desk_whose_log_nobody_reads_any_more_answers_on(tmp_path: Path) -> None:
    app.make_desk(tmp_path / "desk")
    with app.desk_at(tmp_path / "desk") as service:
        add_newcomer(service, Newcomer(id="EAST", kind=PartyKind.FORCE), tmp_path / "keys")
    with serving(tmp_path / "desk") as (url, process):
        assert process.stderr is not None
        process.stderr.close()
        with Desk.reached(url, tmp_path / "keys" / f"{EAST}.key", EAST, None) as east:
            check = {"id": "check-1", "result": "passed"}
            refused = [east.http.post("/v1/lines/L-9/checks", json=check) for _ in range(2)]
    assert [each.status_code for each in refused] == [404, 404]


@contextmanager
def serving(data: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`openline serve` on a port of its own, its log on a pipe; its address, and the program."""
    pipe = subprocess.PIPE
    command = [*SERVE, "--port", "0", "--data", data]
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        try:
            listening = next(row for row in process.stdout if "Listening on" in row)
            yield re.findall(r"http://\S+:\d+", listening)[0], process
        finally:
            process.send_signal(signal.SIGTERM)
