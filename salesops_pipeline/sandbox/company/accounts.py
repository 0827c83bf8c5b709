"""The market: companies that are sold to, their subsidiaries and contacts."""

from __future__ import annotations

import datetime as dt
import math
import re
from random import Random

from salesops_pipeline.sandbox.company import currencies, people, territories
from salesops_pipeline.sandbox.company.clock import is_workday, stamp, working_moment
from salesops_pipeline.sandbox.company.config import company, hazards, names, territory
from salesops_pipeline.sandbox.company.money import rounded
from salesops_pipeline.sandbox.company.world import Row, World
from salesops_pipeline.sandbox.objects.accounts import INDUSTRIES

_ENDINGS = ("", "", "", " Group", " International", " Services", " Labs")


def company_name(world: World, rng: Random) -> str:
    """A company name, without legal form, that nobody in the market has yet."""
    taken = world.latent["company_name"]
    while True:
        name = f"{rng.choice(names()['company_first'])} {rng.choice(names()['company_second'])}{rng.choice(_ENDINGS)}"
        if name not in taken:
            taken[name] = {}
            return name


def slug(name: str) -> str:
    """The part of a company name that its domain is made of."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def segment(rng: Random) -> str:
    """A customer segment, as common as it is in the market."""
    segments = company()["segments"]
    return rng.choices(list(segments), [data["weight"] for data in segments.values()])[0]


def found(world: World, rng: Random, owner: str, where: str, at: str, *, source: str, **known: str) -> Row:
    """A new account with contacts, in a territory.

    Args:
        world: The company.
        rng: Where chance comes from.
        owner: User id of the owner, who also enters it.
        where: Name of the territory.
        at: The moment it is entered.
        source: Where it came from, one of the lead sources.
        known: ``name`` without legal form, ``segment`` or ``industry`` where they are already known.
    """
    place, name = territory(where), known.get("name") or company_name(world, rng)
    segment_name = known.get("segment") or segment(rng)
    low, high = company()["segments"][segment_name]["employees"]
    employees = int(math.exp(rng.uniform(math.log(low), math.log(high))))
    city, state, postal_code = rng.choice(place["places"])
    revenue = employees * rng.uniform(120_000, 320_000) * currencies.rate(world, place["currency"])
    account = world.new(
        "Account",
        at,
        owner,
        Name=f"{name} {rng.choice(place['legal_forms'])}",
        Type="Prospect",
        BillingCity=city,
        BillingState=state,
        BillingPostalCode=postal_code,
        BillingCountry=place["country"],
        Phone=f"+1 202 555 01{rng.randrange(100):02d}" if place["country"] == "United States" else None,
        Website=f"https://www.{slug(name)}.example",
        Industry=known.get("industry") or rng.choice(INDUSTRIES),
        AnnualRevenue=float(round(rounded(revenue, place["currency"]), -3)),
        NumberOfEmployees=employees,
        YearStarted=str(rng.randint(1950, 2018)),
        AccountSource=source,
        CurrencyIsoCode=place["currency"],
        OwnerId=owner,
        Segment__c=segment_name,
    )
    world.latent["account"][account["Id"]] = {"territory": where}
    territories.place(world, account, where, at)
    for _ in range(rng.randint(*hazards()["accounts"]["contacts"])):
        contact(world, rng, account, at)
    return account


def contact(world: World, rng: Random, account: Row, at: str, **known: str) -> Row:
    """A new contact at an account; ``known`` gives ``first``, ``last``, ``email`` or ``title`` of a person known."""
    first = known.get("first") or rng.choice(names()["first"])
    last = known.get("last") or rng.choice(names()["last"])
    domain = (account["Website"] or "https://www.unknown.example").removeprefix("https://").removeprefix("www.")
    return world.new(
        "Contact",
        at,
        account["OwnerId"],
        AccountId=account["Id"],
        FirstName=first,
        LastName=last,
        Name=f"{first} {last}",
        Email=known.get("email") or f"{first}.{last}@{domain}".lower(),
        Title=known.get("title") or rng.choice(company()["contact_titles"]),
        MailingCountry=account["BillingCountry"],
        LeadSource=account["AccountSource"],
        CurrencyIsoCode=account["CurrencyIsoCode"],
        OwnerId=account["OwnerId"],
    )


def founding(world: World) -> None:
    """The customer base on the first day, entered by a migration that kept the original creation dates."""
    rng, at = world.rng("accounts"), stamp(world.day, 600)
    by, rates = people.system_user(world), hazards()["accounts"]
    for owner in people.active(world, *people.QUOTA_ROLES):
        sellers = len(people.active(world, *people.SELLING_ROLES))
        closers = len(people.active(world, *people.QUOTA_ROLES))
        for _ in range(round(rates["at_founding"] * sellers / closers)):
            account = found(world, rng, owner, territory_of(world, rng, owner), at, source=source(rng))
            entered = stamp(world.day - dt.timedelta(days=rng.randint(30, 1500)), rng.randrange(86_000))
            for row in (account, *world.children("Contact", account["Id"])):
                row["CreatedDate"], row["CreatedById"] = entered, by
            _maybe_subsidiary(world, rng, account)


def territory_of(world: World, rng: Random, user_id: str) -> str:
    """One of the territories that a person's team works, or any of the region's for people above the teams."""
    data = people.person(world, user_id)
    own = world.latent["team"].get(data["team"], {}).get("territories")
    regions = company()["regions"]
    return rng.choice(own or list(regions[data["region"] or next(iter(regions))]["territories"]))


def source(rng: Random) -> str:
    """Where an account or lead came from."""
    weights = company()["lead_sources"]
    return rng.choices(list(weights), list(weights.values()))[0]


def daily(world: World) -> None:
    """Sellers find companies on their own."""
    if not is_workday(world.day):
        return
    rng, rates = world.rng("accounts"), hazards()["accounts"]
    for owner in people.active(world, *people.QUOTA_ROLES):
        if rng.random() < rates["prospects_per_year"] / 260 * people.ramp(world, owner):
            at = working_moment(rng, world.day, people.hours(world, owner))
            account = found(world, rng, owner, territory_of(world, rng, owner), at, source="Outbound")
            _maybe_subsidiary(world, rng, account)


def _maybe_subsidiary(world: World, rng: Random, account: Row) -> None:
    if rng.random() >= hazards()["accounts"]["subsidiary_share"]:
        return
    parents = [
        row
        for row in world.live("Account")
        if row["Segment__c"] == "Enterprise" and not row["ParentId"] and row["Id"] != account["Id"]
    ]
    if parents:
        account["ParentId"] = rng.choice(parents)["Id"]
