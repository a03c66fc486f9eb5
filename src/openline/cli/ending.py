"""What a case came to, as tables: how it was judged, the desk at the end, and its record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from openline.cases.telling import ForecastTold, RecordTold, Summary
from openline.cli.sentences import time_text, words_for

LeafHash = Callable[[int], str]
_ENTRIES_SHOWN = 3


def tables_of(summary: Summary, leaf_hash: LeafHash) -> Iterator[RenderableType]:
    """Everything that is shown after the last event, in order."""
    yield _events(summary, leaf_hash)
    yield _faults(summary, leaf_hash)
    yield from _unmet(summary)
    yield _lines(summary)
    yield _cadence(summary)
    yield _conflicts(summary)
    yield _overdue(summary)
    yield _incidents(summary)
    yield _forecast(summary)
    yield from _closing(summary)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=f"\n{title}", title_justify="left", title_style="bold", expand=True)
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _proof(entries: tuple[int, ...], leaf_hash: LeafHash) -> str:
    """The first entries with the beginnings of their leaf hashes, and how many there are more."""
    shown = "\n".join(f"{index} {leaf_hash(index)[:8]}" for index in entries[:_ENTRIES_SHOWN])
    more = len(entries) - _ENTRIES_SHOWN
    return f"{shown}\nand {more} more" if more > 0 else shown


def _verdict(met: bool) -> Text:
    return Text("met", style="green") if met else Text("NOT MET", style="bold red")


def _events(summary: Summary, leaf_hash: LeafHash) -> Table:
    table = _table("What was expected, and the entries that prove it", "event")
    table.add_column("expected", ratio=1)
    table.add_column("", width=7)
    table.add_column("entry, leaf", width=15)
    for each in summary.events:
        proof = _proof(each.entries, leaf_hash)
        table.add_row(each.id, Text(each.expected), _verdict(each.met), proof)
    return table


def _faults(summary: Summary, leaf_hash: LeafHash) -> Table:
    table = _table("Planted faults")
    table.add_column("fault", overflow="fold", width=30)
    table.add_column("caught by", ratio=1)
    table.add_column("entry, leaf", width=15)
    for each in summary.faults:
        caught = Text(each.caught_by) if each.caught_by else Text("NOT CAUGHT", style="bold red")
        table.add_row(each.name, caught, _proof(each.entries, leaf_hash))
    return table


def _unmet(summary: Summary) -> Iterator[RenderableType]:
    events = [why for each in summary.events for why in each.unmet]
    faults = [why for each in summary.faults for why in each.unmet]
    for why in (*events, *faults, *summary.unmet_findings):
        yield Text(f"Not met: {why}", style="red")
    for found in summary.unlisted:
        yield Text(f"Nobody expected entry {found.entry}: {found.kind}", style="red")


def _lines(summary: Summary) -> Table:
    table = _table("Lines", "line", "level", "between", "state", "contacts", "last contact")
    for each in summary.lines:
        last = "none" if each.last_contact_at is None else time_text(each.last_contact_at)
        ends = ", ".join(each.ends)
        table.add_row(each.id, each.level, ends, each.state, str(each.contacts), last)
    return table


def _cadence(summary: Summary) -> Table:
    table = _table("How often contact is due", "between", "from", "every", "why", "entry")
    for pair in summary.cadence:
        for each in pair.settings:
            every = f"{each.every_s / 3600:g} h"
            between = f"{pair.a}, {pair.b}"
            table.add_row(between, time_text(each.at), every, each.why, str(each.entry))
    return table


def _conflicts(summary: Summary) -> Table:
    table = _table("Conflicts found", "conflict", "of", "kind", "from", "entry", "now")
    for each in summary.conflicts:
        starts = "always" if each.starts_at is None else time_text(each.starts_at)
        error = "\nwithin the stated errors" if each.within_error else ""
        now = "stands" if each.open else "over"
        of = f"{each.a}, {each.b}{error}"
        table.add_row(each.id, of, each.kind, starts, str(each.entry), now)
    return table


def _overdue(summary: Summary) -> Table:
    table = _table(
        "Receipts that did not come in time", "what is owed", "due", "by", "entry", "now"
    )
    for each in summary.overdue:
        now = "still awaited" if each.still else "over"
        due = words_for(each.due)
        table.add_row(each.delivery, due, time_text(each.due_at), str(each.entry), now)
    return table


def _incidents(summary: Summary) -> Table:
    title = "Incidents: accounts stand side by side, and none is preferred"
    table = _table(title, "incident", "state", "account", "by", "who is to it", "entry")
    for incident in summary.incidents:
        table.add_section()
        for at, each in enumerate(incident.accounts):
            first = (incident.id, incident.state) if at == 0 else ("", "")
            relation = words_for(each.relation)
            table.add_row(*first, words_for(each.kind), each.author, relation, str(each.entry))
    return table


def _forecast(summary: Summary) -> Table:
    title = "When the edges would meet if they went on so: a band, never a certainty"
    table = _table(title, "made", "apart", "1 in 10 by", "5 in 10 by", "9 in 10 by", "entry")
    for each in summary.forecast:
        apart = f"{each.distance_m / 1000:.1f} km"
        table.add_row(time_text(each.made_at), apart, *_dates(each), str(each.entry))
    return table


def _dates(forecast: ForecastTold) -> Iterator[str]:
    for date in (forecast.p10_at, forecast.p50_at, forecast.p90_at):
        yield "not closing" if date is None else _day(date)


def _day(date: datetime) -> str:
    return f"{date:%d %b %Y %H}Z"


def _closing(summary: Summary) -> Iterator[RenderableType]:
    events, faults = summary.events, summary.faults
    record = summary.record
    yield Text(f"\nRecord: {record.size:,} entries under the root {record.root}")
    yield Text(receipts_row(record))
    yield Text(
        f"Events met: {sum(each.met for each in events)} of {len(events)}. "
        f"Planted faults caught: {sum(each.caught_by is not None for each in faults)} of "
        f"{len(faults)}. Findings that nobody expected: {len(summary.unlisted)}.",
        style="bold green" if summary.met else "bold red",
    )
    yield Text("Map: " + " · ".join(summary.map))
    yield Text(summary.warning, style="italic")


def receipts_row(record: RecordTold) -> str:
    """On whose word the receipts stand, and how to have more than the desk's."""
    if not record.witnesses:
        return (
            "Receipts: logged only. This desk has no witnesses, so they stand on its word alone. "
            "To have witnesses: `openline witness` on each side, then `openline witnesses`; three "
            "steps in docs/operations.md."
        )
    return (
        f"Receipts: witnessed for {record.witnessed:,} of {record.size:,} entries, by the quorum "
        f"of {', '.join(record.witnesses)}; the others are logged only."
    )
