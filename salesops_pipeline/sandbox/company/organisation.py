"""The organisation and its life: regions, teams and their managers; people who join, leave, move and are promoted."""

from __future__ import annotations

import datetime as dt
from random import Random

from salesops_pipeline.sandbox.company import handover, people
from salesops_pipeline.sandbox.company.clock import fiscal_quarter, stamp
from salesops_pipeline.sandbox.company.config import company, hazards
from salesops_pipeline.sandbox.company.world import Row, World

_AT = 5 * 60
"""Changes of the organisation are entered just after midnight UTC, before anybody works."""


def found_users(world: World) -> None:
    """The two users that exist before anybody sells: the integration and the administrator of sales operations."""
    at, domain = stamp(world.day, 10), company()["domain"]
    for first, last, title, kind in (
        ("Integration", "User", "System Integration", "AutomatedProcess"),
        ("Sales", "Operations", "Sales Operations Administrator", "Standard"),
    ):
        email = f"{first}.{last}@{domain}".lower()
        user = world.new(
            "User",
            at,
            "",
            Username=email,
            FirstName=first,
            LastName=last,
            Name=f"{first} {last}",
            Alias=first.lower()[:8],
            Email=email,
            Title=title,
            UserType=kind,
            IsActive=1,
            TimeZoneSidKey="America/New_York",
            LocaleSidKey="en_US",
            LanguageLocaleKey="en_US",
            DefaultCurrencyIsoCode="USD",
            CurrencyIsoCode="USD",
        )
        user["CreatedById"] = user["LastModifiedById"] = people.system_user(world)


def founding(world: World) -> None:
    """Set up roles, teams and people as they are on the first day."""
    at, rng = stamp(world.day, 20), world.rng("organisation")
    root = _role(world, "Sales", None, at)
    chief = people.join(world, "CRO", root, None, _past(world, rng, 4, 7), at)["Id"]
    regions = company()["regions"]
    weights = [region["share"] for region in regions.values()]
    for (name, region), sellers in zip(regions.items(), _apportion(world.people, weights), strict=True):
        if not sellers:
            continue
        region_role = _role(world, name, root, at)
        world.latent["team"][region_role] = {"region": name, "territories": [], "target": 0, "vacancies": []}
        head = people.join(world, "VP", region_role, chief, _past(world, rng, 3, 6), at)["Id"]
        territories = list(region["territories"])
        teams = max(1, round(sellers / company()["team_size"]))
        for index, size in enumerate(_apportion(sellers, [1.0] * teams)):
            own = territories[index::teams] or [territories[index % len(territories)]]
            label = name if teams == 1 else own[0] if index < len(territories) else f"{own[0]} {index}"
            team = _role(world, f"{label} Sales", region_role, at)
            world.latent["team"][team] = {"region": name, "territories": own, "target": size, "vacancies": []}
            manager = people.join(world, "Manager", team, head, _past(world, rng, 2, 5), at)["Id"]
            for seat in range(size):
                pattern = company()["role_pattern"]
                people.join(world, pattern[seat % len(pattern)], team, manager, _past(world, rng, 0.1, 4), at)


def _role(world: World, name: str, parent: str | None, at: str) -> str:
    developer_name = name.replace(" & ", "_").replace(" ", "_")
    by = people.system_user(world)
    role = world.new("UserRole", at, by, Name=name, ParentRoleId=parent, DeveloperName=developer_name)
    return role["Id"]


def _past(world: World, rng: Random, from_years: float, to_years: float) -> dt.date:
    return world.day - dt.timedelta(days=int(rng.uniform(from_years, to_years) * 365))


def _apportion(total: int, weights: list[float]) -> list[int]:
    """Whole numbers that sum to ``total`` in proportion to ``weights`` (largest remainders; ties to the first)."""
    exact = [total * weight / sum(weights) for weight in weights]
    parts = [int(value) for value in exact]
    order = sorted(range(len(weights)), key=lambda index: (parts[index] - exact[index], index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def daily(world: World) -> None:
    """Fill vacancies that are due; decide about people on the first of the month, about positions each quarter."""
    rng, at = world.rng("organisation"), stamp(world.day, _AT)
    if world.day.day == 1:
        _monthly(world, rng, at)
    if world.day == fiscal_quarter(world.day).start:
        for team in _teams(world):
            data = world.latent["team"][team]
            data["target"] += int(rng.random() < data["target"] * hazards()["people"]["growth_per_quarter"])
    for team in _teams(world):
        _staff(world, team, rng, at)


def _teams(world: World) -> list[str]:
    return [team for team in world.rows["UserRole"] if world.latent["team"].get(team, {}).get("territories")]


def _monthly(world: World, rng: Random, at: str) -> None:
    rates = hazards()["people"]
    for user_id in people.active(world, *people.SELLING_ROLES, "Manager"):
        data = people.person(world, user_id)
        chance = rng.random()
        if chance < rates["leave"][data["role"]]:
            _leave(world, user_id, rng, at)
        elif data["role"] in people.SELLING_ROLES and chance > 1 - rates["transfer"]:
            _transfer(world, user_id, rng, at)
        elif data["role"] == "SDR" and _days_in_role(world, user_id) > 365 and rng.random() < rates["promote_sdr"]:
            handover.leads(world, user_id, rng, at)
            people.assign(world, user_id, at, role="AE")


def _days_in_role(world: World, user_id: str) -> int:
    return (world.day - dt.date.fromisoformat(people.person(world, user_id)["since"])).days


def _leave(world: World, user_id: str, rng: Random, at: str) -> None:
    people.leave(world, user_id, at)
    data = people.person(world, user_id)
    if data["role"] == "Manager":
        _replace_manager(world, user_id, at)
    handover.everything(world, user_id, rng, at)


def _replace_manager(world: World, manager: str, at: str) -> None:
    """The longest-serving account executive takes over; without one the team reports to the head of the region."""
    data = people.person(world, manager)
    candidates = people.active(world, "AE", team=data["team"]) or people.active(world, "AM", team=data["team"])
    successor = min(candidates, key=lambda user_id: people.person(world, user_id)["hire"], default=None)
    if successor:
        people.assign(world, successor, at, role="Manager", manager=data["manager"])
    for user_id in people.active(world, *people.SELLING_ROLES, team=data["team"]):
        people.assign(world, user_id, at, manager=successor or data["manager"])


def _transfer(world: World, user_id: str, rng: Random, at: str) -> None:
    data = people.person(world, user_id)
    here = [team for team in _teams(world) if world.latent["team"][team]["region"] == data["region"]]
    others = [team for team in (here if len(here) > 1 else _teams(world)) if team != data["team"]]
    if not others:
        return
    team, old_team = rng.choice(others), data["team"]
    people.assign(world, user_id, at, team=team, manager=_manager_of(world, team))
    handover.after_transfer(world, user_id, old_team, rng, at)


def _manager_of(world: World, team: str) -> str | None:
    managers = people.active(world, "Manager", team=team)
    if managers:
        return managers[0]
    parent = world.rows["UserRole"][team]["ParentRoleId"]
    return next(iter(people.active(world, "VP", team=parent)), None)


def _staff(world: World, team: str, rng: Random, at: str) -> None:
    """Hire for vacancies whose day has come, and open new ones where the team is short."""
    data = world.latent["team"][team]
    waiting = []
    for vacancy in data["vacancies"]:
        if vacancy["on"] <= world.day.isoformat():
            _hire(world, vacancy["role"], team, at)
        else:
            waiting.append(vacancy)
    data["vacancies"] = waiting
    staffed = [
        people.person(world, user_id)["role"] for user_id in people.active(world, *people.SELLING_ROLES, team=team)
    ]
    staffed += [vacancy["role"] for vacancy in waiting]
    pattern = company()["role_pattern"]
    while len(staffed) < data["target"]:
        wanted = [pattern[seat % len(pattern)] for seat in range(data["target"])]
        role = max(people.SELLING_ROLES, key=lambda name: wanted.count(name) - staffed.count(name))
        first, last = hazards()["people"]["vacancy_days"]
        due = world.day + dt.timedelta(days=rng.randint(first, last))
        data["vacancies"].append({"on": due.isoformat(), "role": role})
        staffed.append(role)


def _hire(world: World, role: str, team: str, at: str) -> Row:
    return people.join(world, role, team, _manager_of(world, team), world.day, at)
