"""`openline verify` on the command line: the verifier, and nothing of the desk beside it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.timeout(600)

RUN_ALONE = """
import sys
from openline.cli.main import run
try:
    run()
finally:
    ours = sorted(name for name in sys.modules if name.split(".")[0] == "openline")
    allowed = ("openline", "openline.cli", "openline.cli.caches", "openline.cli.main",
               "openline.cli.terminal", "openline.cli.verify", "openline.domain",
               "openline.domain.errors")
    strangers = [n for n in ours if n not in allowed and not n.startswith("openline.record")]
    heavy = [name for name in ("apsw", "numpy", "starlette", "sqlite3") if name in sys.modules]
    assert not strangers, strangers
    assert not heavy, heavy
"""


@pytest.fixture(scope="module")
def exported(demo, tmp_path_factory):
    path = tmp_path_factory.mktemp("exported") / "incident.zip"
    command = [sys.executable, "-c", "from openline.cli.main import run; run()", "export"]
    options = ["--incident", "I-001", "--to", str(path), "--data", str(demo.data)]
    subprocess.run([*command, *options], check=True, capture_output=True)
    return path


def verify_alone(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN_ALONE, "verify", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_reads_nothing_of_the_desk_in(exported):
    done = verify_alone(exported)
    assert done.returncode == 0, done.stderr
    assert "Nothing is wrong with what was shown." in done.stdout


def test_an_export_that_claims_to_be_whole_is_refuted(exported):
    done = verify_alone(exported, "--complete", "--json")
    assert done.returncode == 1
    assert {fault["slug"] for fault in json.loads(done.stdout)["faults"]} == {"entries_withheld"}


def test_what_is_no_copy_of_a_record_is_not_judged(tmp_path):
    strange = tmp_path / "strange.zip"
    strange.write_bytes(b"strange")
    done = verify_alone(strange)
    assert (done.returncode, done.stdout) == (2, "")
    assert "neither a folder nor a zip" in done.stderr


def test_its_help_says_what_each_exit_means(openline):
    ran = openline("verify", "--help")
    assert "Exits with 0 if nothing is wrong, 1 if something is" in " ".join(ran.out.split())
