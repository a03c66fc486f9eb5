"""The accounts of an incident side by side, and what lies beside them as evidence."""

from __future__ import annotations

from collections.abc import Iterator

from openline.cli.inquiry import words
from openline.cli.inquiry.copy_reading import CopyRead, recorded_text
from openline.cli.inquiry.doubted import doubts_in
from openline.cli.inquiry.naming import Names, span_text
from openline.cli.inquiry.paper import Block, Heading, Paragraph, Quote, Rows, columns
from openline.cli.inquiry.told import Told
from openline.cli.sentences import time_text, words_for
from openline.domain.incident import Account, Incident
from openline.domain.sealed_accounts import AccountRevealed
from openline.domain.statement import Attested, Entry, Signed


def accounts_part(copy: CopyRead, told: Told, names: Names) -> Iterator[Block]:
    """Each account in full: by whom, when, on whose word, in its own words."""
    entries = {entry.index: entry for entry in copy.entries}
    yield Heading(text="The accounts, side by side")
    yield Paragraph(text="In the order in which they were given. None replaces another.")
    doubts = doubts_in(copy)
    for account in told.incident.accounts:
        kind = words_for(account.kind)
        yield Heading(text=f"{account.id}: {kind} of {names.full(account.author)}", level=3)
        if account.entry in doubts:
            yield Paragraph(text=f"In doubt: {doubts[account.entry]}.", warning=True)
        if account.body is None:
            yield Paragraph(
                text="Its words are not in this copy: erased, or not this reader's to read. That "
                "an account was given, by whom and when, is proven all the same.",
                warning=True,
            )
        elif account.body.text:
            yield Quote(text=account.body.text, language=account.body.language)
        yield Rows(
            columns=columns(of_this_account=24, what_the_record_says=76),
            rows=tuple(
                _facts(
                    copy,
                    account,
                    entries[account.entry],
                    _how_told(told.incident, account, entries[account.entry]),
                    names.full(_spoken_of(told.incident, account)),
                )
            ),
        )


def _how_told(incident: Incident, account: Account, entry: Entry) -> str | None:
    """Whether it was committed to before anybody's was told; None where none had to be."""
    sealing = incident.sealing
    if sealing is None:
        return None
    made = sealing.find_commitment(account.author)
    if made is not None and isinstance(entry.content, AccountRevealed):
        return (
            f"revealed; its words were fixed at {time_text(made.at)} (entry {made.entry}), before "
            "any first account was told"
        )
    if sealing.unsealed_at is not None and account.author in sealing.silent:
        return "openly, after the others' first accounts could be read: nothing had fixed it before"
    return "openly"


def _spoken_of(incident: Incident, account: Account) -> str:
    """The party whose account it speaks of; the opener if of none."""
    cited = incident.find_account(account.about[0]) if account.about else None
    return cited.author if cited is not None else incident.opener


def _facts(
    copy: CopyRead, account: Account, entry: Entry, told: str | None, spoken_of: str
) -> Iterator[tuple[str, str]]:
    by = "a human" if entry.author.by_human else "a machine"
    yield "given by", f"position {entry.author.position}, {by}"
    yield "on whose word", _word(entry)
    yield "said at, by its word", time_text(account.said_at)
    yield "recorded", f"{recorded_text(copy, entry.index)}, entry {entry.index}"
    yield "it happened", span_text(account.occurred_at, account.within_s)
    if told is not None:
        yield "told", told
    if account.about:
        yield "it speaks of", ", ".join(account.about)
    yield "its author", words.RELATION[account.relation].format(party=spoken_of)
    body = account.body
    if body is not None and body.place_name:
        yield "place, as named", body.place_name
    if body is not None and body.place is not None:
        place = body.place
        yield (
            "place, as stated",
            f"{place.lat_deg:.5f}, {place.lon_deg:.5f} (WGS 84), "
            + (f"good to {place.accuracy_m:g} m" if place.accuracy_m else "accuracy not stated"),
        )
    for digest in body.evidence if body is not None else ():
        yield "it names evidence", digest


def _word(entry: Entry) -> str:
    match entry.word:
        case Signed(kid=kid):
            return f"signed with that position's own key {kid}"
        case Attested(issuer=issuer):
            return f"the desk's word alone, for a caller known to {issuer}: not signed by the party"
        case None:
            return "the desk itself"


def evidence_part(copy: CopyRead, told: Told) -> Iterator[Block]:
    """Which files the accounts name, and which of them are in the copy."""
    yield Heading(text="Evidence that the accounts name")
    named: dict[str, list[str]] = {}
    for account in told.incident.accounts:
        for digest in account.body.evidence if account.body is not None else ():
            named.setdefault(digest, []).append(account.id)
    if not named:
        yield Paragraph(text=words.NO_EVIDENCE)
        return
    yield Paragraph(
        text="A file is named by its SHA-256: whoever has the file can see that it is the very one "
        "that was named then. What it shows, and that it is genuine, no digest proves."
    )
    yield Rows(
        columns=columns(by_its_digest=52, named_in=20, in_this_copy=28),
        rows=tuple(
            (
                digest,
                ", ".join(accounts),
                f"evidence/{digest[:12]}…" if digest in copy.evidence else "not in this copy",
            )
            for digest, accounts in named.items()
        ),
    )
