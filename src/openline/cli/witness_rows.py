"""How far a record is witnessed and how its witnesses stand, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from openline.cli.sentences import time_text
from openline.cosigning.standing import Standing, WitnessStanding
from openline.domain.witness import NO_QUORUM, AgreedWitnesses


def witness_rows(
    agreed: AgreedWitnesses, standing: Standing, witnessed: int, size: int
) -> Iterator[str]:
    """What there is to say of a record's witnesses; `urgent` says that the desk is halted."""
    if not agreed.witnesses:
        yield "Witnesses: none are named, so receipts stand on the desk's word alone."
        return
    asked = ", ".join(each.name for each in agreed.witnesses)
    quorum = "nobody is needed" if agreed.quorum == NO_QUORUM else f"quorum {agreed.quorum}"
    yield f"Witnessed: {witnessed} of {size} entries ({quorum}, of {asked})."
    known = {each.name: each for each in standing.witnesses}
    for each in agreed.witnesses:
        if each.name in known:
            yield f"  witness {each.name}: {_how(known[each.name])}"
        else:
            yield f"  witness {each.name}: not asked yet"


def _how(standing: WitnessStanding) -> str:
    far = f"has cosigned {standing.size} entries" if standing.size else "has cosigned nothing yet"
    if standing.cosigned_at is not None:
        far += f", last at {time_text(standing.cosigned_at)}"
    if standing.refused_at is not None:
        proof = "and shows proof" if standing.contradicts else "and shows no proof"
        return f"REFUSES since {time_text(standing.refused_at)} {proof}: {standing.why}; {far}"
    if standing.absent_since is not None:
        return f"CANNOT BE HAD since {time_text(standing.absent_since)}: {standing.why}; {far}"
    return far
