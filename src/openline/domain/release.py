"""Later releases: an entry that another party may read only since some later moment."""

from __future__ import annotations

from openline.domain.statement import Content, concluded


@concluded("entries.released.v1")
class EntriesReleased(Content, frozen=True, kw_only=True):
    """These entries, fixed to other readers when they were decided, may be read by `to` as well.

    What was once readable stays so: what was told cannot be untold.
    """

    entries: tuple[int, ...]
    to: tuple[str, ...]
