"""The companies that the policy knows: rows of files belong to one of them and follow its clock."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from salesops_pipeline.errors import ConfigurationError
from salesops_pipeline.sources.files.problems import did_you_mean

_FILE = "company.yml"


def company_time_zones(policy_dir: Path) -> dict[str, str]:
    """Time zone of each company of ``policy/company.yml``, the default company first.

    Nothing if the file is missing or unreadable: the policy's own connector is the one to complain.
    """
    try:
        data = yaml.safe_load((policy_dir / _FILE).read_text(encoding="utf-8"))
        return {str(entry["company_id"]): str(entry.get("time_zone", "UTC")) for entry in data["companies"]}
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return {}


def company_of_rows(company: str | None, known: Mapping[str, str], *, where: str) -> str:
    """The company that a mapping's rows belong to: the one it names, or the policy's first.

    Raises:
        ConfigurationError: The mapping names none, and neither does the policy.
    """
    if company is None and not known:
        raise ConfigurationError(
            "whose rows these are is not said", where=where, fix=f"Name a `company`, or describe one in policy/{_FILE}."
        )
    return company or next(iter(known))


def unknown_company_note(company: str, known: Mapping[str, str]) -> str | None:
    """What to say about a company that the policy does not describe; None if it does."""
    if company in known:
        return None
    return (
        f"company {company!r} is not described in policy/{_FILE}{did_you_mean(company, known)}; "
        "until it is, it has the default calendar, time zone and currency"
    )
