"""Who is who: looking people up, and the three things that can happen to one - joining, changing position, leaving.

``latent["person"]`` keeps the role, the team, the skill and the spells (who was where under whom, from when to when)
that Salesforce does not keep; ``latent["team"]`` keeps the region, the territories and the positions of a team.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from salesops_pipeline.sandbox.company import territories
from salesops_pipeline.sandbox.company.clock import stamp
from salesops_pipeline.sandbox.company.config import company, hazards, names
from salesops_pipeline.sandbox.company.world import Row, World

SELLING_ROLES = ("SDR", "AE", "AM")
QUOTA_ROLES = ("AE", "AM")


def person(world: World, user_id: str) -> dict[str, Any]:
    """The latent side of a user."""
    return world.latent["person"][user_id]


def system_user(world: World) -> str:
    """The user that integrations and nightly jobs write as: the first of the org."""
    return next(iter(world.rows["User"]))


def operations_user(world: World) -> str:
    """The sales operations administrator: the second user of the org."""
    return list(world.rows["User"])[1]


def active(world: World, *roles: str, team: str | None = None) -> list[str]:
    """Ids of people who work here in one of the roles, longest known first."""
    people = world.latent["person"]
    return [
        user_id
        for user_id in world.rows["User"]
        if (data := people.get(user_id))
        and data["leave"] is None
        and data["role"] in roles
        and (team is None or data["team"] == team)
    ]


def hours(world: World, user_id: str) -> list[int]:
    """When this person works, UTC ``[from, to)``; people without a region work in the first one."""
    regions = company()["regions"]
    region = world.latent["person"].get(user_id, {}).get("region")
    return regions[region]["hours"] if region in regions else next(iter(regions.values()))["hours"]


def ramp(world: World, user_id: str) -> float:
    """How far a seller has come on the way to full pace, 0.2 to 1."""
    since = dt.date.fromisoformat(person(world, user_id)["since"])
    return min(1.0, 0.2 + 0.8 * (world.day - since).days / hazards()["odds"]["ramp_days"])


def join(world: World, role: str, team: str | None, manager: str | None, hired: dt.date, at: str) -> Row:
    """A person joins: a user, an assignment, and the team's territories."""
    rng = world.rng(f"join/{len(world.rows['User'])}")
    first, last = rng.choice(names()["first"]), rng.choice(names()["last"])
    sequence = len(world.rows["User"]) + 1
    email = f"{first}.{last}.{sequence}@{company()['domain']}".lower()
    region_name = world.latent["team"][team]["region"] if team in world.latent["team"] else None
    region = company()["regions"].get(region_name, {})
    user = world.new(
        "User",
        at,
        system_user(world),
        Username=email,
        FirstName=first,
        LastName=last,
        Name=f"{first} {last}",
        Alias=f"{first[0]}{last[:4]}".lower(),
        Email=email,
        Title=company()["roles"][role]["title"],
        Department=company()["roles"][role]["department"],
        Division=region_name,
        EmployeeNumber=f"{1000 + sequence}",
        UserType="Standard",
        IsActive=1,
        ForecastEnabled=int(role != "SDR"),
        UserRoleId=team,
        ManagerId=manager,
        TimeZoneSidKey=region.get("time_zone", "America/New_York"),
        LocaleSidKey=region.get("locale", "en_US"),
        LanguageLocaleKey="en_US",
        DefaultCurrencyIsoCode="USD",
        CurrencyIsoCode="USD",
    )
    user["CreatedDate"] = min(at, stamp(hired, 8 * 3600))
    world.latent["person"][user["Id"]] = {
        "role": role,
        "team": team,
        "region": region_name,
        "manager": manager,
        "skill": math.exp(rng.gauss(0.0, hazards()["odds"]["skill_sigma"])),
        "hire": hired.isoformat(),
        "since": hired.isoformat(),
        "leave": None,
        "spells": [[hired.isoformat(), None, team, manager, company()["roles"][role]["title"]]],
    }
    territories.staff(world, user["Id"], team, role, at)
    return user


def assign(world: World, user_id: str, at: str, **changes: str | None) -> None:
    """Move a person: ``team``, ``manager`` or ``role``. The old spell ends today, the new one begins."""
    data = person(world, user_id)
    changes = {key: value for key, value in changes.items() if data[key] != value}
    if not changes:
        return
    data.update(changes)
    today = world.day.isoformat()
    if "role" in changes:
        data["since"] = today
    if "team" in changes:
        data["region"] = world.latent["team"][data["team"]]["region"]
        territories.withdraw(world, user_id, at)
        territories.staff(world, user_id, data["team"], data["role"], at)
    title = company()["roles"][data["role"]]["title"]
    spell = [today, None, data["team"], data["manager"], title]
    if data["spells"][-1][0] == today:
        data["spells"][-1] = spell
    else:
        data["spells"][-1][1] = today
        data["spells"].append(spell)
    world.change(
        "User",
        world.rows["User"][user_id],
        at,
        operations_user(world),
        UserRoleId=data["team"],
        ManagerId=data["manager"],
        Title=title,
        Department=company()["roles"][data["role"]]["department"],
        Division=data["region"],
        ForecastEnabled=int(data["role"] != "SDR"),
    )


def leave(world: World, user_id: str, at: str) -> None:
    """A person leaves: today is the first day without them. What they owned is not handed over here."""
    data = person(world, user_id)
    data["leave"] = data["spells"][-1][1] = world.day.isoformat()
    territories.withdraw(world, user_id, at)
    world.change("User", world.rows["User"][user_id], at, operations_user(world), IsActive=0)
