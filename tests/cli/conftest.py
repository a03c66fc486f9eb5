from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec import Struct

from openline.cli.main import run
from replayed_case import case, demo

ROOT = Path(__file__).resolve().parents[2]
Check = Callable[..., tuple[int, dict[str, Any]]]

__all__ = ["case", "demo"]


class Ran(Struct, frozen=True, kw_only=True):
    status: int
    out: str
    err: str


@pytest.fixture
def openline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Runs the command line as its entry point does."""

    def ran(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["openline", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            run()
        printed = capsys.readouterr()
        return Ran(status=int(ended.value.code or 0), out=printed.out, err=printed.err)

    return ran


@pytest.fixture
def check(openline: Callable[..., Ran], tmp_path: Path) -> Check:
    """Runs `openline check --json` on files of these contents; every answer fits the schema."""

    schema = json.loads((ROOT / "docs/schemas/check.json").read_text())

    def checked(*contents: bytes, options: tuple[object, ...] = ()) -> tuple[int, dict[str, Any]]:
        files = [tmp_path / f"file-{number}" for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        ran = openline("check", *files, "--json", *options)
        answer = json.loads(ran.out)
        validator = jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.FormatChecker()
        )
        assert list(validator.iter_errors(answer)) == []
        assert ran.err == ""
        return ran.status, answer

    return checked
