"""What Salesforce answers when it does not answer: its error bodies as one readable line each."""

from __future__ import annotations

import json

from salesops_pipeline.errors import SourceError

_FIXES = {
    "invalid_client_id": "Check SALESOPS_SALESFORCE_CLIENT_ID: the consumer key of the connected app.",
    "invalid_client": "Check SALESOPS_SALESFORCE_CLIENT_SECRET: the consumer secret of the connected app.",
    "invalid_grant": "Enable the client credentials flow in the connected app and give it a user to run as.",
    "INVALID_SESSION_ID": "The access token was refused twice; check the session policies of the connected app.",
    "REQUEST_LIMIT_EXCEEDED": "The org's API calls of the last 24 hours are used up; load again later.",
    "API_DISABLED_FOR_ORG": "Give the user the permission 'API Enabled'.",
    "INSUFFICIENT_ACCESS": "Give the user read access, see docs/connecting-salesforce.md.",
    "INSUFFICIENT_ACCESS_OR_READONLY": "Give the user read access, see docs/connecting-salesforce.md.",
    "unsupported_grant_type": "The address must be the org's My Domain address, https://<name>.my.salesforce.com.",
}


_LASTING = {"invalid_client_id", "invalid_client", "invalid_grant", "unsupported_grant_type", "API_DISABLED_FOR_ORG"}
"""Refusals that stay until somebody changes a setting."""


class SalesforceError(SourceError):
    """A refusal by Salesforce.

    Args:
        status: HTTP status.
        code: Salesforce's error code, or the OAuth error; empty if the answer carried none.
        message: Salesforce's own words.
        where: What was asked for.
    """

    def __init__(self, status: int, code: str, message: str, *, where: str) -> None:
        self.status = status
        self.code = code
        self.may_pass = code not in _LASTING
        words = " ".join(message.split())[:300]
        super().__init__(f"Salesforce refused: {code or status}: {words}", where=where, fix=_FIXES.get(code, ""))


def refusal(status: int, body: str, *, where: str) -> SalesforceError:
    """The error of an HTTP answer: a list of errorCode and message, an OAuth error, or some page."""
    try:
        content = json.loads(body)
    except ValueError:
        return SalesforceError(status, "", f"HTTP {status} without a readable reason", where=where)
    if isinstance(content, list) and content:
        content = content[0]
    if not isinstance(content, dict):
        content = {}
    code = str(content.get("errorCode") or content.get("error") or "")
    message = str(content.get("message") or content.get("error_description") or f"HTTP {status}")
    return SalesforceError(status, code, message, where=where)
