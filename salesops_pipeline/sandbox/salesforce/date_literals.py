"""Date literals such as ``TODAY`` and ``LAST_N_DAYS:30`` as half-open intervals of days.

Definitions follow the SOQL reference: ``LAST_N_DAYS:n`` includes today, ``NEXT_N_DAYS:n`` begins tomorrow, and all
literals of weeks, months, quarters and years exclude the current one unless they say ``THIS``. Weeks begin on Sunday.
The org's fiscal literals are not offered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

_UNITS = {"WEEK": "WEEKS", "MONTH": "MONTHS", "QUARTER": "QUARTERS", "YEAR": "YEARS"}
_FIXED = {
    "YESTERDAY": ("DAY", -1, 0),
    "TODAY": ("DAY", 0, 1),
    "TOMORROW": ("DAY", 1, 2),
    "LAST_90_DAYS": ("DAY", -90, 1),
    "NEXT_90_DAYS": ("DAY", 1, 91),
    **{f"LAST_{unit}": (unit, -1, 0) for unit in _UNITS},
    **{f"THIS_{unit}": (unit, 0, 1) for unit in _UNITS},
    **{f"NEXT_{unit}": (unit, 1, 2) for unit in _UNITS},
}


@dataclass(frozen=True)
class RelativeDate:
    """A date literal by its name in capitals, with its number where it takes one."""

    name: str
    count: int | None = None

    def is_known(self) -> bool:
        """Whether SOQL has this literal, with or without a number as given."""
        return self._span() is not None

    def interval(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """The days it stands for, as seen from ``today``: first day, and the day after the last."""
        span = self._span()
        if span is None:
            raise ValueError(f"unknown date literal {self.name}")
        unit, first, after = span
        return _unit_start(unit, today, first), _unit_start(unit, today, after)

    def _span(self) -> tuple[str, int, int] | None:
        """Unit and offsets from the current one: first included, and first after the end."""
        if self.count is None:
            return _FIXED.get(self.name)
        n = self.count
        spans = {"LAST_N_DAYS": ("DAY", -n, 1), "NEXT_N_DAYS": ("DAY", 1, n + 1), "N_DAYS_AGO": ("DAY", -n, 1 - n)}
        for unit, plural in _UNITS.items():
            spans[f"LAST_N_{plural}"] = (unit, -n, 0)
            spans[f"NEXT_N_{plural}"] = (unit, 1, n + 1)
            spans[f"N_{plural}_AGO"] = (unit, -n, 1 - n)
        return spans.get(self.name)


def _unit_start(unit: str, today: dt.date, offset: int) -> dt.date:
    """First day of the unit that lies ``offset`` units from the one with ``today`` in it, kept inside the calendar."""
    try:
        if unit == "DAY":
            return today + dt.timedelta(days=offset)
        if unit == "WEEK":
            days_since_sunday = (today.weekday() + 1) % 7
            return today + dt.timedelta(days=7 * offset - days_since_sunday)
        months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit]
        index = (today.year * 12 + today.month - 1) // months * months + offset * months
        return dt.date(index // 12, index % 12 + 1, 1)
    except (OverflowError, ValueError):
        return dt.date.min if offset < 0 else dt.date.max
