"""HTTP with a Salesforce org: token, patience, and counting. What the calls mean is written in `api`."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from salesops_pipeline.errors import ConfigurationError, SourceError
from salesops_pipeline.sources.salesforce.failures import refusal

if TYPE_CHECKING:
    from salesops_pipeline.settings import Settings

Result = TypeVar("Result")

_PASSING = frozenset({429, 500, 502, 503, 504})
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 120.0
_TIMEOUT = httpx.Timeout(120.0, connect=15.0)


@dataclass
class Calls:
    """How many calls were made on behalf of one table; repeated ones count, as they do for the org's limit."""

    count: int = 0


class _Passing(Exception):
    """A failure that is likely to pass: worth another attempt after `wait` seconds, if the server named any."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class SalesforceClient:
    """A connection to one org, shared by threads.

    A token is fetched when first needed and again when the org no longer takes it. Answers 429 and 5xx, broken
    connections and time-outs are tried again with growing waits, or after the wait the org asked for.

    Args:
        settings: Address, credentials and API version.
        attempts: How often a call is tried before its failure counts.
        sleep: How to wait, in seconds.

    Raises:
        ConfigurationError: Credentials are missing.
    """

    def __init__(self, settings: Settings, *, attempts: int = 6, sleep: Callable[[float], None] = time.sleep) -> None:
        self.instance_url = settings.salesforce_instance_url.rstrip("/")
        for name in ("salesforce_client_id", "salesforce_client_secret"):
            value = getattr(settings, name)
            if not (value if isinstance(value, str) else value.get_secret_value()):
                raise ConfigurationError(
                    f"SALESOPS_{name.upper()} is not set",
                    where=self.instance_url,
                    fix="Set the consumer key and secret of a connected app, see docs/connecting-salesforce.md.",
                )
        self.base_path = f"/services/data/{settings.salesforce_api_version}"
        self._grant = {
            "grant_type": "client_credentials",
            "client_id": settings.salesforce_client_id,
            "client_secret": settings.salesforce_client_secret.get_secret_value(),
        }
        self._http = httpx.Client(timeout=_TIMEOUT, follow_redirects=False)
        self._attempts = attempts
        self._sleep = sleep
        self._token = ""
        self._lock = threading.Lock()
        self.org_id = ""
        """Id of the org, known after the log-in."""
        self.api_usage: tuple[int, int] | None = None
        """Calls used and allowed in the org's rolling 24 hours, as last reported."""
        self.org_now: dt.datetime = dt.datetime.now(dt.UTC)
        """The org's clock, as last reported."""

    def __enter__(self) -> SalesforceClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._http.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        calls: Calls,
        where: str,
        params: Mapping[str, str | int] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Make one call; the path is absolute or relative to the API version.

        Raises:
            SalesforceError: The org refused.
            SourceError: The org could not be reached, or did not recover.
        """
        url = self.instance_url + (path if path.startswith("/services/") else f"{self.base_path}/{path}")

        def attempt() -> httpx.Response:
            calls.count += 1
            token = self._current_token(where)
            response = self._send(method, url, params=params, json=json, headers=_authorised(headers, token))
            if response.status_code == 401:
                self._forget(token)
                calls.count += 1
                token = self._current_token(where)
                response = self._send(method, url, params=params, json=json, headers=_authorised(headers, token))
            self._note(response)
            if response.is_success:
                return response
            raise refusal(response.status_code, response.text, where=where)

        return self._patiently(attempt, where)

    def log_in(self) -> None:
        """Fetch a token, if there is none.

        Raises:
            SalesforceError: The credentials were refused.
            SourceError: The org could not be reached.
        """
        self._current_token("log-in")

    def _current_token(self, where: str) -> str:
        with self._lock:
            if not self._token:
                self._token = self._patiently(self._fetch_token, where)
            return self._token

    def _forget(self, token: str) -> None:
        with self._lock:
            if self._token == token:  # another thread may have fetched a new one already
                self._token = ""

    def _fetch_token(self) -> str:
        response = self._send("POST", f"{self.instance_url}/services/oauth2/token", data=self._grant)
        if not response.is_success:
            raise refusal(response.status_code, response.text, where="log-in")
        try:
            answer = response.json()
            # The identity address ends in /id/<org>/<user>.
            self.org_id = str(answer.get("id", "")).rpartition("/")[0].rpartition("/")[2]
            return str(answer["access_token"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SourceError(
                "the answer to the log-in holds no access token",
                where=self.instance_url,
                fix="Check SALESOPS_SALESFORCE_INSTANCE_URL: the org's My Domain address.",
            ) from None

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        try:
            response = self._http.request(method, url, **options)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise ConfigurationError(
                f"not a web address: {error}", where="SALESOPS_SALESFORCE_INSTANCE_URL", fix="Begin it with https://."
            ) from None
        except httpx.TransportError as error:
            raise _Passing(f"{type(error).__name__}: {error}") from None
        if response.status_code in _PASSING:
            raise _Passing(f"HTTP {response.status_code}", _seconds(response.headers.get("Retry-After")))
        return response

    def _patiently(self, action: Callable[[], Result], where: str) -> Result:
        retrying = Retrying(
            retry=retry_if_exception_type(_Passing),
            stop=stop_after_attempt(self._attempts),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(action)
        except _Passing as error:
            raise SourceError(
                f"Salesforce does not answer after {self._attempts} attempts: {error.reason}",
                where=f"{self.instance_url}, {where}",
                fix="Check the address and the network, or try again later.",
            ) from None

    def _note(self, response: httpx.Response) -> None:
        _, _, usage = response.headers.get("Sforce-Limit-Info", "").partition("api-usage=")
        used, _, allowed = usage.partition(";")[0].partition("/")
        if used.isdigit() and allowed.isdigit():
            self.api_usage = (int(used), int(allowed))
        if moment := _moment(response.headers.get("Date")):
            self.org_now = moment


def _authorised(headers: Mapping[str, str] | None, token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": "application/json", **(headers or {})}


def _seconds(text: str | None) -> float | None:
    """Retry-After: a number of seconds, or a moment."""
    if text and text.replace(".", "", 1).isdigit():
        return float(text)
    moment = _moment(text)
    return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds()) if moment else None


def _moment(text: str | None) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(dt.UTC) if text else None
    except ValueError:
        return None


def _wait(state: RetryCallState) -> float:
    """What the org asked for, else 1, 2, 4, … seconds."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _Passing) else None
    return min(
        asked if asked is not None else _FIRST_WAIT_SECONDS * 2.0 ** (state.attempt_number - 1), _LONGEST_WAIT_SECONDS
    )
