"""What a decoder finds wrong, told to people: the field, what is wrong with it, what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta, Struct

import openline.desk.decide  # noqa: F401 (every kind of statement is known to whoever decides)
from openline.domain.airspace import Circle, Corridor, Polygon
from openline.domain.errors import Malformed
from openline.domain.instant import datetime
from openline.domain.misfit import misfit
from openline.domain.statement import CONTENT_TYPES, read_content


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Leg(Struct, forbid_unknown_fields=True):
    lat: float
    colour: Colour = Colour.RED
    at: datetime | None = None
    step: Literal["slow", "fast"] = "slow"


class Whole(Struct, forbid_unknown_fields=True):
    name: str
    legs: tuple[Leg, ...] = ()
    ground: Circle | Corridor | Polygon | None = None
    pair: tuple[float, float] | None = None
    named: dict[str, Leg] = {}
    count: Annotated[int, Meta(ge=1)] = 1
    key: bytes = b""


def told(**sent: Any) -> str:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert({"name": "n"} | sent, Whole)
    return misfit(refused.value, Whole)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"legs": [{}]}, "legs[0].lat is missing. Add it."),
        (
            {"nam": 1},
            "nam is no field here. Mend its name, or leave it out. There are name, legs, ground, "
            "pair, named, count, key.",
        ),
        (
            {"legs": [{"lat": 1}, {"lat": 1, "x": 1}]},
            "legs[1].x is no field here. Mend its name, or leave it out. There are lat, colour, "
            "at, step.",
        ),
        ({"name": 5}, "name is a whole number and must be text. Mend it."),
        ({"name": None}, "name is null and must be text. Mend it."),
        ({"legs": 3}, "legs is a whole number and must be a list. Mend it."),
        (
            {"named": {"secret": {"lat": "39.1"}}},
            "named[...].lat is text and must be a number. Mend it.",
        ),
        (
            {"legs": [{"lat": 1, "colour": "secret"}]},
            "legs[0].colour is none of its choices. Choose one of red, blue.",
        ),
        (
            {"legs": [{"lat": 1, "step": "secret"}]},
            "legs[0].step is none of its choices. Choose one of fast, slow.",
        ),
        (
            {"legs": [{"lat": 1, "at": "secret"}]},
            "legs[0].at is no instant. Write it as 2017-09-16T00:30:00Z.",
        ),
        ({"ground": {"radius_m": 1}}, "ground.shape is missing. Add it."),
        (
            {"ground": {"shape": "secret"}},
            "ground.shape is none of its choices. Choose one of circle, corridor, polygon.",
        ),
        ({"pair": [1]}, "pair has length 1 and must have 2. Mend it."),
        ({"count": 0}, "count must be 1 or more. Mend it."),
        ({"key": "§"}, "key is no base64. Mend it."),
    ],
)
def test_a_misfit_names_the_field_and_what_to_do_and_no_value(
    sent: dict[str, Any], sentence: str
) -> None:
    assert told(**sent) == sentence


def test_what_is_no_json_is_told_by_where_it_breaks_off() -> None:
    with pytest.raises(msgspec.DecodeError) as refused:
        msgspec.json.decode(b'{"name": secret}', type=Whole)

    assert misfit(refused.value, Whole) == "no JSON in UTF-8 from byte 9 on. Mend it."


@pytest.mark.parametrize("kind", sorted(CONTENT_TYPES))
def test_no_kind_of_statement_is_refused_in_the_decoders_words(kind: str) -> None:
    names = [field.encode_name for field in msgspec.structs.fields(CONTENT_TYPES[kind])]
    for sent in ({"secret": 1}, *({name: object_that_fits_nothing} for name in names)):
        facts = {name: each for name, each in sent.items() if name != "body"}
        body = b'{"secret": "secret"}' if "body" in sent else None
        try:
            read_content(kind, facts, body)
        except Malformed as refused:
            said = refused.sentence
            assert "`" not in said
            assert "$" not in said
            assert "Expected" not in said
            assert "secret" not in said.replace("secret is no field here", "")
            assert said.startswith(f"{kind}: ")
            assert said.endswith(".")


object_that_fits_nothing = {"secret": ["secret"]}
