"""The public prober of F3548 servers, which nobody here wrote, judges a server as it is run.

`make conformance` runs it. It needs Python 3.13 or newer; tests of its that read data files, which
its package does not bring, are left out by name.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from f3548_server import running

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-conformance" / "bin" / "python"
NEWER = ("python3.13", "python3.14", "python3.15", "python3")
MINUTES_10 = 600
WITHOUT_DATA_FILES = 145
FOLDER = "import monitoring.prober as prober; print(prober.__path__[0])"
PUBLIC_KEY = """
from monitoring.monitorlib.auth import NoAuth
print(NoAuth.dummy_private_key.export_to_pem(private_key=False).decode())
"""


def candidates() -> Iterator[str]:
    """Pythons there may be: one that is named, those on the path, those that pyenv keeps."""
    yield from filter(None, [os.environ.get("CONFORMANCE_PYTHON")])
    yield from filter(None, map(shutil.which, NEWER))
    if pyenv := shutil.which("pyenv"):
        versions = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True)
        for version in versions.stdout.split():
            prefix = subprocess.run([pyenv, "prefix", version], capture_output=True, text=True)
            yield str(Path(prefix.stdout.strip()) / "bin" / "python")


def is_new_enough(python: str) -> bool:
    ask = "import sys; sys.exit(sys.version_info < (3, 13))"
    try:
        return subprocess.run([python, "-c", ask], capture_output=True).returncode == 0
    except OSError:
        return False


@pytest.fixture(scope="module")
def prober() -> Path:
    """The Python in which the prober is installed."""
    python = next(filter(is_new_enough, candidates()), None)
    if python is None:
        pytest.skip("the public prober needs Python 3.13 or newer: name one in CONFORMANCE_PYTHON")
    made = subprocess.run(
        ["scripts/setup.sh", "conformance"],
        cwd=ROOT,
        env=os.environ | {"PYTHON": python},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    return PYTHON


def ask(python: Path, program: str) -> str:
    done = subprocess.run([python, "-c", program], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.long
@pytest.mark.timeout(MINUTES_10)
def test_the_public_prober_finds_nothing_wrong(prober: Path, tmp_path: Path) -> None:
    key, folder = tmp_path / "prober.pem", ask(prober, FOLDER)
    key.write_text(ask(prober, PUBLIC_KEY))
    settings = tmp_path / "pytest.ini"  # its own: the prober lies below this project's
    settings.write_text("[pytest]\n")
    with running(tmp_path / "desk", [key], "--f3548-audience", "localhost") as server:
        url = server.url.replace("127.0.0.1", "localhost")
        command = [
            *(prober, "-m", "pytest", f"{folder}/scd", "-q", "-rs"),
            *("-c", str(settings), "--rootdir", folder, "--confcutdir", folder),
            *("-p", "f3548_prober_plugin", "-p", "no:cacheprovider"),
            *("--dss-endpoint", url),
            *("--scd-auth1", "NoAuth(sub=uss1)", "--scd-auth2", "NoAuth(sub=uss2)"),
        ]
        here = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
        judged = subprocess.run(command, cwd=tmp_path, env=here, text=True, stdout=subprocess.PIPE)
    sys.stdout.write(judged.stdout)
    assert judged.returncode == 0, judged.stdout
    passed = re.search(r"(\d+) passed", judged.stdout)
    assert passed is not None
    assert int(passed[1]) >= WITHOUT_DATA_FILES
