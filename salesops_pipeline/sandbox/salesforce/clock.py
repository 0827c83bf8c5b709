"""The org's clock and how the API writes moments.

The org lives in the simulated company's time: its now is the last second of the company's today. Only tokens, query
locators and waiting follow the wall clock.
"""

from __future__ import annotations

import datetime as dt


def end_of_day(today: dt.date) -> dt.datetime:
    """The org's now on a simulated day, UTC."""
    return dt.datetime.combine(today, dt.time(23, 59, 59), tzinfo=dt.UTC)


def api_datetime(moment: dt.datetime) -> str:
    """``2026-01-02T03:04:05.000+0000``: how REST JSON writes a moment, and how the store keeps it; sorts by time."""
    utc = moment.astimezone(dt.UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def day_start(day: dt.date) -> str:
    """The first moment of a UTC day, as the store keeps it."""
    return f"{day.isoformat()}T00:00:00.000+0000"
