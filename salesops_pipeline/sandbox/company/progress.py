"""A day in the life of the open pipeline: stages advance, fall back or close; dates slip; amounts are renegotiated."""

from __future__ import annotations

import datetime as dt
from random import Random

from salesops_pipeline.sandbox.company import chances, changes, customers, handover, lines, opportunities, people
from salesops_pipeline.sandbox.company.clock import day_of, is_workday, working_moment
from salesops_pipeline.sandbox.company.config import hazards
from salesops_pipeline.sandbox.company.money import rounded
from salesops_pipeline.sandbox.company.stages import LOST, OPEN_STAGES, WON
from salesops_pipeline.sandbox.company.world import Row, World
from salesops_pipeline.sandbox.objects.opportunities import COMPETITORS

_CONFIGURED_FROM = OPEN_STAGES.index("Proposal")
_CONFIGURED_SHARE = 0.9
_REOPEN_DAYS = 45
_NEXT_STEPS = ("Send proposal", "Call procurement", "Demo for the users", "Security review", "Meet the sponsor")


def daily(world: World) -> None:
    """Move every open opportunity by one working day."""
    if not is_workday(world.day):
        return
    rng, season, today = world.rng("progress"), chances.season(world.day), world.day.isoformat()
    accounts = world.rows["Account"]
    for row in world.open_opportunities():
        if row["CreatedDate"] >= today:
            continue
        account = accounts.get(row["AccountId"], {})
        pace = chances.pace(world, row, account.get("Segment__c"))
        rates = chances.hazard(row["StageName"], chances.odds(world, row), pace * season)
        chance = rng.random()
        if chance < rates.advance:
            _advance(world, row, rng)
        elif chance < rates.advance + rates.lose:
            _close(world, row, LOST, rng)
        elif chance < sum(rates):
            previous = OPEN_STAGES[OPEN_STAGES.index(row["StageName"]) - 1]
            changes.change(world, row, _moment(world, row, rng), row["OwnerId"], StageName=previous)
        if not row["IsClosed"]:
            _details(world, row, pace, rng)
    _reopen(world, rng)


def _moment(world: World, row: Row, rng: Random) -> str:
    return working_moment(rng, world.day, people.hours(world, row["OwnerId"]))


def _advance(world: World, row: Row, rng: Random) -> None:
    index = OPEN_STAGES.index(row["StageName"])
    if index == len(OPEN_STAGES) - 1:
        _close(world, row, WON, rng)
        return
    skip = rng.random() < hazards()["skip_stage_chance"] and index + 2 < len(OPEN_STAGES)
    index += 2 if skip else 1
    at = changes.change(world, row, _moment(world, row, rng), row["OwnerId"], StageName=OPEN_STAGES[index])
    if index >= _CONFIGURED_FROM and not row["HasOpportunityLineItem"] and rng.random() < _CONFIGURED_SHARE:
        opportunities.configure(world, row, rng, at, row["OwnerId"])


def _close(world: World, row: Row, stage: str, rng: Random) -> None:
    at = _moment(world, row, rng)
    if stage == WON and not row["HasOpportunityLineItem"]:
        at = opportunities.configure(world, row, rng, at, row["OwnerId"])
    close = world.day
    if rng.random() < hazards()["close_date"]["backdated_at_close"]:
        close = max(day_of(row["CreatedDate"]), world.day - dt.timedelta(days=rng.randint(1, 4)))
    at = changes.change(world, row, at, row["OwnerId"], StageName=stage, CloseDate=close.isoformat())
    customers.closed(world, row, rng, at)


def _details(world: World, row: Row, pace: float, rng: Random) -> None:
    """What else a seller may touch on an open opportunity: date, amount, competitor, next step."""
    table, amounts, rates = hazards()["close_date"], hazards()["amount"], hazards()["opportunities"]
    diligence = min(1.0, pace)
    left = (dt.date.fromisoformat(row["CloseDate"]) - world.day).days
    if left <= 3 and rng.random() < table["push_when_due"] * diligence:
        _move_close_date(world, row, world.day + dt.timedelta(days=rng.randint(*table["push_days"])), rng)
    elif left > 30 and row["StageName"] == OPEN_STAGES[-1] and rng.random() < table["pull_in"]:
        _move_close_date(world, row, world.day + dt.timedelta(days=rng.randint(5, 20)), rng)
    if rng.random() < amounts["change"] * diligence:
        factor = 1 + rng.uniform(*amounts["change_range"])
        at = _moment(world, row, rng)
        changes.change(world, row, at, row["OwnerId"], Amount=_renegotiated(world, row, factor, at))
    if not row["Competitor__c"] and rng.random() < rates["competitor_named"] * diligence:
        at = _moment(world, row, rng)
        changes.change(world, row, at, row["OwnerId"], Competitor__c=rng.choice(COMPETITORS))
    if rng.random() < rates["next_step"] * diligence:
        planned = world.day + dt.timedelta(days=rng.randint(2, 21))
        values = {"NextStep": rng.choice(_NEXT_STEPS), "Next_Step_Date__c": planned.isoformat()}
        changes.change(world, row, _moment(world, row, rng), row["OwnerId"], **values)


def _move_close_date(world: World, row: Row, day: dt.date, rng: Random) -> None:
    close = opportunities.snapped(rng, day)
    changes.change(world, row, _moment(world, row, rng), row["OwnerId"], CloseDate=close.isoformat())


def _renegotiated(world: World, row: Row, factor: float, at: str) -> float:
    if row["HasOpportunityLineItem"]:
        return lines.resize(world, row, factor, at, row["OwnerId"])
    expected = row["Amount"] or world.latent["opportunity"][row["Id"]]["expected"]
    return rounded(round(expected * factor, -2), row["CurrencyIsoCode"])


def _reopen(world: World, rng: Random) -> None:
    """Now and then a lost opportunity comes back to life; looked at once a week."""
    if world.day.weekday() != 0:
        return
    oldest = (world.day - dt.timedelta(days=_REOPEN_DAYS)).isoformat()
    today = world.day.isoformat()
    for row in world.rows["Opportunity"].values():
        recent = row["IsClosed"] and not row["IsWon"] and not row["IsDeleted"] and oldest <= row["CloseDate"] < today
        if recent and rng.random() < hazards()["opportunities"]["reopen"]:
            handover.adopt(world, row, rng, _moment(world, row, rng))
            close = opportunities.snapped(rng, world.day + dt.timedelta(days=rng.randint(20, 60)))
            values = {"StageName": "Qualification", "CloseDate": close.isoformat()}
            changes.change(world, row, _moment(world, row, rng), row["OwnerId"], **values)
