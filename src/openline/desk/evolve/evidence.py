"""How evidence changes: what is kept stays on the list, its file gone once it was erased."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.state import State, evolves
from openline.domain.evidence import Evidence, EvidenceErased, EvidenceKept
from openline.domain.statement import Entry


@evolves(EvidenceKept)
def evidence_kept(state: State, entry: Entry, content: EvidenceKept) -> None:
    state.evidence[content.evidence] = Evidence(
        id=content.evidence,
        incident=content.incident,
        party=content.party,
        position=content.position,
        media_type=content.media_type,
        size_bytes=content.size_bytes,
        sha256=content.body.sha256 if content.body is not None else None,
        kept_at=entry.recorded_at,
        entry=entry.index,
    )


@evolves(EvidenceErased)
def evidence_erased(state: State, entry: Entry, content: EvidenceErased) -> None:
    held = state.evidence[content.evidence]
    state.evidence[held.id] = replace(held, erased_at=entry.recorded_at)
