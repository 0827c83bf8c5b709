"""The data replication resources: which rows of an object were deleted or changed between two moments.

Rules from the reference: seconds are ignored, the end lies more than a minute after the start, the start is at most 30
days ago, deletes are known for 15 days, and an answer holds at most 600,000 ids. An end in the org's future is fine:
the answer then says how far it reaches in ``latestDateCovered``.
"""

from __future__ import annotations

import datetime as dt

from starlette.responses import JSONResponse, Response

from salesops_pipeline.sandbox.salesforce.call import Call
from salesops_pipeline.sandbox.salesforce.clock import api_datetime
from salesops_pipeline.sandbox.salesforce.errors import ApiError
from salesops_pipeline.sandbox.schema import SObject

LONGEST_WINDOW = dt.timedelta(days=30)
DELETE_LOG = dt.timedelta(days=15)


def deleted(call: Call) -> Response:
    """``GET /sobjects/<X>/deleted?start=&end=``: ids and times of deleted rows, purged ones included."""
    sobject = _replicateable(call)
    with call.state.org() as org:
        start, end = _window(call, org.now)
        earliest = _whole_minute(org.now - DELETE_LOG)
        found = org.store.deleted(sobject.name, api_datetime(max(start, earliest)), api_datetime(end))
    _check_count(call, len(found))
    call.state.traffic.served("deleted", sobject.name, len(found))
    return JSONResponse(
        {
            "deletedRecords": [{"id": record_id, "deletedDate": deleted_at} for record_id, deleted_at in found],
            "earliestDateAvailable": api_datetime(earliest),
            "latestDateCovered": api_datetime(end),
        }
    )


def updated(call: Call) -> Response:
    """``GET /sobjects/<X>/updated?start=&end=``: ids of rows that were created or changed."""
    sobject = _replicateable(call)
    with call.state.org() as org:
        start, end = _window(call, org.now)
        ids = org.updated(sobject, api_datetime(start), api_datetime(end))
    _check_count(call, len(ids))
    call.state.traffic.served("updated", sobject.name, len(ids))
    return JSONResponse({"ids": ids, "latestDateCovered": api_datetime(end)})


def _replicateable(call: Call) -> SObject:
    sobject = call.sobject()
    if not sobject.replicateable:
        raise ApiError(400, "INVALID_TYPE_FOR_OPERATION", f"object type '{sobject.name}' is not replicateable")
    return sobject


def _window(call: Call, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Start and end of the request, in whole minutes, the end not beyond the org's now.

    Raises:
        ApiError: A moment is missing or unreadable, or the window breaks a rule.
    """
    start, end = (_whole_minute(_moment(call.required(name), name)) for name in ("start", "end"))
    if end - start <= dt.timedelta(minutes=1):
        raise _invalid("startDate must precede endDate by more than one minute")
    if start < now - LONGEST_WINDOW:
        raise _invalid("startDate cannot be more than 30 days ago")
    if start > now:
        raise _invalid("startDate cannot be in the future")
    return start, min(end, _whole_minute(now))


def _moment(text: str, name: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        moment = dt.datetime.min
    if moment.tzinfo is None:
        raise ApiError(
            400, "MALFORMED_QUERY", f"{name} is not a date and time with a zone (is + encoded as %2B?): {text}"
        )
    return moment.astimezone(dt.UTC)


def _whole_minute(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)


def _check_count(call: Call, count: int) -> None:
    limit = call.state.faults.id_limit
    if count > limit:
        raise ApiError(400, "EXCEEDED_ID_LIMIT", f"exceeded the limit of {limit} ids: choose a shorter window")


def _invalid(message: str) -> ApiError:
    return ApiError(400, "INVALID_REPLICATION_DATE", message)
