"""Duty watches: who answers in a cell now, and what the next officer has read back."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from openline.domain.statement import Content, said


class Handover(Struct, frozen=True, kw_only=True):
    """What an oncoming officer must know: each by its id.

    `flashes` are deliveries at FLASH that no human has answered, to the party or from it;
    `overdue` are those with a rung past its deadline; `degraded_lines` are its lines that do not
    carry as they should.
    """

    flashes: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    degraded_lines: tuple[str, ...] = ()


class HandoverBody(Struct, frozen=True, kw_only=True):
    """The officers' names, and what the one told the other besides."""

    off: str = ""
    on: str = ""
    text: str = ""
    language: str = ""


class Watch(Struct, frozen=True, kw_only=True):
    """Who is on watch in a cell, by an officer's code, since when, and what was handed over."""

    cell: str
    officer: str
    since: datetime
    entry: int
    handover: Handover = Handover()
    body: HandoverBody | None = None


@said("watch.handed_over.v1")
class WatchHandedOver(Content, frozen=True, kw_only=True):
    """The oncoming officer takes the watch and reads back all that is open.

    `off` and `on` are officers' codes, which name nobody; `read_back` must be what the desk holds.
    """

    cell: str
    off: str
    on: str
    read_back: Handover = Handover()
    body: HandoverBody | None = None
