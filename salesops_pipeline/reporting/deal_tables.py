"""Tables of deals: one per row, with their total."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from salesops_pipeline.reporting import formats
from salesops_pipeline.reporting.figures.performance import total
from salesops_pipeline.reporting.figures.rows import Credit, Deal
from salesops_pipeline.reporting.model import Column, Table, Value
from salesops_pipeline.reporting.ratios import Missing

_ZERO = Decimal(0)


def deals_table(
    name: str,
    title: str,
    deals: Sequence[Deal],
    *,
    empty: str,
    date_label: str,
    with_owner: bool = True,
    with_stage: bool = False,
    with_cycle: bool = False,
    overdue_on: dt.date | None = None,
    shown_rows: int | None = None,
    note: str = "",
) -> Table:
    """Deals, one per row, with their total.

    Args:
        name: Anchor and sheet.
        title: Caption.
        deals: In the order to show.
        empty: Why there are none.
        date_label: What the close date means here.
        with_owner: Name the owner; left out in personal reports.
        with_stage: Show the stage.
        with_cycle: Show the days from creation to close.
        overdue_on: Show by how many days the close date lies before this day.
        shown_rows: How many the page shows.
        note: Sentence under the caption.
    """
    columns = [Column("deal", "Opportunity"), Column("account", "Account")]
    columns += [Column("owner", "Owner")] if with_owner else []
    columns += [Column("stage", "Stage")] if with_stage else []
    columns += [Column("close_date", date_label, "date")]
    columns += [Column("overdue", "Days past due", "count")] if overdue_on else []
    columns += [Column("cycle", "Sales cycle, days", "count")] if with_cycle else []
    columns += [Column("amount", "Amount", "money")]

    def row(deal: Deal) -> tuple[Value, ...]:
        cells: list[Value] = [deal.opportunity_name, deal.account_name]
        cells += [deal.owner_name or "No owner"] if with_owner else []
        cells += [deal.stage_name] if with_stage else []
        cells += [deal.close_date]
        cells += [deal.days_past_due(overdue_on)] if overdue_on else []
        cells += [deal.days_to_close] if with_cycle else []
        return (*cells, Missing("no amount") if deal.amount is None else deal.amount)

    summed: list[Value] = [f"Total of {formats.number(len(deals))}", *[""] * (len(columns) - 2), total(deals)]
    return Table(
        name=name,
        title=title,
        columns=tuple(columns),
        rows=tuple(row(deal) for deal in deals),
        total=tuple(summed),
        empty=empty,
        note=note,
        shown_rows=shown_rows,
    )


def credits_table(credits: Sequence[Credit], deals: dict[str, Deal], empty: str) -> Table:
    """What a person is credited with, deal by deal."""
    rows: list[tuple[Value, ...]] = []
    for row in credits:
        deal = deals.get(row.opportunity_id)
        is_owner = deal is not None and deal.owner_person_id == row.person_id
        rows.append(
            (
                deal.opportunity_name if deal else row.opportunity_id,
                deal.account_name if deal else None,
                "Owner" if is_owner else "Split",
                deal.close_date if deal else None,
                deal.amount if deal else None,
                row.credit_share,
                row.amount,
            )
        )
    return Table(
        name="credited-deals",
        title="Won deals credited to you",
        columns=(
            Column("deal", "Opportunity"),
            Column("account", "Account"),
            Column("role", "Role"),
            Column("close_date", "Closed", "date"),
            Column("amount", "Deal amount", "money"),
            Column("share", "Your share", "percent"),
            Column("credit", "Credited", "money"),
        ),
        rows=tuple(rows),
        total=(
            f"Total of {formats.number(len(rows))}",
            "",
            "",
            "",
            "",
            "",
            sum((row.amount for row in credits), _ZERO),
        ),
        empty=empty,
    )
