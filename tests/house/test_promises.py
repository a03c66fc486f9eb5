"""Every promise of the README is held by tests that exist; and some words are never said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
HELD_BY = (ROOT / "docs" / "promises.md").read_text()
CALLS_CLEAR = re.compile(
    r"(?i)\ball[ -]clear\b|\bclear(?:ed)? (?:of|to|for)\b|\bis (?:clear|safe)\b"
)
DENIES_IT = re.compile(r"(?i)\bnever\b|\bnot\b|\bno\b")


def promises() -> list[str]:
    """What stands in bold in the two lists of promises."""
    lists = README.partition("## What it promises")[2].partition("## More")[0]
    return [" ".join(bold.split()).rstrip(".") for bold in re.findall(r"\* \*\*([^*]+)\*\*", lists)]


def held_by() -> dict[str, list[str]]:
    parts = re.split(r"^## ", HELD_BY, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0]: re.findall(r"^\* `(\w+)`", part, re.MULTILINE) for part in parts}


def known_tests() -> set[str]:
    sources = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    return {
        name for text in sources for name in re.findall(r"^(?:async )?def (test_\w+)", text, re.M)
    }


def texts_for_people() -> Iterator[tuple[Path, str]]:
    """Every string of the sources but the docstrings: what could end up in front of somebody."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        tree = ast.parse(path.read_text())
        bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
        for node in texts:
            if isinstance(node.value, str) and id(node) not in bare:
                yield path, node.value


def test_every_promise_is_held_by_at_least_one_test() -> None:
    held = held_by()
    assert list(held) == promises()
    assert [promise for promise, tests in held.items() if not tests] == []


def test_every_test_that_is_said_to_hold_a_promise_exists() -> None:
    named = {name for tests in held_by().values() for name in tests}
    assert named - known_tests() == set()


def test_no_text_calls_a_place_or_a_time_clear() -> None:
    said = [
        f"{path.relative_to(ROOT)}: {sentence.strip()}"
        for path, text in texts_for_people()
        for sentence in re.split(r"(?<=[.!?])\s", text)
        if CALLS_CLEAR.search(sentence) and not DENIES_IT.search(sentence)
    ]
    assert said == []
