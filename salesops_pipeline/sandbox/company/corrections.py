"""What happens to records afterwards: corrections of closed deals, deletes, undeletes, nightly system writes."""

from __future__ import annotations

import datetime as dt
from random import Random

from salesops_pipeline.sandbox.company import changes, handover, lines, people, recycle
from salesops_pipeline.sandbox.company.clock import day_of, is_workday, plus_seconds, stamp
from salesops_pipeline.sandbox.company.config import hazards
from salesops_pipeline.sandbox.company.world import Row, World

_OFFICE = (18 * 3600, 20 * 3600)
_NIGHT = 1800
_UNDELETE_AFTER = (2, 12)


def nightly(world: World) -> None:
    """System jobs: empty the recycle bin, and enrich some accounts from outside data, all with one stamp."""
    recycle.purge(world)
    rng, at = world.rng("night"), stamp(world.day, _NIGHT)
    accounts = world.live("Account")
    expected = hazards()["records"]["enriched_accounts_per_night"] * world.scale
    count = int(expected) + (rng.random() < expected % 1)
    for row in rng.sample(accounts, min(count, len(accounts))):
        employees = row["NumberOfEmployees"]
        world.touch(
            "Account", row, at, NumberOfEmployees=employees and max(1, round(employees * rng.uniform(0.97, 1.05)))
        )


def daily(world: World) -> None:
    """People correct, delete and restore records."""
    if not is_workday(world.day):
        return
    rng, rates = world.rng("corrections"), hazards()["records"]
    for _ in range(world.due("late amounts", rates["late_amount_edits"])):
        _late_amount(world, rng)
    for _ in range(world.due("late dates", rates["late_date_edits"])):
        _late_date(world, rng)
    for _ in range(world.due("opportunity deletes", rates["opportunity_deletes"])):
        _delete_opportunity(world, rng)
    for _ in range(world.due("lead deletes", rates["lead_deletes"])):
        _delete_lead(world, rng)
    _delete_tasks(world, rng, world.due("task deletes", rates["task_deletes"]))
    _undelete(world, rng)


def _moment(world: World, rng: Random) -> str:
    return stamp(world.day, rng.randrange(*_OFFICE))


def _closed(world: World, *, won_only: bool) -> list[Row]:
    """Opportunities closed two weeks to four months ago."""
    first, last = ((world.day - dt.timedelta(days=days)).isoformat() for days in (120, 14))
    return [
        row
        for row in world.live("Opportunity")
        if row["IsClosed"]
        and (row["IsWon"] or not won_only)
        and first <= row["CloseDate"] <= last
        and row["LastStageChangeDate"]
    ]


def _late_amount(world: World, rng: Random) -> None:
    candidates = [row for row in _closed(world, won_only=True) if row["HasOpportunityLineItem"]]
    if candidates:
        row, at, by = rng.choice(candidates), _moment(world, rng), people.operations_user(world)
        total = lines.resize(world, row, rng.choice([0.8, 0.9, 0.95, 1.05, 1.1, 1.25]), at, by)
        changes.change(world, row, at, by, Amount=total)
        world.counts["late edited", "Opportunity"] += 1


def _late_date(world: World, rng: Random) -> None:
    candidates = _closed(world, won_only=False)
    if candidates:
        row, at, by = rng.choice(candidates), _moment(world, rng), people.operations_user(world)
        moved = dt.date.fromisoformat(row["CloseDate"]) + dt.timedelta(
            days=rng.choice([-20, -10, -5, -3, -1, 1, 3, 10])
        )
        close = max(moved, day_of(row["CreatedDate"]))
        changes.change(world, row, at, by, CloseDate=close.isoformat())
        world.counts["late edited", "Opportunity"] += 1


def _delete_opportunity(world: World, rng: Random) -> None:
    """Entered by mistake, or a lost one that somebody tidies away. Won ones are never deleted."""
    oldest = (world.day - dt.timedelta(days=60)).isoformat()
    candidates = [row for row in world.live("Opportunity") if not row["IsWon"] and row["CreatedDate"] >= oldest]
    if candidates:
        row, at = rng.choice(candidates), _moment(world, rng)
        recycle.delete(world, "Opportunity", row, at, people.operations_user(world))
        if rng.random() < hazards()["records"]["undelete"]:
            back = world.day + dt.timedelta(days=rng.randint(*_UNDELETE_AFTER))
            world.latent["undelete"][row["Id"]] = {"on": back.isoformat()}


def _delete_lead(world: World, rng: Random) -> None:
    oldest = (world.day - dt.timedelta(days=60)).isoformat()
    candidates = [row for row in world.live("Lead") if not row["IsConverted"] and row["CreatedDate"] >= oldest]
    if candidates:
        row = rng.choice(candidates)
        recycle.delete(world, "Lead", row, _moment(world, rng), row["OwnerId"])
        world.latent["lead"].pop(row["Id"], None)


def _delete_tasks(world: World, rng: Random, count: int) -> None:
    if not count:
        return
    world.flush_buffers()
    window = (stamp(world.day - dt.timedelta(days=10), 0), stamp(world.day, 0))
    candidates = world.store.query(
        'select "Id", "OwnerId" from "Task" where "SystemModstamp" >= ? and "SystemModstamp" < ? and "IsDeleted" = 0'
        ' order by "Id"',
        window,
    )
    for record, owner in rng.sample(candidates, min(count, len(candidates))):
        recycle.delete_appended(world, "Task", record, _moment(world, rng), owner)
        world.latent["open_task"].pop(record, None)


def _undelete(world: World, rng: Random) -> None:
    waiting = world.latent["undelete"]
    for record in [key for key, data in sorted(waiting.items()) if data["on"] <= world.day.isoformat()]:
        del waiting[record]
        row, at = world.rows["Opportunity"].get(record), _moment(world, rng)
        if row and row["IsDeleted"]:
            recycle.undelete(world, "Opportunity", row, at, people.operations_user(world))
            if not row["IsClosed"]:
                handover.adopt(world, row, rng, plus_seconds(at, 60))
