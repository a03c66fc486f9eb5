"""Bundles of incidents: exported once from the replayed case, spoiled as a test wishes."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from openline.cli.inquiry.judge import judge
from openline.record.audit.beside import judge_beside
from openline.record.audit.verdict import audit_record
from openline.record.audit.words import Trust, Verdict
from openline.record.bundle import open_bundle

PARTIES = ("EAST", "EASTB", "WEST", "WESTB")
"""All the parties to the case's incidents: together they may read all of one."""


def export(data: Path, incident: str, to: Path, *parties: str) -> Path:
    """The incident as the command writes it, for all that these parties may read."""
    command = [sys.executable, "-c", "from openline.cli.main import run; run()", "export", str(to)]
    options = ["--incident", incident, "--data", str(data)]
    for party in parties:
        options += ["--party", party]
    subprocess.run([*command, *options], check=True, capture_output=True)
    return to


def files_in(bundle: Path) -> dict[str, bytes]:
    """What a zip holds, by name, in its order."""
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(to: Path, files: Mapping[str, bytes]) -> Path:
    """A zip of files."""
    with zipfile.ZipFile(to, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return to


def verdict_on(path: Path, trust: Trust | None = None) -> Verdict:
    """What `openline verify` finds: the record judged, and then what lies beside it."""
    with open_bundle(path) as bundle:
        verdict = audit_record(bundle, trust or bundle.trust())
        papers = judge(path) if verdict.sound and bundle.papers() else None
        return judge_beside(bundle, verdict, papers)


def slugs(verdict: Verdict) -> set[str]:
    """What is wrong, by its slugs."""
    return {fault.slug.value for fault in verdict.faults}
