"""Order statistics on decimals, and the rule that keeps small groups private.

The standard library's ``statistics`` would do the medians; quantiles are written out because their definition has to
be named next to the number, and because they must stay decimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from salesops_pipeline.reporting.ratios import Missing, Ratio

MIN_GROUP = 5
"""Below this many members a distribution would point at persons, so it is not shown."""


def quantile(values: Sequence[Decimal], share: Decimal) -> Decimal | None:
    """Linear-interpolation quantile (Hyndman and Fan 1996, type 7, the one spreadsheets use).

    Args:
        values: Any order.
        share: 0 to 1.

    Returns:
        The quantile, or None when there are no values.
    """
    if not values:
        return None
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def median(values: Sequence[Decimal]) -> Decimal | None:
    """The middle value, or the mean of the two middle ones; None when there are no values."""
    return quantile(values, Decimal("0.5"))


def mean(values: Sequence[Decimal]) -> Decimal | None:
    """Arithmetic mean; None when there are no values."""
    return sum(values, Decimal(0)) / len(values) if values else None


def group_too_small(size: int) -> str:
    """Why the distribution of a group is not shown; empty when it may be."""
    return f"fewer than {MIN_GROUP} persons with a quota ({size})" if size < MIN_GROUP else ""


def percentile_rank(own: Decimal, others: Sequence[Decimal]) -> Ratio | Missing:
    """Share of the others who are lower; ties count half.

    Args:
        own: The value to place.
        others: The rest of the group, without the one to place.

    Returns:
        The share, or `Missing` when the group, the placed one included, is too small to stay anonymous.
    """
    if reason := group_too_small(len(others) + 1):
        return Missing(reason)
    lower = sum((Decimal(1) if other < own else Decimal("0.5") if other == own else Decimal(0)) for other in others)
    return Ratio(Decimal(lower), Decimal(len(others)))
