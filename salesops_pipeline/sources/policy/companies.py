"""Reading and checking ``policy/company.yml``: the companies of this deployment."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from salesops_pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from salesops_pipeline.settings import Settings


class Company(BaseModel):
    """One company as it is from a day on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    company_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    company_name: Annotated[str, Field(min_length=1)]
    reporting_currency_code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    time_zone: str
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)]
    effective_from: dt.date

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("not an IANA time zone such as Europe/Berlin")
        return value


def companies_path(settings: Settings) -> Path:
    """Where the companies are written."""
    return settings.policy_dir / "company.yml"


def read_companies(settings: Settings) -> tuple[Company, ...]:
    """The companies in the order of the file; the first one owns rows that name none.

    Raises:
        ConfigurationError: The file is missing or wrong; the message has the first problem and how many there are.
    """
    companies, problems = examine(companies_path(settings))
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ConfigurationError(f"{problems[0]}{more}", where=str(companies_path(settings)), fix="Correct the file.")
    return companies


def company_problems(settings: Settings) -> list[str]:
    """Everything wrong with the file, one line each; empty if nothing is."""
    return examine(companies_path(settings))[1]


def examine(path: Path) -> tuple[tuple[Company, ...], list[str]]:
    """The usable entries of a file and its problems."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return (), ["the file is missing"]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return (), [f"not readable as YAML: {' '.join(str(error).split())}"]
    entries = content.get("companies") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not entries:
        return (), ["it needs a list `companies` with at least one entry"]
    companies: list[Company] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        try:
            companies.append(Company.model_validate(entry))
        except ValidationError as error:
            problems += [f"company {number}: {_problem(detail)}" for detail in error.errors()]
    starts = [(company.company_id, company.effective_from) for company in companies]
    problems += [
        f"company {key!r} begins twice on {day}" for key, day in sorted({s for s in starts if starts.count(s) > 1})
    ]
    return tuple(companies), problems


def _problem(detail: Any) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
