"""Bulk API 2.0 query jobs: their states and results.

A job's answer is fixed when the job is created. Each look at the job moves it on: UploadComplete when created, then
InProgress for the configured number of looks, then JobComplete, or Failed if that fault strikes.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import Any

from salesops_pipeline.sandbox.ids import record_id
from salesops_pipeline.sandbox.salesforce.errors import ApiError, not_found
from salesops_pipeline.sandbox.salesforce.faults import Every
from salesops_pipeline.sandbox.salesforce.values import BulkResults

KEY_PREFIX = "750"
FINAL_STATES = ("JobComplete", "Failed", "Aborted")


@dataclass(frozen=True)
class JobRequest:
    """What a client asked for, checked."""

    operation: str
    query: str
    sobject: str
    column_delimiter: str
    line_ending: str
    api_version: str


@dataclass
class Job:
    """One query job."""

    id: str
    request: JobRequest
    created_by: str
    created_at: str
    results: BulkResults
    will_fail: bool = False
    state: str = "UploadComplete"
    looks: int = 0

    def info(self, *, created: bool = False) -> dict[str, Any]:
        """The job as the API shows it; the answer to its creation has fewer fields."""
        shown = {
            "id": self.id,
            "operation": self.request.operation,
            "object": self.request.sobject,
            "createdById": self.created_by,
            "createdDate": self.created_at,
            "systemModstamp": self.created_at,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.request.api_version),
            "lineEnding": self.request.line_ending,
            "columnDelimiter": self.request.column_delimiter,
        }
        if created:
            return shown
        complete = self.state == "JobComplete"
        shown |= {
            "jobType": "V2Query",
            "numberRecordsProcessed": self.results.size if complete else 0,
            "retries": 0,
            "totalProcessingTime": self.looks,
            "isPkChunkingSupported": True,
        }
        if self.state == "Failed":
            shown["errorMessage"] = "InternalServerError: an unexpected error occurred while the query was processed"
        return shown


class BulkJobs:
    """The jobs of one server. Safe to share between threads.

    Args:
        polls: Looks at a job for which it stays InProgress.
        failing: Which jobs end as Failed, counted over all jobs.
    """

    def __init__(self, *, polls: int, failing: Every | None) -> None:
        self._polls = polls
        self._failing = failing
        self._jobs: dict[str, Job] = {}
        self._count = 0
        self._first_id = secrets.randbelow(10**9)
        self._lock = threading.Lock()

    def create(self, request: JobRequest, results: BulkResults, *, created_by: str, created_at: str) -> Job:
        """Add a job whose answer is already known."""
        with self._lock:
            self._count += 1
            job = Job(
                record_id(KEY_PREFIX, "00", self._first_id + self._count),
                request,
                created_by,
                created_at,
                results,
                will_fail=self._failing is not None and self._failing.strikes(self._count),
            )
            self._jobs[job.id] = job
        return job

    def all(self) -> list[Job]:
        """All jobs, oldest first, without moving them on."""
        with self._lock:
            return list(self._jobs.values())

    def get(self, job_id: str) -> Job:
        """A job as it is.

        Raises:
            ApiError: 404, there is no such job.
        """
        with self._lock:
            return self._find(job_id)

    def look(self, job_id: str) -> dict[str, Any]:
        """What the API shows of a job; looking moves it on.

        Raises:
            ApiError: 404, there is no such job.
        """
        with self._lock:
            job = self._find(job_id)
            if job.state not in FINAL_STATES:
                job.looks += 1
                finished = "Failed" if job.will_fail else "JobComplete"
                job.state = "InProgress" if job.looks <= self._polls else finished
            return job.info()

    def abort(self, job_id: str) -> dict[str, Any]:
        """Stop a job that is not finished.

        Raises:
            ApiError: There is no such job, or it is finished.
        """
        with self._lock:
            job = self._find(job_id)
            if job.state in FINAL_STATES:
                raise ApiError(400, "INVALIDJOBSTATE", f"Aborting a job in state {job.state} is not allowed")
            job.state = "Aborted"
            return job.info()

    def delete(self, job_id: str) -> Job:
        """Forget a finished job and its results.

        Raises:
            ApiError: There is no such job, or it is not finished.
        """
        with self._lock:
            job = self._find(job_id)
            if job.state not in FINAL_STATES:
                raise ApiError(400, "INVALIDJOBSTATE", f"Deleting a job in state {job.state} is not allowed")
            return self._jobs.pop(job_id)

    def close(self) -> None:
        """Let go of all results."""
        with self._lock:
            for job in self._jobs.values():
                job.results.close()
            self._jobs.clear()

    def _find(self, job_id: str) -> Job:
        job = self._jobs.get(job_id) or next((kept for kept in self._jobs.values() if kept.id[:15] == job_id), None)
        if job is None:
            raise not_found()
        return job
