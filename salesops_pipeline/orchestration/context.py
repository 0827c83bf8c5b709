"""What a run works with: the settings, the org it pulls from, and the day it looks at.

No Dagster here, so that the command line can use the same rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.settings import Settings


def uses_sandbox(settings: Settings) -> bool:
    """Whether the sandbox company stands in for Salesforce: no org is configured, and a sandbox has been created."""
    return not settings.salesforce_instance_url and (settings.sandbox_dir / "company.sqlite").exists()


@contextmanager
def connected(settings: Settings) -> Iterator[Settings]:
    """Yield settings under which every source can be reached.

    A configured org is used as it is. Otherwise the sandbox company, if there is one, is served on a loopback port for
    as long as the context lasts, and its spreadsheet exports are read too; a run started from the Dagster UI therefore
    needs no server to be started by hand.
    """
    if not uses_sandbox(settings):
        yield settings
        return
    from salesops_pipeline.sandbox.salesforce.server import serve

    with serve(settings.sandbox_dir) as server:
        yield settings.model_copy(
            update={
                "salesforce_instance_url": server.url,
                "salesforce_client_id": server.client_id,
                "salesforce_client_secret": SecretStr(server.client_secret),
                "files_dirs": settings.files_dirs or (settings.sandbox_dir / "exports",),
            }
        )


def resolve_as_of(explicit: str | None, settings: Settings) -> dt.date:
    """The day a build looks at.

    Args:
        explicit: An ISO date, or None for today: the sandbox company's own today where it is the source, otherwise
            today in the company's time zone.
        settings: Where to look.

    Raises:
        ConfigurationError: ``explicit`` is not a date, or lies ahead.
    """
    latest = _today(settings)
    if explicit is None:
        return latest
    try:
        day = dt.date.fromisoformat(explicit)
    except ValueError:
        raise ConfigurationError(
            f"as-of {explicit!r} is not a date", where="--as-of", fix="Write it as YYYY-MM-DD."
        ) from None
    if day > latest:
        raise ConfigurationError(
            f"as-of {day} has not come yet", where="--as-of", fix=f"Use {latest} or a day before it."
        )
    return day


def _today(settings: Settings) -> dt.date:
    if uses_sandbox(settings):
        from salesops_pipeline.sandbox.simulation import today

        if sandbox_today := today(settings.sandbox_dir):
            return sandbox_today
    return dt.datetime.now(tz=_company_zone(settings)).date()


def _company_zone(settings: Settings) -> dt.tzinfo:
    from salesops_pipeline.sources.policy.source import read_companies

    companies = read_companies(settings)
    return ZoneInfo(companies[0].time_zone) if companies else dt.UTC
