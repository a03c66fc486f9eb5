"""Reports over HTTP: the same drafts as on the command line, and nothing of them on the record."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from openline.reports import grammar, learned
from openline.reports.reading import read_report
from rest_harness import Served, served

ROOT = Path(__file__).resolve().parents[3]
CASE = (ROOT / "tests/reports/case/2017-09-18.txt").read_bytes()
SCHEMA = json.loads((ROOT / "docs/schemas/report.json").read_text())


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def sent(content: bytes, **fields: Any) -> dict[str, Any]:
    return {"content": base64.b64encode(content).decode(), "name": "the case", **fields}


def test_a_report_is_answered_as_on_the_command_line(desk: Served) -> None:
    size = desk.service.journal.size()
    answer = desk.as_("EAST").post("/v1/reports", json=sent(CASE))
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), SCHEMA)
    assert answer.json() == json.loads(
        msgspec.json.encode(
            read_report(CASE, "the case", grammar=grammar.installed(), learned=learned.installed())
        )
    )
    assert desk.service.journal.size() == size


def test_the_day_of_a_report_may_be_given(desk: Served) -> None:
    said = sent(b"The army said rebels shelled a market on Monday.", date="2017-09-19")
    (draft,) = desk.as_("EAST").post("/v1/reports", json=said).json()["drafts"]
    assert draft["when"] == "2017-09-18"


def test_reports_sent_without_end_keep_nobody_else_waiting(desk: Served) -> None:
    reader, bystander = desk.as_("EAST"), desk.as_("WEST")
    long = sent(CASE * (16_000 // len(CASE)))
    began_s = time.monotonic()
    assert reader.post("/v1/reports", json=long).status_code == 200
    alone_s = time.monotonic() - began_s

    def post(_number: int) -> int:
        return reader.post("/v1/reports", json=long, timeout=60).status_code

    with ThreadPoolExecutor(60) as many:
        answers = [many.submit(post, number) for number in range(60)]
        waited_s = []
        while not all(answer.done() for answer in answers):
            began_s = time.monotonic()
            assert bystander.get("/v1/view", timeout=60).status_code == 200
            waited_s.append(time.monotonic() - began_s)
    given = [answer.result() for answer in answers]
    assert set(given) == {200, 503}
    # Where they hold the threads that all are served by, one waits for some twenty readings.
    assert max(waited_s) < 8 * alone_s


def test_a_report_is_read_for_callers_alone(desk: Served) -> None:
    assert desk.http.post("/v1/reports", json=sent(CASE)).status_code == 401


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (sent(b""), 422),
        (sent(b"\0" * 999), 422),
        ({"content": "not base64!"}, 422),
        ({"content": "", "unknown": 1}, 422),
        (sent(b"x" * 1_000_000), 413),
    ],
)
def test_what_is_no_report_is_a_problem_with_one_sentence(
    desk: Served, fields: dict[str, Any], status: int
) -> None:
    answer = desk.as_("EAST").post("/v1/reports", json=fields)
    assert answer.status_code == status
    assert answer.json()["detail"].endswith(".")


def test_what_is_confirmed_stands_on_the_record_and_its_own_party_alone_reads_it(
    desk: Served,
) -> None:
    digest = hashlib.sha256(CASE).hexdigest()
    said = desk.said(
        "EAST",
        "/v1/press",
        press="R-1",
        kind="claim",
        body={"report": digest, "speaker": "Ahmad Khalil", "when": "2017-09-16"},
    )
    at = {"from": said["index"], "to": said["index"] + 1}
    own = desk.as_("EAST").get("/v1/record/entries", params=at).text
    assert digest in own
    assert digest not in desk.as_("WEST").get("/v1/record/entries", params=at).text
    assert digest not in desk.as_("HUM").get("/v1/record/entries", params=at).text
