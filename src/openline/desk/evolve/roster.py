"""How the roster changes: genesis, rules, parties, cells, keys, and the desk's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from openline.desk.roster import find_newest
from openline.desk.state import State, evolves
from openline.domain.party import (
    Cell,
    CellAdded,
    ClockAccepted,
    ClocksParted,
    DeskKeyRotated,
    DeskOpened,
    DeskWasDown,
    EpochOpened,
    Heard,
    Key,
    KeyEnrolled,
    KeyPutOut,
    KeyRevoked,
    KeyRotated,
    Party,
    PartyAdded,
    RevocationCosigned,
    RulesChanged,
    TimeConfirmed,
)
from openline.domain.statement import Entry


@evolves(DeskOpened)
def desk_opened(state: State, _entry: Entry, content: DeskOpened) -> None:
    state.origin = content.origin
    state.exercise = content.exercise
    state.desk_keys = (content.desk_key,)
    state.rules = content.rules


@evolves(RulesChanged)
def rules_changed(state: State, _entry: Entry, content: RulesChanged) -> None:
    state.rules = content.rules


@evolves(EpochOpened)
def epoch_opened(state: State, _entry: Entry, content: EpochOpened) -> None:
    state.epoch += 1
    if content.desk_key is not None:
        # Whoever has an old one now may sign anything with it: it speaks of the desk no more.
        state.desk_keys = (content.desk_key,)


@evolves(DeskWasDown)
def desk_was_down(state: State, _entry: Entry, content: DeskWasDown) -> None:
    _move_deadlines(state, content.down_to - content.down_from, since=content.down_from)


def _move_deadlines(state: State, by: timedelta, since: datetime) -> None:
    """Every deadline that silence would pass moves, and what both sides are shown of it."""

    def moved(at: datetime | None) -> datetime | None:
        return at + by if at is not None and at > since else at

    state.deadlines.move(by, from_=since)
    for owed in tuple(state.deliveries.values()):
        state.deliveries[owed.id] = replace(
            owed,
            deliver_by=moved(owed.deliver_by),
            acknowledge_by=moved(owed.acknowledge_by),
            passed_down_by=moved(owed.passed_down_by),
            in_force_by=moved(owed.in_force_by),
        )
    for incident in tuple(state.incidents.values()):
        sealing = incident.sealing
        if sealing is not None:
            until = moved(sealing.commit_by) or sealing.commit_by, moved(sealing.reveal_by)
            later = replace(sealing, commit_by=until[0], reveal_by=until[1] or sealing.reveal_by)
            state.incidents[incident.id] = replace(incident, sealing=later)
    for line in tuple(state.lines.values()):
        state.lines[line.id] = replace(line, check_due_at=moved(line.check_due_at))
    for held in tuple(state.cadences.values()):
        due_at = moved(held.contact_due_at) or held.contact_due_at
        state.cadences[held.pair] = replace(held, contact_due_at=due_at)


@evolves(ClocksParted)
def clocks_parted(state: State, _entry: Entry, _content: ClocksParted) -> None:
    state.time_doubted = True


@evolves(TimeConfirmed)
def time_confirmed(state: State, _entry: Entry, _content: TimeConfirmed) -> None:
    state.time_doubted = False


@evolves(ClockAccepted)
def clock_accepted(state: State, entry: Entry, content: ClockAccepted) -> None:
    """A leap of the desk's own time is no silence of anybody's."""
    state.clock_behind_s = max(0.0, -content.ahead_by_s)
    leap = timedelta(seconds=max(0.0, content.ahead_by_s))
    _move_deadlines(state, leap, since=entry.recorded_at)


@evolves(Heard)
def heard(_state: State, _entry: Entry, _content: Heard) -> None:
    """Says when leaves were heard; the entries it speaks of were folded with that time."""


@evolves(PartyAdded)
def party_added(state: State, _entry: Entry, content: PartyAdded) -> None:
    state.parties[content.party] = Party(
        id=content.party, kind=content.kind, backers=content.backers, names=content.body
    )


@evolves(CellAdded)
def cell_added(state: State, _entry: Entry, content: CellAdded) -> None:
    state.cells[content.cell] = Cell(
        id=content.cell,
        party=content.party,
        level=content.level,
        positions=content.positions,
        utc_offset_min=content.utc_offset_min,
        reach=content.body,
    )


@evolves(KeyEnrolled)
def key_enrolled(state: State, _entry: Entry, content: KeyEnrolled) -> None:
    state.keys[content.key.kid] = Key(
        kid=content.key.kid, x=content.key.x, party=content.party, position=content.position
    )


@evolves(KeyRevoked)
def key_revoked(state: State, entry: Entry, content: KeyRevoked) -> None:
    key = state.keys[content.kid]
    state.keys[content.kid] = replace(key, revoked_at=entry.recorded_at)


@evolves(KeyRotated)
def key_rotated(state: State, entry: Entry, content: KeyRotated) -> None:
    old = state.keys[content.old]
    state.keys[old.kid] = replace(old, revoked_at=entry.recorded_at, rotated_to=content.key.kid)
    state.keys[content.key.kid] = Key(
        kid=content.key.kid,
        x=content.key.x,
        party=old.party,
        position=old.position,
        doubted_by=old.doubted_by,
    )


@evolves(DeskKeyRotated)
def desk_key_rotated(state: State, _entry: Entry, content: DeskKeyRotated) -> None:
    """What seals the record from here on; the old one is still what earlier checkpoints bear."""
    state.desk_keys = (*state.desk_keys, content.key)


@evolves(RevocationCosigned)
def revocation_cosigned(state: State, entry: Entry, content: RevocationCosigned) -> None:
    key = find_newest(state, content.kid) or state.keys[content.kid]
    state.keys[key.kid] = replace(key, doubted_by=(*key.doubted_by, entry.author.party))


@evolves(KeyPutOut)
def key_put_out(state: State, entry: Entry, content: KeyPutOut) -> None:
    state.keys[content.kid] = replace(state.keys[content.kid], revoked_at=entry.recorded_at)
