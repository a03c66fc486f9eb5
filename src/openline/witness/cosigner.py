"""What a witness does with a request: judges, remembers, cosigns; or refuses and keeps why."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from msgspec import Struct

from openline.domain.errors import Unavailable
from openline.record.checkpoint import Checkpoint, open_checkpoint
from openline.record.errors import BeginsOtherwise, Forked, ProofFails
from openline.record.note import (
    COSIGNATURE_V1,
    NoteKey,
    NoteSignature,
    cosign_note,
    note_key,
    parse_note,
)
from openline.record.witnessing import (
    AddCheckpoint,
    Seen,
    find_origin,
    judge,
    with_cosignatures,
    without_strangers,
)
from openline.witness.memory import Cosigned, Evidence, Identity

_log = structlog.get_logger(__name__)
Hold = Callable[[Checkpoint], None]
"""Is called before a checkpoint is cosigned, and raises if it must not be."""


class Cosigner(Struct, frozen=True, kw_only=True):
    """One witness at work. `now_s` is POSIX time; `hold` has a say before anything is cosigned."""

    identity: Identity
    now_s: Callable[[], float]
    hold: Hold | None = None

    @property
    def key(self) -> NoteKey:
        """What others verify its cosignatures with."""
        return note_key(self.identity.name, self.identity.private_key, COSIGNATURE_V1)

    def cosign(self, request: AddCheckpoint) -> NoteSignature:
        """The cosignature, once the checkpoint is remembered.

        Raises:
            RecordFault: as `witnessing.judge`.
            Unavailable: the memory, the clock or `hold` does not allow it at present.
        """
        memory, origin = self.identity.memory, find_origin(request)
        made: list[NoteSignature] = []

        def move(held: Cosigned) -> Cosigned:
            signed = judge(request, memory.logs(), held.seen)
            checkpoint = signed.checkpoint
            at_s = self._instant(held)
            made.append(self._sign(request.note, at_s))
            return Cosigned(
                seen=Seen(size=checkpoint.size, root=checkpoint.root),
                note=with_cosignatures(without_strangers(request.note, signed), made),
                at_s=at_s,
                by=tuple(each.key for each in signed.signed_by),
            )

        try:
            if self.hold is not None:
                # It may wait for others, so it comes before the memory is held; what it was asked
                # about is judged again after.
                seen = (memory.find(origin) or Cosigned()).seen
                self.hold(judge(request, memory.logs(), seen).checkpoint)
            memory.move(origin, move)
        except (Forked, ProofFails) as refusal:
            self._keep(origin, request, refusal)
            raise
        return made[0]

    def _keep(self, origin: str, request: AddCheckpoint, refusal: Forked | ProofFails) -> None:
        """The record's own key signed what cannot follow from what was cosigned, or a poor proof
        came with it: either way whoever looks into it wants the checkpoint.

        Anybody can send a poor proof, and rows of their own under it. So the one takes no room from
        the other, the rows are left out, and what was cosigned itself is kept as no evidence. A
        fork that comes with the hashes of its own tree, as any desk sends them, proves itself.
        """
        memory, why = self.identity.memory, refusal.sentence
        signed = open_checkpoint(request.note, [k for k in memory.logs() if k.name == origin])
        held = memory.find(origin) or Cosigned()
        if isinstance(refusal, ProofFails) and signed.checkpoint.root == held.seen.root:
            return
        _log.error("refused to cosign", record=origin, why=why)
        note = without_strangers(request.note, signed)
        evidence = Evidence(origin=origin, at_s=int(self.now_s()), why=why, note=note)
        if isinstance(refusal, Forked | BeginsOtherwise):
            memory.keep_evidence(evidence)
        else:
            at = signed.checkpoint
            memory.keep_refused(evidence, Seen(size=at.size, root=at.root))

    def _instant(self, held: Cosigned) -> int:
        at_s = int(self.now_s())
        if at_s < held.at_s:
            raise Unavailable(
                "The witness's clock reads earlier than its last cosignature. Set it right first."
            )
        return at_s

    def _sign(self, note: bytes, at_s: int) -> NoteSignature:
        identity = self.identity
        return cosign_note(parse_note(note).text, identity.name, identity.private_key, at_s)
