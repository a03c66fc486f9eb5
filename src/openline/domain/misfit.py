"""Why something that was sent does not fit, in words for whoever sent it: which field, what to do.

A decoder says `Object missing required field `x` - at `$.y``; people are told `y.x is missing. Add
it.` Never is a value repeated that was sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from msgspec import inspect

MOST_CHOICES: Final = 20
"""An enumeration with more choices is not listed in a sentence."""

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "array": "a list",
        "bool": "true or false",
        "bytes": "base64 text",
        "datetime": "an instant",
        "float": "a number",
        "int": "a whole number",
        "null": "null",
        "object": "an object in braces",
        "str": "text",
    }
)
_BOUNDS: Final[Mapping[str, str]] = MappingProxyType(
    {">=": "{} or more", "<=": "{} at most", ">": "more than {}", "<": "less than {}"}
)
_AT: Final = re.compile(r" - at `(?P<key>key in `)?\$(?P<path>[^`]*)`+$")
_STEP: Final = re.compile(r"\.([^.\[]+)|(\[[^\]]*\])")
_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (
        re.compile(r"Expected `(.*)`, got `(.*)`"),
        lambda m: f"is {_kinds(m[2])} and must be {_kinds(m[1])}. Mend it.",
    ),
    (
        re.compile(r"Expected `array` of (at (?:least|most) )?length (\d+), got (\d+)"),
        lambda m: f"has length {m[3]} and must have {m[1] or ''}{m[2]}. Mend it.",
    ),
    (
        re.compile(r"Expected `\w+` of length (>=|<=|>|<) (\d+)"),
        lambda m: f"must be {_BOUNDS[m[1]].format(m[2])} long. Mend it.",
    ),
    (
        re.compile(r"Expected `\w+` (>=|<=|>|<) (\S+)"),
        lambda m: f"must be {_BOUNDS[m[1]].format(m[2])}. Mend it.",
    ),
    (
        re.compile(r"Invalid RFC3339 encoded .*"),
        lambda _: "is no instant. Write it as 2017-09-16T00:30:00Z.",
    ),
    (re.compile(r"Invalid base64.*"), lambda _: "is no base64. Mend it."),
    (re.compile(r"Integer value out of range"), lambda _: "is beyond any range. Mend it."),
)


def misfit(error: Exception, kind: type, *, quoting: bool = False) -> str:
    """What a decoder's refusal means: which field, why, and what to do, in one or two sentences.

    Args:
        error: what msgspec raised, a `ValidationError` or a `DecodeError`.
        kind: what it was to be read as; the choices of a field that has few are listed.
        quoting: repeat what was chosen instead of one of the choices: for who reads their own
            settings, never for what parties tell.
    """
    text = str(error)
    found = _AT.search(text)
    steps = _steps(found["path"]) if found else ()
    why = text[: found.start()] if found else text
    if named := re.fullmatch(r"Object (missing required|contains unknown) field `(.*)`", why):
        if named[1].startswith("missing"):
            return f"{_path((*steps, named[2]))} is missing. Add it."
        return unknown_field((*steps, named[2]), kind)
    where = _path(steps) or "what was sent"
    if isinstance(error.__cause__, ValueError):  # a type of ours that judges itself
        return f"{where}: {str(error.__cause__).rstrip('.')}."
    if found and found["key"]:
        where = f"a name in {where}"
    if chosen := re.fullmatch(r"Invalid (enum )?value (.*)", why):
        choices = _choices(kind, steps) if chosen[1] else _tags(kind, steps)
        is_none = f"is {chosen[2]}, none" if quoting else "is none"
        return f"{where} {is_none} of its choices. {_choose(choices)}"
    for pattern, words in _PATTERNS:
        if matched := pattern.fullmatch(why):
            return f"{where} {words(matched)}"
    if why.startswith(("JSON is malformed", "Input data was truncated", "Invalid UTF-8")):
        place = re.search(r"\(byte (\d+)\)", why)
        return f"no JSON in UTF-8{f' from byte {place[1]} on' if place else ''}. Mend it."
    return f"{where} is not what it must be. Mend it."


def unknown_field(steps: tuple[str, ...], kind: type) -> str:
    """As `misfit`, of a field that nothing reads; the last step is its name."""
    known = {
        each.encode_name: None
        for place in _walk(kind, steps[:-1])
        if isinstance(place, inspect.StructType)
        for each in place.fields
    }
    there = f" There are {', '.join(known)}." if 0 < len(known) <= MOST_CHOICES else ""
    return f"{_path(steps)} is no field here. Mend its name, or leave it out.{there}"


def _steps(path: str) -> tuple[str, ...]:
    return tuple(name or index for name, index in _STEP.findall(path))


def _path(steps: tuple[str, ...]) -> str:
    """The way to a field, as `body.legs[2].width_m`."""
    return "".join(each if each.startswith("[") else f".{each}" for each in steps).lstrip(".")


def _kinds(text: str) -> str:
    return " or ".join(_WORDS.get(each, each) for each in text.split(" | "))


def _choose(choices: list[str]) -> str:
    if not 0 < len(choices) <= MOST_CHOICES:
        return "Look up which there are."
    return f"Choose one of {', '.join(choices)}."


def _choices(kind: type, steps: tuple[str, ...]) -> list[str]:
    """What an enumeration at that place of a type may be."""
    found: dict[str, None] = {}
    for each in _walk(kind, steps):
        match each:
            case inspect.EnumType(cls=cls):
                found |= {str(member.value): None for member in cls}
            case inspect.LiteralType(values=values):
                found |= {str(value): None for value in values}
    return list(found)


def _tags(kind: type, steps: tuple[str, ...]) -> list[str]:
    """What may stand in the field that says which of several things one is."""
    return [
        str(each.tag)
        for each in _walk(kind, steps[:-1])
        if isinstance(each, inspect.StructType) and each.tag_field == steps[-1]
    ]


def _walk(kind: type, steps: tuple[str, ...]) -> Iterator[inspect.Type]:
    """Every type that may stand at that place."""
    here = list(_alternatives(_type_of(kind)))
    for step in steps:
        here = [each for known in here for below in _below(known, step) for each in
                _alternatives(below)]  # fmt: skip
    yield from here


def _alternatives(known: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(known, inspect.Metadata):
        yield from _alternatives(known.type)
    elif isinstance(known, inspect.UnionType):
        for each in known.types:
            yield from _alternatives(each)
    else:
        yield known


def _below(known: Any, step: str) -> Iterator[inspect.Type]:
    match known:
        case inspect.StructType(fields=fields):
            yield from (each.type for each in fields if each.encode_name == step)
        case inspect.TupleType(item_types=items):
            yield from items
        case inspect.DictType(value_type=value):
            yield value
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            yield item


@lru_cache(maxsize=256)
def _type_of(kind: type) -> inspect.Type:
    return inspect.type_info(kind)
