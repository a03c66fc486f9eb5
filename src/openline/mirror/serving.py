"""A mirror at work: keeps up with its desk, cosigns no more than it holds, and takes complaints."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openline.domain.errors import NotPermitted, Refused, Unavailable, WrongState
from openline.mirror.copying import Copying
from openline.mirror.held import HeldCopy
from openline.mirror.lodging import Lodgings
from openline.mirror.refusing import RecordRefused
from openline.record.checkpoint import Checkpoint
from openline.record.errors import Forked, NotATile
from openline.record.leaf import LEAF_BYTES_MAX
from openline.record.note import ED25519, NoteKey
from openline.record.tiles import parse_tile_path
from openline.witness.cosigner import Cosigner
from openline.witness.memory import Identity
from openline.witness.server import PLAIN, origin_hash, read_bounded, witness_app

BYTES: Final = "application/octet-stream"
STRANGERS_EVERY_S: Final = 1.0
"""So often, at most, the copy is brought up to date for a statement by a key that it lacks."""
_log = structlog.get_logger(__name__)


class WorkingMirror:
    """One mirror as a witness; every use of the copy takes its turn."""

    def __init__(
        self,
        held: HeldCopy,
        copying: Copying,
        identity: Identity,
        refused: Callable[[RecordRefused], None],
    ) -> None:
        """`refused` is told, once, when the desk offers another record than the one held."""
        self._held, self._copying, self._refused = held, copying, refused
        self._turn = threading.Lock()
        self._is_absent = False
        self._looked_s = -math.inf
        self._watched: frozenset[NoteKey] = frozenset()
        self._memory = identity.memory
        self._watch()
        self._lodgings = Lodgings(held, identity, time.time)
        self.cosigner = Cosigner(identity=identity, now_s=time.time, hold=self._hold)

    def app(self) -> Starlette:
        """What others ask of it: to cosign, for tiles, and to take what the desk would not."""
        return witness_app(
            self.cosigner,
            (
                Route("/lodge", self._lodge, methods=["POST"]),
                Route("/{record:str}/tile/{tile:path}", self._tile),
            ),
        )

    def keep_up(self) -> None:
        """Copies what is new; a desk that does not answer is said once."""
        try:
            with self._turn:
                self._follow()
        except RecordRefused as refused:
            self._refused(refused)
        except (Unavailable, Refused) as error:
            if not self._is_absent:
                _log.warning("the desk cannot be copied from", why=error.sentence)
            self._is_absent = True
        else:
            self._is_absent = False

    def _follow(self) -> None:
        self._looked_s = time.monotonic()
        self._copying.follow()
        self._watch()

    def _watch(self) -> None:
        """Cosigns what the desk signs with its newest key that the copy trusts, and no older."""
        own = [key for key in self._held.keys if key.algorithm == ED25519]
        if self._watched.issuperset(own):
            return
        for key in own:
            self._memory.watch(key)
        for key in own[:-1]:
            self._memory.unwatch(key)
        self._watched = frozenset(own)

    def _hold(self, checkpoint: Checkpoint) -> None:
        """Nothing is cosigned that is not held here, verified and durable, at that moment."""
        with self._turn:
            try:
                if self._held.size < checkpoint.size:
                    self._follow()
            except RecordRefused as refused:
                self._refused(refused)
                raise Forked(refused.sentence, self._held.size) from refused
            if self._held.size < checkpoint.size:
                raise Unavailable("The desk offers fewer entries than it wants cosigned.")
            if self._held.root_at(checkpoint.size) != checkpoint.root:
                raise Forked("What is held here is another record.", self._held.size)

    async def _lodge(self, request: Request) -> Response:
        raw = (await read_bounded(request, LEAF_BYTES_MAX)).strip()
        return await run_in_threadpool(self._lodged, raw)

    def _lodged(self, raw: bytes) -> Response:
        try:
            if self._is_worth_a_look(raw):
                self.keep_up()
            with self._turn:
                return Response(self._lodgings.lodge(raw), media_type=PLAIN)
        except Refused as refusal:
            status = 409 if isinstance(refusal, WrongState) else 422
            return Response(f"{refusal.sentence}\n", status, media_type=PLAIN)

    def _is_worth_a_look(self, raw: bytes) -> bool:
        """Whether the copy is brought up to date for it: anybody may send anything, at no cost.

        What a known key has signed is; for what none has, its key may be new, so now and then.

        Raises:
            Malformed: it is no statement for this record.
        """
        try:
            with self._turn:
                self._lodgings.examine(raw)
        except NotPermitted:
            return time.monotonic() - self._looked_s >= STRANGERS_EVERY_S
        return True

    async def _tile(self, request: Request) -> Response:
        record, path = request.path_params["record"], request.path_params["tile"]
        return await run_in_threadpool(self._tile_held, record, f"tile/{path}")

    def _tile_held(self, record: str, path: str) -> Response:
        try:
            level, n, width = parse_tile_path(path)
        except NotATile as fault:
            return Response(f"{fault.sentence}\n", 404, media_type=PLAIN)
        hashes = None
        if level is not None and record == origin_hash(self._held.origin):
            with self._turn:
                hashes = self._held.tile(level, n, width)
        if hashes is None:
            return Response("No such tile is held here.\n", 404, media_type=PLAIN)
        return Response(hashes[: width * 32], media_type=BYTES)
