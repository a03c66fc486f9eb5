"""Plans held against plans by PostGIS: a server of its own, GiST over shape, times and heights.

Its server runs for the benchmark alone, on a socket in a folder of its own, and forgets to wait for
the disk: nothing that it is asked needs one. Debian has it as `postgresql-15-postgis-3`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from openline.domain.airspace import Circle, Corridor, Volume4D
from openline.domain.plan import Plan
from openline.domain.rules import Separation

_PROGRAMS: Final = Path("/usr/lib/postgresql")
_USER: Final = "postgres"
"""PostgreSQL refuses to be run by root."""
_WIDEST_M: Final = 1_000.0
"""No circle's radius and no corridor's half width is more, in these plans."""
_MADE: Final = """
CREATE EXTENSION postgis;
CREATE TABLE plans (
    name text, party text, shape geography, reach float8, times tstzrange, heights numrange);
\\copy plans FROM '{rows}'
CREATE INDEX ON plans USING gist (shape, times, heights);
ANALYZE plans;
"""
_READY: Final = f"""
SET jit = off;
PREPARE near (geography, float8, float8, tstzrange, numrange, text) AS
    SELECT name FROM plans
    WHERE shape && _ST_Expand($1, $2 + $3 + {_WIDEST_M}) AND times && $4 AND heights && $5
      AND party <> $6 AND ST_DWithin(shape, $1, $2 + $3 + reach);
PREPARE file (text, text, geography, float8, tstzrange, numrange) AS
    INSERT INTO plans VALUES ($1, $2, $3, $4, $5, $6);
"""
_TOOK: Final = re.compile(r"Time: ([0-9.]+) ms")


@dataclass(frozen=True)
class Answered:
    """What was found by the id of each asked, and the microseconds that each question took."""

    found: dict[str, list[str]]
    took_us: list[float]


class Postgis:
    """A table of plans, asked by PostgreSQL's own client, which keeps the time."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self.name = (
            "PostGIS "
            + self._ask(
                "SELECT default_version FROM pg_available_extensions WHERE name = 'postgis';"
            )[0]
        )

    def insert_all(self, plans: Sequence[Plan]) -> None:
        """Makes the table and its index of these, in bulk."""
        rows = self._folder / "rows.tsv"
        rows.write_text("".join("\t".join(map(str, _row(each))) + "\n" for each in plans))
        self._ask(_MADE.format(rows=rows))

    def find(self, asked: Sequence[Plan], keep: Separation) -> Answered:
        """The ids of plans of other parties that come nearer than this to each of some."""
        return self._timed(asked, [_question(each, keep) for each in asked])

    def file(self, filed: Sequence[Plan], keep: Separation) -> Answered:
        """The same, and each is put in once it has been asked about."""
        return self._timed(filed, [_question(each, keep) + _insertion(each) for each in filed])

    def _timed(self, asked: Sequence[Plan], questions: list[str]) -> Answered:
        """Asks each; `\\echo` parts the answers, and times within one answer are added up."""
        script = [_READY, *(f"\\timing on\n{each}\\timing off\n\\echo ;\n" for each in questions)]
        parts = "\n".join(self._ask("".join(script))).split(";")[: len(asked)]
        found, took_us = {}, []
        for plan, part in zip(asked, parts, strict=True):
            took_us.append(1e3 * sum(map(float, _TOOK.findall(part))))
            lines = [line for line in part.split("\n") if line and not _TOOK.match(line)]
            found[plan.id] = [line for line in lines if not line.startswith(_SAYS)]
        return Answered(found, took_us)

    def _ask(self, script: str) -> list[str]:
        command = [str(self._programs / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(
            [*command, "-h", str(self._folder), "-U", _USER, "postgres"],
            input=script,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"PostGIS failed:\n{done.stderr}")
        return done.stdout.splitlines()


_SAYS: Final = ("Timing is", "INSERT ")


@contextmanager
def postgis() -> Iterator[Postgis | None]:
    """A server of its own; None, and said so, where there is none."""
    programs = _programs()
    if programs is None:
        print(
            "left out: PostGIS. On Debian: apt-get install postgresql-15-postgis-3", file=sys.stderr
        )
        yield None
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, _USER, _USER)
        _run_as_user([programs / "initdb", "-D", folder / "data", "-U", _USER, "--no-sync"])
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={folder}"
            " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
            " -c shared_buffers=2GB -c maintenance_work_mem=1GB"
        )
        control = [programs / "pg_ctl", "-D", folder / "data", "-w"]
        _run_as_user([*control, "-l", folder / "log", "-o", options, "start"])
        try:
            yield Postgis(programs, folder)
        finally:
            _run_as_user([*control, "-m", "immediate", "stop"])


def _programs() -> Path | None:
    for folder in sorted(_PROGRAMS.glob("*/bin"), reverse=True):
        extension = Path("/usr/share/postgresql", folder.parent.name, "extension/postgis.control")
        if extension.exists() and (folder / "initdb").exists():
            return folder
    return None


def _run_as_user(command: Sequence[object]) -> None:
    user = _USER if os.geteuid() == 0 else None
    done = subprocess.run(
        [str(each) for each in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        cwd="/",
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"PostgreSQL failed:\n{done.stderr.decode()}")


def _row(plan: Plan) -> tuple[str, str, str, float, str, str]:
    (volume,) = plan.volumes
    shape, reach_m = _shape(volume)
    return plan.id, plan.party, shape, reach_m, _times(volume, 0.0), _heights(volume, 0.0)


def _question(plan: Plan, keep: Separation) -> str:
    (volume,) = plan.volumes
    shape, reach_m = _shape(volume)
    times, heights = _times(volume, keep.time_s), _heights(volume, keep.vertical_m)
    return (
        f"EXECUTE near('{shape}', {keep.horizontal_m}, {reach_m}, '{times}', '{heights}',"
        f" '{plan.party}');\n"
    )


def _insertion(plan: Plan) -> str:
    name, party, shape, reach_m, times, heights = _row(plan)
    return f"EXECUTE file('{name}', '{party}', '{shape}', {reach_m}, '{times}', '{heights}');\n"


def _shape(volume: Volume4D) -> tuple[str, float]:
    """Well-known text, and how far what is meant reaches beyond it, in metres."""
    footprint = volume.footprint
    if isinstance(footprint, Circle):
        center = footprint.center
        return f"POINT({center.lon_deg} {center.lat_deg})", footprint.radius_m
    if isinstance(footprint, Corridor):
        return f"LINESTRING({_vertices(footprint.path)})", footprint.width_m / 2
    ((ring,),) = footprint.rings
    return f"POLYGON(({_vertices((*ring, ring[0]))}))", 0.0


def _vertices(path: Sequence[tuple[float, float]]) -> str:
    return ",".join(f"{lon} {lat}" for lon, lat in path)


def _times(volume: Volume4D, more_s: float) -> str:
    starts_at, ends_at = volume.times.starts_at, volume.times.ends_at
    assert starts_at is not None
    assert ends_at is not None
    more = timedelta(seconds=more_s)
    return f"[{(starts_at - more).isoformat()},{(ends_at + more).isoformat()}]"


def _heights(volume: Volume4D, more_m: float) -> str:
    return f"[{volume.heights.floor_m - more_m},{volume.heights.ceiling_m + more_m}]"
