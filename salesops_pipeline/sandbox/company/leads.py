"""Leads: they arrive, are worked, and end as unqualified, parked, or converted to account, contact and opportunity.

``latent["lead"]`` holds the leads that are still being worked.
"""

from __future__ import annotations

from random import Random

from salesops_pipeline.sandbox.company import accounts, campaigns, handover, opportunities, people
from salesops_pipeline.sandbox.company.clock import is_workday, working_moment
from salesops_pipeline.sandbox.company.config import company, hazards, names, territory
from salesops_pipeline.sandbox.company.world import Row, World
from salesops_pipeline.sandbox.objects.accounts import INDUSTRIES

_FROM_CAMPAIGNS = ("Web", "Event", "Advertisement")
_WEEKEND = 0.15


def daily(world: World) -> None:
    """Leads arrive every day, fewer on weekends; they are worked on working days."""
    rng, rates = world.rng("leads"), hazards()["leads"]
    expected = world.people * rates["per_year"] / 275 * (1.0 if is_workday(world.day) else _WEEKEND)
    count = int(expected) + (rng.random() < expected % 1)
    owners = people.active(world, "SDR") or people.active(world, *people.QUOTA_ROLES) or people.active(world, "CRO")
    for _ in range(count):
        _arrive(world, rng, rng.choice(owners))
    if is_workday(world.day):
        for lead_id in sorted(world.latent["lead"]):
            _work(world, world.rows["Lead"][lead_id], rng)


def _arrive(world: World, rng: Random, owner: str) -> None:
    where = accounts.territory_of(world, rng, owner)
    place, source = territory(where), accounts.source(rng)
    company_name = accounts.company_name(world, rng)
    first, last = rng.choice(names()["first"]), rng.choice(names()["last"])
    low, high = company()["segments"][accounts.segment(rng)]["employees"]
    by = people.system_user(world) if source in _FROM_CAMPAIGNS else owner
    at = working_moment(rng, world.day, people.hours(world, owner))
    lead = world.new(
        "Lead",
        at,
        by,
        FirstName=first,
        LastName=last,
        Name=f"{first} {last}",
        Title=rng.choice(company()["contact_titles"]),
        Company=company_name,
        Country=place["country"],
        Email=f"{first}.{last}@{accounts.slug(company_name)}.example".lower(),
        Industry=rng.choice(INDUSTRIES),
        NumberOfEmployees=rng.randint(low, high),
        LeadSource=source,
        Status="New",
        Rating=rng.choice(["Hot", "Warm", "Cold", None]),
        CurrencyIsoCode=place["currency"],
        OwnerId=owner,
        IsUnreadByOwner=1,
    )
    under_way = campaigns.running(world)
    campaign = rng.choice(under_way) if under_way and source in _FROM_CAMPAIGNS else None
    if campaign:
        campaigns.member(world, campaign, at, by, LeadId=lead["Id"], responded=True)
    world.latent["lead"][lead["Id"]] = {"territory": where, "campaign": campaign["Id"] if campaign else None}


def _work(world: World, lead: Row, rng: Random) -> None:
    rates, owner = hazards()["leads"], lead["OwnerId"]
    if lead["CreatedDate"][:10] == world.day.isoformat():
        return
    chance, at = rng.random(), working_moment(rng, world.day, people.hours(world, owner))
    if lead["Status"] == "New":
        if chance < rates["work_per_day"]:
            world.change("Lead", lead, at, owner, Status="Working", IsUnreadByOwner=0)
    elif chance < rates["resolve_per_day"]:
        outcome = rng.choices(list(rates["outcome"]), list(rates["outcome"].values()))[0]
        if outcome == "Qualified":
            _convert(world, lead, rng, at)
        else:
            world.change("Lead", lead, at, owner, Status=outcome)
        del world.latent["lead"][lead["Id"]]


def _convert(world: World, lead: Row, rng: Random, at: str) -> None:
    latent, owner = world.latent["lead"][lead["Id"]], lead["OwnerId"]
    closer = rng.choice(handover.successors(world, people.person(world, owner)["team"], "AE"))
    account = _account_for(world, lead, latent["territory"], closer, rng, at)
    contact = accounts.contact(
        world,
        rng,
        account,
        at,
        first=lead["FirstName"],
        last=lead["LastName"],
        email=lead["Email"],
        title=lead["Title"],
    )
    opportunity = opportunities.create(
        world,
        rng,
        at,
        owner=closer,
        account=account,
        kind="Expansion" if account["Type"] == "Customer" else "New Business",
        source=lead["LeadSource"],
        contact=contact["Id"],
        campaign=latent["campaign"],
        by=owner,
    )
    world.change(
        "Lead",
        lead,
        at,
        owner,
        Status="Qualified",
        IsConverted=1,
        ConvertedDate=world.day.isoformat(),
        ConvertedAccountId=account["Id"],
        ConvertedContactId=contact["Id"],
        ConvertedOpportunityId=opportunity["Id"],
    )


def _account_for(world: World, lead: Row, where: str, owner: str, rng: Random, at: str) -> Row:
    """An account that is already there, if the lead turns out to belong to one; else a new one."""
    if rng.random() < hazards()["leads"]["existing_account"]:
        country, today = lead["Country"], world.day.isoformat()
        known = [
            row for row in world.live("Account") if row["BillingCountry"] == country and row["CreatedDate"] < today
        ]
        if known:
            return rng.choice(known)
    details = {"name": lead["Company"], "segment": _segment_of(lead["NumberOfEmployees"]), "industry": lead["Industry"]}
    return accounts.found(world, rng, owner, where, at, source=lead["LeadSource"], **details)


def _segment_of(employees: int) -> str:
    segments = company()["segments"]
    return next((name for name, data in segments.items() if employees < data["employees"][1]), list(segments)[-1])
