"""A fresh clone sets itself up: by two at once, after one was cut short, and with either installer.

To set up costs seconds of a processor: two tests share one clone, and the second spoils it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MINUTES_5, MINUTES_10 = 300, 600


def clone(to: Path) -> Path:
    """The tree as committed, so that nothing that lies about here can help."""
    subprocess.run(["git", "clone", "-q", ROOT, to], check=True)
    return to


def start_setup(tree: Path, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["scripts/setup.sh"],
        cwd=tree,
        env=os.environ | {"PYTHON": sys.executable} | env,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(setup: subprocess.Popen[str]) -> str:
    _, said = setup.communicate(timeout=MINUTES_5)
    assert setup.returncode == 0, said
    return said


def where_openline_is(tree: Path) -> str:
    ask = "import openline, pytest, apsw; print(openline.__file__)"
    shown = subprocess.run(
        [tree / ".venv/bin/python", "-c", ask], capture_output=True, text=True, check=True
    )
    return shown.stdout.strip()


@pytest.fixture(scope="module")
def two_at_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A fresh clone that two set up at once by uv, and what either said."""
    tree = clone(tmp_path_factory.mktemp("setup") / "clone")
    return tree, [finish(setup) for setup in [start_setup(tree), start_setup(tree)]]


@pytest.mark.long
@pytest.mark.timeout(MINUTES_10)
def test_of_two_setups_of_a_fresh_clone_at_once_the_second_finds_it_done(
    two_at_once: tuple[Path, list[str]],
) -> None:
    tree, said = two_at_once
    assert sum("installing" in each for each in said) == 1
    assert where_openline_is(tree) == str(tree / "src" / "openline" / "__init__.py")


@pytest.mark.long
@pytest.mark.timeout(MINUTES_10)
def test_a_setup_that_was_cut_short_is_done_again(two_at_once: tuple[Path, list[str]]) -> None:
    tree, _ = two_at_once
    (tree / ".venv" / ".ready").unlink()
    (tree / ".venv" / "bin" / "python").unlink()
    assert "installing" in finish(start_setup(tree))
    assert where_openline_is(tree).startswith(str(tree))


@pytest.mark.long
@pytest.mark.timeout(MINUTES_10)
def test_a_fresh_clone_sets_itself_up_where_there_is_nothing_but_pip(tmp_path: Path) -> None:
    tree = clone(tmp_path / "clone")
    assert "installing" in finish(start_setup(tree, INSTALLER="pip"))
    assert where_openline_is(tree) == str(tree / "src" / "openline" / "__init__.py")


def test_without_a_python_the_setup_says_what_to_install(tmp_path: Path) -> None:
    tree = clone(tmp_path / "clone")
    setup = start_setup(tree, PYTHON="/bin/false")
    _, said = setup.communicate(timeout=MINUTES_5)
    assert setup.returncode == 1
    assert "Install Python 3.11" in said
    assert not (tree / ".venv").exists()
