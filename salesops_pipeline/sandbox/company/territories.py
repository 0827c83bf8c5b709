"""The map: a tree of territories, who works which, and which accounts lie in them."""

from __future__ import annotations

import re

from salesops_pipeline.sandbox.company.clock import stamp
from salesops_pipeline.sandbox.company.config import company
from salesops_pipeline.sandbox.company.world import Row, World

_ROLE_IN_TERRITORY = {"AE": "Owner", "AM": "Owner", "SDR": "Specialist", "Manager": "Manager"}


def founding(world: World) -> None:
    """Draw the map: one territory per region, and the regions' own below it."""
    at, by = stamp(world.day, 30), next(iter(world.rows["User"]))
    for region_name, region in company()["regions"].items():
        parent = _territory(world, region_name, None, at, by)
        for name in region["territories"]:
            _territory(world, name, parent["Id"], at, by)


def _territory(world: World, name: str, parent: str | None, at: str, by: str) -> Row:
    return world.new(
        "Territory2",
        at,
        by,
        Name=name,
        DeveloperName=re.sub(r"\W+", "_", name),
        ParentTerritory2Id=parent,
        AccountAccessLevel="Edit",
        OpportunityAccessLevel="Edit",
    )


def id_of(world: World, name: str) -> str:
    """The id of the territory of that name."""
    ids = world.memo.setdefault("territory_ids", {row["Name"]: row["Id"] for row in world.rows["Territory2"].values()})
    return ids[name]


def staff(world: World, user_id: str, team: str | None, role: str, at: str) -> None:
    """Put a person into the territories of a team; people above the teams have none."""
    for name in world.latent["team"].get(team or "", {}).get("territories", ()):
        world.new(
            "UserTerritory2Association",
            at,
            next(iter(world.rows["User"])),
            UserId=user_id,
            Territory2Id=id_of(world, name),
            RoleInTerritory2=_ROLE_IN_TERRITORY[role],
            IsActive=1,
        )


def withdraw(world: World, user_id: str, at: str) -> None:
    """Take a person out of all territories: the rows stay, inactive."""
    for row in world.rows["UserTerritory2Association"].values():
        if row["UserId"] == user_id and row["IsActive"]:
            world.change("UserTerritory2Association", row, at, next(iter(world.rows["User"])), IsActive=0)


def place(world: World, account: Row, territory: str, at: str) -> None:
    """Put an account into a territory, as an assignment rule does."""
    world.new(
        "ObjectTerritory2Association",
        at,
        next(iter(world.rows["User"])),
        ObjectId=account["Id"],
        Territory2Id=id_of(world, territory),
        AssociationCause="Territory2AssignmentRule",
        SobjectType="Account",
    )
