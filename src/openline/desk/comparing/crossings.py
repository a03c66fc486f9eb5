"""Whether a force's edge has crossed a separation line, what is asked of it, and what follows.

Within the errors a party only may have crossed: then it alone is asked, and its own word decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct

from openline.desk.comparing.ground import latest_version, lines_in_force
from openline.desk.owing.deliveries import Owed, owe
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.detection import judge_edge_crossing
from openline.domain.airspace import Corridor
from openline.domain.crossing import Crossed, Crossing, Side
from openline.domain.delivery import SubjectKind
from openline.domain.edge import CrossingBody, CrossingFound, StandingCrossing, standing_key
from openline.domain.forecast import EdgeReport
from openline.domain.measure import AmendmentDrafted, Measure, MeasureKind
from openline.domain.rules import Precedence
from openline.domain.statement import DESK


class Crosser(Struct, frozen=True, kw_only=True):
    """A party that now stands to a line otherwise than was known; its own word, or as judged."""

    measure: Measure
    party: str
    answer: Crossed
    judged: Crossing | None = None


def find_crossers_by_edge(state: State, party: str, report: EdgeReport) -> list[Crosser]:
    """The lines in force to which a party's edge, as reported, stands otherwise than was known."""
    return _judge(state, ((line, party, report) for line, _, _ in lines_in_force(state)))


def find_crossers_of_line(state: State, line: Measure) -> list[Crosser]:
    """The parties whose last edge stands otherwise to a line that comes into force."""
    return _judge(
        state,
        (
            (line, party, edge.reports[-1])
            for party, edge in sorted(state.edges.items())
            if edge.reports
        ),
    )


def conclude_crossings(
    state: State, crossers: Iterable[Crosser], now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """Each new answer is recorded; who may have crossed is asked; who has, is answered for."""
    concluded: list[Conclusion] = []
    drafted: set[str] = set()
    for number, each in enumerate(crossers, start=1):
        crossing = f"X-{entry}.{number}"
        concluded.append(_found(each, crossing))
        if each.judged is not None and each.answer is not Crossed.NOT_CROSSED:
            concluded += owe(state, _question(crossing, now, entry), (each.party,))
        if each.answer is Crossed.CROSSED and each.measure.id not in drafted:
            drafted.add(each.measure.id)
            concluded += _draft_amendment(state, each.measure, now, entry)
    return tuple(concluded)


def is_across(state: State, parties: Collection[str], beside: Iterable[Crosser] = ()) -> bool:
    """Whether any of the parties has crossed a line or may have, as known or just found."""
    answers = {(held.measure, held.party): held.answer for held in state.crossings.values()}
    answers |= {(each.measure.id, each.party): each.answer for each in beside}
    return any(
        answers[measure, party] is not Crossed.NOT_CROSSED
        for measure, party in answers
        if party in parties
    )


def _judge(state: State, stands: Iterable[tuple[Measure, str, EdgeReport]]) -> list[Crosser]:
    crossers = []
    for line, party, report in stands:
        home = line.body.homes.get(party) if line.body is not None else None
        path = line.body.footprint if line.body is not None else None
        if line.kind is not MeasureKind.SEPARATION_LINE or home is None:
            continue
        assert isinstance(path, Corridor)  # `check_geometry` saw to it
        crossing = _judged(report, path, home)
        if _is_news(state.crossings.get(standing_key(line.id, party)), line, crossing.answer):
            crossers.append(
                Crosser(measure=line, party=party, answer=crossing.answer, judged=crossing)
            )
    return crossers


def _judged(report: EdgeReport, path: Corridor, home: Side) -> Crossing:
    return judge_edge_crossing(report, path.path, path.accuracy_m, home)


def _is_news(standing: StandingCrossing | None, line: Measure, answer: Crossed) -> bool:
    """Another answer than is known.

    Within the errors a party's own word that it has crossed this version holds. That it had not
    was said of where it then stood: it is asked again when it reports anew and may have crossed.
    """
    if standing is None:
        return answer is not Crossed.NOT_CROSSED
    same_line = standing.version == line.version
    if same_line and answer is Crossed.MAY_HAVE_CROSSED and standing.on_own_word:
        return standing.answer is Crossed.NOT_CROSSED
    return standing.answer is not answer or not (same_line or answer is Crossed.NOT_CROSSED)


def _found(crosser: Crosser, crossing: str) -> Conclusion:
    """As judged, it is for that party alone; on its own word, for all who agreed on the line."""
    judged = crosser.judged
    content = CrossingFound(
        crossing=crossing,
        measure=crosser.measure.id,
        version=crosser.measure.version,
        party=crosser.party,
        answer=crosser.answer,
        on_own_word=judged is None,
        body=CrossingBody(beyond_m=judged.beyond_m, error_m=judged.error_m) if judged else None,
    )
    own_word = (crosser.party, *crosser.measure.parties)
    return Conclusion(
        content=content,
        readers=(crosser.party,) if judged else tuple(sorted(set(own_word))),
        refs=(crosser.measure.entry,),
    )


def _question(crossing: str, now: datetime, entry: int) -> Owed:
    """Ask the party first: it is owed the question, and answers by `CrossingStated`."""
    return Owed(
        subject=crossing,
        subject_kind=SubjectKind.CROSSING,
        origin=DESK,
        precedence=Precedence.IMMEDIATE,
        since=now,
        entry=entry,
    )


def _draft_amendment(
    state: State, measure: Measure, now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """Asked of all its parties, once: not where a crossing or a proposal has asked already."""
    following = latest_version(state, measure.id) + 1
    asked_already = following > measure.version + 1 or any(
        held.answer is Crossed.CROSSED
        and (held.measure, held.version) == (measure.id, measure.version)
        for held in state.crossings.values()
    )
    if asked_already or not measure.by_agreement:
        return ()
    drafted = AmendmentDrafted(
        measure=measure.id,
        version=measure.version,
        next_version=following,
        parties=measure.parties,
    )
    owed = Owed(
        subject=f"{measure.id}/amendment-{entry}",
        subject_kind=SubjectKind.MEASURE,
        origin=DESK,
        precedence=Precedence.PRIORITY,
        since=now,
        entry=entry,
        version=following,
    )
    return (
        Conclusion(content=drafted, readers=measure.parties, refs=(measure.entry,)),
        *owe(state, owed, measure.parties),
    )
