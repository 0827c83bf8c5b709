"""Headline figures about what is still open, shared by the daily flash and the quarterly report."""

from __future__ import annotations

from decimal import Decimal

from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.figures.rows import NO_QUOTA
from salesops_pipeline.reporting.model import Tile
from salesops_pipeline.reporting.ratios import Missing, Ratio, ratio


def coverage(closing: Decimal, credited: Decimal, quota: Decimal | None) -> Ratio | Missing:
    """Open pipeline of the quarter over what is left of its quota; there is none once the quota is reached."""
    if not quota:
        return Missing(NO_QUOTA)
    if credited >= quota:
        return Missing("the quota is reached")
    return ratio(closing, quota - credited, empty=NO_QUOTA)


def amount_of(amount: Decimal, count: int) -> Decimal | Missing:
    """An amount of deals; none where there are deals and the source gives none of them an amount."""
    return Missing("no deal has an amount") if count and not amount else amount


def closing_tile(amount: Decimal, detail: str = "") -> Tile:
    """Open pipeline that is expected to close in the quarter."""
    return Tile("closing", "Closing this quarter", amount, "money", detail=detail)


def coverage_tile(closing: Decimal, credited: Decimal, quota: Decimal | None, currency: str) -> Tile:
    """How often the open pipeline of the quarter covers what is left of the quota."""
    left = (
        f"{formats.compact_money(quota - credited, currency)} left of the quota" if quota and quota > credited else ""
    )
    return Tile("coverage", "Pipeline coverage", coverage(closing, credited, quota), "times", detail=left)
