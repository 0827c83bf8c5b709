"""Ratios as sales operations needs them: numerator and denominator kept, a missing value explained, nothing averaged.

A rate whose denominator is zero does not exist; it is never 0 %. It carries the reason instead, and every renderer
prints that reason where the number would stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Missing:
    """A figure that does not exist, and why.

    Args:
        reason: A short clause that reads well in a table cell, such as ``no closed opportunities``.
    """

    reason: str


@dataclass(frozen=True)
class Ratio:
    """A quotient that remembers what it was made of.

    Args:
        numerator: Part.
        denominator: Whole; never zero (`ratio` returns `Missing` then).
    """

    numerator: Decimal
    denominator: Decimal

    @property
    def value(self) -> Decimal:
        """The quotient, 0.5 for half."""
        return self.numerator / self.denominator


def ratio(
    numerator: Decimal | int | None, denominator: Decimal | int | None, *, reason: str | None = None, empty: str
) -> Ratio | Missing:
    """Divide at read time.

    Args:
        numerator: Part; missing counts as zero.
        denominator: Whole.
        reason: Why the mart says there is no rate; wins over the quotient when it is set.
        empty: The reason to give when the denominator is missing or zero and the mart gave none.

    Returns:
        The ratio, or `Missing` with the reason.
    """
    if reason:
        return Missing(reason)
    if not denominator:
        return Missing(empty)
    return Ratio(Decimal(numerator or 0), Decimal(denominator))
