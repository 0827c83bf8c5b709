"""Changes of an opportunity, with everything that follows from one: derived fields, both histories, and splits.

Salesforce writes a row of `OpportunityHistory` (a snapshot) when an opportunity is created and when its stage, amount,
close date or probability changes, and a row of `OpportunityFieldHistory` per tracked field; a change of owner gives two
of the latter, one with the names and one with the ids.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from salesops_pipeline.sandbox.company import splits
from salesops_pipeline.sandbox.company.clock import fiscal_quarter
from salesops_pipeline.sandbox.company.money import rounded
from salesops_pipeline.sandbox.company.stages import STAGES
from salesops_pipeline.sandbox.company.world import Row, World

_SNAPSHOT = ("StageName", "Amount", "CloseDate", "Probability")
_TRACKED = {
    "StageName": "DynamicEnum",
    "Amount": "Currency",
    "CloseDate": "DateOnly",
    "Type": "DynamicEnum",
    "Competitor__c": "DynamicEnum",
}


def derived(values: Row, currency: str, amount: float | None) -> Row:
    """``values`` with the fields that Salesforce computes from the stage, the amount and the close date."""
    result = dict(values)
    if "StageName" in values:
        stage = STAGES[values["StageName"]]
        result |= {
            "Probability": stage.probability,
            "ForecastCategory": stage.forecast_category,
            "ForecastCategoryName": stage.forecast_category_name,
            "IsClosed": stage.is_closed,
            "IsWon": stage.is_won,
        }
    if "CloseDate" in values:
        quarter = fiscal_quarter(dt.date.fromisoformat(values["CloseDate"]))
        result |= {
            "FiscalYear": quarter.year,
            "FiscalQuarter": quarter.number,
            "Fiscal": f"{quarter.year} {quarter.number}",
        }
    if "Probability" in result:
        result["ExpectedRevenue"] = None if amount is None else rounded(amount * result["Probability"] / 100, currency)
    return result


def record_creation(world: World, opportunity: Row) -> None:
    """The first rows of both histories."""
    at, by = opportunity["CreatedDate"], opportunity["CreatedById"]
    _snapshot(world, opportunity, at, by)
    _field_history(world, opportunity, at, by, "created", "Text", None, None)


def change(world: World, opportunity: Row, at: str, by: str, **values: Any) -> str:
    """Change fields of an opportunity; those that keep their value leave no trace. Returns the moment of the change."""
    old = {name: opportunity[name] for name in values}
    values = {name: value for name, value in values.items() if value != old[name]}
    if not values:
        return opportunity["SystemModstamp"]
    amount = values.get("Amount", opportunity["Amount"])
    if "Amount" in values and "StageName" not in values:
        values["Probability"] = opportunity["Probability"]
    complete = derived(values, opportunity["CurrencyIsoCode"], amount)
    if "CloseDate" in values and not opportunity["IsClosed"] and values["CloseDate"][:7] > old["CloseDate"][:7]:
        complete["PushCount"] = opportunity["PushCount"] + 1
    at = world.change("Opportunity", opportunity, at, by, **complete)
    if "StageName" in values:
        opportunity["LastStageChangeDate"] = at
    for name, data_type in _TRACKED.items():
        if name in values:
            _field_history(world, opportunity, at, by, name, data_type, old[name], values[name])
    if any(name in values for name in _SNAPSHOT):
        _snapshot(world, opportunity, at, by)
    if "Amount" in values:
        splits.resize(world, opportunity, at, by)
    return at


def change_owner(world: World, opportunity: Row, owner: str, at: str, by: str) -> None:
    """Give an opportunity to somebody else, and the old owner's revenue split with it."""
    old = opportunity["OwnerId"]
    if owner == old:
        return
    users = world.rows["User"]
    at = world.change("Opportunity", opportunity, at, by, OwnerId=owner)
    _field_history(world, opportunity, at, by, "Owner", "Text", users[old]["Name"], users[owner]["Name"])
    _field_history(world, opportunity, at, by, "Owner", "EntityId", old, owner)
    splits.pass_on(world, opportunity, old, owner, at, by)


def _snapshot(world: World, opportunity: Row, at: str, by: str) -> None:
    world.new(
        "OpportunityHistory",
        at,
        by,
        OpportunityId=opportunity["Id"],
        StageName=opportunity["StageName"],
        Amount=opportunity["Amount"],
        ExpectedRevenue=opportunity["ExpectedRevenue"],
        CloseDate=opportunity["CloseDate"],
        Probability=opportunity["Probability"],
        ForecastCategory=opportunity["ForecastCategory"],
        CurrencyIsoCode=opportunity["CurrencyIsoCode"],
    )


def _field_history(
    world: World, opportunity: Row, at: str, by: str, field: str, data_type: str, old: object, new: object
) -> None:
    world.new(
        "OpportunityFieldHistory",
        at,
        by,
        OpportunityId=opportunity["Id"],
        Field=field,
        DataType=data_type,
        OldValue=None if old is None else str(old),
        NewValue=None if new is None else str(new),
    )
