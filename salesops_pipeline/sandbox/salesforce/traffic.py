"""What clients asked for and what went wrong on purpose: counters that tests and people can look at."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict


class Traffic:
    """Counters of one server since its start or the last reset. Safe to share between threads.

    Args:
        api_limit: Data requests that the org allows; the allocation lasts as long as the server.
    """

    def __init__(self, api_limit: int) -> None:
        self.api_limit = api_limit
        self._lock = threading.Lock()
        self._data_requests = 0
        self._api_usage = 0
        self._clear()

    def _clear(self) -> None:
        self._requests = 0
        self._rows = 0
        self._endpoints: Counter[str] = Counter()
        self._statuses: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._objects: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))

    def reset(self) -> None:
        """Set the counters to zero; API usage and the rhythm of the faults go on."""
        with self._lock:
            self._clear()

    def next_data_request(self) -> int:
        """The running number, from 1, of a data request that arrives."""
        with self._lock:
            self._data_requests += 1
            return self._data_requests

    def spend(self) -> bool:
        """Use one API call of the allocation; False when none is left."""
        with self._lock:
            if self._api_usage >= self.api_limit:
                return False
            self._api_usage += 1
            return True

    def usage(self) -> str:
        """The value of the ``Sforce-Limit-Info`` header."""
        return f"api-usage={self._api_usage}/{self.api_limit}"

    def remaining(self) -> int:
        """API calls left."""
        return self.api_limit - self._api_usage

    def answered(self, status: int) -> None:
        """Count an answer, whatever it was."""
        with self._lock:
            self._requests += 1
            self._statuses[str(status)] += 1

    def served(self, endpoint: str, sobject: str = "", rows: int = 0) -> None:
        """Count what an endpoint served of an object."""
        with self._lock:
            self._endpoints[endpoint] += 1
            self._rows += rows
            if sobject:
                self._objects[sobject][endpoint].update(requests=1, rows=rows)

    def fault(self, name: str) -> None:
        """Count a fault that was injected."""
        with self._lock:
            self._faults[name] += 1

    def snapshot(self) -> dict[str, object]:
        """All counters.

        Returns:
            ``requests`` (answers of any status), ``rows_served``, ``statuses``, ``endpoints`` (successful requests by
            endpoint), ``objects`` (object → endpoint → requests and rows), ``faults`` and ``api_usage``.
        """
        with self._lock:
            return {
                "requests": self._requests,
                "rows_served": self._rows,
                "statuses": dict(self._statuses),
                "endpoints": dict(self._endpoints),
                "objects": {
                    sobject: {endpoint: dict(counts) for endpoint, counts in endpoints.items()}
                    for sobject, endpoints in self._objects.items()
                },
                "faults": dict(self._faults),
                "api_usage": {"used": self._api_usage, "max": self.api_limit},
            }
