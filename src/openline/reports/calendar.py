"""When: days and hours as reports tell them, resolved against the day the report is of."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from msgspec import Struct

_MONTH_NAMES: Final = (
    "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
    "aug august", "sep sept september", "oct october", "nov november", "dec december",
)  # fmt: skip
_MONTHS: Final = {
    name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()
}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "several": 4, "a few": 3,
}  # fmt: skip
_MONTH: Final = (
    r"(?P<month>(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?|january|february|"
    r"march|april|may|june|july|august|september|october|november|december)"
)
_DAY: Final = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_ISO: Final = re.compile(
    r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?\s?(?P<zone>Z|UTC|GMT|"
    r"[+-]\d\d:?\d\d)?)?"
)
_DAY_FIRST: Final = re.compile(rf"\b{_DAY}(?: of)? {_MONTH}\b,?(?: {_YEAR})?", re.IGNORECASE)
_MONTH_FIRST: Final = re.compile(rf"\b{_MONTH} {_DAY}\b,?(?: {_YEAR})?", re.IGNORECASE)
_WEEKDAY: Final = re.compile(
    rf"\b(?P<which>last |next |this |previous )?(?P<name>{'|'.join(_DAYS)})\b", re.IGNORECASE
)
_AGO: Final = re.compile(
    r"\b(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|several|a few) "
    r"(?P<unit>hour|day|week|month)s? (?P<way>ago|earlier|before|later|after)\b",
    re.IGNORECASE,
)
_NEAR: Final = re.compile(
    r"\b(?P<day>the day before yesterday|yesterday|today|tomorrow|tonight|last night|"
    r"overnight|this morning|"
    r"this afternoon|this evening|earlier in the day|earlier today|the previous day|"
    r"a day earlier|the day before|"
    r"the following day|the next day)\b",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"\b(?P<hour>[0-2]?\d)(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap]\.?m\b\.?)"
    r"|\b(?P<hour24>[01]?\d|2[0-3])[:.](?P<minute24>[0-5]\d)\b|"
    r"\b(?P<dtg>[0-2]\d[0-5]\d)(?= ?(?:hours|hrs|local|gmt|utc|z\b))",
    re.IGNORECASE,
)
_IN_MONTH: Final = re.compile(
    rf"\b(?:in|since|by|until|during|of) (?:early |late |mid-)?{_MONTH}\b(?! \d\d?\b)(?: {_YEAR})?",
    re.IGNORECASE,
)
_HOUR_ALONE: Final = re.compile(
    r"\b(?:at|since|before|after|around|by|until|from) (?:about |shortly |"
    r"around )*(?:dawn|midnight|noon|midday|dusk|sunset|sunrise|first light|"
    r"\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b|\d\d[:.]\d\d\b|(?:one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve) (?:in the|o['’]clock))|"
    r"\b\d{1,2}[:.]\d\d\s?[ap]\.m|\b(?:a few|two|three|several|some) hours (?:earlier|"
    r"before|ago|later)\b",
    re.IGNORECASE,
)
_BRACKETED_GMT: Final = re.compile(r"\((?P<hour>\d\d):?(?P<minute>\d\d) ?(?:GMT|UTC)\)")
_ZONES: Final = {
    "gmt": 0, "utc": 0, "z": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3,
    "ist": 5.5, "pkt": 5, "est": -5, "edt": -4, "pst": -8, "pdt": -7, "aest": 10,
}  # fmt: skip
_PARTS: Final = {
    "overnight": (0, "night"), "night": (0, "night"), "tonight": (0, "night"),
    "morning": (0, "morning"), "dawn": (0, "morning"), "noon": (0, "noon"),
    "afternoon": (0, "afternoon"), "evening": (0, "evening"), "midnight": (0, "night"),
}  # fmt: skip


class When(Struct, frozen=True):
    """An instant or a day, as text of ISO 8601, and how exact it is.

    `at` is a day (`2017-09-18`) or an instant with its offset. `precision` is `minute`, `hour`,
    `part of day`, `day`, `week` or `month`. `start` is where in the text it was told.
    """

    at: str
    precision: str
    start: int = 0


def find_report_date(text: str) -> datetime | None:
    """The first full date in a text: midnight UTC where no hour is told with its zone."""
    found = _ISO.search(text)
    if found:
        day = _date(int(found["year"]), int(found["month"]), int(found["day"]))
        if day is not None and found["hour"] and found["zone"]:
            return _instant(day, found)
        return _midnight(day)
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for each in pattern.finditer(text):
            if each["year"]:
                return _midnight(_dated(each, int(each["year"])))
    return None


def _instant(day: date, found: re.Match[str]) -> datetime | None:
    try:
        at = datetime(
            day.year, day.month, day.day, int(found["hour"]), int(found["minute"]), tzinfo=UTC
        )
        zone = found["zone"].replace(":", "")
        if zone[0] in "+-":
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
            at = at.replace(tzinfo=timezone(offset if zone[0] == "+" else -offset))
    except (ValueError, OverflowError):
        return None
    return at


def find_when(text: str, report: date | None, before: date | None = None) -> When | None:
    """When a sentence says that it happened; None where it is silent or cannot be resolved.

    Args:
        report: the day the report is of; days of the week are the latest before it.
        before: the day last spoken of, which "two days after" goes on from.
    """
    found = _day_in(text, report, before)
    if found is None:
        return None
    day, precision, start = found
    if precision == "day":
        clock = _clock_in(text, day)
        if clock is not None:
            return When(clock[0], clock[1], start)
        if re.search(
            r"\b(overnight|night|dawn|morning|noon|midday|afternoon|evening|midnight)\b",
            text[max(0, start - 30) : start + 60],
            re.IGNORECASE,
        ):
            precision = "part of day"
    return When(day.isoformat()[: 7 if precision == "month" else 10], precision, start)


def _day_in(text: str, report: date | None, before: date | None) -> tuple[date, str, int] | None:
    for find in (_full_date, _relative, _weekday, _span_ago, _hour_alone, _month_alone):
        found = find(text, report, before)
        if found is not None:
            return found
    return None


def _hour_alone(
    text: str, report: date | None, before: date | None
) -> tuple[date, str, int] | None:
    """An hour without a day is of the day last spoken of, or else of the report's."""
    found = _HOUR_ALONE.search(text)
    day = before or report
    return (day, "part of day", found.start()) if found and day else None


def _month_alone(
    text: str, report: date | None, before: date | None
) -> tuple[date, str, int] | None:
    found = _IN_MONTH.search(text)
    if found is None or report is None:
        return None
    month = _MONTHS[found["month"].lower().rstrip(".")]
    first = _date(int(found["year"]) if found["year"] else report.year, month, 1)
    if (
        first is not None
        and not found["year"]
        and first > report
        and not re.search(r"\b(?:will|next|due|scheduled|planned|from|by|until)\b", text)
    ):
        first = _date(report.year - 1, month, 1)
    return (first, "month", found.start()) if first else None


def _full_date(text: str, report: date | None, before: date | None) -> tuple[date, str, int] | None:
    iso = _ISO.search(text)
    if iso:
        day = _date(int(iso["year"]), int(iso["month"]), int(iso["day"]))
        return (day, "day", iso.start()) if day else None
    for pattern in (_DAY_FIRST, _MONTH_FIRST):
        for each in pattern.finditer(text):
            if each["month"].lower() == "may" and each["month"] != "May":
                continue
            day = _dated(each, int(each["year"])) if each["year"] else _of_no_year(each, report)
            if day is not None:
                return day, "day", each.start()
    return None


def _of_no_year(found: re.Match[str], report: date | None) -> date | None:
    """In the year in which it is nearest to the report."""
    if report is None:
        return None
    day = _dated(found, report.year)
    if day is None:
        return None
    if day - report > timedelta(days=183):
        return _dated(found, report.year - 1)
    return _dated(found, report.year + 1) if report - day > timedelta(days=183) else day


def _relative(text: str, report: date | None, before: date | None) -> tuple[date, str, int] | None:
    found = _NEAR.search(text)
    if found is None:
        return None
    word = found["day"].lower()
    from_before = word in {
        "the previous day",
        "a day earlier",
        "the day before",
        "the following day",
        "the next day",
    }
    base = before if from_before else report
    if base is None:
        return None
    steps = {
        "yesterday": -1, "last night": -1, "the day before yesterday": -2, "tomorrow": 1,
        "the previous day": -1, "a day earlier": -1, "the day before": -1,
        "the following day": 1, "the next day": 1,
    }  # fmt: skip
    parts = word in {"overnight", "tonight", "last night"} or "morning" in word or "noon" in word
    if word == "overnight" and _WEEKDAY.search(text):
        return None
    precision = "part of day" if parts or "evening" in word else "day"
    return base + timedelta(days=steps.get(word, 0)), precision, found.start()


_AHEAD: Final = re.compile(
    r"\b(?:will|would(?! have)|due to|set to|going to|expected to|plan(?:s|ned|ning)? to"
    r"|intends? to|ready to|scheduled|next)\b[^.]{0,40}$",
    re.IGNORECASE,
)
"""What is still to come, in speech told later too: `said it would leave on Tuesday`."""


def _weekday(text: str, report: date | None, before: date | None) -> tuple[date, str, int] | None:
    found = _WEEKDAY.search(text)
    if found is None or report is None:
        return None
    wanted = _DAYS.index(found["name"].lower())
    back = (report.weekday() - wanted) % 7
    which = (found["which"] or "").strip().lower()
    if which == "next" or _AHEAD.search(text[: found.start()]):
        return report + timedelta(days=(wanted - report.weekday()) % 7 or 7), "day", found.start()
    if which in {"last", "previous"} and back == 0:
        back = 7
    return report - timedelta(days=back), "day", found.start()


def _span_ago(text: str, report: date | None, before: date | None) -> tuple[date, str, int] | None:
    for found in _AGO.finditer(text):
        way, unit = found["way"].lower(), found["unit"].lower()
        base = report if way == "ago" or (before is None and way == "earlier") else before
        if base is None:
            continue
        count = (
            int(found["count"]) if found["count"].isdigit() else _NUMBERS[found["count"].lower()]
        )
        if unit == "hour":
            return None
        days = count * {"day": 1, "week": 7, "month": 30}[unit]
        step = timedelta(days=days if way in {"later", "after"} else -days)
        vague = found["count"].lower() in {"several", "a few"}
        return base + step, "week" if vague and unit == "day" else unit, found.start()
    return None


def _clock_in(text: str, day: date) -> tuple[str, str] | None:
    """An instant in UTC, where hour and zone are told; a local hour alone is no instant."""
    gmt = _BRACKETED_GMT.search(text)
    if gmt:
        at = _at(day, int(gmt["hour"]), int(gmt["minute"]), 0.0)
        return (at, "minute") if at else None
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour, minute = _hour_of(found)
    zone = re.match(
        r"\s*\(?(?:hours |hrs )?(?P<name>[A-Za-z]{1,4})\b(?P<offset>[+-]\d{1,2}(?::?\d\d)?)?",
        text[found.end() :],
    )
    offset = _ZONES.get(zone["name"].lower()) if zone else None
    if offset is None:
        return f"{day.isoformat()}", "part of day"
    if zone and zone["offset"]:
        offset += _offset_hours(zone["offset"])
    at = _at(day, hour, minute, offset)
    return (at, "minute") if at else None


def _offset_hours(text: str) -> float:
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    return (hours + minutes / 60) * (1 if text[0] == "+" else -1)


def _hour_of(found: re.Match[str]) -> tuple[int, int]:
    if found["dtg"]:
        return int(found["dtg"][:2]), int(found["dtg"][2:])
    if found["hour24"]:
        return int(found["hour24"]), int(found["minute24"])
    hour = int(found["hour"]) % 12 + (12 if found["half"].lower().startswith("p") else 0)
    return hour, int(found["minute"] or 0)


def _at(day: date, hour: int, minute: int, offset_h: float) -> str | None:
    try:
        zone = timezone(timedelta(hours=offset_h))
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _dated(found: re.Match[str], year: int) -> date | None:
    return _date(year, _MONTHS[found["month"].lower().rstrip(".")], int(found["day"]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
