"""The event stream: nothing that one may read is missed, and nothing else is sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message

from openline.protocols.rest.stream import EventStream, Pace
from rest_harness import Served, plan, served


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def call(desk: Served, side: str = "EAST") -> int:
    """A contact between the two sides, which both may read; its index."""
    index: int = desk.said(side, "/v1/contacts", parties=["EAST", "WEST"], level="tactical")[
        "index"
    ]
    return index


def events(stream: httpx.Response, until: int) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Name, id and data of each event up to the one of that id."""
    fields: dict[str, str] = {}
    for row_text in stream.iter_lines():
        name, _, value = row_text.partition(": ")
        if row_text:
            fields[name] = value
            continue
        if "id" in fields:
            yield fields["event"], int(fields["id"]), json.loads(fields["data"])
            if int(fields["id"]) >= until:
                return
        fields = {}


def listen(desk: Served, side: str, until: int, after: int | None = None) -> list[Any]:
    heads = {} if after is None else {"Last-Event-ID": str(after)}
    with desk.as_(side).stream("GET", "/v1/stream", headers=heads) as stream:
        assert stream.status_code == 200, stream.read()
        assert stream.headers["content-type"].startswith("text/event-stream")
        return list(events(stream, until))


def test_an_entry_is_told_as_it_becomes_durable(desk: Served) -> None:
    with desk.as_("WEST").stream("GET", "/v1/stream") as stream:
        rows = stream.iter_lines()
        assert next(rows).startswith(":")
        said = call(desk)
        told = [row_text for row_text, _ in zip(rows, range(12), strict=False)]

    assert f"id: {said}" in told


def test_a_reader_hears_the_desks_time_at_once_and_while_nothing_happens(tmp_path: Path) -> None:
    with served(tmp_path, pace=Pace(heartbeat_s=0.05)) as desk:
        with desk.as_("WEST").stream("GET", "/v1/stream") as stream:
            rows = (row for row in stream.iter_lines() if row.startswith("data: "))
            heard = [json.loads(next(rows).removeprefix("data: ")) for _ in range(3)]

        assert [each["size"] for each in heard] == [desk.service.journal.size()] * 3
        times = [each["now"] for each in heard]
        assert times == sorted(times)
        assert times[0] < times[2]


def test_a_reader_that_comes_back_misses_nothing_that_it_may_read(desk: Served) -> None:
    seen = call(desk)
    missed = [call(desk) for _ in range(5)]
    hidden = desk.said("EAST", "/v1/plans", **plan("EAST-unseen", 33.0, 44.0))["index"]
    last = call(desk, "WEST")

    told = listen(desk, "WEST", until=last, after=seen)

    indices = [index for _, index, _ in told]
    assert indices == sorted(indices)
    assert {*missed, last} <= set(indices)
    assert hidden not in indices
    assert seen not in indices
    assert {name for name, _, _ in told} == {"entry"}


def test_event_ids_are_the_places_in_the_record(desk: Served) -> None:
    first = call(desk)
    last = call(desk)

    told = listen(desk, "EAST", until=last, after=first - 1)

    assert [(index, data["index"]) for _, index, data in told if index in (first, last)] == [
        (first, first),
        (last, last),
    ]


def test_a_later_release_comes_as_an_entry_of_its_own(desk: Served) -> None:
    filed = desk.said("EAST", "/v1/plans", **plan("EAST-late", 34.0, 45.0))["index"]
    released = desk.said("EAST-TAC.commander", "/v1/plans/EAST-late/release", to=["WEST"])
    last = call(desk)

    told = listen(desk, "WEST", until=last, after=filed - 1)

    (entry,) = [data for _, _, data in told if data["kind"] == "entries.released.v1"]
    assert released["index"] < entry["index"] < last
    assert filed in entry["content"]["entries"]


def test_a_reader_too_far_behind_is_reset_with_all_that_it_may_see_and_the_size(
    tmp_path: Path,
) -> None:
    with served(tmp_path, pace=Pace(catch_up=3)) as desk:
        desk.said("EAST", "/v1/plans", **plan("EAST-1", 33.0, 44.0))
        last = call(desk)
        size = desk.service.journal.size()

        ((name, index, data),) = listen(desk, "WEST", until=last, after=0)

        assert (name, data["size"]) == ("reset", size)
        assert index == size - 1
        assert data["view"]["party"] == "WEST"
        assert data["view"]["plans"] == []
        later = call(desk)
        assert later in [each for _, each, _ in listen(desk, "WEST", until=later, after=index)]


def test_a_stream_ends_when_the_key_behind_it_is_revoked(tmp_path: Path) -> None:
    with served(tmp_path, pace=Pace(heartbeat_s=0.05)) as desk:
        kid = desk.as_("WEST").get("/v1/me").json()["keys"][0]["kid"]
        with desk.as_("WEST").stream("GET", "/v1/stream") as stream:
            desk.said("WEST-TAC.commander", f"/v1/keys/{kid}/revoke")

            assert "event: entry" not in list(stream.iter_lines())

        assert desk.as_("WEST").get("/v1/me").status_code == 401


def test_the_desk_takes_no_more_readers_than_it_can_serve(tmp_path: Path) -> None:
    with (
        served(tmp_path, pace=Pace(readers=1)) as desk,
        desk.as_("WEST").stream("GET", "/v1/stream") as stream,
    ):
        rows = stream.iter_lines()
        assert next(rows).startswith(":")

        refused = desk.as_("EAST").get("/v1/stream")

        assert refused.status_code == 503
        assert refused.headers["retry-after"]


def test_a_reader_that_takes_nothing_is_let_go() -> None:
    async def stuck(_frame: Message) -> None:
        await asyncio.sleep(3600)

    async def connected() -> Message:
        await asyncio.sleep(3600)
        raise AssertionError("it never leaves of itself")

    async def one_event() -> AsyncIterator[bytes]:
        yield b"data: {}\n\n"

    stream = EventStream(one_event(), stalled_s=0.05)

    asyncio.run(stream({"type": "http"}, connected, stuck))


@pytest.mark.parametrize("bad", ["-1", "x", "1.5", "9" * 40])
def test_an_id_that_was_never_given_is_refused(desk: Served, bad: str) -> None:
    refused = desk.as_("EAST").get("/v1/stream", headers={"Last-Event-ID": bad})

    assert refused.status_code == 422
