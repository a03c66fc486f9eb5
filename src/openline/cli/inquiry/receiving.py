"""What each party was told, how far that came, and what had been told before."""

from __future__ import annotations

from collections.abc import Iterator

from openline.cli.inquiry import words
from openline.cli.inquiry.copy_reading import CopyRead
from openline.cli.inquiry.naming import Names
from openline.cli.inquiry.paper import Block, Heading, Listing, Paragraph, Quote, Rows, columns
from openline.cli.inquiry.told import Asking, Told
from openline.cli.sentences import time_text, words_for
from openline.domain.delivery import Climb, Delivery, SubjectKind
from openline.domain.message import MessageSent
from openline.domain.question import Known


def received_part(told: Told, names: Names) -> Iterator[Block]:
    """Who was told of each account, and every rung that it reached."""
    yield Heading(text="What was received, and by whom")
    owed = [each for each in told.owed if each.subject.startswith(f"{told.incident.id}/")]
    if not owed:
        yield Paragraph(
            text="This copy holds no receipts: each is readable by those between whom it passed, "
            "and not by all for whom this copy was made.",
            warning=True,
        )
        return
    yield Paragraph(text=words.LADDER)
    yield Listing(
        items=tuple(f"{words_for(rung)}: {meaning}." for rung, meaning in words.RUNG.items())
    )
    yield Rows(
        columns=columns(told=20, to=22, over=12, rungs_reached=46),
        rows=tuple(
            (
                each.subject.removeprefix(f"{told.incident.id}/"),
                names.full(each.recipient),
                each.line or "the desk",
                rungs_text(each),
            )
            for each in owed
        ),
    )


def rungs_text(owed: Delivery) -> str:
    """Every rung with its instant, and what did not come in time."""
    rungs = [f"sent {time_text(owed.owed_since)}", *(_step_text(each) for each in owed.climbed)]
    rungs += [f"OVERDUE: {words_for(each)} did not come in time" for each in owed.overdue]
    if not owed.climbed:
        rungs.append("nothing in this copy shows that it arrived")
    return "\n".join(rungs)


def _step_text(step: Climb) -> str:
    by = (
        f" by {step.position}, {'a human' if step.by_human else 'a machine'}"
        if step.position
        else ""
    )
    return f"{words_for(step.rung)} {time_text(step.at)}{by} (entry {step.entry})"


def known_part(copy: CopyRead, told: Told, names: Names) -> Iterator[Block]:
    """What one side had told the other of places by then, as the desk answered who asked."""
    yield Heading(text="What had been told before it")
    if not told.askings:
        yield Paragraph(
            text="No party has asked the desk, inside this incident, what had been known. The "
            "record may hold an answer all the same: any party to the incident can ask for it."
        )
    for asking in told.askings:
        yield Paragraph(
            text=f"{names.full(asking.asker)} asked on {time_text(asking.asked_at)} (entry "
            f"{asking.entry}) which places one side had told the other before the incident, and "
            "how far each had come. All parties to the incident see that it asked."
        )
        if not asking.answered:
            yield Paragraph(text="The answer is readable by the asker alone and not in this copy.")
        elif not asking.known:
            yield Paragraph(text="The desk knew of nothing that one side had told the other.")
        else:
            yield from _known_rows(copy, asking, names)


def _known_rows(copy: CopyRead, asking: Asking, names: Names) -> Iterator[Block]:
    yield Rows(
        columns=columns(what=18, told_by=18, told_to=18, at=16, how_far_by_then=30),
        rows=tuple(
            (
                f"{words_for(each.subject_kind)} {each.subject}",
                names.full(each.teller),
                names.full(each.told),
                time_text(each.told_at),
                _how_far(each),
            )
            for each in asking.known
        ),
    )
    quoted = dict.fromkeys(
        each.subject for each in asking.known if each.subject_kind is SubjectKind.MESSAGE
    )
    for entry in copy.entries:
        sent = entry.content
        if (
            isinstance(sent, MessageSent)
            and sent.message in quoted
            and sent.body
            and sent.body.text
        ):
            yield Paragraph(text=f"{sent.message}, as it was sent (entry {entry.index}):")
            yield Quote(text=sent.body.text, language=sent.body.language)


def _how_far(known: Known) -> str:
    by = "a human" if known.by_human else "no human known"
    at = f", first answered {time_text(known.acknowledged_at)}" if known.acknowledged_at else ""
    surely = (
        "" if known.surely_before else "\nso near to the incident that it may have come after it"
    )
    return f"{words_for(known.rung)} ({by}){at}{surely}"
