"""Money in the simulation: whole minor units (cents, yen) inside, numbers with at most two decimals in rows."""

from __future__ import annotations

from salesops_pipeline.sandbox.company.config import company


def decimals(currency: str) -> int:
    """How many decimals a currency has: 2 for most, 0 for the yen."""
    return company()["currencies"][currency]["decimals"]


def to_minor(amount: float, currency: str) -> int:
    """An amount in whole minor units."""
    return round(amount * 10 ** decimals(currency))


def from_minor(minor: int, currency: str) -> float:
    """Whole minor units as the number that goes into a row."""
    return round(minor / 10 ** decimals(currency), 2)


def rounded(amount: float, currency: str) -> float:
    """An amount rounded to what the currency can express."""
    return from_minor(to_minor(amount, currency), currency)


def line_total(quantity: int, unit_price: float, discount_percent: float, currency: str) -> float:
    """Quantity × unit price less the discount, rounded half up to the minor unit as Salesforce rounds totals."""
    basis_points = 10_000 - round(discount_percent * 100)
    gross = quantity * to_minor(unit_price, currency)
    return from_minor((gross * basis_points + 5_000) // 10_000, currency)


def shares(total: float, percentages: list[float], currency: str) -> list[float]:
    """A total divided by percentages; the last share takes the rounding, so that shares of 100 % sum to the total."""
    minor = to_minor(total, currency)
    parts = [round(minor * percentage / 100) for percentage in percentages[:-1]]
    whole = round(minor * sum(percentages) / 100)
    return [from_minor(part, currency) for part in [*parts, whole - sum(parts)]]
