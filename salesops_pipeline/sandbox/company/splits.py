"""Revenue splits (shares of the amount, 100 % in sum) and overlay splits (credit on top, any sum)."""

from __future__ import annotations

from random import Random

from salesops_pipeline.sandbox.company import people
from salesops_pipeline.sandbox.company.clock import stamp
from salesops_pipeline.sandbox.company.config import hazards
from salesops_pipeline.sandbox.company.money import shares
from salesops_pipeline.sandbox.company.recycle import delete
from salesops_pipeline.sandbox.company.world import Row, World

REVENUE, OVERLAY = "Revenue", "Overlay"


def founding(world: World) -> None:
    """The two kinds of split."""
    for name, totals in ((REVENUE, 1), (OVERLAY, 0)):
        world.new(
            "OpportunitySplitType",
            stamp(world.day, 15),
            people.system_user(world),
            DeveloperName=name,
            MasterLabel=name,
            Language="en_US",
            IsActive=1,
            IsTotalValidated=totals,
            SplitField="Amount",
            SplitEntity="Opportunity",
            SplitDataStatus="Enabled",
        )


def type_id(world: World, name: str) -> str:
    """The id of a kind of split."""
    return next(row["Id"] for row in world.rows["OpportunitySplitType"].values() if row["DeveloperName"] == name)


def maybe_share(world: World, opportunity: Row, rng: Random, at: str) -> None:
    """Some opportunities are worked by two: the owner keeps 50 to 80 %; a few carry an overlay for a specialist."""
    rates, owner = hazards()["opportunities"], opportunity["OwnerId"]
    chance, overlay_chance = rng.random(), rng.random()
    team = people.person(world, owner)["team"]
    helpers = [other for other in people.active(world, *people.QUOTA_ROLES, team=team) if other != owner]
    if chance < rates["revenue_split"] and helpers:
        kept = float(rng.choice([50, 60, 70, 75, 80]))
        _add(world, opportunity, at, REVENUE, [(owner, kept), (rng.choice(helpers), 100.0 - kept)])
    specialists = [other for other in people.active(world, "SDR", team=team) if other != owner]
    if overlay_chance < rates["overlay_split"] and specialists:
        _add(world, opportunity, at, OVERLAY, [(rng.choice(specialists), float(rng.choice([10, 20, 25, 100])))])


def _add(world: World, opportunity: Row, at: str, kind: str, parts: list[tuple[str, float]]) -> None:
    currency, amount = opportunity["CurrencyIsoCode"], opportunity["Amount"] or 0.0
    amounts = shares(amount, [percentage for _, percentage in parts], currency)
    for (user_id, percentage), part in zip(parts, amounts, strict=True):
        world.new(
            "OpportunitySplit",
            at,
            opportunity["OwnerId"],
            OpportunityId=opportunity["Id"],
            SplitOwnerId=user_id,
            SplitTypeId=type_id(world, kind),
            SplitPercentage=percentage,
            SplitAmount=part,
            CurrencyIsoCode=currency,
        )


def _splits(world: World, opportunity: Row) -> list[Row]:
    return world.children("OpportunitySplit", opportunity["Id"])


def live(world: World, opportunity: Row, kind: str) -> list[Row]:
    """The splits of one kind that are not deleted."""
    wanted = type_id(world, kind)
    return [row for row in _splits(world, opportunity) if row["SplitTypeId"] == wanted and not row["IsDeleted"]]


def resize(world: World, opportunity: Row, at: str, by: str) -> None:
    """The amount changed: so do the amounts of the splits, to the cent."""
    if not _splits(world, opportunity):
        return
    for kind in (REVENUE, OVERLAY):
        rows = live(world, opportunity, kind)
        if rows:
            percentages = [row["SplitPercentage"] for row in rows]
            parts = shares(opportunity["Amount"] or 0.0, percentages, opportunity["CurrencyIsoCode"])
            for row, part in zip(rows, parts, strict=True):
                if row["SplitAmount"] != part:
                    world.change("OpportunitySplit", row, at, by, SplitAmount=part)


def pass_on(world: World, opportunity: Row, old: str, new: str, at: str, by: str) -> None:
    """The owner changed: the new one takes over the old one's part, which is merged if they already have one."""
    if not _splits(world, opportunity):
        return
    rows = {row["SplitOwnerId"]: row for row in live(world, opportunity, REVENUE)}
    if old not in rows:
        return
    if new in rows:
        percentage = rows[old]["SplitPercentage"] + rows[new]["SplitPercentage"]
        delete(world, "OpportunitySplit", rows[old], at, by)
        world.change("OpportunitySplit", rows[new], at, by, SplitPercentage=percentage)
        resize(world, opportunity, at, by)
    else:
        world.change("OpportunitySplit", rows[old], at, by, SplitOwnerId=new)
