"""Charts that both the daily flash and the quarterly report show."""

from __future__ import annotations

from decimal import Decimal

from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.model import Chart, Series, Table


def progress_chart(
    table: Table, *, name: str, quarter: str, previous: str | None, quota: Decimal | None, until: str, currency: str
) -> Chart:
    """Bookings to date against the quota and the quarter before.

    Args:
        table: Made by `tables.progress_table`.
        name: Whose bookings.
        quarter: Label of the quarter.
        previous: Label of the quarter before, if there is one.
        quota: Quota of the whole quarter, if there is one.
        until: The last day that is known, in words.
        currency: Reporting currency.
    """
    known = [value for value in table.values("current") if isinstance(value, Decimal)]
    reached = known[-1] if known else Decimal(0)
    series = [Series("current", quarter)]
    series += [Series("previous", previous, "compare")] if previous else []
    series += [Series("quota", "Quota", "target")] if quota else []
    against = f", against a quota of {formats.compact_money(quota, currency)}" if quota else ""
    return Chart(
        title="Bookings to date",
        alt=f"Bookings of {name} reach {formats.compact_money(reached, currency)} by {until}{against}.",
        table=table,
        kind="line",
        category="day",
        series=tuple(series),
    )


def stage_chart(table: Table, currency: str, *, is_wide: bool) -> Chart:
    """Open amount by stage, or open deals where none has an amount, in the order of the sales process.

    Args:
        table: With the columns ``stage``, ``open_amount`` and ``open_count``.
        currency: Reporting currency.
        is_wide: Takes the whole width of the page.
    """
    has_amounts = any(table.values("open_amount"))
    counts = zip(table.values("stage"), table.values("open_count"), strict=True)
    spoken = (
        formats.spoken(table.values("stage"), table.values("open_amount"), currency)
        if has_amounts
        else "; ".join(f"{name} {count} deals" for name, count in counts)
    )
    return Chart(
        title="Open pipeline by stage" if has_amounts else "Open deals by stage",
        alt=f"Open pipeline by stage: {spoken}.",
        table=table,
        kind="bar",
        category="stage",
        series=(Series("open_amount", "Open amount") if has_amounts else Series("open_count", "Open deals"),),
        is_wide=is_wide,
    )
