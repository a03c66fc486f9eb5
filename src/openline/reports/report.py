"""What a report comes to: drafts for a person to confirm or drop, and what was left out of it."""

from __future__ import annotations

from msgspec import Struct


class Draft(Struct, frozen=True, kw_only=True):
    """One thing that a report says, as it says it; nothing of it is true because it stands here.

    `kind` is what is told (`crossing`, `strike`, … `convoy`), or what somebody does by saying it:
    a `claim` against another, a `denial`, a `supporting_account`, an `acknowledgement`, a `regret`,
    a `warning`, a `negative_presence`, a `correction`, an `assurance`. `actor` and `target` are as
    alleged, in the report's words. Whatever the report does not state is None: a place may be named
    without being a fix. `accuracy_m` is within how many metres of the point it lies, the extent of
    a town included. `when` is a day or an instant in UTC, good to `when_precision`. `denies` is the
    place of the draft that it denies among the drafts, from 0, or the words of what is denied.
    `confidence`, from 0 to 1, orders drafts for whoever confirms them; it is no probability.
    """

    kind: str
    speaker: str | None
    speaker_party: str | None
    actor: str | None
    target: str | None
    place: str | None
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    when: str | None
    when_precision: str | None
    sentence: str
    denies: int | str | None
    confidence: float


class LeftOut(Struct, frozen=True, kw_only=True):
    """Words of the report that no draft was made of, and what they are."""

    text: str
    reason: str


class Source(Struct, frozen=True, kw_only=True):
    """The report itself: its SHA-256 in hex, the day it is of, and how it was read.

    `read_by` tells by what: the rules alone, or with a parser's model.

    `dated_by` is `given`, `page` or `text`, or None where no day is known: then no day of the week
    is resolved. `sentences` counts those that were read, `cut` tells that more was not read.
    """

    name: str
    digest: str
    title: str | None
    date: str | None
    dated_by: str | None
    read_by: str
    sentences: int
    cut: bool


class Drafted(Struct, frozen=True, kw_only=True):
    """All that a report came to. Nothing of it is in any record until a person confirms it."""

    report: Source
    drafts: tuple[Draft, ...]
    left_out: tuple[LeftOut, ...]
