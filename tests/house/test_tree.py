"""The tree keeps its own rules: sizes, names, and words that have no place in it."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

OUT_OF_PLACE = {
    "the address of a package registry or its files": re.compile(
        r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|crates\.io|proxy\.golang"
    ),
    "a path of one machine": re.compile(r"(?<![\w.])/(work|root|home)/\w|bash_jobs|\.\./shared"),
    "how the work was organised": re.compile(r"(?i)\bissue #?\d|\b(this|my|our) session\b|\bCEO\b"),
    "a tool that wrote it": re.compile(r"\b(AI|LLMs?|GPT|Claude|Anthropic|Copilot|chatbots?)\b"),
    "something left undone": re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError$"),
}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "common", "manager", "misc"}
BUILT = ROOT / "src" / "openline" / "console" / "built"
"""Made from sources that are looked at; letters that a compiler puts together say nothing."""
MOST_LINES_OF_A_FUNCTION = 80
MOST_LINES_OF_A_FILE = 600


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file() and BUILT not in path.parents]


def python_files(*folders: str) -> list[Path]:
    wanted = tuple(str(ROOT / folder) + "/" for folder in folders)
    return [p for p in tracked_files() if p.suffix == ".py" and str(p).startswith(wanted)]


def text_of(path: Path) -> str:
    """The file as text; empty for one that is not text at all. Short binaries may hold no zero."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def code_lines(node: ast.AST, source: list[str]) -> int:
    """Lines of a function that hold code: no docstring, no comment, no blank."""
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    assert node.end_lineno is not None
    body = source[node.lineno - 1 : node.end_lineno]
    docstring = ast.get_docstring(node, clean=False)
    in_docstring = len(docstring.splitlines()) if docstring else 0
    held = [row for row in body if row.strip() and not row.strip().startswith("#")]
    blank_in_docstring = sum(not row.strip() for row in (docstring or "").splitlines())
    return len(held) - in_docstring + blank_in_docstring


def table_lines(tree: ast.Module) -> int:
    """Lines of the tables at a module's top level, which no limit should split."""
    tables = (node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign))
    spans = ((node.end_lineno or node.lineno) - node.lineno for node in tables)
    return sum(span for span in spans if span >= 3)


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("what", OUT_OF_PLACE)
def test_no_tracked_file_holds(what: str) -> None:
    pattern = OUT_OF_PLACE[what]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {row.strip()[:80]}"
        for path in tracked_files()
        if path != Path(__file__).resolve()
        for number, row in enumerate(text_of(path).splitlines(), start=1)
        if pattern.search(row)
    ]
    assert found == []


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = []
    for path in python_files("src", "scripts", "tests", "benchmarks"):
        text = text_of(path)
        for node in functions_of(ast.parse(text)):
            lines = code_lines(node, text.splitlines())
            if lines > MOST_LINES_OF_A_FUNCTION:
                too_long.append(f"{path.relative_to(ROOT)}: {node.name} has {lines} lines of code")
    assert too_long == []


def test_no_file_is_longer_than_its_subject() -> None:
    too_long = []
    for path in python_files("src", "scripts", "tests", "benchmarks"):
        text = text_of(path)
        lines = len(text.splitlines()) - table_lines(ast.parse(text))
        if lines > MOST_LINES_OF_A_FILE:
            too_long.append(f"{path.relative_to(ROOT)} has {lines} lines")
    assert too_long == []


def test_every_module_is_named_for_what_it_holds() -> None:
    parts = {
        part
        for path in python_files("src", "scripts", "tests", "benchmarks")
        for part in (*path.relative_to(ROOT).parent.parts, path.stem)
    }
    assert parts & NAMES_THAT_SAY_NOTHING == set()


def test_every_test_module_can_be_told_apart_by_its_name() -> None:
    stems = [path.stem for path in python_files("tests") if path.stem.startswith("test_")]
    assert sorted(stems) == sorted(set(stems))


def stray_texts(tree: ast.Module) -> Iterator[int]:
    """The rows of texts that are statements by themselves, and no docstrings."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for before, each in itertools.pairwise(body if isinstance(body, list) else ()):
            is_told_of = isinstance(before, ast.Assign | ast.AnnAssign)
            value = each.value if isinstance(each, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and not is_told_of:
                yield each.lineno


def test_no_part_of_a_sentence_stands_alone_and_is_lost() -> None:
    """`yield "half of it, "` with `"and the rest"` in the next row loses the rest."""
    lost = [
        f"{path.relative_to(ROOT)}:{row}"
        for path in python_files("src", "scripts", "benchmarks")
        for row in stray_texts(ast.parse(path.read_bytes()))
    ]
    assert lost == []
    assert list(stray_texts(ast.parse('def f():\n    yield "a"\n    "b"'))) == [3]
