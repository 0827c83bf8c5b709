"""What somebody owned finds a new owner when they leave, move or change role. Closed opportunities stay put."""

from __future__ import annotations

from random import Random

from salesops_pipeline.sandbox.company import changes, people
from salesops_pipeline.sandbox.company.world import Row, World


def successors(world: World, team: str | None, *roles: str) -> list[str]:
    """Who can take over in a team: people in the roles, else any closer, the manager, the head, anybody who sells."""
    parent = world.rows["UserRole"].get(team or "", {}).get("ParentRoleId")
    return (
        people.active(world, *roles, team=team)
        or people.active(world, *people.QUOTA_ROLES, team=team)
        or people.active(world, "Manager", team=team)
        or people.active(world, "VP", team=parent)
        or people.active(world, "VP", "CRO")
    )


def everything(world: World, user_id: str, rng: Random, at: str) -> None:
    """A leaver's accounts, open opportunities and leads go to the team."""
    data = people.person(world, user_id)
    _accounts_and_opportunities(world, user_id, data["team"], rng, at, share=1.0)
    leads(world, user_id, rng, at)


def after_transfer(world: World, user_id: str, old_team: str, rng: Random, at: str) -> None:
    """Accounts and leads stay with the old team; about half of the open opportunities travel with the seller."""
    _accounts_and_opportunities(world, user_id, old_team, rng, at, share=0.5)
    leads(world, user_id, rng, at, team=old_team)


def leads(world: World, user_id: str, rng: Random, at: str, *, team: str | None = None) -> None:
    """Leads that are still being worked go to the sales development of the team."""
    heirs = [
        heir for heir in successors(world, team or people.person(world, user_id)["team"], "SDR") if heir != user_id
    ]
    if not heirs:
        return
    by = people.operations_user(world)
    for row in world.live("Lead"):
        if row["OwnerId"] == user_id and not row["IsConverted"] and row["Status"] in ("New", "Working"):
            world.change("Lead", row, at, by, OwnerId=rng.choice(heirs))


def _accounts_and_opportunities(world: World, user_id: str, team: str, rng: Random, at: str, *, share: float) -> None:
    heirs = [heir for heir in successors(world, team, people.person(world, user_id)["role"]) if heir != user_id]
    if not heirs:
        return
    by = people.operations_user(world)
    heir_of: dict[str, str] = {}
    for row in world.live("Account"):
        if row["OwnerId"] == user_id:
            heir_of[row["Id"]] = rng.choice(heirs)
            world.change("Account", row, at, by, OwnerId=heir_of[row["Id"]])
    for row in world.live("Contact"):
        if row["OwnerId"] == user_id and row["AccountId"] in heir_of:
            world.change("Contact", row, at, by, OwnerId=heir_of[row["AccountId"]])
    for row in world.open_opportunities():
        if row["OwnerId"] == user_id and rng.random() < share:
            changes.change_owner(world, row, heir_of.get(row["AccountId"]) or rng.choice(heirs), at, by)


def adopt(world: World, opportunity: Row, rng: Random, at: str) -> None:
    """An opportunity that is worked again, after its owner has left, goes to that owner's team."""
    owner = opportunity["OwnerId"]
    if not world.rows["User"][owner]["IsActive"]:
        heirs = successors(world, people.person(world, owner)["team"], "AE")
        changes.change_owner(world, opportunity, rng.choice(heirs), at, people.operations_user(world))
