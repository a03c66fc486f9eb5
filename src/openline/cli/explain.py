"""`openline explain`: the life of one thing, from the record, in plain sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from openline.cli.options import DATA, Data

if TYPE_CHECKING:
    from openline.cli.record_reading import HeldRecord
    from openline.domain.statement import Entry


def explain(
    thing: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="A line, notice, message, delivery, conflict, measure, incident, assurance, plan "
            "or meeting by its id; the number of an entry; or `key`, and which.",
        ),
    ],
    kid: Annotated[
        str | None, typer.Argument(help="With `key` before it: the key's name (kid).")
    ] = None,
    data: Data = DATA,
) -> None:
    """Tell the life of a line, a notice, a conflict or an incident, from the record.

    Each row says when, who said or concluded what, and the number of the entry that proves it. The
    desk may be running meanwhile. Whoever has its directory sees all; a party asks the desk.
    """
    from openline.cli.key_life import tell_key  # the whole desk: only for who asks
    from openline.cli.record_reading import held_record

    with held_record(data) as record:
        if thing == "key" and kid is not None:
            tell_key(record, kid)
        elif thing.isdigit() and int(thing) < len(record.entries):
            _tell_entry(record, record.entries[int(thing)])
        else:
            _tell_life(record, thing)


def _tell_life(record: HeldRecord, thing: str) -> None:
    from openline.cli.life import gathered, how_now, life_of, what_is
    from openline.cli.rows import entry_row, run_row, story_console
    from openline.domain.errors import UnknownThing

    life = life_of(thing, record.entries)
    if not life or thing in record.state.parties:
        raise UnknownThing(
            f"{thing}: nothing in this record goes by that id. Name a line, notice, message, "
            "delivery, conflict, measure, incident, assurance, or an entry's number."
        )
    out = story_console()
    out.print(f"{thing} is {what_is(thing, life)}, now {how_now(thing, record.state) or 'over'}.")
    for run in gathered(life):
        out.print(entry_row(run[0]) if len(run) == 1 else run_row(run))


def _tell_entry(record: HeldRecord, entry: Entry) -> None:
    from openline.cli.rows import entry_row, story_console
    from openline.cli.sentences import time_text, word_text
    from openline.domain.statement import EVERYONE, kind_of
    from openline.record.leaf import leaf_hash

    (row,) = record.journal.read(entry.index, entry.index + 1)
    readers = "every party" if EVERYONE in entry.readers else ", ".join(entry.readers)
    resting = (str(each.index) for each in record.entries if entry.index in each.refs)
    told = {
        "kind": kind_of(entry.content),
        "said at": time_text(entry.said_at) if entry.said_at else "",
        "on the word of": word_text(entry),
        "may be read by": readers or "the desk alone",
        "rests on": ", ".join(map(str, entry.refs)),
        "rested on by": ", ".join(resting),
        "leaf hash": leaf_hash(row.leaf).hex(),
        "receipt": _level_text(record, entry.index),
    }
    out = story_console()
    out.print(entry_row(entry))
    for name, value in told.items():
        if value:
            out.print(f"  {name}: {value}", markup=False)


def _level_text(record: HeldRecord, index: int) -> str:
    """By whose word the entry's receipt stands."""
    from openline.cli.sentences import time_text
    from openline.cosigning.agreed import policy_of
    from openline.record.checkpoint import open_checkpoint

    note = record.journal.cosigned(over=index + 1)
    if note is None:
        return "logged: it stands on the desk's word alone"
    keys = [each.key for each in policy_of(record.state.witnesses).witnesses]
    signed = open_checkpoint(note, [*record.keys, *keys])
    seen = ", ".join(
        f"{each.key.name} at {time_text(datetime.fromtimestamp(each.at_s or 0, UTC))}"
        for each in signed.witnessed_by
    )
    return f"witnessed, at size {signed.checkpoint.size}, by {seen or 'witnesses named before'}"
