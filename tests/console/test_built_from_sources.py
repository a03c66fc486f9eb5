"""What is committed as built is what the sources build: told by digests, and by building anew."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "openline" / "console" / "web"
BUILT = ROOT / "src" / "openline" / "console" / "built"
NO_NPM = "Node.js with npm is not here: the console is not built anew (its digests are checked)"


@pytest.fixture(scope="module")
def build_console() -> ModuleType:
    path = ROOT / "scripts" / "build_console.py"
    spec = importlib.util.spec_from_file_location("build_console", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_source_and_every_built_file_is_that_of_the_last_build(
    build_console: ModuleType,
) -> None:
    assert build_console.changed(WEB, BUILT) == [], "run `make console`"


def test_a_source_or_a_built_file_changed_by_hand_is_told_by_name(
    build_console: ModuleType, tmp_path: Path
) -> None:
    left_out = shutil.ignore_patterns("node_modules")
    web = Path(shutil.copytree(WEB, tmp_path / "web", ignore=left_out))
    built = Path(shutil.copytree(BUILT, tmp_path / "built"))
    (web / "src" / "App.svelte").write_text("<p>something else</p>")
    (built / "index.html").write_text("<p>something else</p>")
    (web / "src" / "new.ts").write_text("export {};")

    assert build_console.changed(web, built) == ["index.html", "src/App.svelte", "src/new.ts"]


def test_the_lock_of_its_packages_names_no_address() -> None:
    lock = (WEB / "package-lock.json").read_text()

    assert '"resolved"' not in lock
    packages = json.loads(lock)["packages"]
    assert all("integrity" in each for name, each in packages.items() if name)


def test_every_package_of_which_something_is_bundled_lies_there_with_its_licence() -> None:
    named = re.findall(r"^(\S+) [\d.]+ \(\S.*\)$", (BUILT / "licences.txt").read_text(), re.M)

    assert "svelte" in named
    notice = (ROOT / "NOTICE").read_text()
    assert [name for name in named if name not in notice] == []


@pytest.mark.long
@pytest.mark.timeout(600)
def test_building_anew_gives_the_same_bytes(build_console: ModuleType, tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip(NO_NPM)
    left_out = shutil.ignore_patterns("node_modules")
    web = Path(shutil.copytree(WEB, tmp_path / "web", ignore=left_out))
    build_console.build(web, tmp_path / "built")

    assert build_console.digests(tmp_path / "built") == build_console.digests(BUILT)
