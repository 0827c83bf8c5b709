"""In which order the rows of a published table lie.

DuckDB and Parquet keep the smallest and the largest value of each column for every hundred thousand rows or so, and
skip the groups that a filter cannot match. So a large table is ordered by what its readers filter by. Each order holds
the table's key, which makes it total: the same rows give the same bytes.
"""

from __future__ import annotations

from collections.abc import Collection

_ORDERS: dict[str, tuple[str, ...]] = {
    # The open ones are what most readers ask for, then a quarter.
    "core.fct_opportunity": ("is_closed", "close_fiscal_quarter_start_date", "owner_team_id", "opportunity_id"),
    "marts.mart_opportunity": ("is_closed", "close_fiscal_quarter_start_date", "owner_team_id", "opportunity_id"),
    "core.fct_opportunity_credit": ("close_fiscal_quarter_start_date", "team_id", "opportunity_id", "person_id"),
    # The history of one opportunity lies together. Ids grow with time, so neither is a day spread over the whole table.
    "core.fct_opportunity_event": ("opportunity_id", "event_at", "event_id"),
    "core.fct_opportunity_line": ("opportunity_id", "opportunity_line_id"),
    "core.fct_activity": ("activity_date", "owner_team_id", "activity_id"),
    "core.fct_lead": ("created_date", "lead_id"),
    "marts.mart_daily_movement": ("node_type", "event_date", "company_id", "node_id", "event_type"),
}


def order_of(table: str, columns: Collection[str]) -> str:
    """What to write behind ``order by``; all columns from left to right where nothing better is known.

    Args:
        table: ``<schema>.<table>``.
        columns: The columns that it has.
    """
    order = _ORDERS.get(table, ())
    if not order or not set(order) <= set(columns):
        return "all"
    return ", ".join(f'"{name}"' for name in order)


def ordered_tables() -> dict[str, tuple[str, ...]]:
    """The tables with an order of their own, and its columns."""
    return dict(_ORDERS)
