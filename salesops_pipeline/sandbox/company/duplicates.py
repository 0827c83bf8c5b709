"""Accounts that somebody enters although they are already there, spelled a little differently. The truth is kept.

``latent["duplicate"]`` remembers the original of each, so that tests can tell planted duplicates from chance.
"""

from __future__ import annotations

from random import Random

from salesops_pipeline.sandbox.company import accounts, opportunities, people
from salesops_pipeline.sandbox.company.clock import is_workday, stamp, working_moment
from salesops_pipeline.sandbox.company.config import hazards
from salesops_pipeline.sandbox.company.world import Row, World


def founding(world: World) -> None:
    """Some accounts were double before the first day."""
    rng, at = world.rng("duplicates"), stamp(world.day, 650)
    for original in world.live("Account"):
        if rng.random() < hazards()["accounts"]["duplicate_share_at_founding"]:
            _plant(world, rng, original, at)


def daily(world: World) -> None:
    """Somebody does not search before entering an account, often because a new opportunity has come up."""
    if not is_workday(world.day) or not world.due("duplicates", hazards()["accounts"]["duplicates_per_week"]):
        return
    rng, planted = world.rng("duplicates"), world.latent["duplicate"]
    originals = [row for row in world.live("Account") if row["Id"] not in planted and row["Website"]]
    if originals:
        original = rng.choice(originals)
        at = working_moment(rng, world.day, people.hours(world, original["OwnerId"]))
        account = _plant(world, rng, original, at)
        if rng.random() < hazards()["accounts"]["duplicate_with_opportunity"]:
            owner, source = account["OwnerId"], accounts.source(rng)
            opportunities.create(world, rng, at, owner=owner, account=account, kind="New Business", source=source)


def _plant(world: World, rng: Random, original: Row, at: str) -> Row:
    base = original["Name"].rsplit(" ", 1)[0]
    variant = rng.choice([base, base.upper(), f"{base} Holding", base.replace(" ", "-", 1), f"The {base}"])
    domain = original["Website"].removeprefix("https://www.")
    row = accounts.found(
        world,
        rng,
        original["OwnerId"],
        world.latent["account"][original["Id"]]["territory"],
        at,
        source=original["AccountSource"],
        name=variant,
        segment=original["Segment__c"],
        industry=original["Industry"],
    )
    row["Name"] = variant
    row["Website"] = rng.choice([None, f"https://{domain}", original["Website"]])
    row["NumberOfEmployees"] = rng.choice([None, original["NumberOfEmployees"]])
    row["AnnualRevenue"] = None
    world.latent["duplicate"][row["Id"]] = {
        "original": original["Id"],
        "planted_on": world.day.isoformat(),
        "merged_on": None,
    }
    return row
