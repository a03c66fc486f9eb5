"""Entries in plain words: every kind has a phrase, and every phrase speaks of fields that are."""

from __future__ import annotations

import msgspec
import pytest

import openline.desk.evolve  # every kind is registered by its family
from openline.cli.sentences import PHRASES, fields_of, phrase_of, who_text
from openline.domain.line import CheckResult, LineChecked, LineEnd, LineOpened
from openline.domain.measure import MeasureInForce, MeasureKind
from openline.domain.message import MessageKind as Kind
from openline.domain.message import MessageSent
from openline.domain.notification_said import NotificationAssessed
from openline.domain.rules import Level, Precedence
from openline.domain.statement import CONTENT_TYPES, DESK, THE_DESK, Author


def test_every_kind_has_a_phrase_and_no_phrase_is_without_a_kind():
    assert openline.desk.evolve
    assert set(PHRASES) == set(CONTENT_TYPES)


@pytest.mark.parametrize("kind", sorted(PHRASES))
def test_a_phrase_speaks_only_of_fields_that_stand_in_the_leaf(kind):
    fields = {field.name for field in msgspec.structs.fields(CONTENT_TYPES[kind])} - {"body"}
    assert fields_of(PHRASES[kind]) <= fields


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        (
            LineOpened(
                line="L-1",
                level=Level.TACTICAL,
                ends=(LineEnd(party="EAST", cell="E-1"), LineEnd(party="WEST", cell="W-1")),
            ),
            "opens line L-1 at tactical level between EAST (E-1), WEST (W-1)",
        ),
        (LineChecked(line="L-1", result=CheckResult.NO_ANSWER), "checks line L-1: no answer"),
        (
            MessageSent(
                message="M-1",
                kind=Kind.CHECK_FIRE,
                recipients=("WEST",),
                precedence=Precedence.FLASH,
            ),
            "says CHECK FIRE M-1 to WEST, FLASH",
        ),
        (
            MeasureInForce(measure="B", version=1, kind=MeasureKind.BUFFER, agreed=False),
            "finds buffer B version 1 in force, set by one authority and not agreed",
        ),
    ],
)
def test_a_phrase_leaves_out_what_is_empty(content, phrase):
    assert phrase_of(content) == phrase


@pytest.mark.parametrize(("told_by", "who"), [(0, "0 parties"), (1, "1 party"), (7, "7 parties")])
def test_one_of_a_thing_is_never_told_as_if_there_were_several(told_by, who):
    assessed = NotificationAssessed(notification="N-1", version=1, told_by=told_by)
    assert phrase_of(assessed) == f"compares N-1 version 1 with what {who} had told"


def test_who_speaks_says_when_it_was_a_machine():
    assert who_text(THE_DESK) == "openline"
    assert who_text(Author(party=DESK, position="operator")) == "the desk's operator"
    assert who_text(Author(party="EAST", position="E.duty", by_human=True)) == "EAST (E.duty)"
    assert who_text(Author(party="EAST", position="E.duty")) == "EAST (E.duty, a machine)"
