"""GLOSSARY.md says every word that the domain uses."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from enum import Enum
from pathlib import Path
from types import ModuleType

import pytest

import openline.domain

GLOSSARY = (Path(__file__).resolve().parents[2] / "GLOSSARY.md").read_text(encoding="utf-8")
WORDS_BY_HAND = GLOSSARY.partition("<!-- generated")[0]
SPOKEN = [
    ("party", "PartyKind"),
    ("party", "Role"),
    ("rules", "Level"),
    ("rules", "Precedence"),
    ("line", "LineState"),
    ("message", "MessageKind"),
    ("delivery", "Rung"),
    ("measure", "MeasureKind"),
    ("measure", "MeasureState"),
    ("notification", "NotificationKind"),
    ("notification", "NotificationStatus"),
    ("incident", "AccountKind"),
    ("incident", "IncidentState"),
]


def domain_modules() -> list[ModuleType]:
    found = pkgutil.iter_modules(openline.domain.__path__)
    return [importlib.import_module(f"openline.domain.{each.name}") for each in found]


@pytest.mark.parametrize("module", domain_modules(), ids=lambda module: module.__name__)
def test_every_public_class_stands_in_the_glossary(module: ModuleType) -> None:
    classes = [
        name
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    ]
    missing = [name for name in classes if f"`{name}`" not in GLOSSARY]
    assert missing == [], "run `make docs`"


@pytest.mark.parametrize(("module", "enum"), SPOKEN)
def test_every_word_people_say_is_explained_by_hand(module: str, enum: str) -> None:
    values: type[Enum] = getattr(importlib.import_module(f"openline.domain.{module}"), enum)
    missing = [each.value for each in values if not re.search(rf"`{each.value}`", WORDS_BY_HAND)]
    assert missing == []
