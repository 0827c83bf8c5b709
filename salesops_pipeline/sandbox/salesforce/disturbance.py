"""Middleware that lets requests fail on purpose, and counts every answer."""

from __future__ import annotations

import asyncio

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from salesops_pipeline.sandbox.salesforce.errors import ApiError
from salesops_pipeline.sandbox.salesforce.faults import Every, Faults
from salesops_pipeline.sandbox.salesforce.traffic import Traffic

DATA_PATH = "/services/data"


class Disturbance:
    """Around the whole application: decides per data request whether it is refused, delayed or broken off."""

    def __init__(self, app: ASGIApp, faults: Faults, traffic: Traffic) -> None:
        self.app = app
        self.faults = faults
        self.traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection event of the ASGI server."""
        if scope["type"] != "http" or not scope["path"].startswith("/services/"):
            await self.app(scope, receive, send)
            return
        counted = _Counting(send, self.traffic)
        if not scope["path"].startswith(DATA_PATH):
            await self.app(scope, receive, counted)
            return
        number = self.traffic.next_data_request()
        if self._strikes("slow", self.faults.slow, number) and self.faults.slow:
            await asyncio.sleep(self.faults.slow.seconds)
        if refusal := self._refusal(number):
            await JSONResponse(refusal.body(), refusal.status, refusal.headers())(scope, receive, counted)
        elif self.faults.drop and self.faults.drop.strikes(number):
            await self._break_off(scope, receive, counted)
        else:
            await self.app(scope, receive, counted)

    def _refusal(self, number: int) -> ApiError | None:
        if self._strikes("503", self.faults.unavailable, number) and self.faults.unavailable:
            return ApiError(
                503, "SERVER_UNAVAILABLE", "Server unavailable", retry_after=self.faults.unavailable.seconds
            )
        if self._strikes("429", self.faults.rate_limited, number) and self.faults.rate_limited:
            return ApiError(
                429,
                "REQUEST_LIMIT_EXCEEDED",
                "ConcurrentPerOrgLongTxn Limit exceeded.",
                retry_after=self.faults.rate_limited.seconds,
            )
        return None

    def _strikes(self, name: str, fault: Every | None, number: int) -> bool:
        struck = fault is not None and fault.strikes(number)
        if struck:
            self.traffic.fault(name)
        return struck

    async def _break_off(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and half of the body, then end without the rest: the server closes the connection."""
        self.traffic.fault("drop")
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        body = b"".join(message.get("body", b"") for message in messages[1:])
        await send(messages[0])
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})


class _Counting:
    """Counts the status of an answer on its way out."""

    def __init__(self, send: Send, traffic: Traffic) -> None:
        self.send = send
        self.traffic = traffic

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.traffic.answered(message["status"])
        await self.send(message)
