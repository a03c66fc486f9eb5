"""What is handed over of an incident: entries that may be read, proofs for all, a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from openline.cli.life import gathered, life_of
from openline.cli.record_reading import HeldRecord
from openline.cli.rows import sentence_of
from openline.cli.sentences import time_text
from openline.desk.view import may_read_entry
from openline.domain.errors import NotPermitted, UnknownThing
from openline.domain.incident import Incident
from openline.domain.party import DeskOpened, EpochOpened, Heard, KeyEnrolled, KeyPutOut, KeyRevoked
from openline.domain.statement import Content, Entry
from openline.journal.record_copy import JournalCopy
from openline.record.bundle import files_of, render_keys
from openline.record.keys import public_key_from_bytes

TIMELINE: Final = "timeline.txt"
_KEYRING: Final[tuple[type[Content], ...]] = (
    DeskOpened,
    EpochOpened,
    KeyEnrolled,
    KeyRevoked,
    KeyPutOut,
)
"""Whatever says whose signatures count: without these nobody could verify the rest."""


def hand_over(record: HeldRecord, incident: str, party: str | None) -> Iterator[tuple[str, bytes]]:
    """The files of a copy that holds the life of an incident, as far as its readers may read it.

    Args:
        party: who it is for; None for what every party to the incident may read.

    Raises:
        UnknownThing: there is no such incident, or no such party.
        NotPermitted: nothing of it may be read.
    """
    held = record.state.incidents.get(incident)
    if held is None:
        raise UnknownThing(f"{incident}: no such incident in this record. Look for its id.")
    if party is not None and party not in record.state.parties:
        raise UnknownThing(f"{party}: no such party at this desk. Ask its operator.")
    readers = held.parties if party is None else (party,)
    life = tuple(
        entry for entry in life_of(incident, record.entries) if _may_read(record, readers, entry)
    )
    if not life:
        raise NotPermitted(f"{incident}: {', '.join(readers)} may read nothing of it.")
    chosen = {entry.index for entry in (*life, *_proving(record, readers, life))}
    copy = JournalCopy(record.journal, lambda row: row.index in chosen)
    desk_key = public_key_from_bytes(record.key.public)
    yield from files_of(copy, render_keys([record.key], desk_key))
    yield TIMELINE, _timeline(held, readers, life).encode()


def _may_read(record: HeldRecord, readers: Iterable[str], entry: Entry) -> bool:
    return all(may_read_entry(record.state, reader, entry) for reader in readers)


def _proving(
    record: HeldRecord, readers: tuple[str, ...], life: Iterable[Entry]
) -> Iterator[Entry]:
    """The entries about keys, and those in which the desk says that it heard one of the life."""
    told = {entry.index for entry in life}
    for entry in record.entries:
        heard = isinstance(entry.content, Heard) and any(
            index in told for index, _ in entry.content.leaves
        )
        if (heard or isinstance(entry.content, _KEYRING)) and _may_read(record, readers, entry):
            yield entry


def _timeline(incident: Incident, readers: tuple[str, ...], life: Iterable[Entry]) -> str:
    rows = [
        f"Incident {incident.id}, {incident.state}. What {', '.join(readers)} may read of it.",
        "Accounts stand side by side, and none is preferred. Times are as the desk recorded them.",
        "",
    ]
    for run in gathered(life):
        first, last = run[0], run[-1]
        text = sentence_of(first) if len(run) == 1 else f"{len(run)} contacts, checks or rings"
        numbers = str(first.index) if len(run) == 1 else f"{first.index}–{last.index}"
        rows.append(f"{time_text(first.recorded_at)}  entry {numbers}: {text}")
    return "\n".join(rows) + "\n"
