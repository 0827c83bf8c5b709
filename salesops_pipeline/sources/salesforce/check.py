"""Whether the org can be read: what `salesops doctor` says about Salesforce."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from salesops_pipeline.contracts import load_contract
from salesops_pipeline.errors import UserError
from salesops_pipeline.sources.salesforce.source import FEATURES, SYSTEM

if TYPE_CHECKING:
    from salesops_pipeline.settings import Settings
    from salesops_pipeline.sources.salesforce.client import SalesforceClient

_LITTLE_LEFT = 0.1


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    status: Literal["ok", "note", "problem"]
    """``note``: nothing is wrong, but worth knowing."""
    text: str


def check(settings: Settings) -> list[Finding]:
    """Log in, look at every object of the contract and at the calls left; reads no data. Empty if not configured."""
    if not settings.salesforce_instance_url:
        return []
    from salesops_pipeline.sources.salesforce.client import SalesforceClient

    try:
        with SalesforceClient(settings, attempts=2) as client:
            client.log_in()
            findings = [Finding("ok", f"{client.instance_url}: reachable, credentials accepted"), *_objects(client)]
            return [*findings, *_usage(client)]
    except UserError as error:
        return [Finding("problem", error.line())]


def _objects(client: SalesforceClient) -> list[Finding]:
    from salesops_pipeline.sources.salesforce.api import describe
    from salesops_pipeline.sources.salesforce.client import Calls
    from salesops_pipeline.sources.salesforce.fields import select_fields

    findings: list[Finding] = []
    readable = 0
    for table in load_contract(SYSTEM).tables:
        described = describe(client, table.object, Calls())
        if described is None:
            feature = FEATURES.get(table.name)
            text = f"{table.object}: not available to this user"
            findings.append(Finding("note", f"{text} ({feature})") if feature else Finding("problem", text))
            continue
        readable += 1
        if missing := select_fields(table, described).missing:
            findings.append(Finding("note", f"{table.object}: fields not readable: {', '.join(missing)}"))
    return [Finding("ok", f"{readable} objects readable"), *findings]


def _usage(client: SalesforceClient) -> list[Finding]:
    if client.api_usage is None:
        return []
    used, allowed = client.api_usage
    little = allowed - used < allowed * _LITTLE_LEFT
    return [Finding("note" if little else "ok", f"API calls in 24 hours: {used:,} of {allowed:,} used")]
