"""Instants as people write them: ISO 8601 with an offset, or a military date-time group."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from openline.domain.errors import Malformed

MONTHS: Final = (
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
)  # fmt: skip

ZONE_HOURS: Final = {
    **{letter: hours for hours, letter in enumerate("ABCDEFGHIKLM", start=1)},
    **{letter: -hours for hours, letter in enumerate("NOPQRSTUVWXY", start=1)},
    "Z": 0,
}
"""Hours east of Greenwich for each zone letter; J, the observer's own time, is not among them."""

_DTG: Final = re.compile(r"(\d{2})(\d{2})(\d{2})\s*([A-Z])\s*([A-Z]{3})\s*(\d{2}|\d{4})")


def parse_instant(text: str, what: str) -> datetime:
    """The instant in UTC that a text such as `2017-09-16T00:30:00Z` or `160030ZSEP17` states.

    Args:
        what: names the thing and field for the sentence of a refusal.

    Raises:
        Malformed: neither form, no such day or hour, zone letter J, or no offset at all (the
            same local time is another instant on the other bank).

    Source: ACP 121 date-time group; two-digit years are of this century.
    """
    text = text.strip()
    group = _DTG.fullmatch(text.upper())
    if group is not None:
        return _from_group(group, what)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed(
            f"{what}: not a time. Write it as 2017-09-16T00:30:00Z or 160030ZSEP17."
        ) from None
    return in_utc(instant, what)


def in_utc(instant: datetime, what: str) -> datetime:
    """The same instant in UTC.

    Raises:
        Malformed: it has no offset, or is in UTC beyond any calendar.
    """
    if instant.tzinfo is None:
        raise Malformed(f"{what}: a time without an offset. Write it in UTC with a Z.")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise Malformed(f"{what}: beyond the years 1 to 9999. Correct it.") from None


def render_dtg(instant: datetime) -> str:
    """The instant as a date-time group in zone Z, to the minute below: `160030ZSEP17`."""
    utc = instant.astimezone(UTC)
    return f"{utc:%d%H%M}Z{MONTHS[utc.month - 1]}{utc:%y}"


def _from_group(group: re.Match[str], what: str) -> datetime:
    day, hour, minute, zone, month, year = group.groups()
    if zone == "J":
        raise Malformed(
            f"{what}: zone J means the reader's own time, whatever that is. Write it in zone Z."
        )
    if month not in MONTHS:
        raise Malformed(f"{what}: no month {month} in a date-time group. Use JAN to DEC.")
    try:
        return datetime(
            int(year) if len(year) == 4 else 2000 + int(year),
            MONTHS.index(month) + 1,
            int(day),
            int(hour),
            int(minute),
            tzinfo=timezone(timedelta(hours=ZONE_HOURS[zone])),
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(
            f"{what}: no such day, hour or minute in the date-time group. Correct it."
        ) from None
