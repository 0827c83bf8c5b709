"""Query locators: the rest of a query's answer, fixed when the query ran, until it has not been asked for a while."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

from salesops_pipeline.sandbox.ids import record_id
from salesops_pipeline.sandbox.salesforce.errors import ApiError
from salesops_pipeline.sandbox.salesforce.org import Rows
from salesops_pipeline.sandbox.salesforce.translate import Statement

KEY_PREFIX = "0r8"


@dataclass
class Cursor:
    """A query's answer that does not fit one page."""

    locator: str
    statement: Statement
    rows: Rows
    expires: float = 0.0


class Locators:
    """The cursors in use. Safe to share between threads.

    Args:
        ttl: Seconds without use after which a cursor is forgotten. A page may be asked for again until then, so that a
            client can repeat a request whose answer it lost.
    """

    def __init__(self, *, ttl: float) -> None:
        self._ttl = ttl
        self._cursors: dict[str, Cursor] = {}
        self._next = secrets.randbelow(10**9)
        self._lock = threading.Lock()

    def open(self, statement: Statement, rows: Rows) -> Cursor:
        """Keep an answer and give it a locator."""
        now = time.monotonic()
        with self._lock:
            self._cursors = {key: kept for key, kept in self._cursors.items() if kept.expires > now}
            self._next += 1
            cursor = Cursor(record_id(KEY_PREFIX, "00", self._next), statement, rows, now + self._ttl)
            self._cursors[cursor.locator] = cursor
        return cursor

    def resume(self, locator_and_offset: str) -> tuple[Cursor, int]:
        """The cursor and the row to go on from, of ``<locator>-<offset>``.

        Raises:
            ApiError: INVALID_QUERY_LOCATOR, it is unknown, expired or points outside of the answer.
        """
        locator, _, offset = locator_and_offset.partition("-")
        now = time.monotonic()
        with self._lock:
            cursor = self._cursors.get(locator)
            known = cursor is not None and cursor.expires > now and offset.isdigit() and int(offset) < len(cursor.rows)
            if cursor is None or not known:
                raise ApiError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
            cursor.expires = now + self._ttl
        return cursor, int(offset)
