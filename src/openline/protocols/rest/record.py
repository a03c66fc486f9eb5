"""The record over HTTP: hashes for everybody, leaves and bodies by right, receipts for all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openline.domain.errors import Malformed, UnknownThing
from openline.protocols.rest.bodies import read_number
from openline.protocols.rest.callers import Caller
from openline.protocols.rest.endpoint import BYTES, Answer, Endpoint, Query, answered_in_thread
from openline.protocols.rest.entries import EntryKept, kept, read_rows
from openline.protocols.rest.gate import Desk, Gate
from openline.protocols.rest.problems import NoSuchPlace
from openline.protocols.rest.site_reads import record_entry_reads
from openline.record.errors import NotATile
from openline.record.merkle import HASH_BYTES
from openline.record.tiles import TILE_HEIGHT, TILE_WIDTH, parse_tile_path
from openline.service.receipts import ReceiptLevel

ENTRIES_AT_ONCE: Final = 256
TEXT: Final = "text/plain"
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_NOT_KEPT: Final = {"Cache-Control": "no-store"}


class Entries(Struct, frozen=True, kw_only=True):
    """Entries in order, each whole or as nothing but its hash; `size` is how many there are."""

    size: int
    entries: tuple[EntryKept, ...]


def record_endpoints(gate: Gate) -> Iterator[Endpoint]:
    """Checkpoint and tiles, public; entries by right; receipts for whoever has a token."""
    yield from _of_hashes(gate.desk)
    yield from _of_entries(gate)
    yield _of_receipts(gate)


def _read(path: str, summary: str, answer: Answer, **more: Any) -> Endpoint:
    return Endpoint(method="GET", path=path, summary=summary, tag="record", answer=answer, **more)


def _of_hashes(desk: Desk) -> Iterator[Endpoint]:
    """What everybody may read: it tells nothing but that there is a record, and its size."""
    yield _read(
        "/v1/record/checkpoint",
        "The signed root over the whole record",
        _in_thread(lambda _: _checkpoint(desk)),
        media_type=TEXT,
        is_public=True,
        refusals=(404,),
    )
    yield _read(
        "/v1/record/tile/{tile}",
        "A tile of hashes, as in C2SP tlog-tiles: <level>/<nnn>[.p/<width>]",
        _in_thread(lambda request: _tile(desk, request.path_params["tile"])),
        media_type=BYTES,
        is_public=True,
        refusals=(404,),
    )


def _of_entries(gate: Gate) -> Iterator[Endpoint]:
    """Entries, as far as who asks may read them."""
    desk = gate.desk
    yield _read(
        "/v1/record/entries",
        f"Entries from one index up to another, {ENTRIES_AT_ONCE} at most",
        answered_in_thread(gate.caller, lambda request, who: _entries(gate, request, who)),
        returns=Entries,
        query=(
            Query(name="from", type=int, what="The first index", required=True),
            Query(name="to", type=int, what="The index after the last", required=True),
        ),
        refusals=(422,),
    )
    yield _read(
        "/v1/record/entries/{index}",
        "One entry, whole or as nothing but its hash",
        answered_in_thread(
            gate.caller, lambda request, who: _entry(gate, _index(desk, request), who)
        ),
        returns=EntryKept,
        refusals=(404, 422),
    )


def _of_receipts(gate: Gate) -> Endpoint:
    """The proof that an entry stands, for whoever has a token."""
    return _read(
        "/v1/record/receipts/{index}",
        "The receipt of an entry (C2SP tlog-proof), witnessed once it is; of each level the same "
        "bytes whenever it is asked for",
        _in_thread(lambda request: _receipt(gate, request)),
        media_type=TEXT,
        query=(
            Query(
                name="level",
                type=ReceiptLevel,
                what="This level and no other: logged, or witnessed (404 until it is)",
            ),
        ),
        refusals=(404, 422),
    )


def _in_thread(make: Any) -> Answer:
    async def serve(request: Request) -> Response:
        response: Response = await run_in_threadpool(make, request)
        return response

    return serve


def _checkpoint(desk: Desk) -> Response:
    note = desk.journal.checkpoint()
    if note is None:
        raise UnknownThing("The record is empty, so it has no checkpoint. Say something first.")
    # Of the same text, the one with cosignatures under it proves more.
    cosigned = desk.journal.cosigned()
    if cosigned is not None and cosigned.startswith(note):
        note = cosigned
    return Response(note, media_type=TEXT, headers=_NOT_KEPT)


def _tile(desk: Desk, path: str) -> Response:
    try:
        level, n, width = parse_tile_path(f"tile/{path}")
    except NotATile as fault:
        raise NoSuchPlace(fault.sentence) from fault
    if level is None:
        raise NoSuchPlace("Entries are served by right: ask for /v1/record/entries?from=&to=.")
    size = desk.journal.size()
    there = (size >> (TILE_HEIGHT * level)) - n * TILE_WIDTH
    hashes = desk.journal.tile(level, n, width) if width <= there else None
    if hashes is None:
        raise UnknownThing(f"tile/{path}: the record does not reach so far. Ask for less.")
    # A tile of a stated width never changes, whatever follows it.
    return Response(hashes[: width * HASH_BYTES], media_type=BYTES, headers=_FOR_EVER)


def _entries(gate: Gate, request: Request, caller: Caller) -> Entries:
    desk = gate.desk
    size = desk.journal.size()
    start, end = (read_number(name, request.query_params.getlist(name)) for name in ("from", "to"))
    if not start <= end <= start + ENTRIES_AT_ONCE:
        raise Malformed(
            f"entries: ask from one index to a later one, for {ENTRIES_AT_ONCE} at most at once."
        )
    rows = read_rows(desk, caller.party, start, min(end, size))
    record_entry_reads(gate, caller, [entry for _, entry, readable in rows if readable])
    return Entries(size=size, entries=tuple(kept(row, readable) for row, _, readable in rows))


def _entry(gate: Gate, index: int, caller: Caller) -> EntryKept:
    ((row, entry, readable),) = read_rows(gate.desk, caller.party, index, index + 1)
    if readable:
        record_entry_reads(gate, caller, [entry])
    return kept(row, readable)


def _receipt(gate: Gate, request: Request) -> Response:
    gate.caller(request)
    index = _index(gate.desk, request)
    wanted = request.query_params.getlist("level")
    if wanted not in ([], *([each.value] for each in ReceiptLevel)):
        raise Malformed("level: logged or witnessed, once. Give one, or none for the higher.")
    receipt = None
    if wanted != [ReceiptLevel.LOGGED]:
        receipt = gate.desk.find_witnessed(index)
        if receipt is None and wanted:
            raise UnknownThing(f"Entry {index}: not witnessed yet. Ask again in some seconds.")
    receipt = receipt or gate.desk.receipt(index)
    headers = _NOT_KEPT | {"Receipt-Level": receipt.level}
    return Response(receipt.proof, media_type=TEXT, headers=headers)


def _index(desk: Desk, request: Request) -> int:
    index = read_number("index", [request.path_params["index"]])
    if index >= desk.journal.size():
        raise UnknownThing(f"Entry {index}: the record does not reach so far. Ask for an earlier.")
    return index
