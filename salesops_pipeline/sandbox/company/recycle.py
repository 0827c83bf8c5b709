"""The recycle bin: deleting, undeleting, and emptying after 15 days, with what hangs on a record going along."""

from __future__ import annotations

import datetime as dt
from typing import Any

from salesops_pipeline.sandbox.company.clock import stamp
from salesops_pipeline.sandbox.company.world import APPENDED, Row, World

BIN_DAYS = 15
_CHILDREN = {"Opportunity": ("OpportunityLineItem", "OpportunitySplit")}
_APPENDED_CHILDREN = {
    "Opportunity": (
        ("Task", "WhatId"),
        ("Event", "WhatId"),
        ("OpportunityHistory", "OpportunityId"),
        ("OpportunityFieldHistory", "OpportunityId"),
    ),
    "Lead": (("CampaignMember", "LeadId"), ("Task", "WhoId"), ("Event", "WhoId")),
    "Account": (("ObjectTerritory2Association", "ObjectId"),),
}
_WITHOUT_MODSTAMP = ("OpportunityFieldHistory",)


def delete(world: World, sobject: str, row: Row, at: str, by: str, **values: Any) -> None:
    """Move a record, and what belongs to it, into the recycle bin. ``values`` are set along with it."""
    at = world.change(sobject, row, at, by, IsDeleted=1, **values)
    _remember(world, sobject, row["Id"], at)
    for child in _CHILDREN.get(sobject, ()):
        for child_row in world.children(child, row["Id"]):
            if not child_row["IsDeleted"]:
                world.change(child, child_row, at, by, IsDeleted=1)
                _remember(world, child, child_row["Id"], at)
    for child, reference in _APPENDED_CHILDREN.get(sobject, ()):
        world.sql(
            f'insert or replace into _deleted select ?, "Id", ?, 0 from "{child}"'
            f' where "{reference}" = ? and "IsDeleted" = 0',
            child,
            at,
            row["Id"],
        )
        world.sql(
            f'update "{child}" set "IsDeleted" = 1{_modstamp(child)} where "{reference}" = ? and "IsDeleted" = 0',
            *_moment(child, at),
            row["Id"],
        )
    _count(world, sobject, row["Id"], at)


def delete_appended(world: World, sobject: str, record: str, at: str, by: str) -> None:
    """Move an activity into the recycle bin."""
    world.sql(
        f'update "{sobject}" set "IsDeleted" = 1, "SystemModstamp" = ?, "LastModifiedDate" = ?, "LastModifiedById" = ?'
        ' where "Id" = ?',
        at,
        at,
        by,
        record,
    )
    _remember(world, sobject, record, at)
    _count(world, sobject, record, at)


def undelete(world: World, sobject: str, row: Row, at: str, by: str) -> None:
    """Take a record out of the bin, with what was deleted along with it, but not what had been deleted before."""
    deleted_at = world.store.query(
        "select deleted_at from _deleted where sobject = ? and id = ?", (sobject, row["Id"])
    )[0][0]
    at = world.change(sobject, row, at, by, IsDeleted=0)
    _forget(world, sobject, row["Id"])
    for child in _CHILDREN.get(sobject, ()):
        for child_row in world.children(child, row["Id"]):
            if child_row["IsDeleted"] and _deleted_at(world, child, child_row["Id"]) == deleted_at:
                world.change(child, child_row, at, by, IsDeleted=0)
                _forget(world, child, child_row["Id"])
    for child, reference in _APPENDED_CHILDREN.get(sobject, ()):
        together = f'"{reference}" = ? and "Id" in (select id from _deleted where sobject = ? and deleted_at = ?)'
        world.sql(
            f'update "{child}" set "IsDeleted" = 0{_modstamp(child)} where {together}',
            *_moment(child, at),
            row["Id"],
            child,
            deleted_at,
        )
        world.sql(
            "delete from _deleted where sobject = ? and deleted_at = ?"
            f' and id in (select "Id" from "{child}" where "{reference}" = ?)',
            child,
            deleted_at,
            row["Id"],
        )
    world.latent["deletion"][row["Id"]]["undeleted_at"] = at
    world.counts["undeleted", sobject] += 1


def purge(world: World) -> None:
    """Empty the bin of what has been in it for 15 days; only the memory that it was deleted stays."""
    limit = stamp(world.day - dt.timedelta(days=BIN_DAYS), 0)
    due = world.store.query(
        "select sobject, id from _deleted where is_purged = 0 and deleted_at < ? order by sobject, id", (limit,)
    )
    for sobject, record in due:
        if sobject == "Account":
            _follow_survivor(world, record)
        if sobject not in APPENDED:
            world.drop(sobject, record)
        world.sql(f'delete from "{sobject}" where "Id" = ?', record)
        world.sql("update _deleted set is_purged = 1 where sobject = ? and id = ?", sobject, record)
        if record in world.latent["deletion"]:
            world.latent["deletion"][record]["purged_on"] = world.day.isoformat()


def _follow_survivor(world: World, record: str) -> None:
    """Correct opportunities that an integration had put back on a merged account: an id cannot point to nothing."""
    survivor = world.rows["Account"][record].get("MasterRecordId")
    if survivor:
        for row in world.rows["Opportunity"].values():
            if row["AccountId"] == record:
                world.touch("Opportunity", row, stamp(world.day, 0), AccountId=survivor)


def _remember(world: World, sobject: str, record: str, at: str) -> None:
    world.store.connection.execute("insert or replace into _deleted values (?, ?, ?, 0)", (sobject, record, at))


def _count(world: World, sobject: str, record: str, at: str) -> None:
    world.latent["deletion"][record] = {"sobject": sobject, "deleted_at": at, "undeleted_at": None, "purged_on": None}
    world.counts["deleted", sobject] += 1


def _forget(world: World, sobject: str, record: str) -> None:
    world.store.connection.execute("delete from _deleted where sobject = ? and id = ?", (sobject, record))


def _deleted_at(world: World, sobject: str, record: str) -> str | None:
    rows = world.store.query("select deleted_at from _deleted where sobject = ? and id = ?", (sobject, record))
    return rows[0][0] if rows else None


def _modstamp(sobject: str) -> str:
    return "" if sobject in _WITHOUT_MODSTAMP else ', "SystemModstamp" = max("SystemModstamp", ?)'


def _moment(sobject: str, at: str) -> tuple[str, ...]:
    return () if sobject in _WITHOUT_MODSTAMP else (at,)
