"""A day as a person types it."""

from __future__ import annotations

import datetime as dt

from salesops_pipeline.errors import UserError


def parse_day(text: str | None) -> dt.date | None:
    """An ISO day; None for nothing.

    Raises:
        UserError: It is not a day.
    """
    if not text or not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"{text!r} is not a day", where="day", fix="Write it as YYYY-MM-DD.") from None
