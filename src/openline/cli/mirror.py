"""`openline mirror`: one party's own copy of a desk's record, verified as it grows."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from openline.cli.options import passphrase
from openline.cli.terminal import ERR, OUT

if TYPE_CHECKING:
    from openline.mirror.copying import Copying
    from openline.mirror.earlier import Earlier
    from openline.mirror.held import HeldCopy
    from openline.mirror.refusing import RecordRefused
    from openline.record.note import NoteKey

LOOK_EVERY_S: Final = 2.0
REFUSED: Final = 3
"""Exit status: the desk offers another record than the one held."""


DeskAddress = Annotated[str, typer.Argument(help="The desk's address.")]
CopyAt = Annotated[Path, typer.Argument(help="Where the copy lies; new, or to go on with.")]
ReadersKey = Annotated[Path, typer.Option(help="The private key of the position that reads.")]
Position = Annotated[str, typer.Option(help="The position that reads, such as WEST-TAC.duty.")]
DeskKeys = Annotated[
    list[str] | None,
    typer.Option(
        help="The desk's public key, had from its keeper; and witnesses'. Once is enough. "
        "Given later, it takes the place of the desk's older ones."
    ),
]
KeptBefore = Annotated[
    list[Path] | None,
    typer.Option(
        "--earlier",
        help="A checkpoint that you kept, or a whole copy such as an older mirror: nothing is "
        "taken that does not go on from it. Repeatable; once is enough.",
    ),
]
Follow = Annotated[
    bool, typer.Option("--follow", help="Go on, and keep up with the record until stopped.")
]
Cosign = Annotated[
    str | None,
    typer.Option(help="Follow, and be a witness of this name: cosign what is held, no more."),
]
Port = Annotated[int, typer.Option(help="With --cosign: the port to listen on.")]
Host = Annotated[str, typer.Option(help="With --cosign: the address to listen on.")]


def mirror(
    url: DeskAddress,
    directory: CopyAt,
    key: ReadersKey,
    position: Position,
    vkey: DeskKeys = None,
    earlier: KeptBefore = None,
    follow: Follow = False,
    cosign: Cosign = None,
    port: Port = 8711,
    host: Host = "127.0.0.1",
) -> None:
    """Keep a copy of a desk's record: all hashes, and the entries that one's party may read.

    Everything is verified: each hash and entry, the desk's signature, that nothing held before was
    changed. It may be stopped at any moment and goes on where it was. A record that was rewritten
    or wound back is refused with exit status 3, and what was offered is kept beside what is held.
    After a loss that the desk tells of, begin another copy with `--earlier OLD_COPY`: it is told
    from a rewritten record by the old one, and the key of each epoch is given with --vkey.
    `openline verify DIR` judges the copy. Others may lodge with a mirror that cosigns what the
    desk gave them no receipt for.
    """
    from openline.cli.mirror_source import DeskSource
    from openline.mirror.copying import Copying
    from openline.mirror.held import HeldCopy
    from openline.mirror.refusing import RecordRefused

    source = DeskSource(url, key, position, passphrase())
    held = HeldCopy(directory, [_key(text) for text in vkey or ()])
    kept = contextlib.ExitStack()
    try:
        ones = [_kept_before(kept, path) for path in earlier or ()]
        copying = Copying(held, source, _Bar().show, earlier=ones)
        _catch_up(copying, held)
        if cosign is not None:
            from openline.cli.mirror_serving import serve_mirror

            serve_mirror(held, copying, cosign, host, port)
        elif follow:
            _keep_up(copying, held)
    except RecordRefused as refused:
        say_refused(refused)
        raise typer.Exit(REFUSED) from refused
    finally:
        kept.close()
        held.close()
        source.close()


def _catch_up(copying: Copying, held: HeldCopy) -> None:
    from openline.restored_key import words_of

    before = held.size
    copying.follow()
    late = copying.ask_again()
    witnessed = ""
    if held.signed is not None and held.signed.witnessed_by:
        names = ", ".join(each.key.name for each in held.signed.witnessed_by)
        witnessed = f", witnessed by {names}"
    OUT.print(
        f"{held.origin}: {held.size} entries, {held.size - before} of them new{witnessed}. "
        "Verified to the last hash.",
        markup=False,
    )
    for sentence in copying.said_of_earlier:
        OUT.print(sentence, markup=False)
    OUT.print(
        f"It follows the desk's key “{words_of(held.desk_key)}”. Of a new epoch it hears from you "
        "alone: until you give the desk's new key with --vkey, whoever has this one is followed.",
        markup=False,
    )
    if late and before:
        OUT.print(f"{late} earlier entries may be read by now, and are held.")


def _keep_up(copying: Copying, held: HeldCopy) -> None:
    """Follows until it is stopped; a desk that cannot be reached is said once, with since when."""
    from openline.domain.errors import Refused, Unavailable

    absent = False
    OUT.print("Keeping up. Stop it with Ctrl-C.")
    while True:
        try:
            time.sleep(LOOK_EVERY_S)
            before = held.size
            if copying.follow() > before:
                OUT.print(f"{held.size} entries, {held.size - before} of them new.")
            if absent:
                OUT.print(f"The desk answers again. {_time_text()}")
            absent = False
        except (Unavailable, Refused) as error:
            if not absent:
                ERR.print(f"{_time_text()} {error.sentence} Trying on.", markup=False)
            absent = True
        except KeyboardInterrupt:
            OUT.print(f"Stopped with {held.size} entries held.")
            return


def say_refused(refused: RecordRefused) -> None:
    """Loudly: what was refused, where it is kept, and what it proves."""
    ERR.print("[bold red]THE RECORD IS REFUSED.[/]")
    ERR.print(refused.sentence, markup=False)
    if refused.evidence is None:
        ERR.print(
            "The disk did not take what was offered: make room, then run this again to keep it.",
            markup=False,
        )
    elif refused.proven:
        ERR.print(
            f"Both, signed by the desk, are in {refused.evidence}: anybody can see it with\n"
            f"  openline verify {refused.evidence}",
            markup=False,
        )
    else:
        ERR.print(f"What was offered is in {refused.evidence}.", markup=False)
    ERR.print("Tell the other parties, by another way than this desk.", markup=False)


class _Bar:
    """How far a long copy has got: a row for each few seconds, or none if it is quick."""

    def __init__(self) -> None:
        self._said_s = time.monotonic()

    def show(self, done: int, total: int) -> None:
        if time.monotonic() - self._said_s > LOOK_EVERY_S:
            self._said_s = time.monotonic()
            OUT.print(f"  {done:,} of {total:,} entries ({100 * done // total} %)")


def _time_text() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())


def _kept_before(opened: contextlib.ExitStack, path: Path) -> Earlier:
    """What the keeper kept, read; a copy stays open until the end."""
    from openline.domain.errors import Malformed
    from openline.mirror.earlier import Earlier
    from openline.record.bundle import open_bundle
    from openline.record.errors import CopyDamaged
    from openline.record.note import NOTE_BYTES_MAX
    from openline.record.verify import read_bounded

    try:
        if not path.is_dir() and path.suffix != ".zip":
            return Earlier(name=str(path), note=read_bounded(path, NOTE_BYTES_MAX))
        copy = opened.enter_context(open_bundle(path))
        note = copy.checkpoint()
    except OSError as error:
        raise Malformed(f"--earlier: {path}: cannot be read ({error.strerror}).") from error
    except CopyDamaged as fault:
        raise Malformed(f"--earlier: {fault.sentence}") from fault
    if note is None:
        raise Malformed(f"--earlier: {path}: no copy of a record, for it holds no checkpoint.")
    return Earlier(name=str(path), note=note, copy=copy)


def _key(text: str) -> NoteKey:
    from openline.domain.errors import Malformed
    from openline.record.errors import NotAKey
    from openline.record.note import parse_vkey

    try:
        return parse_vkey(text)
    except NotAKey as fault:
        raise Malformed(f"--vkey: {fault.sentence}") from fault
