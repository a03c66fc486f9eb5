"""A live witness that others wrote cosigns our record and stops our fork; its client takes ours."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from foreign_harness import texts
from openline.cosigning.agreed import named_by
from openline.cosigning.collector import Collector, Pace
from openline.record.checkpoint import open_checkpoint
from openline.record.note import note_key, parse_vkey, render_vkey
from openline.record.policy import parse_policy
from openline.record.tiles import consistency_from_tiles
from openline.service import Service, SystemClock
from service_harness import DESK_KEY, ORIGIN, add_party, found, make_desk, open_desk, operate
from witness_harness import Served, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

DESK = note_key(ORIGIN, DESK_KEY)


class Foreign:
    """aics-witness, run as its operator would."""

    def __init__(self, python: Path, directory: Path) -> None:
        self.directory = directory
        self._command = [str(python), "-m", "aics_witness"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        listen = self.url.removeprefix("http://")
        self.vkey = self.do("init", "--name", "foreign.example/w1", "--listen", listen).strip()
        self.do("add-log", "--origin", ORIGIN, "--vkey", render_vkey(DESK))
        self.process = subprocess.Popen(
            [*self._command, "serve", "--config", directory / "witness.json"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def answers() -> bool:
            with contextlib.suppress(httpx.HTTPError):
                return httpx.get(f"{self.url}/healthz", trust_env=False).is_success
            return False

        until(answers)

    def do(self, command: str, *more: str) -> str:
        config = ["--config", str(self.directory / "witness.json")]
        ran = subprocess.run(
            [*self._command, command, *config, *more], capture_output=True, text=True, check=True
        )
        return ran.stdout

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture
def foreign(foreign_python: Path, tmp_path: Path) -> Iterator[Foreign]:
    (tmp_path / "foreign").mkdir()
    witness = Foreign(foreign_python, tmp_path / "foreign")
    yield witness
    witness.close()


@contextlib.contextmanager
def collecting(service: Service, path: Path, url: str) -> Iterator[Collector]:
    clock = SystemClock()
    collector = Collector(
        service,
        path,
        {"FOREIGN": url},
        now=clock.wall,
        monotonic_s=time.monotonic,
        pace=Pace(least_s=0.05, again_s=0.2, longest_s=1.0),
    )
    unsubscribe = service.subscribe(collector.hear)
    collector.start()
    try:
        yield collector
    finally:
        unsubscribe()
        collector.close()


def test_a_live_witness_of_others_cosigns_our_desk_and_stops_its_fork(
    foreign: Foreign, tmp_path: Path
) -> None:
    service = open_desk(make_desk(tmp_path / "desk"), SystemClock())
    found(service)
    policy = parse_policy(f"witness FOREIGN {foreign.vkey}\nquorum FOREIGN\n".encode())
    operate(service, "witnesses", named_by(policy)).result()
    service.close()
    shutil.copytree(tmp_path / "desk", tmp_path / "fork")
    service = open_desk(tmp_path / "desk", SystemClock())
    with collecting(service, tmp_path / "desk", foreign.url):
        for party in ("NORTH", "SOUTH"):
            index = add_party(service, party).result().index
            until(lambda index=index: service.find_witnessed(index) is not None)
    note = service.journal.cosigned()
    assert note is not None
    signed = open_checkpoint(note, [DESK, parse_vkey(foreign.vkey)])
    assert [each.key.name for each in signed.witnessed_by] == ["foreign.example/w1"]
    service.close()
    fork = open_desk(tmp_path / "fork", SystemClock())
    try:
        for party in ("X", "Y", "Z"):
            add_party(fork, party).result()
        with collecting(fork, tmp_path / "fork", foreign.url):
            until(lambda: fork.why_halted is not None)
        assert fork.journal.cosigned() is None
    finally:
        fork.close()
    kept = json.loads(foreign.do("evidence"))
    assert [each["origin"] for each in kept] == [ORIGIN]


def test_the_client_of_others_is_cosigned_by_our_witness_and_refused_a_fork_and_a_rewind(
    foreign_python: Path, tmp_path: Path, scribe: Any
) -> None:
    ours = Served(tmp_path / "ours", "east.example/w1", *scribe.trust.keys)
    held = scribe.leaves

    def step(leaves: list[bytes]) -> dict[str, Any]:
        copy, size = scribe.copy(leaves), len(leaves)
        proofs = {
            str(old): texts(consistency_from_tiles(old, size, copy.tile)) for old in range(size + 1)
        }
        return {"note": b64encode(copy.note).decode(), "proofs": proofs}

    fork = [*held[:3], held[4], held[3], *held[5:], held[0]]
    steps = [step(held[:4]), step(held[:9]), step(held[:9]), step(fork), step(held[:5]), step(held)]
    asked = {"url": ours.url, "vkey": render_vkey(ours.key), "steps": steps}
    try:
        ran = subprocess.run(
            [foreign_python, Path(__file__).with_name("feed_aics.py")],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        ours.close()
    answers = json.loads(ran.stdout)
    assert answers[:3] == ["cosigned"] * 3
    assert "cosigned" not in answers[3:5]
    assert answers[5] == "cosigned"
