"""One showing of a case: its desk, the replay, and the judging that comes only after it."""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from openline import app
from openline.cases.case import Case, find_case, until
from openline.cases.expectations import came_of, judge, load_expectations
from openline.cases.replay import CountedEntropy, Outcome, Replay, published_key, published_keys
from openline.cases.tampering import verdicts_on
from openline.cases.telling import RecordTold, Summary, summary_of
from openline.cli.case_map import case_picture, write_case_maps
from openline.cli.story import Story
from openline.config import Config
from openline.console.pages import OfferedKey
from openline.desk_directory import create_directory
from openline.domain.witness import AgreedWitnesses
from openline.journal.record_copy import JournalCopy
from openline.record.bundle import CHECKPOINT, files_of, render_keys
from openline.record.checkpoint import parse_checkpoint
from openline.record.encoding import encode_base64
from openline.record.leaf import leaf_hash
from openline.record.note import note_key, parse_note
from openline.service import Service, SimulatedClock
from openline.stderr_log import log_to_stderr

IN_MEMORY: Final = Path("/dev/shm")
ROOM_BYTES: Final = 1 << 29


class Showing:
    """A case and the desk that it is said to."""

    def __init__(self, case: Case, service: Service, clock: SimulatedClock, path: Path) -> None:
        self._case, self._service, self._path = case, service, path
        self._replay = Replay(case, service, clock)

    @classmethod
    @contextlib.contextmanager
    def opened(
        cls, name: str, data: Path | None, no_further_than: datetime | None = None
    ) -> Iterator[Self]:
        """A new desk for the case, in that directory or in one that is removed afterwards.

        Raises:
            UnknownThing: no such case.
            Malformed: a file of it cannot be read.
            Unavailable: there is a desk in the directory already.
        """
        case = find_case(name)
        if no_further_than is not None:
            case = until(case, no_further_than)
        # What is refused is part of the story, and told there.
        log_to_stderr(at_least=logging.WARNING)
        clock, entropy = SimulatedClock(case.story.begins_at), CountedEntropy(case.name)
        with contextlib.ExitStack() as held:
            path = data or held.enter_context(_short_lived()) / "desk"
            at_rest_key = sha256(f"at rest: {case.name}".encode()).digest()
            create_directory(path, case.story.origin, published_key("desk"), at_rest_key)
            desk = app.desk_at(path, clock=clock, entropy=entropy)
            yield cls(case, held.enter_context(desk), clock, path)

    def run(self, story: Story, speed: float | None, out: Path) -> Summary:
        """The case from its first step to the judgement over it, told as it goes.

        Raises:
            Malformed: the case's expectations cannot be read.
            OSError: the folder for the map cannot be written.
        """
        paced = _paced(self._replay.run(), self._case.story.begins_at, speed)
        outcomes = list(story.tell(self._case, paced, self._leaf_hash))
        files = self._files()
        verdicts = verdicts_on(self._case.tampering, files, self._replay.index_of)
        # Only here, when all has been said, is anything read of what was expected of it.
        expectations = load_expectations(self._case.folder)
        came = came_of(outcomes, verdicts)
        judgement = judge(expectations, came)
        read, witnessed = self._service.read, self._service.witnessed_size()
        picture = read(lambda state: case_picture(self._case, came.entries, state))
        maps = write_case_maps(picture, self._case.name, out)
        summary = read(
            lambda state: summary_of(
                self._case,
                expectations,
                judgement,
                came.entries,
                state,
                _record(files, witnessed, state.witnesses),
                maps,
            )
        )
        story.tell_judgement(summary, self._leaf_hash)
        return summary

    def tell(self, story: Story, speed: float | None) -> None:
        """The case as far as it is told, and no judgement over it."""
        paced = _paced(self._replay.run(), self._case.story.begins_at, speed)
        for _ in story.tell(self._case, paced, self._leaf_hash):
            pass

    def serve(self, port: int, say: Callable[[str], None]) -> None:
        """Answers callers until it is stopped; time runs on from where the story ended.

        Whoever comes to the console is offered the keys that the case publishes.
        """
        self._replay.run_on()
        with app.tracking_at(self._path, self._service) as tracking:
            offered = offered_at(self._service)
            app.serve(self._service, Config(port=port), say, tracking, offered)

    def _leaf_hash(self, index: int) -> str:
        """The hash under which an entry stands in the record's tree."""
        (row,) = self._service.journal.read(index, index + 1)
        return leaf_hash(row.leaf).hex()

    def _files(self) -> dict[str, bytes]:
        """The whole record as a copy, with the desk's key in it."""
        key = published_key("desk")
        keys_file = render_keys([note_key(self._service.origin, key)], key.public_key())
        copy = JournalCopy(self._service.journal, lambda _row: True)
        return dict(files_of(copy, keys_file))


def offered_at(service: Service) -> tuple[OfferedKey, ...]:
    """The keys in force at a replayed desk that its case publishes, for who comes to its door."""
    return tuple(
        OfferedKey(position=key.position, party=key.party, pkcs8=_pkcs8(key.position))
        for key in published_keys(service)
    )


def _pkcs8(position: str) -> bytes:
    key = published_key(position)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@contextlib.contextmanager
def _short_lived() -> Iterator[Path]:
    """A directory that is removed afterwards: in memory where there is room, for nobody needs it.

    On a disk the replay would spend its time in waiting for thousands of syncs.
    """
    in_memory = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM_BYTES
    with tempfile.TemporaryDirectory(
        prefix="openline-", dir=IN_MEMORY if in_memory else None
    ) as path:
        yield Path(path)


def _paced(
    outcomes: Iterable[Outcome], begins_at: datetime, speed: float | None
) -> Iterator[Outcome]:
    """The outcomes, none sooner than its instant of the story comes at that speed."""
    began_s = time.monotonic()
    for outcome in outcomes:
        if speed is not None:
            due_s = (outcome.input.step.at - begins_at).total_seconds() / speed
            time.sleep(max(0.0, began_s + due_s - time.monotonic()))
        yield outcome


def _record(files: dict[str, bytes], witnessed: int, agreed: AgreedWitnesses) -> RecordTold:
    signed = parse_checkpoint(parse_note(files[CHECKPOINT]).text)
    return RecordTold(
        size=signed.size,
        root=encode_base64(signed.root),
        witnessed=witnessed,
        witnesses=tuple(each.name for each in agreed.witnesses),
    )
