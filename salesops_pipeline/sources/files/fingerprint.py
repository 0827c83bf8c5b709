"""What a feed's rows depend on, as one hash: nothing is read again while it stays the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

from salesops_pipeline.sources.files.entities import SYSTEM, entity_table
from salesops_pipeline.sources.files.mapping import Mapping, NamedFile
from salesops_pipeline.sources.files.readers import ReadError, matching_files

_VERSION = "1"
"""Changes when files are read differently, so that everything is read again once."""


def fingerprints(directory: Path, mapping: Mapping, *, company_id: str) -> dict[str, str]:
    """A hash per feed over its part of the mapping, the bytes of all files it may use, and its entity's contract.

    Which rows of a feed count as repeated depends on the feeds of the same entity before it, so their hashes are part
    of it. A file that is missing counts as empty; reading it will say so.
    """
    contents: dict[str, str] = {}
    named = "".join(f"{name}={_content(directory, mapping.named_file(name), contents)}" for name in mapping.files)
    before: dict[str, str] = {}
    result: dict[str, str] = {}
    for feed in mapping.feeds:
        parts = (
            _VERSION,
            SYSTEM,
            mapping.source,
            mapping.key_source,
            company_id,
            feed.model_dump_json(),
            mapping.defaults.model_dump_json(),
            "".join(f"{name}={file.model_dump_json()}" for name, file in mapping.files.items()),
            entity_table(feed.entity).model_dump_json(),
            _content(directory, mapping.file_of(feed), contents),
            named,
            before.get(feed.entity, ""),
        )
        result[feed.name] = before[feed.entity] = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return result


def _content(directory: Path, options: NamedFile, known: dict[str, str]) -> str:
    try:
        names = matching_files(directory, options)
    except ReadError:
        return ""
    for name in names:
        if name not in known:
            with (directory / name).open("rb") as file:
                known[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return " ".join(f"{name}:{known[name]}" for name in names)
