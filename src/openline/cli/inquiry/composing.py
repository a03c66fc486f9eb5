"""The paper of an incident, composed for a board of inquiry that reads it cold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openline.cli.inquiry import words
from openline.cli.inquiry.accounts import accounts_part, evidence_part
from openline.cli.inquiry.copy_reading import CopyRead, recorded_text
from openline.cli.inquiry.doubted import doubts_in
from openline.cli.inquiry.naming import Names, and_text, span_text
from openline.cli.inquiry.paper import Block, Heading, Listing, Paper, Paragraph, Rows, columns
from openline.cli.inquiry.receiving import known_part, received_part
from openline.cli.inquiry.told import Told
from openline.cli.life import gathered
from openline.cli.rows import sentence_of
from openline.cli.sentences import words_for
from openline.domain.incident import Account, AccountKind, Incident
from openline.domain.line import LineChecked
from openline.domain.party import KeyEnrolled, KeyRotated
from openline.domain.question import QuestionAnswered
from openline.record.audit.words import count_text
from openline.record.shown import in_one_row

_IN_DOUBT: Final = " (in doubt: its party says that this key was out of its hands by then)"


def compose(copy: CopyRead, told: Told) -> Paper:
    """The paper of the incident that a copy was made of."""
    names = Names(told.parties)
    incident = told.incident
    subtitle = f"As it stands in the record {copy.origin}, up to its {copy.verdict.size} entries"
    return Paper(
        title=f"Incident {incident.id}",
        subtitle=subtitle,
        banner="EXERCISE: nothing here is of a real desk in use." if copy.exercise else "",
        blocks=(
            *_what_this_is(copy),
            *_in_short(copy, told, names),
            *_who_is_who(told, names),
            *accounts_part(copy, told, names),
            *_against_each_other(told, names, frozenset(doubts_in(copy))),
            *received_part(told, names),
            *known_part(copy, told, names),
            *evidence_part(copy, told),
            *_in_order(copy, names),
            *_proven(copy, names),
            *_verify(),
        ),
    )


def _what_this_is(copy: CopyRead) -> Iterator[Block]:
    yield Heading(text="What this paper is")
    for paragraph in words.WHAT_THIS_IS:
        yield Paragraph(text=paragraph)
    if copy.exercise:
        yield Paragraph(
            text="This record is marked EXERCISE: its keys may be known to anybody, and it proves "
            "nothing of any real party.",
            warning=True,
        )


def _in_short(copy: CopyRead, told: Told, names: Names) -> Iterator[Block]:
    incident = told.incident
    put_to = and_text([names.full(each) for each in incident.put_to]) or "nobody"
    sentences = [
        f"{names.full(incident.opener)} opened it (entry {incident.entry}, recorded "
        f"{recorded_text(copy, incident.entry)}) and put it to {put_to}.",
        f"By the opener's word it happened {span_text(incident.occurred_at, incident.within_s)}.",
        f"It stands {words.STATE[incident.state]}.",
    ]
    if incident.follows:
        sentences.append(f"It follows incident {incident.follows}.")
    doubts = doubts_in(copy)
    sentences += [
        _account_in_short(each.id, told, names) + (_IN_DOUBT if each.entry in doubts else "")
        for each in incident.accounts
    ]
    if not incident.accounts:
        sentences.append("Nobody has given an account.")
    sentences += _sealing_in_short(told, names)
    silent = [each for each in incident.parties if not _accounts_of(told, each)]
    if silent:
        sentences.append(
            f"{and_text([names.full(each) for each in silent])} gave no account in this copy. "
            "Silence is neither a denial nor an agreement."
        )
    yield Heading(text="In short")
    yield Listing(items=tuple(sentences))


def _sealing_in_short(told: Told, names: Names) -> Iterator[str]:
    """Who committed to a first account before any was told, who did not, and who never revealed."""
    sealing = told.incident.sealing
    if sealing is None:
        return
    told_at = [each.entry for each in told.incident.accounts if each.kind != AccountKind.WARNING]
    first_told = min(told_at, default=None)
    late = [
        names.full(each.party)
        for each in sealing.commitments
        if first_told is not None and each.entry > first_told
    ]
    committed = [names.full(each.party) for each in sealing.commitments]
    in_time = and_text([each for each in committed if each not in late]) or "nobody"
    yield (
        "First accounts were to be sealed: each party fixes its own by a digest before any is "
        f"told, so that none is fitted to another's. Committed before any account in this copy "
        f"was told: {in_time}."
    )
    if late:
        yield f"Committed only after an account was told: {and_text(late)}."
    if sealing.silent:
        yield f"Committed to nothing in time: {and_text([*map(names.full, sealing.silent)])}."
    if sealing.withheld:
        withheld = and_text([*map(names.full, sealing.withheld)])
        yield f"Committed to an account and had not revealed it in time: {withheld}."


def _account_in_short(account_id: str, told: Told, names: Names) -> str:
    account = told.incident.find_account(account_id)
    assert account is not None
    does = words.KIND_OF_ACCOUNT[account.kind]
    about = f" {', '.join(account.about)}" if account.about else ""
    said = f": “{_isolated(account.body.text)}”" if account.body and account.body.text else ""
    return f"{names.full(account.author)} {does}{about} (account {account.id}){said}"


def _isolated(text: str) -> str:
    """Somebody's words within a sentence: in one row, and read in their own direction.

    Between U+2068 and U+2069 letters written from the right move nothing of what stands around.
    """
    return f"\u2068{in_one_row(' '.join(text.split()))}\u2069"


def _accounts_of(told: Told, party: str) -> list[str]:
    return [each.id for each in told.incident.accounts if each.author == party]


def _who_is_who(told: Told, names: Names) -> Iterator[Block]:
    incident = told.incident

    def part(party: str) -> str:
        if party == incident.opener:
            return "opened it"
        return "it was put to them" if party in incident.put_to else "joined by giving an account"

    def row(party: str) -> tuple[str, ...]:
        held = told.parties.get(party)
        if held is None:
            return party, "not in this copy", "", part(party)
        backers = ", ".join(names.full(each) for each in held.backers) or "nobody stated"
        return names.full(party), words.KIND_OF_PARTY[held.kind], backers, part(party)

    yield Heading(text="Who is who")
    yield Paragraph(text="Names are the neutral ones that the desk uses; the code stands behind.")
    yield Rows(
        columns=columns(party=24, what_it_is=32, behind_it_stand=24, here=20),
        rows=tuple(row(party) for party in incident.parties),
    )


def _against_each_other(told: Told, names: Names, doubted: frozenset[int]) -> Iterator[Block]:
    """By account and party: what each party has said of it."""
    incident = told.incident
    yield Heading(text="What is contested, and what is agreed")
    if not incident.accounts:
        yield Paragraph(text="There are no accounts to compare.")
        return

    shares = {
        names.label(party).replace(" ", "_"): 74 // len(incident.parties)
        for party in incident.parties
    }
    yield Rows(
        columns=columns(account=26, **shares),
        rows=tuple(
            (
                f"{each.id}, {words_for(each.kind)} of {names.label(each.author)}",
                *(_word_on(incident, each, party, doubted) for party in incident.parties),
            )
            for each in incident.accounts
        ),
    )
    yield from _contested_and_agreed(incident)


def _word_on(incident: Incident, account: Account, party: str, doubted: frozenset[int]) -> str:
    """What a party has said of an account."""
    if party == account.author:
        return "its own account"
    said = [
        f"{words.KIND_OF_ACCOUNT[each.kind]} it ({each.id})"
        + (", in doubt" if each.entry in doubted else "")
        for each in incident.accounts
        if each.author == party and account.id in each.about
    ]
    if incident.agreements.get(party) == account.id:
        said.append("agrees with it")
    return "\n".join(said) or "has said nothing of it"


def _contested_and_agreed(incident: Incident) -> Iterator[Block]:
    denied = {
        about
        for each in incident.accounts
        if each.kind is AccountKind.DENIAL
        for about in each.about
    }
    if denied:
        yield Paragraph(
            text=f"Contested: {', '.join(sorted(denied))}. The record proves that each was said, "
            "by whom and when; it proves of none that it is true."
        )
    agreed = set(incident.agreements.values())
    yield Paragraph(
        text=f"Agreed with by another party: {', '.join(sorted(agreed))}."
        if agreed
        else "No party has agreed with another's account."
    )


def _in_order(copy: CopyRead, names: Names) -> Iterator[Block]:
    yield Heading(text="Everything that is held of it, in order")
    yield Paragraph(
        text="The instant is that at which the desk recorded it. Of what a party signed, the desk "
        "states the very instant to that party alone; here stand the instants between which it "
        "was, by the entries around it. Calls and rings of routine that follow each other stand in "
        "one row."
    )
    yield Paragraph(text=words.HOW_ROWS_READ)
    rows, doubts = [], doubts_in(copy)
    asked_of = _subjects_asked_of(copy)
    of_it = (each for each in copy.entries if not _is_keeping(each.content, asked_of))
    for run in gathered(of_it):
        first, last = run[0], run[-1]
        text = sentence_of(first) if len(run) == 1 else f"{len(run)} contacts, checks or rings"
        text += _IN_DOUBT if first.index in doubts else ""
        numbers = str(first.index) if len(run) == 1 else f"{first.index}–{last.index}"
        rows.append((recorded_text(copy, first.index), names.spoken(text), numbers))
    yield Rows(columns=columns(recorded=21, what=68, entry=11), rows=tuple(rows))


def _subjects_asked_of(copy: CopyRead) -> frozenset[str]:
    answers = (e.content for e in copy.entries if isinstance(e.content, QuestionAnswered))
    return frozenset(known.subject for each in answers for known in each.known)


def _is_keeping(content: object, asked_of: frozenset[str]) -> bool:
    """About the desk and its keys rather than the incident: those have a part of their own. Nor is
    routine of it that only shows between which instants an entry was recorded.
    """
    if isinstance(content, LineChecked):
        return content.line not in asked_of
    kind = getattr(type(content), "KIND", "")
    return kind.startswith(("desk.", "key.", "party.", "tracks."))


def _proven(copy: CopyRead, names: Names) -> Iterator[Block]:
    verdict = copy.verdict
    yield Heading(text="What is proven, by whose keys, and what is not")
    yield Heading(text="Proven by signatures and hashes alone", level=3)
    yield Listing(items=verdict.proven, mark="✓")
    yield Heading(text="Not proven", level=3)
    yield Listing(items=(*verdict.unproven, "That any account is true."), mark="?")
    if verdict.faults:
        yield Heading(text="Wrong: do not rely on this file", level=3)
        yield Listing(items=tuple(each.sentence for each in verdict.faults), mark="✗")
    yield Heading(text="The keys that signed what is held here", level=3)
    yield Paragraph(
        text="Each position at a party signs with a key of its own, enrolled by an entry of the "
        "record. Whoever has the key can speak as that position; the record cannot say who held it."
    )
    yield Rows(columns=columns(key=50, of=26, entries=24), rows=tuple(_keys(copy, names)))


def _keys(copy: CopyRead, names: Names) -> Iterator[tuple[str, ...]]:
    owners = {
        entry.content.key.kid: f"{names.full(entry.content.party)}: {entry.content.position}"
        for entry in copy.entries
        if isinstance(entry.content, KeyEnrolled)
    }
    owners |= {
        entry.content.key.kid: f"{names.full(entry.author.party)}: {entry.author.position}"
        for entry in copy.entries
        if isinstance(entry.content, KeyRotated)
    }
    used: dict[str, list[int]] = {}
    for index, kid in copy.kids.items():
        used.setdefault(kid, []).append(index)
    for kid, indices in used.items():
        count = count_text(len(indices), "entry", "entries")
        yield (
            kid,
            owners.get(kid, "the desk itself"),
            f"{count}, first {indices[0]}, last {indices[-1]}",
        )


def _verify() -> Iterator[Block]:
    yield Heading(text="How to check this yourself")
    yield Listing(items=words.HOW_TO_VERIFY)
    yield Heading(text="Words")
    yield Listing(items=words.GLOSSARY)
