"""One API call: what an endpoint gets to see, and the state that all calls share."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.responses import Response

from salesops_pipeline.sandbox.salesforce.bulk_jobs import BulkJobs
from salesops_pipeline.sandbox.salesforce.errors import ApiError, not_found
from salesops_pipeline.sandbox.salesforce.faults import Faults
from salesops_pipeline.sandbox.salesforce.locators import Locators
from salesops_pipeline.sandbox.salesforce.org import Org, open_org
from salesops_pipeline.sandbox.salesforce.relationships import find_sobject
from salesops_pipeline.sandbox.salesforce.sessions import Sessions
from salesops_pipeline.sandbox.salesforce.traffic import Traffic
from salesops_pipeline.sandbox.schema import SObject

OLDEST_VERSION, NEWEST_VERSION = 47, 66
"""Bulk API 2.0 queries exist since version 47."""


@dataclass
class OrgState:
    """What one server remembers between calls."""

    sandbox_dir: Path
    faults: Faults
    sessions: Sessions
    org_id: str
    user_id: str
    traffic: Traffic = field(init=False)
    locators: Locators = field(init=False)
    jobs: BulkJobs = field(init=False)

    def __post_init__(self) -> None:
        self.traffic = Traffic(self.faults.api_limit)
        self.locators = Locators(ttl=self.faults.locator_ttl)
        self.jobs = BulkJobs(polls=self.faults.bulk_polls, failing=self.faults.bulk_fail)

    def org(self) -> AbstractContextManager[Org]:
        """Open the company for the length of one call."""
        return open_org(self.sandbox_dir, late_visible_minutes=self.faults.late_visible_minutes)


@dataclass(frozen=True)
class Call:
    """One request to a data resource, already authorised."""

    state: OrgState
    version: str
    """``62.0``."""
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def data_path(self) -> str:
        """``/services/data/v62.0``."""
        return f"/services/data/v{self.version}"

    def sobject(self) -> SObject:
        """The object named in the path.

        Raises:
            ApiError: 404, there is none of that name.
        """
        sobject = find_sobject(self.path["sobject"])
        if sobject is None:
            raise not_found()
        return sobject

    def required(self, name: str) -> str:
        """A parameter of the address that must be there.

        Raises:
            ApiError: 400, it is missing.
        """
        if not self.query.get(name):
            raise ApiError(400, "MISSING_ARGUMENT", f"{name} is a required parameter")
        return self.query[name]

    def batch_size(self) -> int:
        """Rows per REST page: ``Sforce-Query-Options: batchSize=n`` within 200 to 2000, or half of it (fault)."""
        match = re.search(r"batchSize\s*=\s*(\d+)", self.headers.get("Sforce-Query-Options", ""), re.IGNORECASE)
        size = min(max(int(match[1]), 200), 2000) if match else 2000
        if self.state.faults.short_pages:
            self.state.traffic.fault("short_pages")
            size //= 2
        return size

    def json_body(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            ApiError: 400, it is something else.
        """
        try:
            parsed = json.loads(self.body)
        except ValueError:
            parsed = None
        if not isinstance(parsed, dict):
            raise ApiError(400, "JSON_PARSER_ERROR", "The HTTP entity body is required, and must be a JSON object")
        return parsed


Handler = Callable[[Call], Response]


def supported(version: str) -> bool:
    """Whether the org has this API version, written ``62.0``."""
    major, _, minor = version.partition(".")
    return minor == "0" and major.isdigit() and OLDEST_VERSION <= int(major) <= NEWEST_VERSION
