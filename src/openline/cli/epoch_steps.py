"""What whoever keeps a desk has to do and to say, once it has begun a new epoch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from openline.backup import PutBack
from openline.domain.fingerprint import fingerprint
from openline.domain.party import EpochOpened, EpochReason
from openline.new_epoch import NewEpoch
from openline.record.audit.words import count_text
from openline.record.note import parse_vkey, render_vkey
from openline.restored_key import words_of


def rows_of_restore(done: PutBack, data: Path) -> Iterator[str]:
    """What is back and what is missing; whose key it is; and what others have to be told."""
    opened = done.opened
    restored, missing = opened.restored_size, _missing(opened)
    yield (
        f"{data}: entries up to {restored - 1} are back. Entry {done.index} begins a new epoch, "
        "and tells all parties."
    )
    if missing > 0:
        yield (
            f"{missing} entries were answered for and are missing: those from {restored} to "
            f"{opened.last_known_size - 1}. Whoever holds receipts or bodies for them may supply "
            "them again."
        )
    yield from _erased_again(done.back, data)
    yield f"The desk's key is {render_vkey(done.key)}, in words: {words_of(done.key)}."
    if not done.is_vouched_for:
        yield (
            "NOT PROVEN: that it still is. Nothing on this machine tells, and a backup brings back "
            "a key that was stolen since. Before you serve, have a party read those words from its "
            "mirror; if its words are others, run `openline ceremony new-epoch --because "
            f"key_stolen --data {data}` first."
        )
    yield (
        f"A witness that had cosigned more than {restored} entries refuses this record: it cannot "
        f"know that it was an accident. Show its keeper entry {done.index}. Who is satisfied stops "
        f"the witness, runs `openline witness DIR --forget {done.key.name}`, and starts it again. "
        "A mirror that held more is kept as it is: begin another beside it."
    )


def steps_of_epoch(begun: NewEpoch, data: Path) -> Iterator[str]:
    """The steps in their order; what is not proven is said before anybody is told anything."""
    yield from _what_stands(begun)
    yield from _whom_to_tell(begun)
    yield from _what_others_do(begun)
    yield from _erased_again(begun.back, data)
    yield (
        f"Make a backup now: `openline backup DIR --data {data}`. If a file of the old key turns "
        "up, destroy it: what it signs from here on is refused."
    )


def _what_stands(begun: NewEpoch) -> Iterator[str]:
    """What the record says by now, and what nothing can prove."""
    became = "was stolen" if _is_stolen(begun) else "was lost"
    yield (
        f"Entry {begun.index} of the record says that the desk's key {became} and that it goes on "
        f"with another, in a new epoch. All parties see it. {_reach(begun)}"
    )
    yield (
        "NOT PROVEN, to anybody: that the new key is the same desk's. No old key vouches for it, "
        "and nothing can make one. Each party decides for itself whether it trusts the new key."
    )


def _whom_to_tell(begun: NewEpoch) -> Iterator[str]:
    """By telephone, everybody; and what to ask each of them."""
    opened = begun.opened
    kid = "" if opened.desk_key is None else opened.desk_key.kid
    yield (
        "Telephone every party and the keeper of every witness, at numbers that they knew before. "
        "Say what happened, and read these words aloud; have them read back from the key that you "
        f"send:\n\n       {fingerprint(kid)}\n\n       {begun.vkey}"
    )
    yield (
        "Ask each how far its mirror or witness had seen the record, and under which root. "
        + (
            "Whatever bears the old key's signature and is not in this record may be the thief's. "
            if _is_stolen(begun)
            else ""
        )
        + f"This record says: {opened.last_known_size} entries, root {opened.last_known_root}. "
        "If theirs went further, those entries are lost here: they may supply them again."
    )


def _what_others_do(begun: NewEpoch) -> Iterator[str]:
    """Who is satisfied gives the new key to its own witness, mirror and verifier."""
    opened = begun.opened
    if _missing(opened) > 0:
        yield (
            f"A witness that had cosigned more than {opened.restored_size} entries refuses this "
            "record, after `--log` too: it cannot know that it was an accident. Show its keeper "
            f"entry {begun.index}. Who is satisfied stops the witness and runs "
            f"`{_forget(begun)}`. What it had cosigned stays with it as evidence. A mirror that "
            "held more is kept as it is; begin another beside it."
        )
    yield (
        "A party that trusts the new key gives it once to its mirror and to the verifier: "
        "`openline mirror … --vkey KEY`, `openline verify … --vkey KEY`. The keeper of a witness "
        "stops it and starts it with `--log KEY`"
        + (
            f", then runs `openline witness DIR --unwatch {begun.old}`. "
            if _is_stolen(begun)
            else ". "
        )
        + (
            ""
            if _missing(opened) > 0
            else f"Should it have cosigned more than {opened.restored_size} entries, it refuses "
            f"still: once its keeper is satisfied that they are lost, `{_forget(begun)}`."
        )
    )


def _is_stolen(begun: NewEpoch) -> bool:
    return begun.opened.why is EpochReason.KEY_STOLEN


def _erased_again(back: tuple[int, ...], data: Path) -> Iterator[str]:
    if back:
        yield (
            f"With the backup the bodies of {count_text(len(back), 'entry', 'entries')} came back "
            "that were not in the record any more. If they were erased there, erase them again: "
            f"`openline erase {' '.join(map(str, back))} --data {data}`."
        )


def _missing(opened: EpochOpened) -> int:
    return opened.last_known_size - opened.restored_size


def _forget(begun: NewEpoch) -> str:
    return f"openline witness DIR --forget {parse_vkey(begun.vkey).name}"


def _reach(begun: NewEpoch) -> str:
    opened = begun.opened
    missing = _missing(opened)
    if missing > 0:
        return (
            f"{missing} entries were answered for and are missing: those from "
            f"{opened.restored_size} to {opened.last_known_size - 1}."
        )
    return f"As far as this desk knows, none of its {opened.restored_size} entries is missing."
