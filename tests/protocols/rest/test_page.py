"""The page on the API names every address that there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from rest_harness import served

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def test_the_page_lists_every_operation_and_no_other(tmp_path: Path) -> None:
    with served(tmp_path, ()) as desk:
        paths = desk.http.get("/v1/openapi.json").json()["paths"]
    there = {f"{method.upper()} {path}" for path, each in paths.items() for method in each}

    listed = set(re.findall(r"^\| `([A-Z]+ /\S+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))

    assert listed == {each for each in there if not each.endswith("/{id}")}
