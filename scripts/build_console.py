"""Builds the console, or with --check says whether what is committed is what its sources build.

    python scripts/build_console.py            make console: needs Node.js and npm
    python scripts/build_console.py --check    part of make check: needs neither

Beside the built files lies `sources.json`: the digest of every source and of every built file. By
it a machine without Node.js sees that sources or built files were changed and not built anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "src" / "openline" / "console" / "web"
BUILT = ROOT / "src" / "openline" / "console" / "built"
MANIFEST = "sources.json"
LEFT_OUT = {"node_modules", "seen.ts", "said.ts"}
"""What npm put there; and the API's types, of which nothing is built: `make docs` keeps them."""


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file in a folder, by its path there, but for what is left out."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in _files(folder)
        if path.name != MANIFEST
    }


def manifest(web: Path, built: Path) -> str:
    """What sources and built files are now, as the manifest writes it."""
    held = {"sources": digests(web), "built": digests(built)}
    return json.dumps(held, indent=1, sort_keys=True) + "\n"


def changed(web: Path, built: Path) -> list[str]:
    """The sources and built files that are not those of the last build, by name."""
    file = built / MANIFEST
    was = json.loads(file.read_text("utf-8")) if file.is_file() else {"sources": {}, "built": {}}
    now = {"sources": digests(web), "built": digests(built)}
    return sorted(
        name
        for part in ("sources", "built")
        for name in was[part].keys() | now[part].keys()
        if was[part].get(name) != now[part].get(name)
    )


def build(web: Path, built: Path) -> None:
    """Checks the types and builds into `built`, which is emptied first.

    Raises:
        subprocess.CalledProcessError: the packages cannot be had, or the sources are not right.
    """
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("The console is built with Node.js 20.19 or newer and npm. Install them.")
    _install(npm, web)
    _run(npm, "run", "--silent", "check", cwd=web)
    _run(
        npm, "run", "--silent", "build", "--", "--outDir", str(built), "--logLevel", "warn", cwd=web
    )
    (built / MANIFEST).write_text(manifest(web, built), encoding="utf-8")


def _install(npm: str, web: Path) -> None:
    """The locked packages, anew if they are not those that lie there already."""
    lock = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    installed = web / "node_modules" / ".lock"
    if installed.is_file() and installed.read_text() == lock:
        return
    # No script of a package runs: nothing of ours needs one.
    _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=web)
    installed.write_text(lock)


def sizes(built: Path) -> Iterator[str]:
    """How large what a browser gets is, packed as it is served, and in all."""
    import gzip

    files = sorted(path for path in _files(built) if path.name != MANIFEST)
    packed = {path: len(gzip.compress(path.read_bytes(), mtime=0)) for path in files}
    for path in files:
        name = path.relative_to(built).as_posix()
        yield f"{path.stat().st_size / 1000:9.1f} kB {packed[path] / 1000:9.1f} kB packed  {name}"
    whole = sum(path.stat().st_size for path in files)
    yield f"{whole / 1000:9.1f} kB {sum(packed.values()) / 1000:9.1f} kB packed  in all"


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in LEFT_OUT:
            continue
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, env={**os.environ, "CI": "true"})


def main(arguments: list[str]) -> int:
    """Builds and reports the sizes; with --check builds nothing, and returns 1 if one must."""
    if "--check" in arguments:
        stale = changed(WEB, BUILT)
        if stale:
            print(f"The console is not what its sources build ({', '.join(stale[:5])}).")
            print("Run `make console` and commit.")
        return 1 if stale else 0
    build(WEB, BUILT)
    print("\n".join(sizes(BUILT)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
