"""The replay is the same whenever it is run, and what is expected of it hangs on what is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from msgspec.structs import replace

from openline.cases.case import Case, Input, find_case, load_case
from openline.cases.expectations import (
    Came,
    Expected,
    came_of,
    judge_one,
    load_expectations,
)
from openline.cases.replay import Outcome
from openline.cli.record_reading import held_record
from openline.desk.state import digest_of
from openline.domain.statement import Entry
from openline.record.checkpoint import parse_checkpoint
from openline.record.encoding import encode_base64
from openline.record.note import parse_note
from replayed_case import outcomes_of, replaying

pytestmark = [pytest.mark.timeout(900), pytest.mark.long]

CASE = find_case("deir-ez-zor")
SUBJECTS = [event.id for event in CASE.story.events] + sorted(
    {each.fault for each in CASE.inputs if each.fault}
)
AFTER = timedelta(hours=13)
"""How long after the last thing said of an event its last predicate is settled."""


def test_replayed_again_it_has_the_same_root_and_the_same_state(demo, case):
    with replaying(case) as (replay, service):
        for _ in replay.run():
            pass
        note = service.journal.checkpoint()
        digest = service.read(digest_of)
    with held_record(demo.data) as record:
        assert digest == digest_of(record.state)
    root = parse_checkpoint(parse_note(note).text).root
    assert encode_base64(root) == demo.summary["record"]["root"]


def test_a_case_is_replayed_all_the_same_without_its_expectations(tmp_path):
    source = Path(str(CASE.folder))
    bare = copytree(source, tmp_path / "bare")
    for file in (bare / "expectations").iterdir():
        file.unlink()
    with_them = _until(CASE, CASE.story.begins_at + timedelta(days=2))
    without = _until(load_case(CASE.name, bare), CASE.story.begins_at + timedelta(days=2))
    assert _said(outcomes_of(without)) == _said(outcomes_of(with_them))


@pytest.fixture(scope="module")
def recorded(demo) -> tuple[Entry, ...]:
    with held_record(demo.data) as record:
        return record.entries


@pytest.mark.parametrize("subject", SUBJECTS)
def test_without_what_was_said_of_it_a_named_expectation_goes_red(subject, case, recorded):
    """The story up to some hours after this event or fault, and with nothing said of it."""
    until = _settled_at(case, subject)
    lacking = replace(
        _until(case, until),
        inputs=tuple(i for i in case.inputs if i.step.at <= until and not _is_of(i, subject)),
    )
    without = came_of(outcomes_of(lacking), {})
    as_it_was = Came(
        entries=[entry for entry in recorded if entry.recorded_at <= until],
        refused=without.refused,
        verdicts={},
    )
    predicates = _expected_of(subject).predicates
    red = {each.name for each in predicates if not judge_one(each, without).met}
    unsettled = {
        each.name for each in predicates if each.entry and not judge_one(each, as_it_was).met
    }
    assert red - unsettled


def _expected_of(subject: str) -> Expected:
    held = load_expectations(CASE.folder)
    return next(each for each in (*held.events, *held.faults) if each.id == subject)


def _is_of(each: Input, subject: str) -> bool:
    return subject in (each.event, each.fault)


def _settled_at(case: Case, subject: str) -> datetime:
    said = max(each.step.at for each in case.inputs if _is_of(each, subject))
    return min(said + AFTER, case.story.ends_at)


def _until(case: Case, until: datetime) -> Case:
    return replace(
        case,
        story=replace(case.story, ends_at=until),
        inputs=tuple(each for each in case.inputs if each.step.at <= until),
    )


def _said(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    return [tuple(entry.id for entry in outcome.entries) for outcome in outcomes]
