"""What the SQL of the bulk company knows of the sandbox company's configuration."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb

from salesops_pipeline.sandbox.company.config import company, hazards, names
from salesops_pipeline.sandbox.company.stages import OPEN_STAGES
from salesops_pipeline.sandbox.objects.accounts import INDUSTRIES


def literal(value: object) -> str:
    """A value as SQL writes it: a number, a text, a date or a list of those."""
    if isinstance(value, dt.date):
        return f"date '{value}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(item) for item in value)}]"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def configure(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the sandbox company's configuration known: lists as macros, tables for what is joined."""
    stages = [hazards()["stages"][name] for name in OPEN_STAGES]
    lists: dict[str, object] = {
        "region_names": list(company()["regions"]),
        "industries": INDUSTRIES,
        "contact_titles": company()["contact_titles"],
        "company_first_names": names()["company_first"],
        "company_second_names": names()["company_second"],
    }
    for name, values in lists.items():
        connection.execute(f"create or replace macro {name}() as {literal(values)}")
    for name in ("first", "last"):
        connection.execute(
            f"create or replace macro {name}_name(n) as pick({literal(names()[name])}, u(n, '{name} name'))"
        )
    for name in ("advance", "lose"):
        rates = [float(stage[name]) for stage in stages]
        connection.execute(f"create or replace macro stage_{name}(s) as {literal(rates)}[s + 1]")
    _table(
        connection,
        "configured_currency",
        "n bigint, code varchar, decimals integer, rate double, volatility double",
        [
            (n, code, values["decimals"], values["rate"], values["volatility"])
            for n, (code, values) in enumerate(company()["currencies"].items(), start=1)
        ],
    )
    _table(
        connection,
        "configured_product",
        "n bigint, code varchar, name varchar, family varchar, unit varchar, price double",
        [
            (n, item["code"], item["name"], item["family"], item["unit"], item["price"])
            for n, item in enumerate(company()["products"], start=1)
        ],
    )
    _table(
        connection,
        "configured_territory",
        "name varchar, region bigint, country varchar, currency varchar, legal_forms varchar[], cities varchar[]",
        [
            (
                name,
                region,
                values["country"],
                values["currency"],
                values["legal_forms"],
                [place[0] for place in values["places"]],
            )
            for region, entry in enumerate(company()["regions"].values())
            for name, values in entry["territories"].items()
        ],
    )


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    connection.execute(f"create or replace temp table {name} ({columns})")
    connection.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows)
