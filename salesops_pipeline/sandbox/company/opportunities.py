"""Opportunities come to be: found by sellers, converted from leads, or because a contract ends."""

from __future__ import annotations

import datetime as dt
import math
from random import Random

from salesops_pipeline.sandbox.company import accounts, chances, changes, currencies, lines, people, products, splits
from salesops_pipeline.sandbox.company.clock import day_of, is_workday, month_end, stamp, working_moment
from salesops_pipeline.sandbox.company.config import company, hazards
from salesops_pipeline.sandbox.company.money import rounded
from salesops_pipeline.sandbox.company.world import Row, World


def create(
    world: World,
    rng: Random,
    at: str,
    *,
    owner: str,
    account: Row,
    kind: str,
    source: str,
    stage: str | None = None,
    amount: float | None = None,
    close: dt.date | None = None,
    contact: str | None = None,
    campaign: str | None = None,
    by: str | None = None,
) -> Row:
    """A new opportunity, with its first history rows.

    Args:
        world: The company.
        rng: Where chance comes from.
        at: When it is entered.
        owner: User id of the owner.
        account: The account's row.
        kind: New Business, Expansion or Renewal.
        source: Lead source.
        stage: First stage; drawn when None.
        amount: Expected amount in US dollars; drawn from the account's segment when None.
        close: Expected close date; drawn when None.
        contact: Id of the primary contact; one of the account's when None.
        campaign: Id of the campaign that brought it.
        by: User id of who enters it; the owner when None.
    """
    currency, family = account["CurrencyIsoCode"], rng.choices(lines.FAMILIES, [0.5, 0.25, 0.15, 0.1])[0]
    if stage is None:
        stages = hazards()["opportunities"]["initial_stage"]
        stage = rng.choices(list(stages), list(stages.values()))[0]
    expected = (amount or _typical_amount(rng, account, kind)) * currencies.rate(world, currency)
    missing = kind == "New Business" and rng.random() < hazards()["amount"]["missing"]
    first_amount = None if missing else _as_sellers_guess(expected, currency)
    close = close or _close_date(rng, world.day, kind)
    known_contacts = world.children("Contact", account["Id"])
    values = {"StageName": stage, "CloseDate": close.isoformat()}
    row = world.new(
        "Opportunity",
        at,
        by or owner,
        AccountId=account["Id"],
        Name=f"{account['Name']} - {family} {kind}"[:120],
        Amount=first_amount,
        Type=kind,
        LeadSource=source,
        CurrencyIsoCode=currency,
        CampaignId=campaign,
        ContactId=contact or (rng.choice(known_contacts)["Id"] if known_contacts else None),
        Pricebook2Id=products.book_id(world, products.PARTNER if source == "Partner" else products.STANDARD),
        OwnerId=owner,
        LastStageChangeDate=None,
        PushCount=0,
        **changes.derived(values, currency, first_amount),
    )
    world.latent["opportunity"][row["Id"]] = latent = {
        "family": family,
        "expected": expected,
        "quality": math.exp(rng.gauss(0.0, hazards()["odds"]["quality_sigma"])),
        "neglected": kind != "Renewal" and rng.random() < hazards()["pace"]["neglected_share"],
        "first_stage": stage,
    }
    latent["win_chance"] = round(chances.win_chance(chances.odds(world, row), row["StageName"]), 6)
    changes.record_creation(world, row)
    splits.maybe_share(world, row, rng, at)
    if kind == "Renewal":
        configure(world, row, rng, at, by or owner)
    return row


def configure(world: World, opportunity: Row, rng: Random, at: str, by: str) -> str:
    """Put products on an opportunity that has none; their sum becomes its amount. Returns the moment of the change."""
    latent = world.latent["opportunity"][opportunity["Id"]]
    target = opportunity["Amount"] or latent["expected"]
    total = lines.add(world, opportunity, target, latent["family"], rng, at, by)
    return changes.change(world, opportunity, at, by, Amount=total, HasOpportunityLineItem=1)


def _typical_amount(rng: Random, account: Row, kind: str) -> float:
    table = hazards()["amount"]
    typical = company()["segments"][account["Segment__c"] or "Mid-Market"]["amount"]
    return typical * table["factor"].get(kind, 1.0) * math.exp(rng.gauss(0.0, table["sigma"]))


def _as_sellers_guess(amount: float, currency: str) -> float:
    """A first guess has two or three leading digits and zeros."""
    step = 10 ** max(0, int(math.log10(max(amount, 1.0))) - 1)
    return max(float(step), rounded(round(amount / step) * step, currency))


def _close_date(rng: Random, day: dt.date, kind: str) -> dt.date:
    table = hazards()["close_date"]
    days = table["cycle_days"][kind] * math.exp(rng.gauss(0.0, 0.35))
    return snapped(rng, day + dt.timedelta(days=max(7, int(days))))


def snapped(rng: Random, day: dt.date) -> dt.date:
    """A date as sellers pick it: often the last day of the month."""
    return month_end(day) if rng.random() < hazards()["close_date"]["snap_to_month_end"] else day


def _own_accounts(world: World) -> dict[str, list[Row]]:
    by_owner: dict[str, list[Row]] = {}
    for row in world.live("Account"):
        by_owner.setdefault(row["OwnerId"], []).append(row)
    return by_owner


def founding(world: World) -> None:
    """The pipeline on the first day, taken over from whatever was used before."""
    rng, rates = world.rng("opportunities"), hazards()["opportunities"]
    own, stages = _own_accounts(world), rates["stage_at_founding"]
    for owner in people.active(world, *people.QUOTA_ROLES):
        at = stamp(world.day, 700)
        for _ in range(round(rates["open_at_founding"])):
            if own.get(owner):
                stage = rng.choices(list(stages), list(stages.values()))[0]
                account, source = rng.choice(own[owner]), accounts.source(rng)
                create(world, rng, at, owner=owner, account=account, kind="New Business", source=source, stage=stage)


def daily(world: World) -> None:
    """Sellers open opportunities at their own accounts: new business at prospects, expansions at customers."""
    if not is_workday(world.day):
        return
    rng, rates, own = world.rng("opportunities"), hazards()["opportunities"], _own_accounts(world)
    for owner in people.active(world, *people.QUOTA_ROLES):
        role = people.person(world, owner)["role"]
        if rng.random() >= rates["per_year"][role] / 260 * people.ramp(world, owner) * _holiday(world.day):
            continue
        expand = rng.random() < rates["expansion_share"][role]
        wanted = "Customer" if expand else "Prospect"
        at = working_moment(rng, world.day, people.hours(world, owner))
        candidates = [
            row for row in own.get(owner, ()) if row["Type"] == wanted and day_of(row["CreatedDate"]) < world.day
        ]
        if candidates:
            kind, source = ("Expansion", "Outbound") if expand else ("New Business", accounts.source(rng))
            create(world, rng, at, owner=owner, account=rng.choice(candidates), kind=kind, source=source)


def _holiday(day: dt.date) -> float:
    """Little new business is opened in August and at the turn of the year."""
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3):
        return 0.4
    return 0.75 if day.month == 8 else 1.0
