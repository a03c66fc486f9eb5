"""The page on the formats is true: every fault it names exists, is explained and is made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from openline.record.audit.words import Wrong
from openline.record.leaf import Attested, Payload

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/standards/record.md").read_text(encoding="utf-8")
TESTS = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py")}


@pytest.mark.parametrize("slug", list(Wrong))
def test_every_fault_is_explained_and_made_by_a_test(slug):
    assert f"`{slug}`" in PAGE
    assert any(
        f'"{slug}"' in TESTS[name]
        for name in ("test_attacks.py", "test_audit.py", "test_bundle.py", "test_epochs.py")
    )


def test_every_member_of_a_leaf_is_explained():
    members = (*Payload.__struct_fields__, *Attested.__struct_fields__)
    assert [member for member in members if f"`{member}`" not in PAGE] == []


def test_every_test_the_page_names_exists():
    named = re.findall(r"`((?:properties/)?test_\w+\.py)`", PAGE)
    missing = [name for name in named if not (ROOT / "tests" / name).exists() and name not in TESTS]
    assert named
    assert missing == []
