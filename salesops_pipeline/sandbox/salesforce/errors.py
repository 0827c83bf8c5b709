"""Errors in Salesforce's own shape: an HTTP status and a list with one ``errorCode`` and ``message``."""

from __future__ import annotations


class ApiError(Exception):
    """What the org answers instead of data.

    Args:
        status: HTTP status.
        code: Salesforce's error code, such as ``INVALID_FIELD``.
        message: The text that goes with it.
        retry_after: Seconds for a ``Retry-After`` header, where the org would send one.
    """

    def __init__(self, status: int, code: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def body(self) -> list[dict[str, str]]:
        """The JSON body: a list of one."""
        return [{"message": self.message, "errorCode": self.code}]

    def headers(self) -> dict[str, str]:
        """Headers that go with the error."""
        return {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}


def not_found() -> ApiError:
    """The answer to a path or record that is not there."""
    return ApiError(404, "NOT_FOUND", "The requested resource does not exist")
