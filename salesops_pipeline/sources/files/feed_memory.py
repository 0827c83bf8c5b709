"""What earlier loads remember about feeds: their fingerprints, and the folder each source came from.

It lives in the state that travels with the load packages, so it is as new as the rows in the lake, never newer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FeedKey:
    """A feed among all feeds of all mappings."""

    source: str
    entity: str
    feed: str


class FeedMemory:
    """The feeds that were loaded.

    Args:
        state: What the lake keeps, changed in place: ``{source: {"directory": …, "feeds": {entity: {feed: hash}}}}``.
    """

    def __init__(self, state: dict[str, Any]) -> None:
        self._state = state

    def fingerprint(self, key: FeedKey) -> str | None:
        """Hash of what the feed was when it was loaded last, or None."""
        feeds = self._state.get(key.source, {}).get("feeds", {})
        return feeds.get(key.entity, {}).get(key.feed)

    def feeds_of(self, source: str, directory: Path, *, configured: Collection[str]) -> tuple[FeedKey, ...]:
        """The feeds of a source that were loaded.

        Args:
            source: The source.
            directory: Its folder. The feeds of another source that came from there belong to it too, unless that source
                is still ``configured``: then the mapping's `source` was renamed.
            configured: All sources of this load.
        """
        return tuple(
            FeedKey(name, entity, feed)
            for name, known in sorted(self._state.items())
            if name == source or (name not in configured and known["directory"] == _address(directory))
            for entity, feeds in sorted(known["feeds"].items())
            for feed in sorted(feeds)
        )

    def remember(self, key: FeedKey, fingerprint: str, directory: Path) -> None:
        """Note that a feed was loaded."""
        known = self._state.setdefault(key.source, {"directory": "", "feeds": {}})
        known["directory"] = _address(directory)
        known["feeds"].setdefault(key.entity, {})[key.feed] = fingerprint

    def forget(self, key: FeedKey) -> None:
        """Note that a feed is gone."""
        known = self._state[key.source]
        del known["feeds"][key.entity][key.feed]
        if not known["feeds"][key.entity]:
            del known["feeds"][key.entity]
        if not known["feeds"]:
            del self._state[key.source]


def _address(directory: Path) -> str:
    return str(directory.expanduser().resolve())
