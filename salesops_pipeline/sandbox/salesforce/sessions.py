"""Access tokens of the OAuth 2.0 client credentials flow: handing them out, and turning away who has none."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import threading
import time
from collections.abc import Mapping

from salesops_pipeline.sandbox.salesforce.errors import ApiError


class OAuthError(Exception):
    """The token endpoint's refusal, which has a shape of its own."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description


class Sessions:
    """The tokens in use. Safe to share between threads.

    Args:
        client_id: Consumer key that clients must present.
        client_secret: Consumer secret that clients must present.
        ttl: Seconds that a token is good for, by the wall clock.
    """

    def __init__(self, client_id: str, client_secret: str, *, ttl: float) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._ttl = ttl
        self._expires: dict[str, float] = {}
        self._lock = threading.Lock()

    def grant(self, form: Mapping[str, str], authorization: str, *, org_id: str) -> str:
        """Check a token request and hand out a token.

        Args:
            form: The form fields of the request.
            authorization: Its Authorization header, which may carry the credentials (Basic) instead of the form.
            org_id: The org's id, which real tokens begin with.

        Raises:
            OAuthError: The request is not of this flow, or the credentials are wrong.
        """
        if form.get("grant_type") != "client_credentials":
            raise OAuthError("unsupported_grant_type", "grant type not supported")
        basic_id, basic_secret = _basic(authorization)
        client_id = form.get("client_id") or basic_id
        client_secret = form.get("client_secret") or basic_secret
        if not hmac.compare_digest(client_id.encode(), self._client_id.encode()):
            raise OAuthError("invalid_client_id", "client identifier invalid")
        if not hmac.compare_digest(client_secret.encode(), self._client_secret.encode()):
            raise OAuthError("invalid_client", "invalid client credentials")
        token = f"{org_id[:15]}!{secrets.token_urlsafe(48)}"
        now = time.monotonic()
        with self._lock:
            self._expires = {known: until for known, until in self._expires.items() if until > now}
            self._expires[token] = now + self._ttl
        return token

    def check(self, authorization: str) -> None:
        """Let a request with a token in use pass.

        Raises:
            ApiError: 401, there is no token or it is not good (any more).
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() not in ("bearer", "oauth") or not token:
            raise ApiError(401, "INVALID_AUTH_HEADER", "INVALID_AUTH_HEADER")
        with self._lock:
            until = self._expires.get(token.strip(), 0.0)
        if until <= time.monotonic():
            raise ApiError(401, "INVALID_SESSION_ID", "Session expired or invalid")


def _basic(authorization: str) -> tuple[str, str]:
    """User and password of a Basic Authorization header; empty when there is none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
