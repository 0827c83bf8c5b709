"""From typed values to text, the same everywhere. Money stays decimal up to the last character."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from salesops_pipeline.reporting.model import Kind, Value
from salesops_pipeline.reporting.ratios import Missing, Ratio

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪"}
_SCALES = ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"))
_MINUS = "\N{MINUS SIGN}"
INDENT = "\N{EM SPACE}"
"""What nested names begin with, once per level; it survives the way into a workbook."""


def rounded(value: Decimal, places: int) -> Decimal:
    """Commercial rounding, half away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number(value: Decimal | int, places: int = 0) -> str:
    """``-1234.5`` with one place as ``−1,234.5``."""
    text = f"{rounded(Decimal(value), places):,.{places}f}"
    return text.replace("-", _MINUS)


def money(value: Decimal, currency: str, places: int = 2) -> str:
    """With its currency: ``$1,234.50``, or ``CHF 1,234.50`` where there is no unambiguous sign."""
    sign = _MINUS if value < 0 else ""
    return f"{sign}{prefix(currency)}{number(abs(value), places)}"


def compact_money(value: Decimal, currency: str) -> str:
    """For headlines: whole units below a million, ``$4.82M`` above."""
    sign = _MINUS if value < 0 else ""
    for scale, letter in _SCALES:
        if rounded(abs(value), 0) >= scale:
            return f"{sign}{prefix(currency)}{number(abs(value) / scale, 2)}{letter}"
    return money(value, currency, 0)


def prefix(currency: str) -> str:
    """What stands before an amount: a sign where it is unambiguous enough, else the code and a space."""
    return SYMBOLS.get(currency, f"{currency}\N{NO-BREAK SPACE}")


def percent(value: Decimal, places: int = 1) -> str:
    """``0.6316`` as ``63.2%``."""
    return f"{number(value * 100, places)}%"


def times(value: Decimal) -> str:
    """``2.345`` as ``2.3×``."""
    return f"{number(value, 1)}×"


def spoken(names: Iterable[object], amounts: Iterable[Value], currency: str) -> str:
    """Names and amounts in a sentence, for those who cannot see a chart: ``EMEA $1.20M; APAC $310,000``."""
    pairs = zip(names, amounts, strict=True)
    return "; ".join(f"{name} {compact_money(Decimal(plain(amount) or 0), currency)}" for name, amount in pairs)


def day(value: dt.date) -> str:
    """``22 Nov 2026``."""
    return f"{value.day} {value:%b %Y}"


def weekday(value: dt.date) -> str:
    """``Sun 22 Nov 2026``."""
    return f"{value:%a} {day(value)}"


def short_weekday(value: dt.date) -> str:
    """``Fri 20 Nov``."""
    return f"{value:%a} {value.day} {value:%b}"


def moment(value: dt.datetime) -> str:
    """``22 Nov 2026 06:05 UTC``; stored moments are UTC."""
    return f"{day(value)} {value:%H:%M} UTC"


def count_of(count: int, noun: str, plural: str | None = None) -> str:
    """``1 deal``, ``2 deals``."""
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def plain(value: Value) -> Decimal | int | None:
    """The number behind a value; None for text, dates and what is missing."""
    if isinstance(value, Ratio):
        return value.value
    return value if isinstance(value, int | Decimal) else None


def money_places(values: Iterable[Value]) -> int:
    """Two decimal places as soon as one value of the column has cents: what is shown is then exact."""
    return 2 if any(isinstance(value, Decimal) and value != value.to_integral_value() for value in values) else 0


def text(value: Value, kind: Kind, *, places: int = 2) -> str:
    """A value as a table cell shows it. Money comes without its currency, which the heading names.

    Args:
        value: What to show.
        kind: Its kind.
        places: Decimal places of money.
    """
    if value is None:
        return ""
    if isinstance(value, Missing):
        return value.reason
    if isinstance(value, Ratio):
        return times(value.value) if kind == "times" else percent(value.value)
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, str):
        return value
    if kind == "percent":
        return percent(Decimal(value))
    if kind == "days":
        return number(value, 0 if value == int(value) else 1)
    return number(value, places if kind == "money" else 0)


def exact(value: Decimal | int) -> str:
    """The machine-readable form of a number: plain digits, up to twelve decimal places, no trailing zeros."""
    value = Decimal(value)
    limited = value.quantize(Decimal("1e-12"), rounding=ROUND_HALF_EVEN) if value.as_tuple().exponent < -12 else value  # pyright: ignore[reportOperatorIssue]
    return f"{limited.normalize():f}" if limited else "0"
