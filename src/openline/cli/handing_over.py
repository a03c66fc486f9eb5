"""What is handed over of an incident: entries by right, proofs for all, papers for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from openline.cli.inquiry.papers import papers_of
from openline.cli.life import life_of
from openline.cli.record_reading import HeldRecord
from openline.cosigning.agreed import key_of
from openline.desk.view import may_read_entry
from openline.domain.errors import NotPermitted, UnknownThing
from openline.domain.incident import AccountBody
from openline.domain.line import LineChecked
from openline.domain.observed import TracksRoot
from openline.domain.party import (
    DeskKeyRotated,
    DeskOpened,
    EpochOpened,
    Heard,
    KeyEnrolled,
    KeyPutOut,
    KeyRevoked,
    KeyRotated,
    PartyAdded,
)
from openline.domain.question import QuestionAnswered
from openline.domain.sealed_accounts import RevealedBody
from openline.domain.statement import Content, Entry, Signed
from openline.domain.witness import WitnessesNamed
from openline.journal.record_copy import JournalCopy
from openline.record.bundle import Bundle, evidence_name, files_of, render_keys
from openline.record.keys import public_key_from_bytes

_ALWAYS: Final[tuple[type[Content], ...]] = (
    DeskOpened,
    EpochOpened,
    PartyAdded,
    KeyEnrolled,
    KeyRevoked,
    KeyRotated,
    DeskKeyRotated,
    KeyPutOut,
    WitnessesNamed,
)
"""Whatever says who the parties are and whose signatures count: nobody could verify without."""

DATING: Final[tuple[type[Content], ...]] = (LineChecked, TracksRoot)
"""Routine of the desk's that the parties see, and that says nothing of any incident."""

FindEvidence = Callable[[str], bytes | None]
"""By the SHA-256 that an account names to the file; None if it is not kept, or not any more."""


def hand_over(
    record: HeldRecord,
    incident: str,
    parties: tuple[str, ...] = (),
    evidence: FindEvidence = lambda _digest: None,
) -> dict[str, bytes]:
    """The files of a copy that holds the life of an incident, as far as its readers may read it.

    Args:
        parties: for whom it is: all that any of these may read. None of them stands for what
            every party to the incident may read, which may be handed to each of them.
        evidence: where the files are that accounts name.

    Raises:
        UnknownThing: there is no such incident, or no such party.
        NotPermitted: nothing of it may be read.
    """
    held = record.state.incidents.get(incident)
    if held is None:
        raise UnknownThing(f"{incident}: no such incident in this record. Look for its id.")
    for party in parties:
        if party not in record.state.parties:
            raise UnknownThing(f"{party}: no such party at this desk. Ask its operator.")
    may_read = _rule(record, parties, held.parties)
    life = tuple(_life(record, incident, may_read))
    if not life:
        readers = ", ".join(parties or held.parties)
        raise NotPermitted(f"{incident}: {readers} may read nothing of it.")
    proving = (*_proving(record, may_read, life), *_around(record, may_read, life))
    chosen = {entry.index for entry in (*life, *proving)}
    copy = JournalCopy(record.journal, lambda row: row.index in chosen)
    desk_key = public_key_from_bytes(record.keys[0].public)
    keys = [*record.keys, *(key_of(each) for each in record.state.witnesses.witnesses)]
    files = dict(files_of(copy, render_keys(keys, desk_key)))
    for digest in _evidence_named(life):
        content = evidence(digest)
        if content is not None:
            files[evidence_name(digest)] = content
    return {**papers_of(_as_bundle(files)), **files}


def _rule(
    record: HeldRecord, parties: tuple[str, ...], of_incident: tuple[str, ...]
) -> Callable[[Entry], bool]:
    each_may = any if parties else all
    readers = parties or of_incident
    return lambda entry: each_may(may_read_entry(record.state, each, entry) for each in readers)


def _life(record: HeldRecord, incident: str, may_read: Callable[[Entry], bool]) -> Iterator[Entry]:
    """What names the incident; and the answers about what was known, with what they speak of."""
    life = [entry for entry in life_of(incident, record.entries) if may_read(entry)]
    inside = {entry.index for entry in life}
    answers = [
        entry
        for entry in record.entries
        if isinstance(entry.content, QuestionAnswered)
        and inside.intersection(entry.refs[:1])
        and may_read(entry)
    ]
    told = (entry.content for entry in answers if isinstance(entry.content, QuestionAnswered))
    known = {each.subject for answer in told for each in answer.known}
    spoken_of = (entry for subject in known for entry in life_of(subject, record.entries))
    by_index = {entry.index: entry for entry in (*life, *answers, *spoken_of)}
    return (entry for _, entry in sorted(by_index.items()) if may_read(entry))


def _proving(
    record: HeldRecord, may_read: Callable[[Entry], bool], life: Iterable[Entry]
) -> Iterator[Entry]:
    """The entries about keys, and those in which the desk says that it heard one of the life."""
    told = {entry.index for entry in life}
    for entry in record.entries:
        heard = isinstance(entry.content, Heard) and any(
            index in told for index, _ in entry.content.leaves
        )
        if (heard or isinstance(entry.content, _ALWAYS)) and may_read(entry):
            yield entry


def _around(
    record: HeldRecord, may_read: Callable[[Entry], bool], life: Iterable[Entry]
) -> Iterator[Entry]:
    """Before and after each leaf that a party signed, the nearest entry in which the desk says when
    it recorded it: of the leaf itself it tells that to its author alone.
    """
    entries = record.entries
    for index in (entry.index for entry in life if isinstance(entry.word, Signed)):
        for side in (reversed(entries[:index]), entries[index + 1 :]):
            told = (
                each
                for each in side
                if isinstance(each.content, DATING)
                and not isinstance(each.word, Signed)
                and may_read(each)
            )
            yield from islice(told, 1)


def _evidence_named(life: Iterable[Entry]) -> Iterator[str]:
    """The digests that the accounts in it name, each once."""
    bodies = (getattr(entry.content, "body", None) for entry in life)
    told = (body.account if isinstance(body, RevealedBody) else body for body in bodies)
    named = (body.evidence for body in told if isinstance(body, AccountBody))
    return iter(dict.fromkeys(digest for each in named for digest in each))


def _as_bundle(files: dict[str, bytes]) -> Bundle:
    """Files that are still to be written, as the copy that they will be."""
    return Bundle(lambda name, _limit: files.get(name), files)
