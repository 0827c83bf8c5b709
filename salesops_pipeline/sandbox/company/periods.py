"""Fiscal periods as the org knows them: months, quarters and years, always a year ahead."""

from __future__ import annotations

import datetime as dt

from salesops_pipeline.sandbox.company.clock import (
    FISCAL_START_MONTH,
    add_months,
    fiscal_quarter,
    fiscal_year_start,
    stamp,
)
from salesops_pipeline.sandbox.company.config import company
from salesops_pipeline.sandbox.company.people import system_user
from salesops_pipeline.sandbox.company.world import World

_KINDS = (("Year", 12), ("Quarter", 3), ("Month", 1))


def founding(world: World) -> None:
    """Describe the organisation, and lay out the fiscal years around the first day."""
    world.new(
        "Organization",
        stamp(world.day, 10),
        system_user(world),
        Name=company()["name"],
        City=company()["city"],
        Country=company()["country"],
        DefaultLocaleSidKey="en_US",
        TimeZoneSidKey="America/New_York",
        LanguageLocaleKey="en_US",
        FiscalYearStartMonth=FISCAL_START_MONTH,
        UsesStartDateAsFiscalYearName=0,
        OrganizationType="Enterprise Edition",
        InstanceName="SBX1",
        IsSandbox=1,
    )
    current = fiscal_quarter(world.day).year
    for fiscal_year in range(current - 1, current + 2):
        _lay_out(world, fiscal_year)


def daily(world: World) -> None:
    """On the first day of a fiscal year the next one is laid out."""
    if (world.day.month, world.day.day) == (FISCAL_START_MONTH, 1):
        _lay_out(world, fiscal_quarter(world.day).year + 1)


def _lay_out(world: World, fiscal_year: int) -> None:
    first = fiscal_year_start(fiscal_year)
    if any(row["StartDate"] == first.isoformat() for row in world.rows["Period"].values()):
        return
    for kind, months in _KINDS:
        for number in range(12 // months):
            start = add_months(first, number * months)
            label = {"Year": f"FY {fiscal_year}", "Quarter": f"Q{number + 1} FY {fiscal_year}"}
            world.new(
                "Period",
                stamp(world.day, 15),
                system_user(world),
                Type=kind,
                StartDate=start.isoformat(),
                EndDate=(add_months(start, months) - dt.timedelta(days=1)).isoformat(),
                Number=number + 1,
                QuarterLabel=f"Q{number + 1}" if kind == "Quarter" else None,
                PeriodLabel=start.strftime("%B") if kind == "Month" else None,
                FullyQualifiedLabel=label.get(kind, f"{start.strftime('%B')} FY {fiscal_year}"),
                IsForecastPeriod=int(kind == "Quarter"),
            )


def quarter_id(world: World, start: dt.date) -> str | None:
    """The id of the fiscal quarter that starts on a day, if it is laid out."""
    return next(
        (
            row["Id"]
            for row in world.rows["Period"].values()
            if row["Type"] == "Quarter" and row["StartDate"] == start.isoformat()
        ),
        None,
    )
