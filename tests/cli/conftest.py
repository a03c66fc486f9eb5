from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from msgspec import Struct

from openline.cli.main import run
from replayed_case import case, demo

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
