"""The diagrams say what the tables say, whichever of the two shapes a table has."""

from __future__ import annotations

import importlib.util
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "generate_docs.py"


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    WALLED_UP = "walled up"


class Push(StrEnum):
    PULL = "pull"


@pytest.fixture(scope="module")
def generate_docs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_table_of_states_is_drawn_step_by_step(generate_docs: ModuleType) -> None:
    table = {Door.OPEN: frozenset({Door.WALLED_UP, Door.SHUT}), Door.SHUT: frozenset({Door.OPEN})}
    assert generate_docs.diagram(table).splitlines() == [
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> open",
        "    open --> shut",
        "    open --> walled_up",
        "    shut --> open",
        "    walled_up --> [*]",
        "```",
    ]


def test_a_table_of_states_and_events_names_the_event_on_each_arrow(
    generate_docs: ModuleType,
) -> None:
    table = {(Door.OPEN, Push.PULL): Door.SHUT}
    assert "    open --> shut : pull" in generate_docs.diagram(table).splitlines()


def test_every_transition_table_of_the_domain_is_found(generate_docs: ModuleType) -> None:
    titles = [title for title, _, _ in generate_docs.transition_tables()]
    assert "Line (`openline.domain.line.LINE_TRANSITIONS`)" in titles
    assert "Receipt (`openline.domain.delivery.RECEIPT_TRANSITIONS`)" in titles


def test_no_generated_page_is_stale(
    generate_docs: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate_docs.main(["--check"]) == 0, capsys.readouterr().out


def test_a_stale_page_is_named_and_left_as_it_was(
    generate_docs: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(generate_docs, "ROOT", tmp_path)
    monkeypatch.setattr(generate_docs, "PAGES", {"page.md": lambda: "new"})
    (tmp_path / "page.md").write_text("old")
    assert generate_docs.main(["--check"]) == 1
    assert "page.md" in capsys.readouterr().out
    assert (tmp_path / "page.md").read_text() == "old"
