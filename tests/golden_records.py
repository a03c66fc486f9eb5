"""The golden records in `desk/golden/`: short lives of a desk, which together touch every kind.

What stands there is never made again. For a kind that is new, `keep(desk)` adds the record of a
desk that met it to the end of the file, once, by hand.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import msgspec

from desk_harness import Desk
from openline.domain.statement import (
    Attested,
    Author,
    Entry,
    Signed,
    body_of,
    facts_of,
    kind_of,
    read_content,
)

GOLDEN: Final = Path(__file__).parent / "desk" / "golden" / "records-v1.jsonl.gz"


def keep(desk: Desk) -> None:
    """Adds the record of a desk to the golden ones."""
    rows = b"".join(map(row_of, desk.entries))
    with GOLDEN.open("ab") as golden:
        golden.write(gzip.compress(rows, mtime=0))


def read_golden() -> Iterator[list[Entry]]:
    """Each golden record's entries, in order: a record begins where an index is 0."""
    records = 0

    def record_of(entry: Entry) -> int:
        nonlocal records
        records += entry.index == 0
        return records

    rows = gzip.decompress(GOLDEN.read_bytes()).splitlines()
    for _, entries in groupby(map(entry_of, rows), key=record_of):
        yield list(entries)


def entry_of(row: bytes) -> Entry:
    """The entry that a row of the file holds."""
    facts: dict[str, Any] = msgspec.json.decode(row)
    kind, body = facts.pop("kind"), facts.pop("body")
    raw = None if body is None else msgspec.json.encode(body)
    content = read_content(kind, facts.pop("facts"), raw)
    read = {
        "author": Author,
        "recorded_at": datetime,
        "said_at": datetime | None,
        "readers": tuple[str, ...],
        "refs": tuple[int, ...],
        "word": Signed | Attested | None,
    }
    values = {name: msgspec.convert(facts[name], kind) for name, kind in read.items()}
    return Entry(index=facts["index"], id=facts["id"], content=content, **values)


def row_of(entry: Entry) -> bytes:
    """The entry as a row of the file."""
    body = body_of(entry.content)
    row: dict[str, Any] = {
        "index": entry.index,
        "recorded_at": entry.recorded_at.isoformat(),
        "id": entry.id,
        "author": msgspec.to_builtins(entry.author),
        "kind": kind_of(entry.content),
        "facts": facts_of(entry.content),
        "body": None if body is None else msgspec.json.decode(body),
        "readers": entry.readers,
        "said_at": entry.said_at and entry.said_at.isoformat(),
        "refs": entry.refs,
        "word": msgspec.to_builtins(entry.word),
    }
    return msgspec.json.encode(row) + b"\n"
