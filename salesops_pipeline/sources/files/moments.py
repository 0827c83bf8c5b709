"""Reading dates and timestamps from text. Pure functions; what cannot be read raises `ValueError` with the reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

NAMED_FORMATS = ("iso", "excel", "unix", "unix_ms")
"""Formats with a name; everything else is spelt with strptime directives."""

_ISO = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,](?P<fraction>\d+))?\s?(?P<offset>Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"\d+(?:\.\d+)?")
_WHOLE = re.compile(r"-?\d+")
_EXCEL_DAY_ZERO = dt.datetime(1899, 12, 30)
"""Serial 1 is 1900-01-01, but Excel counts a 29 February 1900 that never was; from 61 on this zero is right."""
_EXCEL_FIRST_SOUND = 61
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_YEARS = range(1900, 10_000)


def check_date_format(text: str) -> str:
    """The format itself, if it can be used.

    Raises:
        ValueError: It is neither a named format nor spelt with directives.
    """
    if text in NAMED_FORMATS:
        return text
    if "%" not in text:
        spelt = _from_letters(text)
        hint = f"; did you mean {spelt!r}?" if spelt != text else ""
        raise ValueError(
            f"{text!r} is no date format: use one of {', '.join(NAMED_FORMATS)} or directives such as %d.%m.%Y{hint}"
        )
    try:
        dt.datetime.strptime(dt.datetime(2026, 3, 31, 13, 45).strftime(text), text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no date format: {error}") from None
    return text


def _from_letters(text: str) -> str:
    """``DD.MM.YYYY hh:mm:ss`` in directives."""
    day, blank, time = text.partition(" ")
    for letters, directive in (("yyyy", "%Y"), ("yy", "%y"), ("mmm", "%b"), ("mm", "%m"), ("dd", "%d")):
        day = re.sub(f"(?i)(?<!%){letters}", directive, day)
    for letters, directive in (("hh", "%H"), ("mm", "%M"), ("mi", "%M"), ("ss", "%S")):
        time = re.sub(f"(?i)(?<!%){letters}", directive, time)
    return f"{day}{blank}{time}"


def parse_moment(text: str, formats: Sequence[str]) -> dt.datetime:
    """The moment that ``text`` writes, by the first format that fits. Without an offset in the text it is naive.

    Raises:
        ValueError: No format fits, or the year is before 1900.
    """
    for pattern in formats:
        moment = _try_format(text, pattern)
        if moment is not None:
            if moment.year not in _YEARS:
                raise ValueError(f"has an implausible year {moment.year}")
            return moment
    raise ValueError(f"is not a date written like {' or '.join(formats)}")


def _try_format(text: str, pattern: str) -> dt.datetime | None:
    try:
        if pattern == "iso":
            return _iso(text)
        if pattern == "excel":
            return _excel(text)
        if pattern in ("unix", "unix_ms"):
            unit = dt.timedelta(seconds=1) if pattern == "unix" else dt.timedelta(milliseconds=1)
            return _EPOCH + int(text) * unit if _WHOLE.fullmatch(text) else None
        return dt.datetime.strptime(text, pattern)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> dt.datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    day = dt.date.fromisoformat(match["date"])
    time = dt.time.fromisoformat(match["time"]) if match["time"] else dt.time()
    if match["fraction"]:
        time = time.replace(microsecond=int(match["fraction"][:6].ljust(6, "0")))
    return dt.datetime.combine(day, time, _offset(match["offset"]))


def _offset(text: str | None) -> dt.tzinfo | None:
    if text is None:
        return None
    if text.upper() in ("Z", "UTC"):
        return dt.UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(-offset if text[0] == "-" else offset)


def _excel(text: str) -> dt.datetime | None:
    if not _SERIAL.fullmatch(text) or float(text) < _EXCEL_FIRST_SOUND:
        return None
    # A serial is a double: whole milliseconds are what it can be trusted for.
    return _EXCEL_DAY_ZERO + dt.timedelta(milliseconds=round(float(text) * 86_400_000))


def to_date(moment: dt.datetime, zone: ZoneInfo) -> dt.date:
    """The calendar day: as written, or in ``zone`` where the text carried an offset."""
    return moment.date() if moment.tzinfo is None else moment.astimezone(zone).date()


def to_utc(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The moment in UTC. A naive moment is local time in ``zone``.

    An hour that clocks show twice in autumn is taken as its first pass; one that they skip in spring is counted with
    the offset before the change.
    """
    return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(dt.UTC)
