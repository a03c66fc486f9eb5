"""Where the peers are: other people's programs and data, in an environment of their own.

`make peers` builds it. OPENLINE_PEERS names another Python that has them. What is not there is left
out by name, on standard error, and the benchmark goes on without it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

_BUILT: Final = Path(__file__).resolve().parents[2] / ".venv-peers" / "bin" / "python"
_HAS_IT: Final = """
import importlib.metadata, sys
try:
    importlib.metadata.version(sys.argv[1])
except importlib.metadata.PackageNotFoundError:
    sys.exit(1)
"""


def find_peer(distribution: str) -> str | None:
    """The Python in which a peer is installed; None, and said so, where there is none."""
    python = os.environ.get("OPENLINE_PEERS", str(_BUILT))
    try:
        found = subprocess.run([python, "-c", _HAS_IT, distribution], check=False).returncode == 0
    except OSError:
        found = False
    if found:
        return python
    print(f"left out: {distribution} is not installed. Run `make peers`.", file=sys.stderr)
    return None


def ask_peer(python: str, program: str, *arguments: object) -> str:
    """Runs a program text in the peers' Python, and gives what it prints."""
    command = [python, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"the peer failed:\n{done.stderr}")
    return done.stdout
