"""Bulk API 2.0 query jobs: start one, wait for it, read its CSV piece by piece."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from salesops_pipeline.errors import SourceError
from salesops_pipeline.sources.salesforce.client import Calls, SalesforceClient
from salesops_pipeline.sources.salesforce.failures import SalesforceError

if TYPE_CHECKING:
    import pyarrow as pa

PIECE_ROWS = 20_000
_JOB_ATTEMPTS = 3
_LONGEST_POLL_SECONDS = 10.0


class BulkRefused(Exception):
    """The org does not serve this object or query by Bulk API; REST may."""


def bulk_query(
    client: SalesforceClient,
    soql: str,
    names: Sequence[str],
    calls: Calls,
    *,
    sobject: str,
    piece_rows: int = PIECE_ROWS,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[pa.Table]:
    """Run a query as a job, rows in the recycle bin included, and yield the named columns of its rows as text.

    Raises:
        BulkRefused: The job could not be created; nothing has been yielded.
        SourceError: The job failed repeatedly.
    """
    job_path = _finished_job(client, soql, calls, sobject, sleep)
    locator = ""
    while True:
        params: dict[str, str | int] = {"maxRecords": piece_rows} | ({"locator": locator} if locator else {})
        response = client.request(
            "GET",
            f"{job_path}/results",
            calls=calls,
            where=f"bulk {sobject}",
            params=params,
            headers={"Accept": "text/csv"},
        )
        yield parse_csv(response.content, names)
        locator = response.headers.get("Sforce-Locator", "null")
        if locator == "null":
            break
    # Its results would count against the org's storage for a week. That they may stay is no reason to lose the rows.
    with suppress(SalesforceError):
        client.request("DELETE", job_path, calls=calls, where=f"bulk {sobject}")


def parse_csv(content: bytes, names: Sequence[str]) -> pa.Table:
    """A piece of results as text columns; an empty value is null, as Salesforce has no empty text."""
    import pyarrow as pa
    from pyarrow import csv

    if not content.strip():
        return pa.table({})
    return csv.read_csv(
        BytesIO(content),
        read_options=csv.ReadOptions(block_size=len(content) + 1),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _finished_job(
    client: SalesforceClient, soql: str, calls: Calls, sobject: str, sleep: Callable[[float], None]
) -> str:
    """Path of a job that has completed; a job that fails is started again."""
    reason = ""
    for _ in range(_JOB_ATTEMPTS):
        job = _create(client, soql, calls, sobject)
        job_path = f"jobs/query/{job['id']}"
        wait = 0.2
        while (state := job.get("state")) in ("UploadComplete", "InProgress"):
            sleep(wait)
            wait = min(wait * 1.6, _LONGEST_POLL_SECONDS)
            job = client.request("GET", job_path, calls=calls, where=f"bulk {sobject}").json()
        if state == "JobComplete":
            return job_path
        reason = f"{state}: {job.get('errorMessage', '')}".strip(": ")
    raise SourceError(f"a bulk query failed {_JOB_ATTEMPTS} times, last {reason}", where=f"bulk {sobject}")


def _create(client: SalesforceClient, soql: str, calls: Calls, sobject: str) -> dict[str, Any]:
    try:
        return client.request(
            "POST",
            "jobs/query",
            calls=calls,
            where=f"bulk {sobject}",
            json={"operation": "queryAll", "query": soql, "contentType": "CSV", "lineEnding": "LF"},
        ).json()
    except SalesforceError as error:
        if error.status == 400:
            raise BulkRefused(str(error)) from None
        raise
