"""Logging in, tokens that expire, and the API allocation."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from salesops_pipeline.sandbox.salesforce.faults import Faults
from tests.sandbox.salesforce.tiny_company import CLIENT_ID, CLIENT_SECRET, DATA

TOKEN = "/services/oauth2/token"
FORM = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def test_a_token_works_and_says_where_the_org_is(org: httpx.Client) -> None:
    answer = httpx.post(f"{org.base_url}{TOKEN}", data=FORM)
    body = answer.json()
    assert answer.status_code == 200
    assert body["token_type"] == "Bearer"
    assert body["instance_url"] == str(org.base_url).rstrip("/")
    assert abs(int(body["issued_at"]) / 1000 - time.time()) < 60
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert httpx.get(f"{body['instance_url']}{DATA}/limits", headers=headers).status_code == 200


def test_credentials_may_come_as_basic_authorisation(org: httpx.Client) -> None:
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{org.base_url}{TOKEN}", data=form, auth=(CLIENT_ID, CLIENT_SECRET))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "somebody"}, "invalid_client_id"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_refused_log_ins(org: httpx.Client, changes: dict[str, str], error: str) -> None:
    answer = httpx.post(f"{org.base_url}{TOKEN}", data=FORM | changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]
    assert CLIENT_SECRET not in answer.text


@pytest.mark.parametrize(
    ("authorization", "code"),
    [("", "INVALID_AUTH_HEADER"), ("Bearer 00D!made-up", "INVALID_SESSION_ID"), ("Basic eDp5", "INVALID_AUTH_HEADER")],
)
def test_without_a_good_token(org: httpx.Client, authorization: str, code: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = httpx.get(f"{org.base_url}{DATA}/limits", headers=headers)
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (401, code)


def test_tokens_expire(faulty: Callable[[Faults], Any]) -> None:
    with faulty(Faults(token_ttl=0.3)) as org:
        assert org.get(f"{DATA}/limits").status_code == 200
        time.sleep(0.35)
        answer = org.get(f"{DATA}/limits")
        assert answer.status_code == 401
        assert answer.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
        fresh = org.post(TOKEN, data=FORM).json()["access_token"]
        assert org.get(f"{DATA}/limits", headers={"Authorization": f"Bearer {fresh}"}).status_code == 200


def test_the_allocation_runs_out(faulty: Callable[[Faults], Any]) -> None:
    with faulty(Faults(api_limit=2)) as org:
        usage = [org.get(f"{DATA}/limits").headers["Sforce-Limit-Info"] for _ in range(2)]
        answer = org.get(f"{DATA}/limits")
    assert usage == ["api-usage=1/2", "api-usage=2/2"]
    assert answer.status_code == 403
    assert answer.json() == [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
