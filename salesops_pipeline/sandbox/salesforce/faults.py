"""What can be made to go wrong on purpose, and the short text it is written in.

``503:every=20,retry_after=1;429:every=50;token_ttl=30;short_pages;late_visible_minutes=10``: items separated by
semicolons, options of an item by commas. ``every`` counts data requests (paths under ``/services/data``), repeated
ones included, and must be at least 2, or nothing would ever succeed.

==============================  ========================================================================================
``503:every=n,retry_after=s``   Every n-th data request is answered 503 with ``Retry-After``.
``429:every=n,retry_after=s``   Every n-th data request is answered 429 with ``Retry-After``.
``drop:every=n``                Every n-th data response breaks off in the middle of its body.
``slow:every=n,seconds=s``      Every n-th data request waits first.
``bulk_fail:every=n``           Every n-th bulk query job ends in state Failed.
``bulk_polls=n``                A bulk job is InProgress for n looks at it before it is complete.
``bulk_page=n``                 Most rows in one piece of bulk results, also when the client asks for more.
``short_pages``                 REST pages hold half of what was asked for.
``token_ttl=s``                 Access tokens expire after s seconds.
``locator_ttl=s``               Query locators expire after s seconds without use.
``api_limit=n``                 Data requests allowed; then 403 REQUEST_LIMIT_EXCEEDED.
``id_limit=n``                  Most ids in one answer of deleted/updated; then EXCEEDED_ID_LIMIT.
``late_visible_minutes=n``      Long transactions: of each object, today's rows stamped up to n minutes before the
                                object's newest stamp (the newest excluded) stay invisible to queries until the company
                                is advanced. Then rows appear whose stamps are older than what a client has seen.
==============================  ========================================================================================
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from salesops_pipeline.errors import UserError


@dataclass(frozen=True)
class Every:
    """Something that happens at every ``n``-th occasion, with a number of seconds where it has one."""

    n: int
    seconds: float = 1.0

    def strikes(self, occasion: int) -> bool:
        """Whether it happens at this occasion, counted from 1."""
        return occasion % self.n == 0


@dataclass(frozen=True)
class Faults:
    """Everything that is to go wrong; by default nothing does. The module's text explains each."""

    unavailable: Every | None = None
    rate_limited: Every | None = None
    drop: Every | None = None
    slow: Every | None = None
    bulk_fail: Every | None = None
    bulk_polls: int = 1
    bulk_page: int = 50_000
    short_pages: bool = False
    token_ttl: float = 7200.0
    locator_ttl: float = 900.0
    api_limit: int = 100_000
    id_limit: int = 600_000
    late_visible_minutes: int = 0


_PERIODIC = {"503": "unavailable", "429": "rate_limited", "drop": "drop", "slow": "slow", "bulk_fail": "bulk_fail"}
_NUMBERS = {
    item.name: type(item.default)
    for item in dataclasses.fields(Faults)
    if isinstance(item.default, int | float) and not isinstance(item.default, bool)
}


def parse_faults(text: str) -> Faults:
    """Read the short text; an empty text means no faults.

    Raises:
        UserError: An item is unknown or its value does not fit.
    """
    values: dict[str, object] = {}
    for item in (part.strip() for part in text.split(";")):
        if not item:
            continue
        name, _, options = item.partition(":")
        if name in _PERIODIC:
            values[_PERIODIC[name]] = _periodic(item, options)
        elif item == "short_pages":
            values["short_pages"] = True
        else:
            name, _, number = item.partition("=")
            if name not in _NUMBERS:
                raise _unusable(item)
            values[name] = _number(item, number, _NUMBERS[name])
    return Faults(**values)  # pyright: ignore[reportArgumentType]


def _periodic(item: str, options: str) -> Every:
    given: dict[str, str] = {}
    for option in options.split(","):
        key, _, value = option.strip().partition("=")
        given[key] = value
    if not {"every"} <= set(given) <= {"every", "retry_after", "seconds"}:
        raise _unusable(item)
    n = int(_number(item, given["every"], int))
    if n < 2:
        raise _unusable(item)
    seconds = given.get("retry_after", given.get("seconds", "1"))
    return Every(n, _number(item, seconds, float))


def _number(item: str, text: str, kind: type) -> float:
    try:
        number = kind(text)
    except ValueError:
        raise _unusable(item) from None
    if number < 0:
        raise _unusable(item)
    return number


def _unusable(item: str) -> UserError:
    return UserError(
        f"{item!r} is not a fault the sandbox knows",
        where="faults",
        fix="Write for example '503:every=20,retry_after=1;short_pages;token_ttl=30'.",
    )
