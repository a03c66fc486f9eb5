"""Measures: proposed, cosigned, objected to, and in force when all have agreed to one geometry."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from openline.desk.comparing.closure import conclude_cadence_after_crossings
from openline.desk.comparing.crossings import conclude_crossings, find_crossers_of_line
from openline.desk.comparing.detect_on import (
    conclude_conflicts_of_measure,
    conclude_eased_by_measure,
)
from openline.desk.comparing.ground import (
    base_of,
    find_standing,
    find_version,
    latest_version,
    measure_readers,
    proposal_readers,
    volumes_of,
)
from openline.desk.comparing.published import conclude_notices
from openline.desk.ids import check_free, check_parties
from openline.desk.owing.deliveries import Owed, owe
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.desk.taking.measures import measure_for
from openline.desk.view.sight import sees_measure, tier_for
from openline.detection import check_plan
from openline.domain.airspace import Volume4D
from openline.domain.check_phrase import check_phrase
from openline.domain.conflict import WhyEased
from openline.domain.delivery import SubjectKind
from openline.domain.errors import (
    Malformed,
    NotPermitted,
    StaleVersion,
    UnknownThing,
    WrongState,
)
from openline.domain.form import Tier
from openline.domain.measure import (
    CosignBody,
    Measure,
    MeasureCosigned,
    MeasureEstablished,
    MeasureInForce,
    MeasureKind,
    MeasureObjected,
    MeasureProposed,
    MeasureResumed,
    MeasureSaid,
    MeasureState,
    MeasureSuspended,
    MeasureWithdrawn,
    measure_said,
)
from openline.domain.measure_ground import check_geometry
from openline.domain.plan import Kind, Plan
from openline.domain.release import EntriesReleased
from openline.domain.rules import Precedence
from openline.domain.spoken_phrase import is_same_phrase
from openline.domain.statement import Statement, check_id


@decides(MeasureProposed)
def measure_proposed(
    state: State, said: Statement, content: MeasureProposed, now: datetime
) -> Ruling:
    """Owed to every other party whose word it needs; the version before holds meanwhile."""
    author = said.author.party
    measure = check_proposal(state, content, author)
    check_shape(measure, volumes_of(state, measure))
    held = find_standing(state, measure.id)
    others = tuple(party for party in measure.parties if party != author)
    return Ruling(
        readers=proposal_readers(state, measure),
        refs=(held.entry,) if held else (),
        concluded=owe(state, _owed(state, measure, author, now), others),
    )


@decides(MeasureEstablished)
def measure_established(
    state: State, said: Statement, content: MeasureEstablished, now: datetime
) -> Ruling:
    """One authority's constraint: in force at once, and seen by all not to be agreed."""
    measure = _said(state, content, said.author.party)
    check_shape(measure, volumes_of(state, measure))
    return Ruling(
        readers=measure_readers(state, measure),
        concluded=_comes_into_force(state, measure, now),
    )


@decides(MeasureCosigned)
def measure_cosigned(
    state: State, said: Statement, content: MeasureCosigned, now: datetime
) -> Ruling:
    """The last cosignature of all brings it into force; none is given without the check phrase."""
    party = said.author.party
    measure = measure_for(state, party, content.measure, content.version, content.KIND)
    if content.proposal != measure.entry:
        raise StaleVersion(
            f"{measure.key}: it was proposed by entry {measure.entry}, not {content.proposal}. "
            "Compare the geometry, then cosign that entry."
        )
    _check_phrase(state, measure, content.body)
    last = {*measure.cosigned, party} == set(measure.parties)
    return Ruling(
        readers=proposal_readers(state, measure),
        refs=(measure.entry,),
        concluded=_comes_into_force(state, measure, now) if last else (),
    )


@decides(MeasureObjected)
def measure_objected(
    state: State, said: Statement, content: MeasureObjected, _now: datetime
) -> Ruling:
    author, version = said.author.party, content.version
    measure = measure_for(state, author, content.measure, version, content.KIND)
    return Ruling(readers=proposal_readers(state, measure), refs=(measure.entry,))


@decides(MeasureWithdrawn)
def measure_withdrawn(
    state: State, said: Statement, content: MeasureWithdrawn, now: datetime
) -> Ruling:
    """A proposal is its author's to take back; an agreement ends when any party to it says so."""
    party = said.author.party
    measure = measure_for(state, party, content.measure, content.version, content.KIND)
    if measure.in_force_since is None:
        return Ruling(readers=proposal_readers(state, measure), refs=(measure.entry,))
    return _no_longer_holds(state, measure, party, "withdrawn", WhyEased.WITHDRAWN, now)


@decides(MeasureSuspended)
def measure_suspended(
    state: State, said: Statement, content: MeasureSuspended, now: datetime
) -> Ruling:
    party = said.author.party
    measure = measure_for(state, party, content.measure, content.version, content.KIND)
    return _no_longer_holds(state, measure, party, "suspended", WhyEased.SUSPENDED, now)


@decides(MeasureResumed)
def measure_resumed(
    state: State, said: Statement, content: MeasureResumed, now: datetime
) -> Ruling:
    """It holds again as it was agreed, and is compared anew with what was told meanwhile."""
    author, version = said.author.party, content.version
    measure = measure_for(state, author, content.measure, version, content.KIND)
    return Ruling(
        readers=measure_readers(state, measure),
        refs=(measure.entry,),
        concluded=_holds(state, measure, now),
    )


def check_proposal(state: State, content: MeasureProposed, author: str) -> Measure:
    """The measure as it would stand proposed, once all but its shape has been checked.

    Raises:
        Malformed: a geometry that the kind does not take, or too few parties.
        NotPermitted: a party to the version in force is left out.
        StaleVersion: it does not follow the last version said.
        UnknownThing: it names a party, a site or a measure that is not here, or a site or a measure
            that its author does not see: the same sentence.
        WrongState: another sort of measure has its id.
    """
    measure = _said(state, content, author)
    if author not in measure.parties or len(set(measure.parties)) < 2:
        raise Malformed(
            f"{measure.id}: an agreement is of two parties or more, its author one. Name them."
        )
    check_parties(state, measure.id, measure.parties)
    held = find_standing(state, measure.id)
    if held is not None and not set(held.parties) <= set(measure.parties):
        raise NotPermitted(
            f"{measure.id}: some of those who agreed to the version in force are left out. "
            "Ask all of them."
        )
    return measure


def check_shape(measure: Measure, volumes: tuple[Volume4D, ...]) -> None:
    """The rest of what can be wrong with it, which takes the longest: it needs no state.

    Raises:
        Malformed, TooLarge: see `check_plan`.
    """
    check_plan(Plan(id=measure.id, party=measure.author, kind=Kind.GROUND, volumes=volumes))


def _said(state: State, content: MeasureSaid, author: str) -> Measure:
    """The measure as it would be kept, once all but its shape has been checked."""
    check_id("measure", content.measure)
    measure = measure_said(content, author, entry=state.size)
    latest = latest_version(state, measure.id)
    if latest == 0:
        check_free(state, measure.id)
    if measure.version != latest + 1:
        raise StaleVersion(
            f"{measure.id}: version {measure.version} does not follow the last one said. "
            f"Send it as version {latest + 1}."
        )
    held = find_version(state, measure.id, latest)
    if held is not None and (held.kind, held.by_agreement) != (measure.kind, measure.by_agreement):
        raise WrongState(f"{measure.id}: another sort of measure has this id. Choose another.")
    if held is not None and author not in held.parties:
        raise UnknownThing(f"{measure.id}: {author} has no part in such a measure.")
    check_geometry(content)
    _check_ground(state, measure, held)
    return measure


def _check_ground(state: State, measure: Measure, before: Measure | None) -> None:
    """What it names is here and its author sees it: else each refusal would tell of what is hidden.

    Whoever agreed to the version `before` may name the site of that one.
    """
    for party in (*measure.for_parties, *(measure.body.homes if measure.body else ())):
        if party not in state.parties:
            raise UnknownThing(f"{measure.id}: no party {party} at this desk. See its roster.")
    named_before = before is not None and before.site == measure.site
    if measure.site is not None and not named_before and not _sees_site(state, measure):
        raise UnknownThing(f"{measure.id}: no notification {measure.site} here for it to protect.")
    base = base_of(state, measure) if measure.kind is MeasureKind.BUFFER else None
    hidden = base is not None and not sees_measure(state, measure.author, base)
    if hidden or not volumes_of(state, measure):
        raise UnknownThing(f"{measure.id}: no measure {measure.of} in force to draw it around.")


def _sees_site(state: State, measure: Measure) -> bool:
    site = state.notifications.get(measure.site or "")
    if site is None:
        return False
    return tier_for(state, measure.author, site) is not Tier.CONDUIT_ONLY


def _check_phrase(state: State, measure: Measure, body: CosignBody | None) -> None:
    """Returns if the phrase read aloud is that of the geometry proposed, in any of its languages.

    Whoever has it has compared what is drawn: an index alone is cosigned without a look at it.
    """
    if body is None:
        raise Malformed(
            f"{measure.key}: nothing was cosigned, for the check phrase is missing. Let the other "
            "side read it to you, compare it with your own drawing's, and send it (check_phrase)."
        )
    if not is_same_phrase(body.check_phrase, check_phrase(volumes_of(state, measure))):
        raise Malformed(
            f"{measure.key}: the phrase read aloud is not that of the geometry proposed. "
            "Nothing was cosigned: compare both drawings, and read the phrase again."
        )


def _comes_into_force(state: State, measure: Measure, now: datetime) -> tuple[Conclusion, ...]:
    """Told to all who may see measures, and compared with all that was told before."""
    readers = measure_readers(state, measure)
    in_force = MeasureInForce(
        measure=measure.id, version=measure.version, kind=measure.kind, agreed=measure.by_agreement
    )
    released = EntriesReleased(entries=(measure.entry,), to=readers)
    return (
        Conclusion(content=in_force, readers=readers, refs=_refs(state, measure)),
        *((Conclusion(content=released, readers=readers),) if measure.by_agreement else ()),
        *_holds(state, measure, now),
    )


def _holds(state: State, measure: Measure, now: datetime) -> tuple[Conclusion, ...]:
    measure = replace(measure, state=MeasureState.IN_FORCE)
    crossers = find_crossers_of_line(state, measure)
    return (
        *conclude_conflicts_of_measure(state, measure, now, entry=state.size),
        *conclude_notices(state, measure, now, holds=True),
        *conclude_crossings(state, crossers, now, entry=state.size),
        *conclude_cadence_after_crossings(state, crossers),
    )


def _no_longer_holds(
    state: State, measure: Measure, party: str, how: str, why: WhyEased, now: datetime
) -> Ruling:
    """Its other parties are owed the word at once: they stand where they stand by it."""
    others = tuple(each for each in measure.parties if each != party)
    owed = replace(
        _owed(state, measure, party, now),
        subject=f"{measure.id}/{how}-{state.size}",
        precedence=Precedence.IMMEDIATE,
    )
    over = (
        (
            *conclude_eased_by_measure(state, measure, why),
            *conclude_notices(state, measure, now, holds=False),
        )
        if find_standing(state, measure.id) == measure
        else ()
    )
    return Ruling(
        readers=measure_readers(state, measure),
        refs=(measure.entry,),
        concluded=(*owe(state, owed, others), *over),
    )


def _owed(state: State, measure: Measure, origin: str, now: datetime) -> Owed:
    return Owed(
        subject=measure.id,
        subject_kind=SubjectKind.MEASURE,
        origin=origin,
        precedence=Precedence.PRIORITY,
        since=now,
        entry=state.size,
        version=measure.version,
        starts_at=measure.starts_at,
    )


def _refs(state: State, measure: Measure) -> tuple[int, ...]:
    """The proposal itself, and the version it takes the place of."""
    held = find_standing(state, measure.id)
    own = () if measure.entry >= state.size else (measure.entry,)
    return own + ((held.entry,) if held is not None else ())
