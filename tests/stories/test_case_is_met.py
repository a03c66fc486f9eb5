"""September 2017, replayed as `openline demo` replays it: every event, every planted fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from openline.cases.case import find_case

pytestmark = pytest.mark.timeout(600)

EVENTS = [event.id for event in find_case("deir-ez-zor").story.events]
FAULTS = (
    "position_9km_off",
    "lat_lon_swapped",
    "guards_undeclared",
    "site_twice_two_places",
    "acknowledged_never_passed_down",
    "old_entry_edited",
    "entries_withheld",
    "clock_7min_wrong",
    "message_replayed",
    "key_forged",
    "line_silent",
    "cell_probed",
)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "demo.json"


def test_there_are_21_events():
    assert len(EVENTS) == 21


@pytest.mark.parametrize("event", EVENTS)
def test_what_was_expected_of_an_event_is_so_and_entries_prove_it(demo, event):
    (told,) = [each for each in demo.summary["events"] if each["id"] == event]
    assert told["unmet"] == []
    assert told["met"] is True
    assert told["entries"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught_by_name(demo, fault):
    (told,) = [each for each in demo.summary["faults"] if each["name"] == fault]
    assert told["unmet"] == []
    assert told["caught_by"]


def test_no_other_fault_is_planted(demo):
    assert sorted(each["name"] for each in demo.summary["faults"]) == sorted(FAULTS)


def test_nothing_is_found_that_nobody_expected(demo):
    assert demo.summary["unlisted"] == []
    assert demo.summary["unmet_findings"] == []


def test_the_demo_ends_with_zero_and_prints_one_object_alone(demo):
    assert demo.status == 0, demo.stderr
    assert demo.stdout.count("\n") == 1
    assert demo.summary["met"] is True


def test_the_summary_is_as_its_published_schema_says(demo):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        demo.summary
    )


def test_every_incident_stands_with_its_accounts_side_by_side(demo):
    told = {each["id"]: each for each in demo.summary["incidents"]}
    struck = [(each["kind"], each["author"]) for each in told["I-001"]["accounts"]]
    assert told["I-001"]["state"] == "disputed"
    assert struck == [("claim", "EAST"), ("denial", "WESTB"), ("supporting_account", "EASTB")]


def test_the_map_names_its_sources_and_marks_what_is_invented(demo):
    png, page = (Path(path) for path in demo.summary["map"])
    text = page.read_text(encoding="utf-8")
    assert png.read_bytes().startswith(b"\x89PNG")
    for words in ("GeoNames", "CC BY 4.0", "Natural Earth", "INVENTED", "derived"):
        assert words in text
    assert "East Force" in text
    assert "Syrian" not in text
