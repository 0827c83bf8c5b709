"""The calls of the REST API that the connector makes, with their answers as plain values."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from salesops_pipeline.errors import SourceError
from salesops_pipeline.sources.salesforce.client import Calls, SalesforceClient
from salesops_pipeline.sources.salesforce.failures import SalesforceError

Record = dict[str, Any]


@dataclass(frozen=True)
class FieldInfo:
    """One field of an object as describe shows it to this user."""

    name: str
    type: str
    custom: bool


@dataclass(frozen=True)
class ObjectInfo:
    """One object as describe shows it to this user."""

    name: str
    fields: tuple[FieldInfo, ...]
    replicateable: bool
    """Whether `deleted` may be asked about it."""


@dataclass(frozen=True)
class Page:
    """One page of a query's answer."""

    records: list[Record]
    total: int
    next_path: str | None


@dataclass(frozen=True)
class Deletions:
    """What was deleted in a span of time."""

    deleted_at: dict[str, dt.datetime]
    """Moment of deletion by record id."""
    covered_until: dt.datetime
    """Where the next span begins."""


def describe(client: SalesforceClient, sobject: str, calls: Calls) -> ObjectInfo | None:
    """The fields of an object that this user may see; None when the org has no such object for this user."""
    try:
        response = client.request("GET", f"sobjects/{sobject}/describe", calls=calls, where=f"describe {sobject}")
    except SalesforceError as error:
        if error.status == 404 or error.code in ("NOT_FOUND", "INVALID_TYPE"):
            return None
        raise
    content = _content(response, f"describe {sobject}")
    fields = tuple(
        FieldInfo(field["name"], field["type"], bool(field.get("custom", False))) for field in content["fields"]
    )
    return ObjectInfo(sobject, fields, bool(content.get("replicateable", True)))


def query_page(client: SalesforceClient, soql: str, calls: Calls, *, sobject: str) -> Page:
    """The first page of a query, rows in the recycle bin included."""
    response = client.request("GET", "queryAll", calls=calls, where=f"query {sobject}", params={"q": soql})
    return _page(response, sobject)


def query_pages(client: SalesforceClient, soql: str, calls: Calls, *, sobject: str) -> Iterator[list[Record]]:
    """All pages of a query, rows in the recycle bin included."""
    return following_pages(client, query_page(client, soql, calls, sobject=sobject), calls, sobject=sobject)


def following_pages(client: SalesforceClient, page: Page, calls: Calls, *, sobject: str) -> Iterator[list[Record]]:
    """A page's records and those of all pages after it."""
    while True:
        yield page.records
        if page.next_path is None:
            return
        page = _page(client.request("GET", page.next_path, calls=calls, where=f"query {sobject}"), sobject)


def deletions(
    client: SalesforceClient, sobject: str, calls: Calls, *, start: dt.datetime, end: dt.datetime
) -> Deletions | None:
    """What was deleted in a span; None when the org cannot say, for instance because the span begins too long ago."""
    where = f"deleted {sobject}"
    params = {"start": _api_moment(start), "end": _api_moment(end)}
    try:
        response = client.request("GET", f"sobjects/{sobject}/deleted/", calls=calls, where=where, params=params)
    except SalesforceError as error:
        if error.status in (400, 404):
            return None
        raise
    content = _content(response, where)
    if _moment(content["earliestDateAvailable"]) > start.replace(second=0, microsecond=0):
        return None
    deleted_at: dict[str, dt.datetime] = {}
    for entry in content["deletedRecords"]:
        moment = _moment(entry["deletedDate"])
        deleted_at[entry["id"]] = max(moment, deleted_at.get(entry["id"], moment))
    return Deletions(deleted_at, _moment(content["latestDateCovered"]))


def _page(response: httpx.Response, sobject: str) -> Page:
    content = _content(response, f"query {sobject}")
    return Page(
        content["records"], int(content["totalSize"]), None if content.get("done") else content["nextRecordsUrl"]
    )


def _content(response: httpx.Response, where: str) -> dict[str, Any]:
    """The JSON of an answer, numbers exact.

    Raises:
        SourceError: It is not a JSON object.
    """
    try:
        content = json.loads(response.text, parse_float=Decimal)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise SourceError("Salesforce sent something other than JSON", where=where)
    return content


def _api_moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
