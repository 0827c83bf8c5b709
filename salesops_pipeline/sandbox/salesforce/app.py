"""The org as a web application: addresses, authorisation, headers that every answer carries."""

from __future__ import annotations

import base64
import email.utils
import hashlib
import hmac
import logging
import time
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from salesops_pipeline.sandbox.salesforce import bulk_api, replication, rest
from salesops_pipeline.sandbox.salesforce.call import Call, Handler, OrgState, supported
from salesops_pipeline.sandbox.salesforce.disturbance import Disturbance
from salesops_pipeline.sandbox.salesforce.errors import ApiError, not_found
from salesops_pipeline.sandbox.salesforce.sessions import OAuthError

Endpoint = Callable[[Request], Awaitable[Response]]
MAX_ADDRESS_LENGTH = 16_384
"""A real org refuses longer ones, so long lists of ids must go through the Bulk API."""
_LOOPBACK = ("127.0.0.1", "::1")
_DATA_ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "", rest.resources),
    ("GET", "/limits", rest.limits),
    ("GET", "/sobjects", rest.global_describe),
    ("GET", "/sobjects/{sobject}/describe", rest.sobject_describe),
    ("GET", "/sobjects/{sobject}/deleted", replication.deleted),
    ("GET", "/sobjects/{sobject}/updated", replication.updated),
    ("GET", "/sobjects/{sobject}/{id}", rest.retrieve),
    ("GET", "/query", rest.query),
    ("GET", "/queryAll", rest.query_all),
    ("GET", "/query/{locator}", rest.query_more),
    ("POST", "/jobs/query", bulk_api.create),
    ("GET", "/jobs/query", bulk_api.list_jobs),
    ("GET", "/jobs/query/{job}", bulk_api.look),
    ("PATCH", "/jobs/query/{job}", bulk_api.abort),
    ("DELETE", "/jobs/query/{job}", bulk_api.delete),
    ("GET", "/jobs/query/{job}/results", bulk_api.results),
)


def build_app(state: OrgState) -> Starlette:
    """The application of one org.

    Args:
        state: What the org remembers; shared by all requests of this application.
    """
    routes = [
        Route("/services/oauth2/token", _token_endpoint(state), methods=["POST"]),
        Route("/services/data", _versions, methods=["GET"]),
        Route("/services/data/", _versions, methods=["GET"]),
        Route("/sandbox/stats", _stats_endpoint(state), methods=["GET", "DELETE"]),
    ]
    for method, path, handler in _DATA_ROUTES:
        endpoint = _data_endpoint(state, handler)
        for address in (path, f"{path}/"):
            routes.append(Route(f"/services/data/v{{version}}{address}", endpoint, methods=[method]))
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Disturbance, faults=state.faults, traffic=state.traffic)],
        exception_handlers={404: _no_such_address, 405: _wrong_method, 500: _unexpected},
    )
    app.router.redirect_slashes = False
    return app


def _data_endpoint(state: OrgState, handler: Handler) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_answer, state, handler, request, body)

    return endpoint


def _answer(state: OrgState, handler: Handler, request: Request, body: bytes) -> Response:
    """Authorise, charge the allocation, run the handler; errors become answers of the org's shape."""
    version = request.path_params["version"]
    call = Call(state, version, request.path_params, request.query_params, request.headers, body)
    try:
        state.sessions.check(request.headers.get("Authorization", ""))
        if len(request.url.path) + len(request.url.query) > MAX_ADDRESS_LENGTH:
            raise ApiError(414, "URI_TOO_LONG", f"The address is longer than {MAX_ADDRESS_LENGTH} characters")
        if not supported(version):
            raise not_found()
        if not state.traffic.spend():
            raise ApiError(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        response = handler(call)
    except ApiError as error:
        response = _error_response(error)
        if error.status == 401:
            return response
    response.headers["Sforce-Limit-Info"] = state.traffic.usage()
    with state.org() as org:
        response.headers["Date"] = email.utils.format_datetime(org.now, usegmt=True)
    return response


def _token_endpoint(state: OrgState) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        try:
            token = state.sessions.grant(form, request.headers.get("Authorization", ""), org_id=state.org_id)
        except OAuthError as error:
            return JSONResponse({"error": error.error, "error_description": error.description}, 400)
        base = str(request.base_url).rstrip("/")
        identity = f"{base}/id/{state.org_id}/{state.user_id}"
        issued_at = str(int(time.time() * 1000))
        signature = hmac.digest(token.encode(), (identity + issued_at).encode(), hashlib.sha256)
        state.traffic.served("token")
        return JSONResponse(
            {
                "access_token": token,
                "signature": base64.b64encode(signature).decode(),
                "scope": "api",
                "instance_url": base,
                "id": identity,
                "token_type": "Bearer",
                "issued_at": issued_at,
                "api_instance_url": base,
            },
            headers={"Cache-Control": "no-store"},
        )

    return endpoint


def _stats_endpoint(state: OrgState) -> Endpoint:
    """Not part of the API: counters for tests and people, only for this machine; DELETE sets them to zero."""

    async def endpoint(request: Request) -> Response:
        if request.client is None or request.client.host not in _LOOPBACK:
            return _error_response(not_found())
        if request.method == "DELETE":
            state.traffic.reset()
        return JSONResponse(state.traffic.snapshot())

    return endpoint


async def _versions(request: Request) -> Response:
    return JSONResponse(rest.versions())


async def _no_such_address(request: Request, error: Exception) -> Response:
    return _error_response(not_found())


async def _wrong_method(request: Request, error: Exception) -> Response:
    return _error_response(
        ApiError(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{request.method}' not allowed. Allowed are GET")
    )


async def _unexpected(request: Request, error: Exception) -> Response:
    logging.getLogger(__name__).error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _error_response(ApiError(500, "UNKNOWN_EXCEPTION", f"An unexpected error occurred: {error}"))


def _error_response(error: ApiError) -> Response:
    return JSONResponse(error.body(), error.status, error.headers())
