"""Marketing: campaigns that start, invite contacts, cost money and end."""

from __future__ import annotations

import datetime as dt
from random import Random

from salesops_pipeline.sandbox.company import people
from salesops_pipeline.sandbox.company.clock import stamp
from salesops_pipeline.sandbox.company.config import company, hazards
from salesops_pipeline.sandbox.company.world import Row, World


def daily(world: World) -> None:
    """Start and end campaigns; those under way collect responses."""
    rng, rates = world.rng("campaigns"), hazards()["campaigns"]
    if rng.random() < rates["per_month"] / 30 or (world.day == world.start):
        _start(world, rng)
    for campaign in world.rows["Campaign"].values():
        if campaign["Status"] == "In Progress" and campaign["EndDate"] <= world.day.isoformat():
            cost = round(campaign["BudgetedCost"] * rng.uniform(0.8, 1.25), 2)
            by = people.operations_user(world)
            at = stamp(world.day, 15 * 3600)
            world.change("Campaign", campaign, at, by, Status="Completed", IsActive=0, ActualCost=cost)


def _start(world: World, rng: Random) -> None:
    kinds, rates = company()["campaign_types"], hazards()["campaigns"]
    kind = rng.choice(list(kinds))
    end = world.day + dt.timedelta(days=rng.randint(*rates["days"]))
    by, at = people.operations_user(world), stamp(world.day, 14 * 3600)
    contacts = world.live("Contact")
    invited = rng.sample(contacts, min(len(contacts), round(rng.randint(*rates["members"]) * max(world.scale, 0.1))))
    campaign = world.new(
        "Campaign",
        at,
        by,
        Name=f"{kind} {world.day:%B %Y} {len(world.rows['Campaign']) + 1}",
        Type=kind,
        Status="In Progress",
        StartDate=world.day.isoformat(),
        EndDate=end.isoformat(),
        CurrencyIsoCode="USD",
        BudgetedCost=float(round(kinds[kind] * rng.uniform(0.7, 1.4), -2)),
        ExpectedRevenue=float(round(kinds[kind] * rng.uniform(4, 12), -3)),
        NumberSent=float(len(invited)),
        IsActive=1,
        OwnerId=by,
    )
    for contact in invited:
        member(world, campaign, at, by, ContactId=contact["Id"], responded=rng.random() < rates["respond"])


def member(world: World, campaign: Row, at: str, by: str, *, responded: bool, **who: str) -> None:
    """Add a contact (``ContactId``) or lead (``LeadId``) to a campaign."""
    world.new(
        "CampaignMember",
        at,
        by,
        CampaignId=campaign["Id"],
        Status="Responded" if responded else "Sent",
        HasResponded=int(responded),
        FirstRespondedDate=world.day.isoformat() if responded else None,
        CurrencyIsoCode="USD",
        **who,
    )


def running(world: World) -> list[Row]:
    """Campaigns under way, oldest first."""
    return [row for row in world.rows["Campaign"].values() if row["Status"] == "In Progress"]
