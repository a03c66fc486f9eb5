"""`openline demo` with a small case of one's own: what it prints, and when it fails."""

from __future__ import annotations

import json

import pytest

from openline.cases.telling import RecordTold
from openline.cli.ending import receipts_row

STORY = {
    "title": "A small case",
    "origin": "exercise.example/small",
    "begins_at": "2017-09-16T06:00:00Z",
    "ends_at": "2017-09-16T08:00:00Z",
    "warning": "INVENTED throughout.",
    "timezone": "Z",
    "public_names": {},
    "events": [
        {
            "id": "E01",
            "time": "2017-09-16T07:00:00Z",
            "dtg": "160700ZSEP17",
            "kind": "roster",
            "basis": "invented",
            "time_precision": "minute",
            "sources": [],
            "text": "East Force comes to the desk.",
        }
    ],
    "sources": {},
}
GENESIS = {
    "at": "2017-09-16T06:00:00Z",
    "id": "S-01",
    "say": "desk.opened.v1",
    "content": {
        "origin": "exercise.example/small",
        "desk_key": "$key:desk",
        "rules": {},
        "exercise": True,
    },
}
ADDED = {
    "at": "2017-09-16T07:00:00Z",
    "id": "E01-01",
    "say": "party.added.v1",
    "content": {"party": "EAST", "kind": "force", "body": {"label": "East Force"}},
}
IS_ADDED = {"name": "EAST is there", "entry": "party.added.v1", "where": {"party": "EAST"}}


@pytest.fixture
def small_case(tmp_path):
    """Writes the case with these expectations of its one event, and kinds that must be listed."""

    def write(predicates, kinds=(), tampering=()):
        files = {
            "case.json": STORY,
            "inputs/00.json": {"steps": [GENESIS], "tampering": list(tampering)},
            "inputs/E01.json": {"event": "E01", "steps": [ADDED]},
            "expectations/events.json": [{"id": "E01", "text": "…", "predicates": predicates}],
            "expectations/faults.json": [],
            "expectations/findings.json": {"kinds": list(kinds), "predicates": []},
            "data/none.csv": None,
        }
        for name, held in files.items():
            path = tmp_path / "small" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("" if held is None else json.dumps(held), encoding="utf-8")
        return tmp_path / "small"

    return write


def run(openline, case, tmp_path, *options):
    out = tmp_path / "out"
    return openline("demo", "--case", case, "--exit", "--out", out, *options)


def test_an_event_is_told_with_its_time_and_judged_by_the_entry_that_proves_it(
    openline, small_case, tmp_path
):
    ran = run(openline, small_case([IS_ADDED]), tmp_path)
    assert ran.status == 0, ran.err
    assert "E01  160700ZSEP17  East Force comes to the desk." in ran.out
    assert "Events met: 1 of 1." in ran.out
    assert "INVENTED throughout." in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100


def test_it_says_whether_receipts_are_logged_only_or_witnessed(openline, small_case, tmp_path):
    ran = run(openline, small_case([IS_ADDED]), tmp_path)
    row = " ".join(ran.out.split()).partition("Record: ")[2]
    assert "Receipts: logged only. This desk has no witnesses" in row
    assert "openline witness" in row
    told = RecordTold(size=1_200, root="…", witnessed=1_000, witnesses=("EAST", "WEST"))
    assert receipts_row(told).startswith(
        "Receipts: witnessed for 1,000 of 1,200 entries, by the quorum of EAST, WEST"
    )


def test_an_expectation_that_is_not_met_fails_it_and_is_named(openline, small_case, tmp_path):
    unmet = {**IS_ADDED, "name": "WEST is there", "where": {"party": "WEST"}}
    ran = run(openline, small_case([IS_ADDED, unmet]), tmp_path)
    assert ran.status == 1
    assert "Not met: WEST is there: 0 entries of party.added.v1" in ran.out


def test_a_finding_that_nobody_expected_fails_it_and_is_named(openline, small_case, tmp_path):
    ran = run(openline, small_case([], kinds=["party.added.v1"]), tmp_path, "--json")
    assert ran.status == 1
    assert json.loads(ran.out)["unlisted"] == [{"entry": 1, "kind": "party.added.v1"}]


@pytest.mark.parametrize(
    ("done", "says"),
    [
        ({"edit": "E01-01"}, "old_entry_edited"),
        ({"withhold": "E01-01"}, "entries_withheld"),
        ({}, "Nothing is wrong with what was shown."),
    ],
)
def test_the_verifier_judges_what_was_done_to_a_copy(openline, small_case, tmp_path, done, says):
    judged = {"name": "the verifier says so", "tampering": "copy", "says": says}
    case = small_case([judged], tampering=[{"name": "copy", **done}])
    ran = run(openline, case, tmp_path, "--json")
    assert ran.status == 0, ran.out


def test_the_desk_is_kept_where_asked_and_never_over_another(openline, small_case, tmp_path):
    case = small_case([IS_ADDED])
    kept = ("--data", tmp_path / "desk", "--json")
    assert run(openline, case, tmp_path, *kept).status == 0
    assert openline("explain", "1", "--data", tmp_path / "desk").status == 0
    again = run(openline, case, tmp_path, *kept)
    assert (again.status, again.out, again.err.count("\n")) == (2, "", 1)


def test_a_case_that_is_not_there_is_one_sentence(openline, tmp_path):
    ran = run(openline, tmp_path / "nowhere", tmp_path)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "no such case" in ran.err


def test_a_speed_is_more_than_zero(openline, small_case, tmp_path):
    assert run(openline, small_case([IS_ADDED]), tmp_path, "--speed", "0").status == 2
