"""Genesis, rules, parties, cells and keys: acts of the operator, each an entry that all see."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from openline.desk.bounds import check_past
from openline.desk.roster import find_newest
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.party import (
    CellAdded,
    DeskKeyRotated,
    DeskOpened,
    EpochOpened,
    KeyEnrolled,
    KeyPutOut,
    KeyRevoked,
    KeyRotated,
    PartyAdded,
    RevocationCosigned,
    RulesChanged,
    TimeConfirmed,
)
from openline.domain.rules import check_rules
from openline.domain.statement import DESK, EVERYONE, Signed, Statement, check_id
from openline.domain.supplier import SUPPLIERS

SEEN_BY_ALL: Final = Ruling(readers=(EVERYONE,))
COSIGNERS: Final = 2
"""So many other parties can put a key out of force."""


@decides(DeskOpened)
def desk_opened(state: State, _said: Statement, content: DeskOpened, _now: datetime) -> Ruling:
    if state.size:
        raise WrongState(f"{content.origin}: this record has begun already. Make a new desk.")
    check_rules(content.rules)
    return SEEN_BY_ALL


@decides(RulesChanged)
def rules_changed(_state: State, _said: Statement, content: RulesChanged, _now: datetime) -> Ruling:
    check_rules(content.rules)
    return SEEN_BY_ALL


@decides(TimeConfirmed)
def time_confirmed(state: State, _said: Statement, _c: TimeConfirmed, _now: datetime) -> Ruling:
    if not state.time_doubted:
        raise WrongState("time: the desk's clock is not in doubt. There is nothing to confirm.")
    return SEEN_BY_ALL


@decides(EpochOpened)
def epoch_opened(state: State, _said: Statement, content: EpochOpened, _now: datetime) -> Ruling:
    if content.restored_size > state.size:
        raise Malformed(
            f"epoch: {content.restored_size} entries are said to be back and the record has "
            f"{state.size}. Say how many there are."
        )
    if content.desk_key in state.desk_keys:
        raise Malformed(
            "epoch: it names a key that the desk has had, as a new one. Leave the key out, or make "
            "a new one."
        )
    return SEEN_BY_ALL


@decides(PartyAdded)
def party_added(state: State, _said: Statement, content: PartyAdded, _now: datetime) -> Ruling:
    check_id("party", content.party)
    if content.party == DESK or content.party in state.parties:
        raise WrongState(f"{content.party}: the desk has this party already. Choose another id.")
    if content.party in content.backers:
        raise Malformed(f"{content.party}: a party does not back itself. Leave it out.")
    if ":" in content.party:
        raise Malformed(f"{content.party}: no colon stands in a party's id. Choose another.")
    if content.party.startswith(SUPPLIERS):
        raise Malformed(
            f"{content.party}: ids that begin so are for drone suppliers. Choose another."
        )
    for backer in content.backers:
        if backer not in state.parties:
            raise UnknownThing(f"{content.party}: no party {backer} to back it. Add that first.")
    return SEEN_BY_ALL


@decides(CellAdded)
def cell_added(state: State, _said: Statement, content: CellAdded, _now: datetime) -> Ruling:
    """Readers are the party alone: a roster's phone numbers go to the ends of its lines by view."""
    check_id("cell", content.cell)
    _check_party(state, content.party, content.cell)
    held = state.cells.get(content.cell)
    if held is not None and held.party != content.party:
        raise NotPermitted(f"{content.cell}: the cell of another party. Choose another id.")
    for position in content.positions:
        check_id("position", position.id)
        for cell in state.cells.under(Look.POST, position.id):
            if cell.id != content.cell:
                raise WrongState(
                    f"{position.id}: stands in cell {cell.id} already. Choose another id."
                )
    return Ruling(readers=(content.party,))


@decides(KeyEnrolled)
def key_enrolled(state: State, _said: Statement, content: KeyEnrolled, _now: datetime) -> Ruling:
    _check_party(state, content.party, content.key.kid)
    if content.key.kid in state.keys:
        raise WrongState(f"key {content.key.kid}: enrolled already. Make a new key.")
    positions = {
        position.id
        for cell in state.cells.under(Look.PARTY, content.party)
        for position in cell.positions
    }
    if content.position not in positions:
        raise UnknownThing(
            f"{content.position}: {content.party} has no such position. Add its cell first."
        )
    return SEEN_BY_ALL


@decides(KeyRevoked)
def key_revoked(state: State, said: Statement, content: KeyRevoked, now: datetime) -> Ruling:
    key = state.keys.get(content.kid)
    if key is None or key.party != said.author.party:
        raise UnknownThing(f"key {content.kid}: not a key of {said.author.party}.")
    newest = find_newest(state, content.kid)
    if newest is not None and newest is not key and newest.revoked_at is None:
        raise WrongState(
            f"key {content.kid}: rotated, and key {newest.kid} stands for it now. Revoke that one, "
            "and say since when this one was lost: both are in doubt from then on."
        )
    if key.revoked_at is not None:
        raise WrongState(f"key {content.kid}: revoked already.")
    if isinstance(said.word, Signed) and said.word.kid == content.kid:
        raise NotPermitted(f"key {content.kid}: a key is revoked with another of its party.")
    if content.lost_at is not None:
        check_past(state, f"key {content.kid}", content.lost_at, now)
    return SEEN_BY_ALL


@decides(KeyRotated)
def key_rotated(state: State, said: Statement, content: KeyRotated, _now: datetime) -> Ruling:
    """On the old key's own signature alone: a token's word is not enough to change a key.

    One that another party would have put out of force is rotated all the same: else any party
    could stop another from renewing its keys. The doubt goes along to the new key, so nobody who
    stole the old one outruns the second party.
    """
    if not isinstance(said.word, Signed) or said.word.kid != content.old:
        raise NotPermitted(f"key {content.old}: a key is rotated by what it signs itself.")
    if content.key.kid in state.keys:
        raise WrongState(f"key {content.key.kid}: enrolled already. Make a new key.")
    return SEEN_BY_ALL


@decides(DeskKeyRotated)
def desk_key_rotated(
    _state: State, _said: Statement, content: DeskKeyRotated, _now: datetime
) -> Ruling:
    if content.old == content.key.kid:
        raise Malformed(f"key {content.old}: the very key that the desk has. Make a new key.")
    return SEEN_BY_ALL


@decides(RevocationCosigned)
def revocation_cosigned(
    state: State, said: Statement, content: RevocationCosigned, _now: datetime
) -> Ruling:
    """For a party that has lost every key of its own: two others together put one out of force.

    Of a key that was rotated since, it is said of the one that it was rotated to.
    """
    author = said.author.party
    key = find_newest(state, content.kid)
    if key is None or key.revoked_at is not None:
        raise UnknownThing(f"key {content.kid}: no such key is in force.")
    if key.party == author:
        raise NotPermitted(f"key {content.kid}: your own. Revoke it with another of your keys.")
    if author in key.doubted_by:
        raise WrongState(f"key {content.kid}: {author} has said so. Another party is awaited.")
    by = (*key.doubted_by, author)
    if len(by) < COSIGNERS:
        return SEEN_BY_ALL
    out = Conclusion(content=KeyPutOut(kid=key.kid, by=by), readers=(EVERYONE,))
    return Ruling(readers=(EVERYONE,), concluded=(out,))


def _check_party(state: State, party: str, what: str) -> None:
    if party not in state.parties:
        raise UnknownThing(f"{what}: no party {party} at this desk. Add the party first.")
