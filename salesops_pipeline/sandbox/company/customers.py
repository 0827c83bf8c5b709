"""Customers: what becomes of an account when a contract is won, runs out, is renewed or lost."""

from __future__ import annotations

import datetime as dt
from random import Random

from salesops_pipeline.sandbox.company import currencies, handover, opportunities, people
from salesops_pipeline.sandbox.company.clock import stamp
from salesops_pipeline.sandbox.company.config import company, hazards
from salesops_pipeline.sandbox.company.world import Row, World

_YEAR = dt.timedelta(days=365)


def founding(world: World) -> None:
    """Some accounts are customers already; their contracts end some time in the coming year."""
    rng = world.rng("customers")
    for account in world.live("Account"):
        if rng.random() < hazards()["accounts"]["customers_at_founding"]:
            account["Type"] = "Customer"
            end = world.day + dt.timedelta(days=rng.randint(1, 365))
            amount = company()["segments"][account["Segment__c"]]["amount"] * rng.uniform(0.5, 1.6)
            world.latent["contract"][account["Id"]] = {"end": end.isoformat(), "amount": amount}


def daily(world: World) -> None:
    """Open renewals ahead of the end of contracts."""
    ahead = world.day + dt.timedelta(days=hazards()["opportunities"]["renewal_days_ahead"])
    end = ahead.isoformat()
    due = sorted(key for key, contract in world.latent["contract"].items() if contract["end"] == end)
    rng = world.rng("renewals")
    for account_id in due:
        account = world.rows["Account"].get(account_id)
        if account is None or account["IsDeleted"]:
            continue
        low, high = hazards()["amount"]["renewal_change"]
        amount = world.latent["contract"][account_id]["amount"] * (1 + rng.uniform(low, high))
        owner = account["OwnerId"]
        opportunities.create(
            world,
            rng,
            stamp(world.day, 3600 + rng.randrange(1800)),
            owner=owner,
            account=account,
            kind="Renewal",
            source="Referral",
            stage="Discovery",
            amount=amount,
            close=ahead,
            by=people.system_user(world),
        )


def closed(world: World, opportunity: Row, rng: Random, at: str) -> None:
    """An opportunity was won or lost: contracts begin, grow or end, and a new customer gets an account manager."""
    account = world.rows["Account"].get(opportunity["AccountId"])
    if account is None or account["IsDeleted"]:
        return
    contracts, kind = world.latent["contract"], opportunity["Type"]
    if opportunity["IsWon"]:
        amount = (opportunity["Amount"] or 0.0) / currencies.rate(world, opportunity["CurrencyIsoCode"])
        contract = contracts.setdefault(account["Id"], {"end": (world.day + _YEAR).isoformat(), "amount": 0.0})
        if kind == "Renewal":
            contract["amount"], contract["end"] = amount, (world.day + _YEAR).isoformat()
        else:
            contract["amount"] += amount
        if account["Type"] != "Customer":
            _welcome(world, account, rng, at)
    elif kind == "Renewal" and account["Id"] in contracts:
        del contracts[account["Id"]]
        world.change("Account", account, at, opportunity["OwnerId"], Type="Prospect")


def _welcome(world: World, account: Row, rng: Random, at: str) -> None:
    owner = account["OwnerId"]
    team = people.person(world, owner)["team"]
    managers = people.active(world, "AM", team=team) or handover.successors(world, team, "AM")
    heir = owner if people.person(world, owner)["role"] == "AM" else rng.choice(managers)
    world.change("Account", account, at, owner, Type="Customer", OwnerId=heir)
