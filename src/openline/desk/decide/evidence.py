"""Files handed in as evidence: what the desk keeps of them, and when it has forgotten one."""

from __future__ import annotations

from datetime import datetime

from openline.desk.bounds import is_sha256
from openline.desk.decide.incidents import readers_of
from openline.desk.ruling import Ruling, decides
from openline.desk.state import State
from openline.desk.taking.incidents import going_on, open_to
from openline.domain.errors import Malformed, TooLarge, UnknownThing, WrongState
from openline.domain.evidence import (
    MAX_EVIDENCE_BYTES,
    MAX_EVIDENCE_FILES,
    EvidenceErased,
    EvidenceKept,
)
from openline.domain.statement import Statement, check_id


@decides(EvidenceKept)
def evidence_kept(state: State, _said: Statement, content: EvidenceKept, _now: datetime) -> Ruling:
    """By whoever may give an account; the parties to the incident, and conduits, may read it."""
    incident = going_on(open_to(state, content.incident, content.party))
    check_id("evidence", content.evidence)
    if content.evidence in state.evidence:
        raise WrongState(f"{content.evidence}: this id is taken. Choose another.")
    if not 0 < content.size_bytes <= MAX_EVIDENCE_BYTES:
        raise TooLarge(
            f"{incident.id}: a file has 1 to {MAX_EVIDENCE_BYTES} bytes. Send a smaller one."
        )
    if content.body is None or not is_sha256(content.body.sha256):
        raise Malformed(f"{incident.id}: a file is named by its SHA-256 in 64 hex digits.")
    own = [
        each
        for each in state.evidence.values()
        if each.incident == incident.id and each.party == content.party
    ]
    if any(each.sha256 == content.body.sha256 and each.erased_at is None for each in own):
        raise WrongState(f"{incident.id}: {content.party} has handed this file in already.")
    if len(own) >= MAX_EVIDENCE_FILES:
        raise TooLarge(
            f"{incident.id}: {MAX_EVIDENCE_FILES} files of {content.party} are kept in it, and no "
            "more. Name the rest in an account by their digests, and keep them yourself."
        )
    parties = (*incident.parties, content.party)
    return Ruling(readers=readers_of(state, parties), refs=(incident.entry,))


@decides(EvidenceErased)
def evidence_erased(
    state: State, _said: Statement, content: EvidenceErased, _now: datetime
) -> Ruling:
    held = state.evidence.get(content.evidence)
    if held is None:
        raise UnknownThing(f"{content.evidence}: no evidence goes by this id. Look for it.")
    if held.erased_at is not None:
        raise WrongState(f"{content.evidence}: erased already.")
    incident = state.incidents[held.incident]
    return Ruling(readers=readers_of(state, incident.parties), refs=(held.entry,))
