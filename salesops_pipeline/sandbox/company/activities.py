"""What people log: calls, e-mails and to-dos as tasks, meetings as events, some of them days late.

``latent["open_task"]`` holds to-dos that are not done yet, ``latent["rollup"]`` the days of last activity that a weekly
job writes into the records concerned.
"""

from __future__ import annotations

import datetime as dt
import math
from random import Random

from salesops_pipeline.sandbox.company import people
from salesops_pipeline.sandbox.company.clock import day_of, is_workday, plus_seconds, stamp, working_moment
from salesops_pipeline.sandbox.company.config import hazards
from salesops_pipeline.sandbox.company.targets import Target, Targets
from salesops_pipeline.sandbox.company.world import World

_SUBJECTS = {
    "call": ("Intro call", "Follow-up call", "Pricing call", "Check-in call"),
    "email": ("Email: next steps", "Email: proposal", "Email: meeting notes", "Email: introduction"),
    "todo": ("Prepare proposal", "Send contract", "Update forecast", "Research account"),
    "meeting": ("Discovery meeting", "Demo", "Negotiation meeting", "Business review"),
}
_DISPOSITIONS = ("Connected", "Left voicemail", "No answer")
_DONE_PER_DAY = 0.45
_FORGOTTEN_DAYS = 30


def daily(world: World) -> None:
    """Everybody at work logs what they did; open to-dos get done; on Sundays the last-activity roll-up runs."""
    if world.day.weekday() == 6:
        _roll_up(world)
    if not is_workday(world.day):
        return
    rng, rates, targets = world.rng("activities"), hazards()["activities"], Targets(world)
    for role, per_day in rates["per_day"].items():
        kinds, weights = list(rates["mix"][role]), list(rates["mix"][role].values())
        for user_id in people.active(world, role):
            pace = people.ramp(world, user_id) if role in people.SELLING_ROLES else 1.0
            for _ in range(_poisson(rng, per_day * max(pace, 0.5))):
                target = targets.pick(rng, user_id, role)
                if target:
                    _log(world, rng, user_id, rng.choices(kinds, weights)[0], target)
    _finish_todos(world, rng)


def _poisson(rng: Random, mean: float) -> int:
    """A Poisson draw by multiplication of uniforms; fine for small means."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def _log(world: World, rng: Random, user_id: str, kind: str, target: Target) -> None:
    at = working_moment(rng, world.day, people.hours(world, user_id))
    took_place = world.day
    if rng.random() < hazards()["activities"]["logged_late"]:
        since = max(dt.date.fromisoformat(people.person(world, user_id)["since"]), day_of(target.since))
        took_place = max(since, world.day - dt.timedelta(days=rng.randint(1, 5)))
    if kind == "meeting":
        _meeting(world, rng, user_id, target, at, took_place)
    else:
        _task(world, rng, user_id, kind, target, at, took_place)
    if kind != "todo" and took_place <= world.day:
        for sobject, record in (
            ("Opportunity", target.opportunity),
            ("Account", target.account),
            ("Lead", target.lead),
        ):
            if record:
                world.latent["rollup"][record] = {"sobject": sobject, "day": took_place.isoformat()}


def _task(world: World, rng: Random, user_id: str, kind: str, target: Target, at: str, took_place: dt.date) -> None:
    todo, call = kind == "todo", kind == "call"
    disposition = rng.choice(_DISPOSITIONS) if call else None
    seconds = rng.randint(90, 2400) if disposition == "Connected" else rng.randint(10, 60)
    row = world.new(
        "Task",
        at,
        user_id,
        WhoId=target.who,
        WhatId=target.opportunity or target.account,
        AccountId=target.account,
        Subject=rng.choice(_SUBJECTS[kind]),
        ActivityDate=(world.day + dt.timedelta(days=rng.randint(1, 10)) if todo else took_place).isoformat(),
        Status="Not Started" if todo else "Completed",
        IsClosed=int(not todo),
        Priority="High" if todo and rng.random() < 0.2 else "Normal",
        TaskSubtype={"todo": "Task", "call": "Call", "email": "Email"}[kind],
        Type={"todo": "Other", "call": "Call", "email": "Email"}[kind],
        CallDurationInSeconds=seconds if call else None,
        CallType=rng.choice(["Outbound", "Outbound", "Inbound"]) if call else None,
        CallDisposition=disposition,
        CompletedDateTime=None if todo else at,
        CurrencyIsoCode="USD",
        OwnerId=user_id,
    )
    if todo:
        row["IsHighPriority"] = int(row["Priority"] == "High")
        world.latent["open_task"][row["Id"]] = {"due": row["ActivityDate"], "owner": user_id}


def _meeting(world: World, rng: Random, user_id: str, target: Target, at: str, took_place: dt.date) -> None:
    day = took_place if took_place < world.day else _next_workday(world.day, rng.choice([0, 0, 1, 2, 3, 5, 7]))
    first, last = people.hours(world, user_id)
    start = stamp(day, rng.randrange(first * 2, last * 2 - 2) * 1800)
    minutes = rng.choice([30, 30, 45, 60, 60, 90])
    subject = rng.choice(_SUBJECTS["meeting"])
    world.new(
        "Event",
        at,
        user_id,
        WhoId=target.who,
        WhatId=target.opportunity or target.account,
        AccountId=target.account,
        Subject=subject,
        Location=rng.choice(["Online", "Online", "Customer's office", None]),
        Type="Demo" if subject == "Demo" else "Meeting",
        EventSubtype="Event",
        ShowAs="Busy",
        ActivityDate=day.isoformat(),
        ActivityDateTime=start,
        StartDateTime=start,
        EndDateTime=plus_seconds(start, minutes * 60),
        DurationInMinutes=minutes,
        CurrencyIsoCode="USD",
        OwnerId=user_id,
    )


def _next_workday(day: dt.date, days: int) -> dt.date:
    day += dt.timedelta(days=days)
    while not is_workday(day):
        day += dt.timedelta(days=1)
    return day


def _finish_todos(world: World, rng: Random) -> None:
    """To-dos that are due get done sooner or later; those of leavers, and very old ones, stay open for good."""
    tasks, users = world.latent["open_task"], world.rows["User"]
    forgotten = (world.day - dt.timedelta(days=_FORGOTTEN_DAYS)).isoformat()
    for record in sorted(tasks):
        due, owner = tasks[record]["due"], tasks[record]["owner"]
        if due < forgotten or not users[owner]["IsActive"]:
            del tasks[record]
        elif due <= world.day.isoformat() and rng.random() < _DONE_PER_DAY:
            at = working_moment(rng, world.day, people.hours(world, owner))
            done = {"Status": "Completed", "IsClosed": 1, "CompletedDateTime": at}
            audit = {"LastModifiedDate": at, "LastModifiedById": owner, "SystemModstamp": at}
            world.change_appended("Task", record, done | audit)
            del tasks[record]


def _roll_up(world: World) -> None:
    """A system job: all its rows get one and the same `SystemModstamp`, and `LastModifiedDate` does not move."""
    at = stamp(world.day, 1800)
    for record, data in sorted(world.latent["rollup"].items()):
        row = world.rows[data["sobject"]].get(record)
        if row and not row["IsDeleted"] and (row["LastActivityDate"] or "") < data["day"]:
            world.touch(data["sobject"], row, at, LastActivityDate=data["day"])
    world.latent["rollup"].clear()
