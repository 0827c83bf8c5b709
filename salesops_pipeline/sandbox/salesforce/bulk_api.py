"""The Bulk API 2.0 query resources: create, look at, read, abort and delete jobs."""

from __future__ import annotations

import base64
import binascii

from starlette.responses import JSONResponse, Response

from salesops_pipeline.sandbox.salesforce.bulk_jobs import JobRequest
from salesops_pipeline.sandbox.salesforce.call import Call
from salesops_pipeline.sandbox.salesforce.clock import api_datetime
from salesops_pipeline.sandbox.salesforce.errors import ApiError
from salesops_pipeline.sandbox.salesforce.soql import parse
from salesops_pipeline.sandbox.salesforce.soql_ast import FieldsGroup, Query
from salesops_pipeline.sandbox.salesforce.values import BulkResults

DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}


def create(call: Call) -> Response:
    """``POST /jobs/query``: check the request, run the query, keep its answer."""
    body = call.json_body()
    operation = _one_of(body.get("operation"), ("query", "queryAll"), "operation")
    delimiter = _one_of(body.get("columnDelimiter", "COMMA"), tuple(DELIMITERS), "columnDelimiter")
    line_ending = _one_of(body.get("lineEnding", "LF"), tuple(LINE_ENDINGS), "lineEnding")
    _one_of(body.get("contentType", "CSV"), ("CSV",), "contentType")
    text = body.get("query")
    if not isinstance(text, str) or not text:
        raise _refused("The query is missing")
    try:
        query = parse(text)
        _check_bulk(query)
        with call.state.org() as org:
            statement, rows = org.run(query, include_deleted=operation == "queryAll")
            created_at = api_datetime(org.now)
    except ApiError as error:
        raise _refused(error.message) from error
    results = BulkResults(statement, rows, delimiter=DELIMITERS[delimiter], line_ending=LINE_ENDINGS[line_ending])
    request = JobRequest(operation, text, statement.sobject.name, delimiter, line_ending, call.version)
    job = call.state.jobs.create(request, results, created_by=call.state.user_id, created_at=created_at)
    call.state.traffic.served("bulk_create", statement.sobject.name)
    return JSONResponse(job.info(created=True))


def list_jobs(call: Call) -> Response:
    """``GET /jobs/query``: all jobs on one page."""
    call.state.traffic.served("bulk_list")
    jobs = [job.info() for job in call.state.jobs.all()]
    return JSONResponse({"done": True, "records": jobs, "nextRecordsUrl": None})


def look(call: Call) -> Response:
    """``GET /jobs/query/<id>``: the job's state, which moves on with each look."""
    info = call.state.jobs.look(call.path["job"])
    if info["state"] == "Failed":
        call.state.traffic.fault("bulk_fail")
    call.state.traffic.served("bulk_status", info["object"])
    return JSONResponse(info)


def results(call: Call) -> Response:
    """``GET /jobs/query/<id>/results``: one piece of CSV; the header ``Sforce-Locator`` says how to go on."""
    job = call.state.jobs.get(call.path["job"])
    if job.request.api_version != call.version:
        raise ApiError(409, "API_ERROR", f"Use version {job.request.api_version}, which the job was created with")
    if job.state != "JobComplete":
        raise ApiError(400, "INVALIDJOBSTATE", f"The job has no results in state {job.state}")
    limit = call.state.faults.bulk_page
    asked = call.query.get("maxRecords", str(limit))
    if not asked.isdigit() or int(asked) < 1:
        raise _refused(f"maxRecords must be a positive number, not {asked}")
    first = _offset(call.query.get("locator", ""), job.results.size)
    content, count = job.results.piece(first, min(int(asked), limit))
    end = first + count
    call.state.traffic.served("bulk_results", job.request.sobject, count)
    headers = {
        "Sforce-Locator": _locator(end) if end < job.results.size else "null",
        "Sforce-NumberOfRecords": str(count),
    }
    return Response(content, media_type="text/csv", headers=headers)


def abort(call: Call) -> Response:
    """``PATCH /jobs/query/<id>`` with ``{"state": "Aborted"}``."""
    _one_of(call.json_body().get("state"), ("Aborted",), "state")
    info = call.state.jobs.abort(call.path["job"])
    call.state.traffic.served("bulk_abort", info["object"])
    return JSONResponse(info)


def delete(call: Call) -> Response:
    """``DELETE /jobs/query/<id>``: forget a finished job."""
    job = call.state.jobs.delete(call.path["job"])
    job.results.close()
    call.state.traffic.served("bulk_delete", job.request.sobject)
    return Response(status_code=204)


def _check_bulk(query: Query) -> None:
    """What the Bulk API does not support, although REST does."""
    unsupported = {
        "Aggregate functions and GROUP BY": query.is_aggregate,
        "OFFSET": query.offset > 0,
        "FIELDS()": any(isinstance(item, FieldsGroup) for item in query.select),
    }
    for what, used in unsupported.items():
        if used:
            raise _refused(f"{what} is not supported by Bulk API 2.0 queries")


def _one_of(value: object, allowed: tuple[str, ...], name: str) -> str:
    if value not in allowed:
        raise _refused(f"{name} must be one of {', '.join(allowed)}, not {value}")
    return str(value)


def _refused(message: str) -> ApiError:
    return ApiError(400, "API_ERROR", message)


def _locator(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode().rstrip("=")


def _offset(locator: str, size: int) -> int:
    """The record that a locator stands for; without one the first."""
    if not locator:
        return 0
    try:
        offset = base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        offset = ""
    if not offset.isdigit() or not 0 < int(offset) < size:
        raise ApiError(400, "INVALID_QUERY_LOCATOR", f"invalid query locator: {locator}")
    return int(offset)
