"""Reads of protected sites: which are new enough to be recorded, and who hears of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.sides import parties_of_kind
from openline.desk.state import State
from openline.domain.errors import UnknownThing, WrongState
from openline.domain.party import PartyKind
from openline.domain.reading import SitesRead, SitesReadTold
from openline.domain.rules import HOUR_S
from openline.domain.statement import Statement


def find_reads(
    state: State, party: str, position: str, seen: Iterable[str], now: datetime
) -> SitesRead | None:
    """What is to be recorded of a look at notifications; None where it adds nothing.

    Args:
        seen: ids of all the notifications that were shown, sites or not.
    """
    sites = tuple(
        thing
        for thing in sorted(set(seen))
        if _is_anothers_site(state, thing, party) and _is_news(state, position, thing, now)
    )
    return SitesRead(party=party, position=position, sites=sites) if sites else None


@decides(SitesRead)
def sites_read(state: State, _said: Statement, content: SitesRead, now: datetime) -> Ruling:
    """Read by the conduits; each submitter is told of its own sites and of no other's."""
    if content.party not in state.parties:
        raise UnknownThing(f"{content.party}: no such party at this desk.")
    if find_reads(state, content.party, content.position, content.sites, now) != content:
        raise WrongState(f"{content.position}: these reads are none, or are recorded already.")
    by_submitter: dict[str, list[str]] = {}
    for site in content.sites:
        by_submitter.setdefault(state.notifications[site].submitter, []).append(site)
    told = (
        Conclusion(
            content=SitesReadTold(
                party=content.party, position=content.position, sites=tuple(sites)
            ),
            readers=(submitter,),
        )
        for submitter, sites in sorted(by_submitter.items())
    )
    return Ruling(readers=parties_of_kind(state, PartyKind.CONDUIT), concluded=tuple(told))


def _is_anothers_site(state: State, thing: str, reader: str) -> bool:
    held = state.notifications.get(thing)
    return held is not None and held.is_site and held.submitter != reader


def _is_news(state: State, position: str, site: str, now: datetime) -> bool:
    read_at = state.reads.get(position, {}).get(site)
    return read_at is None or (now - read_at).total_seconds() >= HOUR_S
