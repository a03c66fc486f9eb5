"""A case told in a terminal: each event as it comes, how it was judged, and what stands at the end.

No row is wider than 100 columns: it is read on the screens of duty rooms, and in logs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from openline.cases.case import Case
from openline.cases.replay import Outcome
from openline.cases.telling import Summary
from openline.cli.ending import tables_of
from openline.cli.rows import row_of, sentence_of, story_console
from openline.cli.terminal import ERR
from openline.domain.statement import Entry, kind_of

ROWS_OF_AN_EVENT: Final = 12
"""Of what was said and concluded in one event so many are told; the record holds them all."""

COUNTED: Final = {
    "receipt.given.v1": "receipt given",
    "measure.cosigned.v1": "cosignature",
    "question.asked.v1": "question asked",
    "delivery.owed.v1": "word owed to a recipient",
    "notice.owed.v1": "duty watch to ring",
    "contact.missed.v1": "contact missed",
    "notification.assessed.v1": "notification compared with all else",
    "cadence.wider.v1": "edges in another band",
    "question.answered.v1": "question answered",
    "pointer.lifted.v1": "pointer lifted",
    "plan.ended.v1": "plan over",
    "tracks.root.v1": "minute of live tracks sealed",
    "entries.released.v1": "right to read given",
}
"""Kinds that are told by their number alone."""
UNTOLD: Final = frozenset({"desk.heard.v1", "notice.attempted.v1", "conflicts.counted.v1"})
"""Kinds that say how the desk works, and nothing of the story."""

LeafHash = Callable[[int], str]
"""The hash, in hex, under which an entry stands in the record's tree."""


class Story:
    """Tells a case on standard output; if it is to be quiet, nothing but how far it has come."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._out = story_console()
        self._quiet = quiet

    def tell(
        self, case: Case, outcomes: Iterable[Outcome], leaf_hash: LeafHash
    ) -> Iterator[Outcome]:
        """The outcomes again, each told as it comes."""
        self._print(Text(case.story.title, style="bold"))
        self._print(Text(case.story.warning, style="italic"))
        chapter = _Chapter(case, leaf_hash, self._print)
        with _progress(ERR if self._quiet else self._out) as progress:
            whole_s = (case.story.ends_at - case.story.begins_at).total_seconds()
            bar = progress.add_task("", total=whole_s)
            for outcome in outcomes:
                at = outcome.input.step.at
                done_s = (at - case.story.begins_at).total_seconds()
                progress.update(bar, completed=done_s, description=f"{at:%d %b %Y}")
                chapter.tell(outcome)
                yield outcome
        chapter.end()

    def tell_judgement(self, summary: Summary, leaf_hash: LeafHash) -> None:
        """How the case was judged, and what stands at the end of it."""
        for each in tables_of(summary, leaf_hash):
            self._print(each)

    def _print(self, shown: RenderableType) -> None:
        if not self._quiet:
            self._out.print(shown)


class _Chapter:
    """What is told between the beginning of one event, or planted fault, and that of the next."""

    def __init__(
        self, case: Case, leaf_hash: LeafHash, say: Callable[[RenderableType], None]
    ) -> None:
        self._events = {event.id: event for event in case.story.events}
        self._leaf_hash, self._say = leaf_hash, say
        self._subject: str | None = None
        self._begun: set[str] = set()
        self._rows, self._counted = 0, Counter[str]()

    def tell(self, outcome: Outcome) -> None:
        """Tells what became of one step; a step of another event begins another chapter."""
        subject = outcome.input.event or outcome.input.fault
        if subject is not None and subject != self._subject:
            self.end()
            self._begin(subject, outcome.input.step.at)
        if outcome.refused is not None:
            self._row(
                outcome.input.step.at, f"openline refuses: {outcome.sentence}", outcome.refused
            )
        for entry in outcome.entries:
            # What is said outside of any event is the desk's routine: line checks, calls, set-up.
            if entry.word is None or subject is not None:
                self._tell_entry(entry)

    def end(self) -> None:
        """Tells by their number what was not told one by one."""
        counted = ", ".join(f"{text} × {count}" for text, count in sorted(self._counted.items()))
        if counted and self._subject is not None:
            self._say(Padding(Text(f"and {counted}", style="dim"), (0, 0, 0, 21)))
        self._rows, self._counted = 0, Counter()

    def _begin(self, subject: str, at: datetime) -> None:
        self._subject = subject
        event = self._events.get(subject)
        if event is None:
            title = Text(f"\nPlanted fault {subject}", style="bold yellow")
        elif subject in self._begun:
            title = Text(f"\n{subject}  goes on", style="bold")
        else:
            title = Text.assemble(
                (f"\n{subject}  {event.dtg}  ", "bold cyan"), (event.text, "bold")
            )
        self._begun.add(subject)
        self._say(title)

    def _tell_entry(self, entry: Entry) -> None:
        kind = kind_of(entry.content)
        if kind in UNTOLD or self._subject is None:
            return
        if kind in COUNTED:
            self._counted[COUNTED[kind]] += 1
        elif self._rows >= ROWS_OF_AN_EVENT:
            self._counted["more"] += 1
        else:
            text = sentence_of(entry)
            proof = f"{entry.index} {self._leaf_hash(entry.index)[:8]}"
            self._row(entry.recorded_at, text, proof)

    def _row(self, at: datetime, text: str, proof: str) -> None:
        self._rows += 1
        self._say(row_of(at, text, proof))


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
