"""The REST resources: versions, limits, describe, queries with their pages, and single records."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from salesops_pipeline.sandbox.ids import checksum
from salesops_pipeline.sandbox.salesforce import describe
from salesops_pipeline.sandbox.salesforce.call import NEWEST_VERSION, OLDEST_VERSION, Call
from salesops_pipeline.sandbox.salesforce.errors import ApiError, not_found
from salesops_pipeline.sandbox.salesforce.locators import Cursor
from salesops_pipeline.sandbox.salesforce.org import Rows
from salesops_pipeline.sandbox.salesforce.soql import parse
from salesops_pipeline.sandbox.salesforce.translate import Statement
from salesops_pipeline.sandbox.salesforce.values import records

_SEASONS = ("Winter", "Spring", "Summer")


def versions() -> list[dict[str, str]]:
    """``GET /services/data``: API versions; three releases a year, version 47 was Winter '20."""
    return [
        {
            "label": f"{_SEASONS[(number - 47) % 3]} '{20 + (number - 47) // 3}",
            "url": f"/services/data/v{number}.0",
            "version": f"{number}.0",
        }
        for number in range(OLDEST_VERSION, NEWEST_VERSION + 1)
    ]


def resources(call: Call) -> Response:
    """``GET /services/data/vXX.X``: where the resources are."""
    call.state.traffic.served("resources")
    names = ("limits", "query", "queryAll", "sobjects", "jobs")
    return JSONResponse({name: f"{call.data_path}/{name}" for name in names})


def limits(call: Call) -> Response:
    """``GET /limits``: what is left of the allocations this emulation knows."""
    traffic = call.state.traffic
    traffic.served("limits")
    return JSONResponse(
        {
            "DailyApiRequests": {"Max": traffic.api_limit, "Remaining": traffic.remaining()},
            "DailyBulkV2QueryFileStorageMB": {"Max": 976562, "Remaining": 976562},
            "DailyBulkV2QueryJobs": {"Max": 10000, "Remaining": 10000 - len(call.state.jobs.all())},
        }
    )


def global_describe(call: Call) -> Response:
    """``GET /sobjects``."""
    call.state.traffic.served("global_describe")
    return JSONResponse(describe.global_describe(call.data_path))


def sobject_describe(call: Call) -> Response:
    """``GET /sobjects/<X>/describe``."""
    sobject = call.sobject()
    call.state.traffic.served("describe", sobject.name)
    return JSONResponse(describe.describe(sobject, call.data_path))


def query(call: Call) -> Response:
    """``GET /query?q=``: rows that are not deleted."""
    return _run(call, "query", include_deleted=False)


def query_all(call: Call) -> Response:
    """``GET /queryAll?q=``: also rows in the recycle bin, and the losers of merges."""
    return _run(call, "queryAll", include_deleted=True)


def _run(call: Call, endpoint: str, *, include_deleted: bool) -> Response:
    parsed = parse(call.required("q"))
    with call.state.org() as org:
        statement, rows = org.run(parsed, include_deleted=include_deleted)
    if parsed.is_count:
        call.state.traffic.served(endpoint, statement.sobject.name)
        return JSONResponse({"totalSize": rows[0][0], "done": True, "records": []})
    size = call.batch_size()
    cursor = call.state.locators.open(statement, rows) if len(rows) > size else None
    return _page(call, endpoint, statement, rows, cursor, 0, size)


def query_more(call: Call) -> Response:
    """``GET /query/<locator>-<offset>``: the next page, also of a queryAll."""
    cursor, offset = call.state.locators.resume(call.path["locator"])
    return _page(call, "query_more", cursor.statement, cursor.rows, cursor, offset, call.batch_size())


def _page(
    call: Call, endpoint: str, statement: Statement, rows: Rows, cursor: Cursor | None, offset: int, size: int
) -> Response:
    page = rows[offset : offset + size]
    end = offset + len(page)
    body: dict[str, Any] = {"totalSize": len(rows), "done": end >= len(rows)}
    if cursor and end < len(rows):
        body["nextRecordsUrl"] = f"{call.data_path}/query/{cursor.locator}-{end}"
    body["records"] = records(statement, page, call.data_path)
    call.state.traffic.served(endpoint, statement.sobject.name, len(page))
    return JSONResponse(body)


def retrieve(call: Call) -> Response:
    """``GET /sobjects/<X>/<id>``: one record, all fields or those of ``?fields=``."""
    sobject = call.sobject()
    given = call.path["id"]
    record_id = given + checksum(given) if len(given) == 15 and given.isalnum() else given
    with call.state.org() as org:
        values = org.record(sobject, record_id)
    if values is None:
        raise not_found()
    by_name = dict(zip(sobject.field_names, values, strict=True))
    if by_name.get("IsDeleted"):
        raise ApiError(404, "ENTITY_IS_DELETED", "entity is deleted")
    asked = [name.strip() for name in call.query.get("fields", "").split(",") if name.strip()]
    fields = [sobject.field(name) for name in asked] if asked else list(sobject.fields)
    missing = next((name for name, field in zip(asked, fields, strict=False) if field is None), None)
    if missing:
        raise ApiError(400, "INVALID_FIELD", f"No such column '{missing}' on sobject of type {sobject.name}")
    record: dict[str, Any] = {
        "attributes": {"type": sobject.name, "url": f"{call.data_path}/sobjects/{sobject.name}/{record_id}"}
    }
    for field in fields:
        if field is not None:
            value = by_name[field.name]
            record[field.name] = bool(value) if field.type == "boolean" else value
    call.state.traffic.served("retrieve", sobject.name, 1)
    return JSONResponse(record)
