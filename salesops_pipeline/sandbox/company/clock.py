"""Time in the company: stamps as the API prints them, working days, and a fiscal year that starts in February."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from random import Random

FISCAL_START_MONTH = 2
_FORMAT = "%Y-%m-%dT%H:%M:%S.000+0000"


def stamp(day: dt.date, second: int) -> str:
    """A moment of a day (seconds since midnight, UTC) as Salesforce prints it; these texts sort like the moments."""
    second = min(second, 86399)
    return f"{day.isoformat()}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000+0000"


def plus_seconds(moment: str, seconds: int) -> str:
    """A stamp, that many seconds later."""
    return (dt.datetime.strptime(moment, _FORMAT) + dt.timedelta(seconds=seconds)).strftime(_FORMAT)


def day_of(moment: str) -> dt.date:
    """The UTC day of a stamp."""
    return dt.date.fromisoformat(moment[:10])


def is_workday(day: dt.date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


def working_moment(rng: Random, day: dt.date, hours: list[int]) -> str:
    """A random moment within working hours ``[from, to)``, given in UTC."""
    return stamp(day, rng.randrange(hours[0] * 3600, hours[1] * 3600))


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last day of that month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: dt.date) -> dt.date:
    """The last day of the month."""
    return add_months(day.replace(day=1), 1) - dt.timedelta(days=1)


@dataclass(frozen=True)
class FiscalQuarter:
    """A quarter ``[start, end)``; the fiscal year carries the number of the calendar year in which it ends."""

    year: int
    number: int
    start: dt.date
    end: dt.date


def fiscal_year_start(fiscal_year: int) -> dt.date:
    """The first day of a fiscal year: FY2027 starts on 1 February 2026."""
    return dt.date(fiscal_year - 1, FISCAL_START_MONTH, 1)


def fiscal_quarter(day: dt.date) -> FiscalQuarter:
    """The fiscal quarter that contains a day."""
    fiscal_year = day.year + (1 if day.month >= FISCAL_START_MONTH else 0)
    first = fiscal_year_start(fiscal_year)
    months = (day.year - first.year) * 12 + day.month - first.month
    start = add_months(first, months // 3 * 3)
    return FiscalQuarter(fiscal_year, months // 3 + 1, start, add_months(start, 3))
