"""Messages of a step that the person who started the run should read, not only whoever looks into the run's log."""

from __future__ import annotations

import logging

import dagster as dg

_MARK = "salesops_note"


def note(log: dg.DagsterLogManager, text: str) -> None:
    """Log a message and mark it for the command line."""
    log.info(text, extra={_MARK: True})


def is_note(record: logging.LogRecord) -> bool:
    """Whether a record was logged with `note`."""
    return bool(getattr(record, _MARK, False))
