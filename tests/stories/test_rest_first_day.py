"""A stranger's first day: a desk from nothing, two parties, and a notification that is answered.

Every step is a command that a person types, or a request over HTTP to the desk that runs.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from openline import app
from openline.cases.replay import published_key
from openline.cli.speaking import Desk
from openline.desk_directory import create_directory
from openline.domain.party import DeskOpened, PublicKey
from openline.domain.rules import Rules
from openline.record.keys import key_facts, public_jwk

OPENLINE = (sys.executable, "-c", "from openline.cli.main import run; run()")
STARTS_AT = datetime.now(UTC).replace(microsecond=0) + timedelta(days=4)


def run(folder: Path, *words: str, expected: int = 0) -> str:
    """What a command prints, on either output."""
    done = subprocess.run(
        [*OPENLINE, *words], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == expected, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@contextmanager
def served(folder: Path, *words: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`openline serve` on a port of its own, stopped as an operator stops it; its address."""
    process = subprocess.Popen(
        [*OPENLINE, "serve", "--port", "0", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        listening = next(row for row in process.stdout if "Listening on" in row)
        yield re.findall(r"http://\S+:\d+", listening)[0], process
    finally:
        process.send_signal(signal.SIGTERM)
        rest = process.communicate(timeout=30)[0]
    assert process.returncode == 0, rest
    assert "The desk has stopped" in rest


def movement() -> dict[str, Any]:
    """A convoy of two lorries, its escort stated."""
    places = [("depot", 35.334, 40.152), ("clinic", 35.402, 40.187)]
    waypoints = [
        {
            "name": name,
            "position": {"lat_deg": lat_deg, "lon_deg": lon_deg, "accuracy_m": 50},
            "eta": (STARTS_AT + timedelta(hours=number)).isoformat(),
        }
        for number, (name, lat_deg, lon_deg) in enumerate(places)
    ]
    return {
        "notification": "N-1",
        "kind": "movement",
        "starts_at": STARTS_AT.isoformat(),
        "ends_at": (STARTS_AT + timedelta(hours=1)).isoformat(),
        "escort": "no",
        "body": {"name": "Convoy One", "type": "aid_convoy", "waypoints": waypoints},
    }


@pytest.mark.long
def test_a_strangers_first_day(tmp_path: Path) -> None:
    made = run(tmp_path, "init", "desk")
    assert "public key" in made
    for party, kind in (("AID", "humanitarian"), ("HUM", "conduit"), ("EAST", "force")):
        run(tmp_path, "party", "add", party, "--kind", kind, "--data", "desk")
    keys = tmp_path / "openline-keys"

    with served(tmp_path, "--data", "desk") as (url, _):
        statement = {
            "id": "n-1",
            "kind": "notification.submitted.v1",
            "position": "AID-TAC.duty",
            "by_human": True,
            "content": movement(),
        }
        (tmp_path / "n-1.json").write_text(json.dumps(statement))
        spoken = ("say", "n-1.json", "--to", url, "--key", "openline-keys/AID-TAC.duty.key")
        told = run(tmp_path, *spoken, "--receipt", "n-1.tlog-proof")
        assert "stands in the record as entry" in told
        assert "never an approval" in told
        assert told.startswith(run(tmp_path, *spoken))  # said again, it is taken once

        _release_to_east(url, keys)
        with _as(url, keys, "EAST-TAC.duty") as east:
            (owed,) = [
                each
                for each in east.http.get("/v1/board").json()["items"]
                if each["subject"] == "N-1"
            ]
            answer = {"id": "ack-1", "by_human": True, "delivery": owed["delivery"]}
            assert east.http.get("/v1/told-notifications/N-1").status_code == 200
            said = east.http.post("/v1/receipts", json={**answer, "rung": "acknowledged"})
            assert said.status_code == 201, said.text
        with _as(url, keys, "AID-TAC.duty") as aid:
            (held,) = [
                each
                for each in aid.http.get("/v1/deliveries").json()["items"]
                if each["id"] == owed["delivery"]
            ]
            assert held["rung"] == "acknowledged"

        busy = run(
            tmp_path, "party", "add", "WEST", "--kind", "force", "--data", "desk", expected=2
        )
        assert "another program runs this desk" in busy
    with served(tmp_path, "--data", "desk") as (url, _), _as(url, keys, "AID-TAC.duty") as aid:
        assert aid.http.get("/v1/notifications/N-1").json()["submitter"] == "AID"


def _as(url: str, keys: Path, position: str) -> Any:
    return Desk.reached(url, keys / f"{position}.key", position, None)


def _release_to_east(url: str, keys: Path) -> None:
    """The conduit validates it; its submitter consents that EAST may know; the conduit tells it."""
    path = "/v1/notifications/N-1"
    releases = [{"recipient": "EAST", "tier": 1}]
    with _as(url, keys, "HUM-TAC.duty") as hum:
        checked = hum.http.post(f"{path}/validate", json={"id": "v-1", "version": 1})
        assert checked.status_code == 201, checked.text
    named = {"version": 1, "releases": releases}
    with _as(url, keys, "AID-TAC.commander") as aid:
        consent = aid.http.post(f"{path}/consent", json={"id": "c-1", **named})
        assert consent.status_code == 201, consent.text
    with _as(url, keys, "HUM-TAC.commander") as hum:
        released = {"id": "r-1", **named, "consent": consent.json()["index"]}
        told = hum.http.post(f"{path}/release", json=released)
        assert told.status_code == 201, told.text


def test_a_new_directory_becomes_a_desk_that_says_how_to_let_a_party_in(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*OPENLINE, "serve", "--port", "0", "--data", "fresh"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    for row in process.stdout:
        said.append(row)
        if "Ctrl-C" in row:
            break
    process.send_signal(signal.SIGINT)
    said.append(process.communicate(timeout=30)[0])

    assert process.returncode == 0
    assert "Made a desk in fresh" in "".join(said)
    assert "openline party add" in "".join(said)
    assert (tmp_path / "fresh" / "desk.key").stat().st_mode & 0o077 == 0


def test_a_desk_whose_key_is_published_with_a_case_is_not_served(tmp_path: Path) -> None:
    create_directory(tmp_path / "desk", "demo.example", published_key("desk"), b"r" * 32)
    genesis = DeskOpened(
        origin="demo.example",
        desk_key=PublicKey(**key_facts(published_key("desk").public_key())),
        rules=Rules(),
    )
    with app.desk_at(tmp_path / "desk") as service:
        app.operate(service, "genesis", genesis)

    said = run(tmp_path, "serve", "--port", "0", "--data", "desk", expected=2)

    assert "anybody can speak with it" in said


def test_a_party_with_a_key_that_is_published_keeps_the_desk_from_being_served(
    tmp_path: Path,
) -> None:
    run(tmp_path, "init", "desk")
    jwk = tmp_path / "published.jwk"
    jwk.write_text(json.dumps(public_jwk(published_key("EAST-TAC.duty").public_key())))
    added = ("party", "add", "NORTH", "--kind", "force", "--data", "desk")
    run(tmp_path, *added, "--public-key", "NORTH-TAC.duty=published.jwk")

    said = run(tmp_path, "serve", "--port", "0", "--data", "desk", expected=2)

    assert "anybody can speak with it" in said


def test_an_idle_desk_is_small_and_draws_no_pictures(tmp_path: Path) -> None:
    with served(tmp_path, "--data", "desk") as (_, process):
        status = Path(f"/proc/{process.pid}/status").read_text()
        maps = Path(f"/proc/{process.pid}/maps").read_text()
        resident_kib = int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0])

    assert resident_kib < 150 * 1024
    assert "matplotlib" not in maps
