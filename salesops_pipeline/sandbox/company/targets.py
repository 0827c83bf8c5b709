"""Whom an activity is about: the opportunities, leads and accounts that a person works on, as they were yesterday."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from salesops_pipeline.sandbox.company import people
from salesops_pipeline.sandbox.company.world import Row, World

_LEAD_SHARE = 0.8
_OPPORTUNITY_SHARE = {"SDR": 0.1, "AE": 0.8, "AM": 0.55, "Manager": 0.8}


@dataclass(frozen=True, slots=True)
class Target:
    """The records an activity refers to, and since when they exist."""

    since: str
    who: str | None = None
    account: str | None = None
    opportunity: str | None = None
    lead: str | None = None


class Targets:
    """What everybody owns at the start of a day."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._today = world.day.isoformat()
        self._opportunities = self._by_owner(world.open_opportunities())
        self._leads = self._by_owner([world.rows["Lead"][key] for key in sorted(world.latent["lead"])])
        self._accounts = self._by_owner(world.live("Account"))
        self._members: dict[str, list[str]] = {}

    def _by_owner(self, rows: list[Row]) -> dict[str, list[Row]]:
        owned: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row["CreatedDate"] < self._today:
                owned[row["OwnerId"]].append(row)
        return owned

    def pick(self, rng: Random, user_id: str, role: str) -> Target | None:
        """Something for this person to work on, or None if they have nothing."""
        owner = user_id
        if role == "Manager":
            members = self._team_of(user_id)
            owner = rng.choice(members) if members else user_id
        leads, opportunities = self._leads.get(owner, []), self._opportunities.get(owner, [])
        if leads and role == "SDR" and rng.random() < _LEAD_SHARE:
            lead = rng.choice(leads)
            return Target(lead["CreatedDate"], who=lead["Id"], lead=lead["Id"])
        if opportunities and rng.random() < _OPPORTUNITY_SHARE[role]:
            row = rng.choice(opportunities)
            return self._target(rng, row["CreatedDate"], row["AccountId"], row["Id"])
        accounts = self._accounts.get(owner, [])
        if accounts:
            row = rng.choice(accounts)
            return self._target(rng, row["CreatedDate"], row["Id"], None)
        return None

    def _team_of(self, manager: str) -> list[str]:
        if manager not in self._members:
            team = people.person(self._world, manager)["team"]
            self._members[manager] = people.active(self._world, *people.QUOTA_ROLES, team=team)
        return self._members[manager]

    def _target(self, rng: Random, since: str, account: str, opportunity: str | None) -> Target:
        contacts = [row for row in self._world.children("Contact", account) if row["CreatedDate"] < self._today]
        who = rng.choice(contacts)["Id"] if contacts else None
        return Target(since, who=who, account=account, opportunity=opportunity)
