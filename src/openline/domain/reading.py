"""Reads of protected sites: who was shown where a hospital is stands on the record."""

from __future__ import annotations

from openline.domain.statement import Content, concluded


@concluded("sites.read.v1")
class SitesRead(Content, frozen=True, kw_only=True):
    """A position of a party was shown sites that another submitted: observed by the desk itself.

    Each site once an hour for each position, however often it looks.
    """

    party: str
    position: str
    sites: tuple[str, ...]


@concluded("sites.read_told.v1")
class SitesReadTold(Content, frozen=True, kw_only=True):
    """What a submitter is told of it: which of its own sites were shown, and to whom."""

    party: str
    position: str
    sites: tuple[str, ...]
