"""Asking one witness for its cosignature, and what its answer comes to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import httpx
from msgspec import Struct

from openline.domain.errors import Unavailable
from openline.journal import Journal
from openline.record.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from openline.record.errors import RecordFault
from openline.record.note import NOTE_BYTES_MAX, NoteKey, NoteSignature, parse_note
from openline.record.tiles import consistency_from_tiles, tree_from_tiles
from openline.record.witnessing import AddCheckpoint, render_request, take_cosignature

_TRIES: Final = 3
_SIZE: Final = re.compile(r"(0|[1-9][0-9]{0,18})\n?")


class Absent(Exception):
    """The witness cannot be had: no answer, or none of any use. It says nothing of the record."""


class Behind(Exception):
    """The witness has cosigned a later checkpoint of this very record by now: ask with that."""


class WitnessRefuses(Exception):
    """The witness says that the record does not go on from what it cosigned.

    `contradicts` is a checkpoint that a key of the desk's own signed and its record denies: with
    it the witness is right, whoever it is. None if it has shown no such thing.
    """

    def __init__(self, why: str, contradicts: bytes | None) -> None:
        super().__init__(why)
        self.why, self.contradicts = why, contradicts


class Asked(Struct, frozen=True, kw_only=True):
    """A checkpoint of the record, as every witness is asked to cosign it."""

    note: bytes
    size: int

    @classmethod
    def of(cls, note: bytes) -> Asked:
        """The checkpoint in a note that the desk itself signed."""
        return cls(note=note, size=parse_checkpoint(parse_note(note).text).size)


class WitnessCalled:
    """One witness at its address; remembers what it last cosigned. One thread at a time asks it."""

    def __init__(
        self,
        key: NoteKey,
        url: str,
        http: httpx.Client,
        journal: Journal,
        desk_keys: Sequence[NoteKey],
    ) -> None:
        """`desk_keys` are all that the desk has signed with: any of them may convict it."""
        self.key, self.url = key, url.rstrip("/")
        self._http, self._journal, self._desk_keys = http, journal, desk_keys
        self._seen = 0

    def ask(self, asked: Asked) -> NoteSignature:
        """The cosignature over the checkpoint.

        Raises:
            Absent: it cannot be had at present.
            Behind: it has cosigned a later one.
            WitnessRefuses: it has cosigned another history.
            Unavailable: the desk's own store does not answer.
        """
        old = min(self._seen, asked.size)
        for _ in range(_TRIES):
            answer = self._post(asked, old)
            match answer.status_code:
                case 200:
                    self._seen = asked.size
                    return self._taken(asked, answer.content)
                case 409:
                    old = self._next_old(asked, old, answer.text)
                case 422:
                    raise self._refusal(f"it refuses to go on from {old} to {asked.size} entries")
                case status:
                    raise Absent(f"it answered {status}: {_first_row(answer.text)}")
        raise Absent("it names another size each time it is asked")

    def _next_old(self, asked: Asked, old: int, text: str) -> int:
        found = _SIZE.fullmatch(text)
        if found is None:
            raise Absent("it answered 409 without a size")
        seen = int(found[1])
        if seen == old:
            raise self._refusal(f"it has cosigned another root at {old} entries")
        if seen > self._journal.size():
            raise self._refusal(
                f"it has cosigned {seen} entries, and the record has {self._journal.size()}"
            )
        if seen > asked.size:
            self._seen = seen
            raise Behind
        return seen

    def _post(self, asked: Asked, old: int) -> httpx.Response:
        try:
            proof = tuple(consistency_from_tiles(old, asked.size, self._journal.tile))
        except RecordFault as fault:
            raise Unavailable(fault.sentence) from fault
        body = render_request(AddCheckpoint(old_size=old, proof=proof, note=asked.note))
        return self._call("POST", "add-checkpoint", body)

    def _call(self, method: str, path: str, body: bytes | None = None) -> httpx.Response:
        """The answer, read no further than one can be long."""
        try:
            with self._http.stream(method, f"{self.url}/{path}", content=body) as response:
                content = bytearray()
                for piece in response.iter_bytes():
                    content += piece
                    if len(content) > NOTE_BYTES_MAX:
                        raise Absent("its answer does not end")
                return httpx.Response(response.status_code, content=bytes(content))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Absent(f"no answer ({type(error).__name__})") from error

    def _taken(self, asked: Asked, answer: bytes) -> NoteSignature:
        try:
            return take_cosignature(asked.note, answer, self.key)
        except RecordFault as fault:
            raise Absent(f"its cosignature does not hold: {fault.sentence}") from fault

    def _refusal(self, why: str) -> WitnessRefuses:
        return WitnessRefuses(why, self._find_contradiction())

    def _find_contradiction(self) -> bytes | None:
        """What it shows as cosigned last, if the desk signed that and its record denies it."""
        named = sha256(self._desk_keys[0].name.encode()).hexdigest()
        try:
            answer = self._call("GET", f"{named}/checkpoint")
            if answer.status_code != 200:
                return None
            shown = open_checkpoint(answer.content, self._desk_keys).checkpoint
        except (Absent, RecordFault):
            return None
        return answer.content if self._denies(shown) else None

    def _denies(self, shown: Checkpoint) -> bool:
        if shown.size > self._journal.size():
            return True
        try:
            return tree_from_tiles(shown.size, self._journal.tile).root() != shown.root
        except RecordFault as fault:
            raise Unavailable(fault.sentence) from fault


def _first_row(text: str) -> str:
    row = text.strip().split("\n", 1)[0][:120]
    return row if row.isprintable() else ""
