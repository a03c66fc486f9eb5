"""What the page for operators shows as settings and statements is read as such."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

import openline.desk.evolve
from openline.cli.speaking import content_of, read_file
from openline.config import Config, settings_from
from openline.domain.statement import CONTENT_TYPES, Who
from openline.watchdog import WatchdogFile

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text()


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", examples("toml"))
def test_every_example_of_settings_is_read(text: str) -> None:
    values = tomllib.loads(text)
    kind = WatchdogFile if "watchdog" in values else Config
    read = settings_from(values, kind, Path("/etc/openline"))
    assert read != (None if kind is WatchdogFile else Config())


@pytest.mark.parametrize("text", examples("json"))
def test_every_example_of_what_an_operator_says_is_its_to_say(text: str, tmp_path: Path) -> None:
    (tmp_path / "said.json").write_text(text)
    content = content_of(read_file(tmp_path / "said.json"))
    assert type(content).WHO is Who.OPERATOR


def test_every_kind_that_the_page_names_there_is() -> None:
    assert openline.desk.evolve
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+\.v\d+)`", PAGE))
    assert named - set(CONTENT_TYPES) == set()
    assert named


def test_every_statement_of_the_examples_is_of_its_kind() -> None:
    folder = ROOT / "examples" / "first-hour"
    statements = [
        path for path in folder.glob("*.json") if "kind" in msgspec.json.decode(path.read_bytes())
    ]
    said = [content_of(read_file(path)) for path in statements]
    assert {type(each).KIND for each in said} == {
        "line.opened.v1",
        "plan.filed.v1",
        "message.sent.v1",
    }
