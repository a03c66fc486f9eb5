"""Drone suppliers as a load: what they send to a DSS, and the desk they send it to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from joserfc import jwt
from joserfc.jwk import RSAKey

from load.closed_loop import HOST, request, run

INTENTS: Final = "/dss/v1/operational_intent_references"
SQUARE_DEG: Final = 0.0005
BUSY: Final = (46.0, 7.0)
_START_TIMEOUT_S: Final = 300
_TOKEN_S: Final = 3_500

Square = tuple[float, float]
"""The south-west corner: latitude, longitude."""
Heights = tuple[float, float]
"""From and to, in metres above the ellipsoid."""


def slab(at: int) -> Heights:
    """Heights that meet none of another number."""
    return (100.0 + at * 0.05, 100.04 + at * 0.05)


def spread(at: int) -> Square:
    """A square of a grid, apart from every other of it."""
    return (40.0 + at // 400 * 0.002, 5.0 + at % 400 * 0.002)


def crowded(at: int) -> Square:
    """A place of its own for each connection, for its intents to meet in."""
    return (35.0 + at * 0.01, 5.0)


class Supplier:
    """What one supplier sends, under a token of its own."""

    def __init__(self, name: str, key: RSAKey) -> None:
        claims = {
            "iss": "bench",
            "sub": name,
            "aud": HOST,
            "exp": int(time.time()) + _TOKEN_S,
            "jti": name,
            "scope": "utm.strategic_coordination",
        }
        self._token = jwt.encode({"alg": "RS256"}, claims, key)

    def create(self, square: Square, heights: Heights, key: Sequence[str] = ()) -> bytes:
        """Files an intent with a subscription of its own, for ten minutes an hour ahead."""
        body = {
            "extents": [_extent(square, heights)],
            "key": key,
            "state": "Accepted",
            "uss_base_url": "https://uss.example/v1",
            "new_subscription": {"uss_base_url": "https://uss.example/v1"},
        }
        return request("PUT", f"{INTENTS}/{uuid.uuid4()}", self._token, body)

    def get(self, intent: str) -> bytes:
        """Asks for one intent."""
        return request("GET", f"{INTENTS}/{intent}", self._token)

    def query(self, square: Square, heights: Heights) -> bytes:
        """Asks for the intents in a square."""
        body = {"area_of_interest": _extent(square, heights)}
        return request("POST", f"{INTENTS}/query", self._token, body)


def _extent(square: Square, heights: Heights) -> dict[str, Any]:
    lat, lng = square
    corners = ((0.0, 0.0), (0.0, SQUARE_DEG), (SQUARE_DEG, SQUARE_DEG), (SQUARE_DEG, 0.0))
    starts_at = datetime.now(UTC) + timedelta(hours=1)
    lower, upper = ({"value": height, "reference": "W84", "units": "M"} for height in heights)
    start, end = (
        {"value": at.isoformat().replace("+00:00", "Z"), "format": "RFC3339"}
        for at in (starts_at, starts_at + timedelta(minutes=10))
    )
    vertices = [{"lat": lat + north, "lng": lng + east} for north, east in corners]
    volume = {
        "outline_polygon": {"vertices": vertices},
        "altitude_lower": lower,
        "altitude_upper": upper,
    }
    return {"volume": volume, "time_start": start, "time_end": end}


class Server:
    """A server in a process of its own, on a port of this machine."""

    def __init__(self, folder: Path, healthy: bytes) -> None:
        self._log = folder / "log"
        self._healthy = healthy
        self._process: subprocess.Popen[bytes] | None = None
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def begin(self, *command: str) -> float:
        """Starts it; seconds until it answers."""
        began = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        while time.perf_counter() - began < _START_TIMEOUT_S and self._process.poll() is None:
            try:
                run(self.port, [[self._healthy]])
            except OSError:
                time.sleep(0.02)
            else:
                return time.perf_counter() - began
        raise RuntimeError(self._log.read_text())

    def stop(self) -> None:
        """As its operator stops it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()
            self._process = None

    def resident_mb(self) -> int:
        """Its memory in use."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) // 1_024


class Desk(Server):
    """`openline serve --f3548`, and the key of the authority that it trusts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, request("GET", "/healthz"))
        self.data = folder / "desk"
        self.key = RSAKey.import_key(generate_private_key(public_exponent=65_537, key_size=2_048))
        self._authority = folder / "authority.pem"
        self._authority.write_bytes(self.key.as_pem(private=False))

    def start(self) -> float:
        """Seconds until it answers."""
        openline = str(Path(sys.executable).with_name("openline"))
        serve = (openline, "serve", "--data", str(self.data), "--port", str(self.port))
        trust = ("--f3548-audience", HOST, "--f3548-public-key", str(self._authority))
        return self.begin(*serve, "--f3548", *trust)

    def forget_snapshots(self) -> None:
        """So that the next start folds the record from its beginning."""
        for path in (self.data / "snapshots").iterdir():
            path.unlink()
