"""What every judgement says of signatures, of trust and of its own limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from openline.record.audit.words import (
    Fault,
    Trust,
    Verdict,
    Wrong,
    count_text,
)
from openline.record.checkpoint import Checkpoint, SignedCheckpoint
from openline.record.encoding import encode_base64
from openline.record.errors import (
    RecordFault,
    SignatureFails,
    UnknownSigner,
)
from openline.record.note import render_vkey

TIMES_ARE_WORDS = "When anything happened: times are those that the signers stated."
_ONE_VIEW = "That others were shown the same record: no witness that you trust has cosigned it."


def signed_by_whom(signed: SignedCheckpoint) -> Iterator[str]:
    """Who signed a checkpoint, and which witnesses have cosigned it."""
    at = signed.checkpoint
    for each in signed.signed_by:
        yield (
            f"{each.key.name} (key id {each.key.key_id.hex()}) signed that {at.origin} has "
            f"{count_text(at.size, 'entry', 'entries')} under the root {encode_base64(at.root)}."
        )
    yield from cosigned_by_whom(signed)


def cosigned_by_whom(signed: SignedCheckpoint) -> Iterator[str]:
    """Which witnesses have cosigned a checkpoint, each by its own clock."""
    for each in signed.witnessed_by:
        at = datetime.fromtimestamp(each.at_s or 0, UTC)
        yield (
            f"Witness {each.key.name} cosigned its first {signed.checkpoint.size} entries as the "
            f"latest it had seen, at {at:%Y-%m-%d %H:%M:%SZ} by its clock."
        )


def unproven_of_trust(
    trust: Trust, signed: SignedCheckpoint, witnessed_size: int = 0
) -> Iterator[str]:
    """What rests on trust alone: keys that came with the copy, and that all were shown the same.

    Args:
        witnessed_size: up to where an earlier checkpoint, cosigned, is how the record begins.
    """
    if trust.from_copy:
        keys = ", ".join(render_vkey(key) for key in trust.keys)
        yield f"Whose keys these are: they came with the copy. Compare with the desk's own: {keys}"
    if signed.witnessed_by:
        return
    if witnessed_size:
        yield f"That others were shown the same beyond its first {witnessed_size} entries."
    else:
        yield _ONE_VIEW


def slug_of_note(error: RecordFault) -> Wrong:
    """Whether a checkpoint that cannot be taken is forged, or cannot be read."""
    forged = isinstance(error, SignatureFails | UnknownSigner)
    return Wrong.CHECKPOINT_FORGED if forged else Wrong.CHECKPOINT_UNREADABLE


def refuted(slug: Wrong, sentence: str) -> Verdict:
    """The verdict where nothing could be judged for one fault."""
    fault = Fault(slug=slug, sentence=sentence)
    return Verdict(origin=None, size=None, root=None, proven=(), unproven=(), faults=(fault,))


def verdict_over(
    at: Checkpoint, proven: Iterable[str], unproven: Iterable[str], faults: Iterable[Fault]
) -> Verdict:
    """The verdict over what a checkpoint signs."""
    return Verdict(
        origin=at.origin,
        size=at.size,
        root=encode_base64(at.root),
        proven=tuple(proven),
        unproven=tuple(unproven),
        faults=tuple(faults),
    )
