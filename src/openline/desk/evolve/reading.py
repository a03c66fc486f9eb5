"""What was read within the hour, by position and site."""

from __future__ import annotations

from datetime import timedelta

from openline.desk.state import State, evolves
from openline.domain.reading import SitesRead, SitesReadTold
from openline.domain.rules import HOUR_S
from openline.domain.statement import Entry

_HOUR = timedelta(seconds=HOUR_S)


@evolves(SitesRead)
def sites_read(state: State, entry: Entry, content: SitesRead) -> None:
    """What is over an hour old is forgotten: it would be recorded anew."""
    now = entry.recorded_at
    held = state.reads.get(content.position, {})
    fresh = {site: at for site, at in held.items() if now - at < _HOUR}
    state.reads[content.position] = fresh | dict.fromkeys(content.sites, now)


@evolves(SitesReadTold)
def sites_read_told(_state: State, _entry: Entry, _content: SitesReadTold) -> None:
    """Said to a submitter; the desk itself needs it no more."""
