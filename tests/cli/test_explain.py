"""`openline explain`: a life told from the record, in rows that name the entries that prove it."""

from __future__ import annotations

import re

import apsw
import pytest

from openline.cli.record_reading import held_record
from openline.domain.statement import kind_of
from service_harness import Speaker, contact, found, make_desk, open_desk

pytestmark = pytest.mark.timeout(600)


def told(openline, demo, thing: str) -> str:
    """The life of a thing as one row of text, however it was broken, without its last column."""
    ran = openline("explain", thing, "--data", demo.data)
    assert ran.status == 0, ran.err
    assert all(len(row) <= 100 for row in ran.out.splitlines())
    return " ".join(re.sub(r" entry \d+\s*$", "", ran.out, flags=re.MULTILINE).split())


@pytest.mark.parametrize(
    ("thing", "what", "among"),
    [
        ("L-1", "a line, now open", "finds line L-1 degraded after 2 missed checks"),
        ("N-001", "a notification", "releases N-001 version 1 to"),
        ("N-001/v1:WEST", "owed to one recipient", "finds acknowledged overdue since"),
        ("M-E07", "a message", "says CHECK FIRE M-E07 to WEST, FLASH"),
        ("SEP-1", "a measure, now in force, version 2", "cosigned by all its parties"),
        ("I-001", "an incident, now disputed", "gives account I-001-D1 of incident I-001: denial"),
        ("S-1", "an assurance", "gives assurance S-1 to"),
        ("MT-1", "a meeting", "finds the minutes of MT-1 cosigned by all who were there"),
    ],
)
def test_the_life_of_a_thing_says_what_it_is_how_it_stands_and_what_happened(
    openline, demo, thing, what, among
):
    life = told(openline, demo, thing)
    assert life.startswith(f"{thing} is ")
    assert what in life
    assert among in life


def test_the_life_of_a_conflict_holds_the_pointers_that_were_given_for_it(openline, demo):
    conflict = demo.summary["conflicts"][0]["id"]
    life = told(openline, demo, conflict)
    assert f"{conflict} is a conflict" in life
    assert "points AID to a conflict in the six hours from" in life


def test_each_rung_of_a_flash_stands_in_its_life_with_who_gave_it(openline, demo):
    life = told(openline, demo, "M-E07")
    assert "EASTB (EASTB-TAC.duty) reaches read back for M-E07/v1:EASTB:L-4" in life
    assert "(second bearer) for M-E07/v1:WESTB:L-1" in life


def test_months_of_line_checks_are_one_row(openline, demo):
    ran = openline("explain", "L-2S", "--data", demo.data)
    assert "contacts, line checks or rings, up to" in ran.out
    assert len(ran.out.splitlines()) < 40


def test_an_entry_is_told_with_on_whose_word_it_stands_and_what_rests_on_it(openline, demo):
    with held_record(demo.data) as record:
        denial = next(
            entry
            for entry in record.entries
            if kind_of(entry.content) == "incident.stated.v1" and entry.content.kind == "denial"
        )
    ran = openline("explain", denial.index, "--data", demo.data)
    assert "on the word of: WESTB's own key" in ran.out
    assert f"rests on: {denial.refs[0]}" in ran.out
    assert f"{denial.index + 1}" in ran.out.split("rested on by: ")[1]


@pytest.mark.parametrize("thing", ["N-777", "EAST", "999999", ""])
def test_what_nothing_goes_by_is_one_sentence(openline, demo, thing):
    ran = openline("explain", thing, "--data", demo.data)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert "nothing in this record goes by that id" in ran.err


def test_a_directory_without_a_desk_is_one_sentence(openline, tmp_path):
    ran = openline("explain", "L-1", "--data", tmp_path)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_a_running_desk_is_read_beside_and_goes_on_undisturbed(openline, tmp_path):
    east, west = Speaker("EAST"), Speaker("WEST")
    service = open_desk(make_desk(tmp_path / "desk"))
    try:
        found(service, east, west)
        service.submit(east.sign("call-1", contact("EAST", "WEST"))).result()
        ran = openline("explain", "EAST-TAC", "--data", tmp_path / "desk")
        service.submit(east.sign("call-2", contact("EAST", "WEST"))).result()
    finally:
        service.close()
    assert ran.status == 0, ran.err
    assert "adds cell EAST-TAC of EAST at tactical level" in ran.out


def test_a_record_that_is_not_what_was_signed_is_not_told(openline, tmp_path):
    service = open_desk(make_desk(tmp_path / "desk"))
    found(service, Speaker("EAST"))
    service.close()
    store = apsw.Connection(str(tmp_path / "desk" / "record.db"))
    store.execute("DROP TRIGGER entries_are_fixed")
    store.execute(
        "UPDATE entries SET leaf = (SELECT leaf FROM entries WHERE entry = 1) WHERE entry = 2"
    )
    store.close()
    ran = openline("explain", "EAST-TAC", "--data", tmp_path / "desk")
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "Entry 2" in ran.err
