"""Policies (C2SP tlog-policy): which witnesses together make a checkpoint believed."""

from __future__ import annotations

import pytest

from openline.record.errors import NotAPolicy
from openline.record.policy import parse_policy, render_policy
from witness_keys import witness_key, witness_vkey

TWO_SIDES_OR_NEUTRAL = f"""
# East and West both, or either of them with the conduit
witness EAST {witness_vkey("EAST")} https://east.example/witness
witness WEST {witness_vkey("WEST")}
witness\tHUM  {witness_vkey("HUM")}

group most 2 EAST WEST HUM
quorum most
"""


def keys(*names):
    return [witness_key(name) for name in names]


def test_two_of_three_are_enough_and_one_is_not():
    policy = parse_policy(TWO_SIDES_OR_NEUTRAL.encode())
    assert policy.is_met_by(keys("EAST", "HUM"))
    assert policy.is_met_by(keys("EAST", "WEST"))
    assert not policy.is_met_by(keys("EAST", "STRANGER"))
    assert not policy.is_met_by([])


def test_all_means_every_one_of_them():
    text = TWO_SIDES_OR_NEUTRAL.replace("most 2", "most all")
    policy = parse_policy(text.encode())
    assert policy.is_met_by(keys("EAST", "WEST", "HUM"))
    assert not policy.is_met_by(keys("EAST", "WEST"))


def test_groups_stand_in_groups():
    text = TWO_SIDES_OR_NEUTRAL.partition("group")[0] + (
        "group sides any EAST WEST\ngroup both all sides HUM\nquorum both\n"
    )
    policy = parse_policy(text.encode())
    assert policy.is_met_by(keys("WEST", "HUM"))
    assert not policy.is_met_by(keys("EAST", "WEST"))


def test_a_single_witness_may_be_the_quorum_and_none_asks_for_nobody():
    one = parse_policy(f"witness EAST {witness_vkey('EAST')}\nquorum EAST\n".encode())
    assert one.is_met_by(keys("EAST"))
    assert not one.is_met_by([])
    assert parse_policy(b"quorum none\n").is_met_by([])


def test_where_a_witness_is_reached_stands_beside_it():
    policy = parse_policy(TWO_SIDES_OR_NEUTRAL.encode())
    assert [witness.url for witness in policy.witnesses] == [
        "https://east.example/witness",
        None,
        None,
    ]


def test_a_policy_written_again_is_the_same_policy():
    policy = parse_policy(TWO_SIDES_OR_NEUTRAL.encode())
    assert parse_policy(render_policy(policy)) == policy


EAST = f"witness EAST {witness_vkey('EAST')}\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "one quorum row"),
        (EAST, "one quorum row"),
        (f"{EAST}quorum EAST\nquorum none\n", "Row 3"),
        (f"{EAST}quorum WEST\n", "not defined above"),
        (f"quorum EAST\n{EAST}", "not defined above"),
        (f"{EAST}{EAST}quorum EAST\n", "one key, one voice"),
        (f"{EAST}witness EAST {witness_vkey('WEST')}\nquorum EAST\n", "already"),
        (f"{EAST}group g 2 EAST\nquorum g\n", "needs 2 of 1"),
        (f"{EAST}group g 0 EAST\nquorum g\n", "Row 2"),
        (f"{EAST}group g 01 EAST\nquorum g\n", "Row 2"),
        (f"{EAST}group g all EAST\ngroup h all EAST\nquorum g\n", "in a group already"),
        (f"{EAST}group g any EAST EAST\nquorum g\n", "in a group already"),
        (f"{EAST}group none all EAST\nquorum none\n", "already"),
        (f"{EAST}group g all\nquorum g\n", "Row 2"),
        (f"witness EAST {witness_vkey('EAST', log=True)}\nquorum EAST\n", "another kind"),
        (f"{EAST}quorum EAST\x00\n", "control"),
        (f"{EAST}quorum EAST now\n", "Row 2"),
        ("witness EAST nonsense\nquorum EAST\n", "Row 1"),
    ],
)
def test_a_policy_that_cannot_be_kept_to_is_refused_with_its_row(text, why):
    with pytest.raises(NotAPolicy, match=why):
        parse_policy(text.encode())
